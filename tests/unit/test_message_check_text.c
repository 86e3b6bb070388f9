/* The list of messages, and text, textV2, quick replies and senders. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

#include "base/mem.h"

static const struct message_rig_frame whole = {.json = "@", .place = "messages"};
static const struct message_rig_frame one = {.json = "{'messages':[@]}",
                                             .place = "messages[0]"};

#define TYPES                                                                                  \
    "Must be one of the following values: [text,textV2,sticker,image,video,audio,location,"    \
    "imagemap,template,flex,coupon]"

static void test_list(void)
{
    static const struct message_rig_case cases[] = {
        {"{}", "~: May not be empty"},
        {"{'messages':null}", "~: May not be empty"},
        {"{'messages':{}}", "~: must be an array"},
        {"{'messages':'x'}", "~: must be an array"},
        {"{'messages':[]}", "~: Size must be between 1 and 5"},
        {"{'messages':[<4*{'type':'text','text':'a'},>{'type':'text','text':'b'}]}", ""},
        {"{'messages':[<5*{'type':'text','text':'a'},>{'type':'text','text':'b'}]}",
         "~: Size must be between 1 and 5"},
        {"{'messages':[1,{'type':'text'},null]}",
         "~[0]: must be an object | ~[1].text: May not be empty | ~[2]: must be an object"},
        {"{'messages':[{}]}", "~[0].type: May not be empty"},
        {"{'messages':[{'type':''}]}", "~[0].type: May not be empty"},
        {"{'messages':[{'type':null}]}", "~[0].type: May not be empty"},
        {"{'messages':[{'type':7}]}", "~[0].type: must be a string"},
        {"{'messages':[{'type':'Text'}]}", "~[0].type: " TYPES},
        {"{'messages':[{'type':'text,textV2'}]}", "~[0].type: " TYPES},
        {NULL, NULL},
    };

    message_rig_check(&whole, cases);
}

static void test_text(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'text','text':'こんにちは、世界 👋'}", ""},
        {"{'type':'text','text':'您好','notThere':[1]}", ""},
        {"{'type':'text'}", "~.text: May not be empty"},
        {"{'type':'text','text':''}", "~.text: May not be empty"},
        {"{'type':'text','text':null}", "~.text: May not be empty"},
        {"{'type':'text','text':5}", "~.text: must be a string"},
        {"{'type':'text','text':['a']}", "~.text: must be a string"},
        {"{'type':'text','text':'<4999*あ>'}", ""},
        {"{'type':'text','text':'<5000*あ>'}", ""},
        {"{'type':'text','text':'<5001*a>'}", "~.text: Length must be between 0 and 5000"},
        {"{'type':'text','text':'<2500*👋>'}", ""},
        {"{'type':'text','text':'<2500*👋>a'}", "~.text: Length must be between 0 and 5000"},
        {"{'type':'text','text':'a','quoteToken':'q3Plxr4AgKd'}", ""},
        {"{'type':'text','text':'a','quoteToken':null}", ""},
        {"{'type':'text','text':'a','quoteToken':''}", "~.quoteToken: May not be empty"},
        {"{'type':'text','text':'a','quoteToken':1}", "~.quoteToken: must be a string"},
        {NULL, NULL},
    };

    message_rig_check(&one, cases);
}

static void test_emojis(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'text','text':'$👋$ $','emojis':@}]}",
        .place = "messages[0].emojis"};
    static const struct message_rig_case cases[] = {
        {"[{'index':0,'productId':'5ac1','emojiId':'001'},"
         "{'index':3,'productId':'5ac1','emojiId':'001'},"
         "{'index':5,'productId':'5ac1','emojiId':'001'}]",
         ""},
        {"[]", ""},
        {"null", ""},
        {"{}", "~: must be an array"},
        {"['a']", "~[0]: must be an object"},
        {"[{}]", "~[0].index: must be specified | ~[0].productId: must be specified | "
                 "~[0].emojiId: must be specified"},
        {"[{'index':1,'productId':'a','emojiId':'b'}]",
         "~[0].index: must be the position of a \"$\" in the text"},
        {"[{'index':2,'productId':'a','emojiId':'b'}]",
         "~[0].index: must be the position of a \"$\" in the text"},
        {"[{'index':6,'productId':'a','emojiId':'b'}]",
         "~[0].index: must be the position of a \"$\" in the text"},
        {"[{'index':-1,'productId':'a','emojiId':'b'}]",
         "~[0].index: Must be greater than or equal to 0"},
        {"[{'index':0.5,'productId':'a','emojiId':'b'}]", "~[0].index: must be an integer"},
        {"[{'index':'0','productId':'a','emojiId':'b'}]", "~[0].index: must be a number"},
        {"[{'index':0,'productId':'a','emojiId':'b'},{'index':0,'productId':'a','emojiId':"
         "'b'}]",
         "~[1].index: must not be duplicated"},
        {"[<21*{'index':0},>{}]", "~: Size must be between 0 and 20"},
        {NULL, NULL},
    };
    static const struct message_rig_frame many = {
        .json = "{'messages':[{'type':'text','text':'$$$$$$$$$$$$$$$$$$$$$','emojis':[@]}]}",
        .place = "messages[0].emojis"};
    char list[4096] = "";

    message_rig_check(&frame, cases);
    for (size_t i = 0; i < 21; i++) {
        size_t len = strlen(list);

        (void)snprintf(list + len, sizeof(list) - len,
                       "%s{'index':%zu,'productId':'a','emojiId':'b'}", i ? "," : "", i);
        if (i >= 18)
            message_rig_check_one(&many, list,
                                  i < 20 ? "" : "~: Size must be between 0 and 20");
    }
}

#define USER "{'type':'user','userId':'U<32*a>'}"

static void test_substitution(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'textV2','text':'{a} さん','substitution':@}]}",
        .place = "messages[0].substitution",
        .check = {.is_group = true, .is_to_one_chat = true}};
    static const struct message_rig_case cases[] = {
        {"{'a':{'type':'mention','mentionee':" USER "}}", ""},
        {"{'a':{'type':'mention','mentionee':{'type':'all'}}}", ""},
        {"{'a':{'type':'emoji','productId':'5ac1','emojiId':'002'},'unused':{'type':'mention',"
         "'mentionee':{'type':'all'}}}",
         ""},
        {"[]", "~: must be an object | messages[0].text: {a} has no substitution"},
        {"{'a':null}", "~.a: must be specified"},
        {"{'a':[]}", "~.a: must be an object"},
        {"{'a':{}}", "~.a.type: must be specified"},
        {"{'a':{'type':'x'}}",
         "~.a.type: Must be one of the following values: [mention,emoji]"},
        {"{'a':{'type':'emoji'}}",
         "~.a.productId: must be specified | ~.a.emojiId: must be specified"},
        {"{'a':{'type':'mention'}}", "~.a.mentionee: must be specified"},
        {"{'a':{'type':'mention','mentionee':{}}}", "~.a.mentionee.type: must be specified"},
        {"{'a':{'type':'mention','mentionee':{'type':'me'}}}",
         "~.a.mentionee.type: Must be one of the following values: [user,all]"},
        {"{'a':{'type':'mention','mentionee':{'type':'user'}}}",
         "~.a.mentionee.userId: must be specified"},
        {"{'a':{'type':'mention','mentionee':{'type':'user','userId':'U<31*a>'}}}",
         "~.a.mentionee.userId: invalid user ID"},
        {"{'a':{'type':'mention','mentionee':{'type':'user','userId':'C<32*a>'}}}",
         "~.a.mentionee.userId: invalid user ID"},
        {"{'a':{'type':'mention','mentionee':{'type':'all'}},'a b':{'type':'mention',"
         "'mentionee':{'type':'all'}}}",
         "~.a b: key must match [0-9a-zA-Z_]{1,20}"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_placeholders(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'textV2','text':'@','substitution':{"
                "'Ab_9':{'type':'emoji','productId':'p','emojiId':'e'},"
                "'<20*k>':{'type':'emoji','productId':'p','emojiId':'e'}}}]}",
        .place = "messages[0].text"};
    static const struct message_rig_case cases[] = {
        {"{Ab_9}", ""},
        {"{Ab_9}{Ab_9} {<20*k>}", ""},
        {"{{ }} {{Ab_9}}", ""},
        {"{{{Ab_9}}}", ""},
        {"", "~: May not be empty"},
        {"{b}", "~: {b} has no substitution"},
        {"{<21*k>}", "~: \"{\" must be part of a placeholder, or be doubled"},
        {"{}", "~: \"{\" must be part of a placeholder, or be doubled"},
        {"{a b}", "~: \"{\" must be part of a placeholder, or be doubled"},
        {"a{", "~: \"{\" must be part of a placeholder, or be doubled"},
        {"}", "~: \"}\" must be part of a placeholder, or be doubled"},
        {"{Ab_9}}", "~: \"}\" must be part of a placeholder, or be doubled"},
        {"<5000*x>", ""},
        {"<5001*{>", "~: Length must be between 0 and 5000"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

/* Where mentions may go; how many of each; how many keys. */
static void test_substitution_limits(void)
{
    static const char mention[] = "'m%zu':{'type':'mention','mentionee':{'type':'all'}}";
    static const char emoji[] = "'m%zu':{'type':'emoji','productId':'p','emojiId':'e'}";
    static const struct {
        const char *item, *want;
        size_t len;
    } cases[] = {
        {mention, "", 19},
        {mention, "", 20},
        {mention, "~: must not have more than 20 mentions", 21},
        {emoji, "", 20},
        {emoji, "~: must not have more than 20 emojis", 21},
        {emoji, "~: must not have more than 20 emojis", 100},
        {emoji, "~: Size must be between 0 and 100", 101},
    };
    struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'textV2','text':'a','substitution':{@}}]}",
        .place = "messages[0].substitution",
        .check = {.is_group = true, .is_to_one_chat = true}};
    char list[8192];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        list[0] = '\0';
        for (size_t k = 0; k < cases[i].len; k++) {
            char item[100];
            size_t len = strlen(list);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void)snprintf(item, sizeof(item), cases[i].item, k);
#pragma GCC diagnostic pop
            (void)snprintf(list + len, sizeof(list) - len, "%s%s", k ? "," : "", item);
        }
        message_rig_check_one(&frame, list, cases[i].want);
    }
}

static void test_mention_places(void)
{
    static const char mention[] = "{'a':{'type':'mention','mentionee':{'type':'all'}}}";
    static const char want[] = "~.a.type: mention can only be sent to a group chat or "
                               "multi-person chat by a reply or push message";
    struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'textV2','text':'a','substitution':@}]}",
        .place = "messages[0].substitution"};

    message_rig_check_one(&frame, mention, want);
    frame.check.is_to_one_chat = true;
    message_rig_check_one(&frame, mention, want);
    frame.check.is_group = true;
    message_rig_check_one(&frame, mention, "");
    frame.check.is_to_one_chat = false;
    message_rig_check_one(&frame, mention, want);
}

#define SEND "{'type':'action','action':{'type':'message','label':'はい','text':'はい'}}"

static void test_quick_reply(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'text','text':'a','quickReply':@}]}",
        .place = "messages[0].quickReply"};
    static const struct message_rig_case cases[] = {
        {"{'items':[" SEND "]}", ""},
        {"{'items':[{'action':{'type':'camera','label':'撮る'}}]}", ""},
        {"{'items':[<12*" SEND ",>" SEND "]}", ""},
        {"{'items':[<13*" SEND ",>" SEND "]}", "~.items: Size must be between 1 and 13"},
        {"{'items':[]}", "~.items: Size must be between 1 and 13"},
        {"null", ""},
        {"[]", "~: must be an object"},
        {"{}", "~.items: must be specified"},
        {"{'items':{}}", "~.items: must be an array"},
        {"{'items':[{}]}", "~.items[0].action: must be specified"},
        {"{'items':[{'action':null}]}", "~.items[0].action: must be specified"},
        {"{'items':[{'action':'x'}]}", "~.items[0].action: must be an object"},
        {"{'items':[{'type':'act','action':{'type':'location','label':'地點'}}]}",
         "~.items[0].type: Must be one of the following values: [action]"},
        {"{'items':[" SEND ",{'imageUrl':'http://example.com/a.png','action':{'type':"
         "'cameraRoll','label':'選ぶ'}}]}",
         "~.items[1].imageUrl: invalid uri"},
        {"{'items':[{'imageUrl':'https://e.x/<1988*a>','action':{'type':'camera','label':'a'}"
         "}]}",
         ""},
        {"{'items':[{'imageUrl':'https://e.x/<1989*a>','action':{'type':'camera','label':'a'}"
         "}]}",
         "~.items[0].imageUrl: must not be longer than 2000 characters"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_sender(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'sticker','packageId':'446','stickerId':'1988',"
                "'sender':@}]}",
        .place = "messages[0].sender"};
    static const struct message_rig_case cases[] = {
        {"{'name':'ブラウン','iconUrl':'https://example.com/brown.png'}", ""},
        {"{}", ""},
        {"{'name':'<20*あ>'}", ""},
        {"{'name':'<21*あ>'}", "~.name: must not be longer than 20 characters"},
        {"{'name':'<10*👋>'}", ""},
        {"{'name':'<10*👋>a'}", "~.name: must not be longer than 20 characters"},
        {"{'name':1,'iconUrl':true}", "~.name: must be a string | ~.iconUrl: must be a string"},
        {"{'iconUrl':'brown.png'}", "~.iconUrl: invalid uri"},
        {"{'iconUrl':'https://e.x/<1988*a>'}", ""},
        {"{'iconUrl':'https://e.x/<1989*a>'}",
         "~.iconUrl: must not be longer than 2000 characters"},
        {"'x'", "~: must be an object"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_quotable(void)
{
    static const char *const quotable[] = {"text",  "textV2",   "sticker", "image",
                                           "video", "template", "flex"};
    static const char *const others[] = {"audio", "location", "imagemap", "coupon", "x"};
    char json[64];
    struct json_doc doc;

    for (size_t i = 0; i < 12; i++) {
        (void)snprintf(json, sizeof(json), "{\"type\":\"%s\"}",
                       i < 7 ? quotable[i] : others[i - 7]);
        CHECK_EQ(json_parse(&doc, span_text(json), sizeof(json)), OK);
        CHECK_EQ(message_check_is_quotable(json_root(&doc)), i < 7);
        json_fini(&doc);
    }
    CHECK(!message_check_is_quotable(NULL));
}

CHECK_MAIN(TEST(test_list), TEST(test_text), TEST(test_emojis), TEST(test_substitution),
           TEST(test_placeholders), TEST(test_substitution_limits), TEST(test_mention_places),
           TEST(test_quick_reply), TEST(test_sender), TEST(test_quotable))
