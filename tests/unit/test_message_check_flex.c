/* Flex Messages: containers, what may stand where, sizes of the JSON. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

#include "base/mem.h"

#define TEXT   "{'type':'text','text':'こんにちは'}"
#define BODY   "'body':{'type':'box','layout':'vertical','contents':[" TEXT "]}"
#define BUBBLE "{'type':'bubble'," BODY "}"
#define PHOTO  "{'type':'image','url':'https://e.x/a.png'}"

static const struct message_rig_frame container = {
    .json = "{'messages':[{'type':'flex','altText':'a','contents':@}]}",
    .place = "messages[0].contents"};
static const struct message_rig_frame bubble = {
    .json = "{'messages':[{'type':'flex','altText':'a','contents':{'type':'bubble',@}}]}",
    .place = "messages[0].contents"};
static const struct message_rig_frame carousel = {
    .json = "{'messages':[{'type':'flex','altText':'a','contents':{'type':'carousel',"
            "'contents':[@]}}]}",
    .place = "messages[0].contents.contents"};

static void test_message(void)
{
    static const struct message_rig_frame message = {.json = "{'messages':[{'type':'flex',@}]}",
                                                     .place = "messages[0]"};
    static const struct message_rig_case cases[] = {
        {"'altText':'<1500*字>','contents':" BUBBLE, ""},
        {"'altText':'<1501*a>','contents':" BUBBLE,
         "~.altText: Length must be between 0 and 1500"},
        {"'altText':''", "~.altText: May not be empty | ~.contents: May not be empty"},
        {"'altText':'a','contents':'x'", "~.contents: must be an object"},
        {"'altText':'a','contents':{}", "~.contents.type: must be specified"},
        {"'altText':'a','contents':{'type':'box'}",
         "~.contents.type: Must be one of the following values: [bubble,carousel]"},
        {NULL, NULL},
    };

    message_rig_check(&message, cases);
}

static void test_bubble(void)
{
    static const struct message_rig_case cases[] = {
        {"'direction':'rtl','size':'deca'," BODY, ""},
        {"'direction':'up','size':'tera'," BODY,
         "~.direction: Must be one of the following values: [ltr,rtl] | ~.size: Must be one of "
         "the following values: [nano,micro,deca,hecto,kilo,mega,giga]"},
        {"'size':'mega'", "~: At least one block must be specified"},
        {"'body':null", "~: At least one block must be specified"},
        {"'body':[]", "~.body: must be an object"},
        {"'body':{}", "~.body.type: must be specified"},
        {"'body':" TEXT, "~.body.type: Must be one of the following values: [box]"},
        {"'header':" PHOTO, "~.header.type: Must be one of the following values: [box]"},
        {"'footer':{'type':'separator'}",
         "~.footer.type: Must be one of the following values: [box]"},
        {"'hero':" PHOTO, ""},
        {"'hero':" TEXT, "~.hero.type: Must be one of the following values: [box,image,video]"},
        {"'styles':{'header':{'backgroundColor':'#00ff00'},'hero':{'separator':true},'body':{"
         "'separatorColor':'#00FF0080'},'footer':null}," BODY,
         ""},
        {"'styles':{'header':{'backgroundColor':'green'},'hero':{'separator':'yes'},'body':{"
         "'separatorColor':'#00FF00800'},'footer':1}," BODY,
         "~.styles.header.backgroundColor: invalid property | ~.styles.hero.separator: must be "
         "a boolean | ~.styles.body.separatorColor: invalid property | ~.styles.footer: must "
         "be an object"},
        {"'styles':1," BODY, "~.styles: must be an object"},
        {"'action':{'type':'uri','uri':'https://e.x'}," BODY, ""},
        {"'action':{'type':'uri'}," BODY, "~.action.uri: must be specified"},
        {"'action':{'type':'location','label':'a'}," BODY,
         "~.action.type: Must be one of the following values: "
         "[postback,message,uri,datetimepicker,clipboard]"},
        {NULL, NULL},
    };
    static const char *const sizes[] = {"nano", "micro", "deca", "hecto",
                                        "kilo", "mega",  "giga"};
    char json[256];

    message_rig_check(&bubble, cases);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        (void)snprintf(json, sizeof(json), "'size':'%s'," BODY, sizes[i]);
        message_rig_check_one(&bubble, json, "");
    }
}

static void test_carousel(void)
{
    static const struct message_rig_case cases[] = {
        {BUBBLE, ""},
        {"", "~: Size must be between 1 and 12"},
        {"<11*" BUBBLE ",>" BUBBLE, ""},
        {"<12*" BUBBLE ",>" BUBBLE, "~: Size must be between 1 and 12"},
        {"{'type':'carousel','contents':[]}",
         "~[0].type: Must be one of the following values: [bubble]"},
        {"{}", "~[0].type: must be specified"},
        {"7", "~[0]: must be an object"},
        {"{'type':'bubble','size':'kilo'," BODY "},{'type':'bubble','size':'kilo'," BODY "}",
         ""},
        {"{'type':'bubble','size':'mega'," BODY "}," BUBBLE, ""},
        {BUBBLE ",{'type':'bubble','size':'kilo'," BODY "}",
         "~[1].size: must be the same in all bubbles of a carousel"},
        {NULL, NULL},
    };

    message_rig_check(&carousel, cases);
    message_rig_check_one(&container, "{'type':'carousel'}", "~.contents: must be specified");
}

#define VIDEO                                                                                  \
    "'hero':{'type':'video','url':'https://e.x/a.mp4','previewUrl':'https://e.x/a.png',"       \
    "'altContent':" PHOTO ",'aspectRatio':'20:13'"

static void test_video(void)
{
    static const struct message_rig_case cases[] = {
        {"'size':'mega'," VIDEO "}", ""},
        {"'size':'kilo'," VIDEO "}", ""},
        {"'size':'giga'," VIDEO "}", ""},
        {VIDEO "}", ""},
        {"'size':'hecto'," VIDEO "}", "~.size: must be kilo, mega or giga for a video"},
        {VIDEO ",'action':{'type':'uri','label':'もっと見る','uri':'https://e.x'}}", ""},
        {VIDEO ",'action':{'type':'message','label':'a','text':'a'}}",
         "~.hero.action.type: Must be one of the following values: [uri]"},
        {VIDEO ",'action':{}}", "~.hero.action.type: must be specified"},
        {"'hero':{'type':'video'}",
         "~.hero.url: must be specified | ~.hero.previewUrl: must be specified | "
         "~.hero.altContent: must be specified"},
        {"'hero':{'type':'video','url':'http://e.x','previewUrl':'x','altContent':" TEXT
         ",'aspectRatio':'1:4'}",
         "~.hero.url: invalid uri | ~.hero.previewUrl: invalid uri | ~.hero.aspectRatio: "
         "invalid property | ~.hero.altContent.type: Must be one of the following values: "
         "[box,image]"},
        {"'body':{'type':'box','layout':'vertical','contents':[{'type':'video'}]}",
         "~.body.contents[0].type: Must be one of the following values: "
         "[box,button,image,text,separator,filler]"},
        {NULL, NULL},
    };

    message_rig_check(&bubble, cases);
    message_rig_check_one(&carousel, "{'type':'bubble'," VIDEO "}}",
                          "~[0].hero.type: video must not be used in a carousel");
}

/* ---- what may stand in a box ---- */

static void test_children(void)
{
    static const struct {
        const char *json, *type;
        bool in_box, in_baseline;
    } children[] = {
        {"{'type':'box','layout':'vertical','contents':[]}", "box", true, false},
        {"{'type':'button','action':{'type':'uri','label':'a','uri':'https://e.x'}}", "button",
         true, false},
        {PHOTO, "image", true, false},
        {"{'type':'icon','url':'https://e.x/a.png'}", "icon", false, true},
        {TEXT, "text", true, true},
        {"{'type':'span','text':'a'}", "span", false, false},
        {"{'type':'separator'}", "separator", true, false},
        {"{'type':'filler'}", "filler", true, true},
        {"{'type':'spacer'}", "spacer", false, false},
    };
    struct message_rig_frame frame = {.place = "messages[0].contents.body.contents[0]"};
    char json[512];

    for (size_t layout = 0; layout < 3; layout++) {
        static const char *const names[] = {"horizontal", "vertical", "baseline"};
        bool is_baseline = layout == 2;

        (void)snprintf(json, sizeof(json),
                       "{'messages':[{'type':'flex','altText':'a','contents':{'type':'bubble',"
                       "'body':{'type':'box','layout':'%s','contents':[@]}}}]}",
                       names[layout]);
        frame.json = json;
        for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
            bool is_good = is_baseline ? children[i].in_baseline : children[i].in_box;

            message_rig_check_one(&frame, children[i].json,
                                  is_good ? ""
                                  : is_baseline
                                      ? "~.type: Must be one of the following values: "
                                        "[icon,text,filler]"
                                      : "~.type: Must be one of the following values: "
                                        "[box,button,image,text,separator,filler]");
        }
    }
}

/* ---- limits of a whole message ---- */

static void test_animated(void)
{
#define APNG "{'type':'image','url':'https://e.x/a.png','animated':true}"
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'flex','altText':'a','contents':{'type':'bubble','body':{"
                "'type':'box','layout':'vertical','contents':[@]}}}]}",
        .place = "messages[0].contents"};
    static const struct message_rig_case cases[] = {
        {"<9*" APNG ",>" APNG, ""},
        {"<10*" APNG ",>" APNG, "~: must not have more than 10 animated images"},
        {"<20*{'type':'image','url':'https://e.x/a.png','animated':false},>" APNG, ""},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
    /* Across the bubbles of a carousel. */
    message_rig_check_one(&container,
                          "{'type':'carousel','contents':[<11*{'type':'bubble','hero':" APNG
                          "},>" BUBBLE "]}",
                          "~: must not have more than 10 animated images");
}

/* A bubble of `len` bytes of JSON, in white space, escapes, or text. */
static char *bubble_of(size_t len, char how)
{
    static const char head[] =
        "{\"type\":\"bubble\",\"body\":{\"type\":\"box\",\"layout\":\"vertical\",\"contents\":"
        "[{\"type\":\"text\",\"text\":\"x";
    static const char tail[] = "\"}]}}";
    char *text = mem_alloc(len + 1);
    size_t fixed = sizeof(head) - 1 + sizeof(tail) - 1;

    CHECK(text && fixed < len);
    memset(text, how, len);
    memcpy(text, head, sizeof(head) - 1);
    if (how == ' ') {
        memcpy(text + sizeof(head) - 1, tail, sizeof(tail) - 2);
        text[len - 1] = '}';
    } else {
        memcpy(text + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
    }
    return text;
}

static void check_bubble_size(size_t len, char how, const char *want)
{
    char *text = bubble_of(len, how);

    message_rig_check_one(&container, text, want);
    mem_free(text);
}

static void test_bubble_size(void)
{
    static const char want[] = "~: JSON must not be larger than 30 KB";

    check_bubble_size(30719, 'a', "");
    check_bubble_size(30720, 'a', "");
    check_bubble_size(30721, 'a', want);
    check_bubble_size(30720, ' ', "");
    check_bubble_size(30721, ' ', want);
}

static void test_carousel_size(void)
{
    static const char head[] = "{\"type\":\"carousel\",\"contents\":[";
    char json[60000];

    for (size_t len = 51199; len <= 51201; len++) {
        size_t rest = len - (sizeof(head) - 1) - 1 - 2 - 30000;
        char *first = bubble_of(30000, 'a');
        char *second = bubble_of(rest, 'a');

        (void)snprintf(json, sizeof(json), "%s%s,%s]}", head, first, second);
        CHECK_EQ(strlen(json), len);
        message_rig_check_one(&container, json,
                              len > 51200 ? "~: JSON must not be larger than 50 KB" : "");
        mem_free(first);
        mem_free(second);
    }
    /* One bubble too large in a carousel that is not; behind it another message. */
    static const struct message_rig_frame second = {
        .json = "{'x':[],'messages':[{'type':'text','text':'a'},{'altText':'a','contents':{"
                "'contents':[" BUBBLE ",@],'type':'carousel'},'type':'flex'}]}",
        .place = "messages[1].contents.contents[1]"};
    char *large = bubble_of(30721, 'a');

    message_rig_check_one(&second, large, "~: JSON must not be larger than 30 KB");
    mem_free(large);
}

/* Without the request's text nothing is said of sizes. */
static void test_size_unknown(void)
{
    char *large = bubble_of(40000, 'a');
    char *text = message_rig_expand(container.json, large);
    struct message_check check = {.is_group = false};
    struct lineapi_problems found = {.len = 0};
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, span_text(text), 100000), OK);
    message_check_list(&check, json_member(json_root(&doc), "messages"), &found);
    CHECK_EQ(found.total, 0);
    json_fini(&doc);
    mem_free(text);
    mem_free(large);
}

/* As deep as JSON may be: 64, of which six are the frame's. */
static void test_deep(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'flex','altText':'a','contents':{'type':'bubble','body':"
                "<29*{'type':'box','layout':'vertical','contents':[>@<29*]}>}}]}",
        .place = ""};
    static const char *const names[] = {"", "{'type':'text'}"};

    message_rig_check_one(&frame, names[0], "");
    char *text = message_rig_expand(frame.json, names[1]);
    struct message_check check = {.body = span_text(text)};
    struct lineapi_problems found = {.len = 0};
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, check.body, 100000), OK);
    message_check_list(&check, json_member(json_root(&doc), "messages"), &found);
    CHECK_EQ(found.total, 1);
    CHECK_EQ(strlen(found.list[0].property), sizeof(found.list[0].property) - 1);
    CHECK_STR(found.list[0].message, "must be non-empty text");
    json_fini(&doc);
    mem_free(text);
}

CHECK_MAIN(TEST(test_message), TEST(test_bubble), TEST(test_carousel), TEST(test_video),
           TEST(test_children), TEST(test_animated), TEST(test_bubble_size),
           TEST(test_carousel_size), TEST(test_size_unknown), TEST(test_deep))
