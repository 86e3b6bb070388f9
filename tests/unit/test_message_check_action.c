/* The nine actions, and what each place wants of them. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

#include "relay-client/lineapi/validate/action_check.h"

#include "base/mem.h"

static const struct message_rig_frame frame = {
    .json = "{'messages':[{'type':'template','altText':'a','template':{'type':'buttons',"
            "'text':'a','actions':[@]}}]}",
    .place = "messages[0].template.actions[0]"};

static void test_labels(void)
{
    static const struct message_rig_case cases[] = {
        {"{}", "~.type: must be specified | ~.label: must be specified"},
        {"{'type':'message','text':'a'}", "~.label: must be specified"},
        {"{'type':'message','label':'','text':'a'}", "~.label: must be specified"},
        {"{'type':'message','label':null,'text':'a'}", "~.label: must be specified"},
        {"{'type':'message','label':3,'text':'a'}", "~.label: must be a string"},
        {"{'type':'message','label':'<19*字>','text':'a'}", ""},
        {"{'type':'message','label':'<20*字>','text':'a'}", ""},
        {"{'type':'message','label':'<21*字>','text':'a'}",
         "~.label: must not be longer than 20 characters"},
        {"{'type':'message','label':'<20*👨‍👩‍👧‍👦>','text':'a'}", ""},
        {"{'type':'message','label':'<20*👨‍👩‍👧‍👦>a','text':'a'}",
         "~.label: must not be longer than 20 characters"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_postback(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'postback','label':'予約','data':'action=reserve'}", ""},
        {"{'type':'postback','label':'予約','data':''}", ""},
        {"{'type':'postback','label':'予約'}", "~.data: must be specified"},
        {"{'type':'postback','label':'a','data':'<300*a>'}", ""},
        {"{'type':'postback','label':'a','data':'<301*a>'}",
         "~.data: must not be longer than 300 characters"},
        {"{'type':'postback','label':'a','data':'<150*👋>a'}",
         "~.data: must not be longer than 300 characters"},
        {"{'type':'postback','label':'a','data':'a','displayText':'<300*👋>'}", ""},
        {"{'type':'postback','label':'a','data':'a','displayText':'<301*a>'}",
         "~.displayText: must not be longer than 300 characters"},
        {"{'type':'postback','label':'a','data':'a','text':'<300*a>'}", ""},
        {"{'type':'postback','label':'a','data':'a','text':'<301*a>'}",
         "~.text: must not be longer than 300 characters"},
        {"{'type':'postback','label':'a','data':'a','displayText':'a','text':'a'}",
         "~.text: Must not be specified together with displayText"},
        {"{'type':'postback','label':'a','data':'a','inputOption':'openVoice'}", ""},
        {"{'type':'postback','label':'a','data':'a','inputOption':'closeRichMenu'}", ""},
        {"{'type':'postback','label':'a','data':'a','inputOption':'openRichMenu'}", ""},
        {"{'type':'postback','label':'a','data':'a','inputOption':'open'}",
         "~.inputOption: Must be one of the following values: "
         "[closeRichMenu,openRichMenu,openKeyboard,openVoice]"},
        {"{'type':'postback','label':'a','data':'a','inputOption':'openKeyboard',"
         "'fillInText':'<300*a>'}",
         ""},
        {"{'type':'postback','label':'a','data':'a','inputOption':'openKeyboard',"
         "'fillInText':'<301*a>'}",
         "~.fillInText: must not be longer than 300 characters"},
        {"{'type':'postback','label':'a','data':'a','inputOption':'openVoice','fillInText':"
         "'a'}",
         "~.fillInText: Must not be specified unless inputOption is openKeyboard"},
        {"{'type':'postback','label':'a','data':'a','fillInText':'a'}",
         "~.fillInText: Must not be specified unless inputOption is openKeyboard"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_message_and_clipboard(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'message','label':'a','text':'はい'}", ""},
        {"{'type':'message','label':'a'}", "~.text: must be specified"},
        {"{'type':'message','label':'a','text':''}", "~.text: must be specified"},
        {"{'type':'message','label':'a','text':'<300*👋>'}", ""},
        {"{'type':'message','label':'a','text':'<301*a>'}",
         "~.text: must not be longer than 300 characters"},
        {"{'type':'clipboard','label':'a','clipboardText':'a'}", ""},
        {"{'type':'clipboard','label':'a'}", "~.clipboardText: must be specified"},
        {"{'type':'clipboard','label':'a','clipboardText':''}",
         "~.clipboardText: must be specified"},
        {"{'type':'clipboard','label':'a','clipboardText':'<1000*a>'}", ""},
        {"{'type':'clipboard','label':'a','clipboardText':'<1001*a>'}",
         "~.clipboardText: must not be longer than 1000 characters"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_uri(void)
{
    static const struct message_rig_frame uri = {
        .json = "{'messages':[{'type':'template','altText':'a','template':{'type':'buttons',"
                "'text':'a','actions':[{'type':'uri','label':'開く','uri':'@'}]}}]}",
        .place = "messages[0].template.actions[0].uri"};
    static const struct message_rig_case good[] = {
        {"https://example.com", ""},
        {"http://example.com:8080/a?b[]=c&d=%E3%81%82#e", ""},
        {"HTTPS://EXAMPLE.COM/", ""},
        {"line://nv/camera/", ""},
        {"line:x", ""},
        {"tel:090-1234-5678", ""},
        {"https://[::1]/", ""},
        {"https://a/<990*a>", ""},
        {"https://a/<991*a>", "~: must not be longer than 1000 characters"},
        {NULL, NULL},
    };
    static const char *const bad[] = {
        "example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://?a",
        "https:example.com",
        "tel:",
        "line:",
        "https://e.x/あ",
        "https://e.x/a b",
        "https://e.x/%",
        "https://e.x/%4",
        "https://e.x/%zz",
        "https://e.x/\\\\n",
        "https://e.x/<",
        "https://e.x/\\\"",
        "https://@e.x/",
        "https://:80/",
        "https://e.x/{a}",
    };

    message_rig_check(&uri, good);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        message_rig_check_one(&uri, bad[i], "~: invalid uri");
    message_rig_check_one(&uri, "", "~: must be specified");
}

static void test_alt_uri(void)
{
    static const struct message_rig_frame alt = {
        .json = "{'messages':[{'type':'template','altText':'a','template':{'type':'buttons',"
                "'text':'a','actions':[{'type':'uri','label':'a','uri':'https://e.x',"
                "'altUri':@}]}}]}",
        .place = "messages[0].template.actions[0].altUri"};
    static const struct message_rig_case cases[] = {
        {"{'desktop':'https://example.com/pc'}", ""},
        {"{}", ""},
        {"null", ""},
        {"'https://example.com'", "~: must be an object"},
        {"{'desktop':'pc'}", "~.desktop: invalid uri"},
        {"{'desktop':'https://a/<991*a>'}",
         "~.desktop: must not be longer than 1000 characters"},
        {NULL, NULL},
    };

    message_rig_check(&alt, cases);
    message_rig_check_one(&frame, "{'type':'uri','label':'a'}", "~.uri: must be specified");
    message_rig_check_one(&frame, "{'type':'uri','label':'a','uri':{}}",
                          "~.uri: must be a string");
}

static void test_date(void)
{
    static const struct message_rig_frame when = {
        .json = "{'messages':[{'type':'template','altText':'a','template':{'type':'buttons',"
                "'text':'a','actions':[{'type':'datetimepicker','label':'日時を選ぶ','data':'d'"
                ",@}]}}]}",
        .place = "messages[0].template.actions[0]"};
    static const struct message_rig_case cases[] = {
        {"'mode':'date'", ""},
        {"'mode':'date','initial':'2026-11-22','max':'2100-12-31','min':'1900-01-01'", ""},
        {"'mode':'date','initial':'2024-02-29'", ""},
        {"'mode':'date','initial':'2000-02-29'", ""},
        {"'mode':'date','initial':'1900-02-29'", "~.initial: invalid format for the mode"},
        {"'mode':'date','initial':'2025-02-29'", "~.initial: invalid format for the mode"},
        {"'mode':'date','min':'1899-12-31'", "~.min: invalid format for the mode"},
        {"'mode':'date','max':'2101-01-01'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026-13-01'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026-00-01'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026-04-31'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026-04-00'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026/04/01'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'2026-4-1'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':'10:00'", "~.max: invalid format for the mode"},
        {"'mode':'date','max':''", "~.max: invalid format for the mode"},
        {"'mode':'date','max':20260401", "~.max: must be a string"},
        {"'mode':'date','max':'2026-01-01','min':'2026-01-01'",
         "~.max: must be later than min"},
        {"'mode':'date','max':'2026-01-02','min':'2026-01-01'", ""},
        {"'mode':'time','initial':'00:00','min':'00:00','max':'23:59'", ""},
        {"'mode':'time','initial':'24:00'", "~.initial: invalid format for the mode"},
        {"'mode':'time','initial':'12:60'", "~.initial: invalid format for the mode"},
        {"'mode':'time','initial':'1:00'", "~.initial: invalid format for the mode"},
        {"'mode':'time','initial':'12-00'", "~.initial: invalid format for the mode"},
        {"'mode':'time','min':'12:00','max':'11:59'", "~.max: must be later than min"},
        {"'mode':'datetime','initial':'2026-11-22T18:30','min':'2026-11-22t18:29','max':"
         "'2026-11-22T18:31'",
         ""},
        {"'mode':'datetime','min':'2026-11-22t18:29','max':'2026-11-22T18:29'",
         "~.max: must be later than min"},
        {"'mode':'datetime','min':'2026-11-23T00:00','max':'2026-11-22T18:29'",
         "~.max: must be later than min"},
        {"'mode':'datetime','initial':'2026-11-22'", "~.initial: invalid format for the mode"},
        {"'mode':'datetime','initial':'2026-11-22 18:30'",
         "~.initial: invalid format for the mode"},
        {"'mode':'datetime','initial':'2026-11-22T18:30Z'",
         "~.initial: invalid format for the mode"},
        {"'mode':'month'", "~.mode: Must be one of the following values: [date,time,datetime]"},
        {"'mode':null", "~.mode: must be specified"},
        {NULL, NULL},
    };
    message_rig_check(&when, cases);
}

static void test_date_data(void)
{
    static const struct message_rig_case data[] = {
        {"{'type':'datetimepicker','label':'a','mode':'date'}", "~.data: must be specified"},
        {"{'type':'datetimepicker','label':'a','mode':'date','data':'<300*a>'}", ""},
        {"{'type':'datetimepicker','label':'a','mode':'date','data':'<301*a>'}",
         "~.data: must not be longer than 300 characters"},
        {NULL, NULL},
    };

    message_rig_check(&frame, data);
}

/* ---- places ---- */

static void check_in(enum action_place in, const char *json, const char *want)
{
    char *text = message_rig_expand("@", json);
    struct lineapi_place place = {.name = "action"};
    struct lineapi_problems found = {.len = 0};
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, span_text(text), 10000), OK);
    action_check(json_root(&doc), in, true, &place, &found);
    CHECK_EQ(found.total, want ? 1 : 0);
    if (want) {
        CHECK_STR(found.list[0].property, json[0] == '[' ? "action" : "action.type");
        CHECK_STR(found.list[0].message, want);
    }
    json_fini(&doc);
    mem_free(text);
}

#define BASIC  "postback,message,uri,datetimepicker,clipboard"
#define ONE_OF "Must be one of the following values: ["

static void test_types_of_places(void)
{
    static const char *const quick[] = {"{'type':'camera','label':'a'}",
                                        "{'type':'cameraRoll','label':'a'}",
                                        "{'type':'location','label':'a'}"};
    static const char menu[] =
        "{'type':'richmenuswitch','label':'a','richMenuAliasId':'b','data':'c'}";

    for (int in = ACTION_IN_TEMPLATE; in <= ACTION_IN_FLEX; in++) {
        bool is_menu = in == ACTION_IN_RICH_MENU;
        bool is_quick = in == ACTION_IN_QUICK_REPLY;
        const char *want = is_menu    ? ONE_OF BASIC ",richmenuswitch]"
                           : is_quick ? ONE_OF BASIC ",camera,cameraRoll,location]"
                                      : ONE_OF BASIC "]";

        for (size_t i = 0; i < 3; i++)
            check_in((enum action_place)in, quick[i], is_quick ? NULL : want);
        check_in((enum action_place)in, menu, is_menu ? NULL : want);
        check_in((enum action_place)in, "{'type':'message','label':'a','text':'b'}", NULL);
        check_in((enum action_place)in, "{'type':'dance','label':'a'}", want);
        check_in((enum action_place)in, "[1]", "must be an object");
    }
}

static void check_label(enum action_place in, unsigned max, bool is_required)
{
    struct lineapi_place place = {.name = "action"};

    for (unsigned len = 0; len <= max + 1; len++) {
        struct lineapi_problems found = {.len = 0};
        struct json_doc doc;
        char json[256];
        char label[64] = "";

        memset(label, 'x', len);
        (void)snprintf(json, sizeof(json),
                       "{\"type\":\"message\",\"text\":\"a\",\"label\":\"%s\"}", label);
        CHECK_EQ(json_parse(&doc, span_text(json), sizeof(json)), OK);
        action_check(json_root(&doc), in, true, &place, &found);
        CHECK_EQ(found.total, len > max || (len == 0 && is_required));
        json_fini(&doc);
    }
}

static void test_labels_of_places(void)
{
    check_label(ACTION_IN_TEMPLATE, 20, true);
    check_label(ACTION_IN_IMAGE_CAROUSEL, 12, false);
    check_label(ACTION_IN_RICH_MENU, 20, false);
    check_label(ACTION_IN_QUICK_REPLY, 20, true);
    check_label(ACTION_IN_FLEX_BUTTON, 40, true);
    check_label(ACTION_IN_FLEX, 40, false);
}

static void test_absent(void)
{
    struct lineapi_place place = {.name = "action"};
    struct lineapi_problems found = {.len = 0};

    action_check(NULL, ACTION_IN_FLEX, false, &place, &found);
    CHECK_EQ(found.total, 0);
    action_check(NULL, ACTION_IN_FLEX, true, &place, &found);
    CHECK_EQ(found.total, 1);
    CHECK_STR(found.list[0].property, "action");
    CHECK_STR(found.list[0].message, "must be specified");
}

CHECK_MAIN(TEST(test_labels), TEST(test_postback), TEST(test_message_and_clipboard),
           TEST(test_uri), TEST(test_alt_uri), TEST(test_date), TEST(test_date_data),
           TEST(test_types_of_places), TEST(test_labels_of_places), TEST(test_absent))
