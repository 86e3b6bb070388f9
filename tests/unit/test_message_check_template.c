/* Templates: buttons, confirm, carousel, image_carousel. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

static const struct message_rig_frame frame = {
    .json = "{'messages':[{'type':'template','altText':'a','template':@}]}",
    .place = "messages[0].template"};

#define TAP   "{'type':'message','label':'はい','text':'はい'}"
#define IMAGE "'thumbnailImageUrl':'https://e.x/a.png'"

static void test_message(void)
{
    static const struct message_rig_frame message = {
        .json = "{'messages':[{'type':'template',@}]}", .place = "messages[0]"};
#define CONFIRM "'template':{'type':'confirm','text':'a','actions':[" TAP "," TAP "]}"
    static const struct message_rig_case cases[] = {
        {"'altText':'予約しますか？'," CONFIRM, ""},
        {"'altText':'<1500*a>'," CONFIRM, ""},
        {"'altText':'<1501*a>'," CONFIRM, "~.altText: Length must be between 0 and 1500"},
        {"'altText':'<750*👋>a'," CONFIRM, "~.altText: Length must be between 0 and 1500"},
        {"'altText':''," CONFIRM, "~.altText: May not be empty"},
        {CONFIRM, "~.altText: May not be empty"},
        {"'altText':'a'", "~.template: May not be empty"},
        {"'altText':'a','template':[]", "~.template: must be an object"},
        {"'altText':'a','template':{}", "~.template.type: must be specified"},
        {"'altText':'a','template':{'type':'button'}",
         "~.template.type: Must be one of the following values: "
         "[buttons,confirm,carousel,image_carousel]"},
        {NULL, NULL},
    };

    message_rig_check(&message, cases);
}

static void test_buttons(void)
{
#define B   "{'type':'buttons',"
#define ACT "'actions':[" TAP "]}"
    static const struct message_rig_case cases[] = {
        {B "'text':'請選擇'," ACT, ""},
        {B IMAGE ",'imageAspectRatio':'rectangle','imageSize':'cover','imageBackgroundColor':"
                 "'#FFFFFF','title':'メニュー','text':'選んでください','defaultAction':" TAP
                 "," ACT,
         ""},
        {B "'a':1}", "~.text: must be specified | ~.actions: must be specified"},
        {B "'text':''," ACT, "~.text: must be specified"},
        {B "'text':'<160*字>'," ACT, ""},
        {B "'text':'<160*👋>'," ACT, ""},
        {B "'text':'<161*字>'," ACT, "~.text: must not be longer than 160 characters"},
        {B "'title':'a','text':'<60*字>'," ACT, ""},
        {B "'title':'a','text':'<61*字>'," ACT,
         "~.text: must not be longer than 60 characters"},
        {B IMAGE ",'text':'<61*字>'," ACT, "~.text: must not be longer than 60 characters"},
        {B "'title':null,'thumbnailImageUrl':null,'text':'<61*字>'," ACT, ""},
        {B "'title':'<40*字>','text':'a'," ACT, ""},
        {B "'title':'<41*字>','text':'a'," ACT,
         "~.title: must not be longer than 40 characters"},
        {B "'thumbnailImageUrl':'https://e.x/<1988*a>','text':'a'," ACT, ""},
        {B "'thumbnailImageUrl':'https://e.x/<1989*a>','text':'a'," ACT,
         "~.thumbnailImageUrl: must not be longer than 2000 characters"},
        {B "'thumbnailImageUrl':'http://e.x/a','text':'a'," ACT,
         "~.thumbnailImageUrl: invalid uri"},
        {B "'imageAspectRatio':'round','imageSize':'fit','imageBackgroundColor':'#FFF','text':"
           "'a'," ACT,
         "~.imageAspectRatio: Must be one of the following values: [rectangle,square] | "
         "~.imageSize: Must be one of the following values: [cover,contain] | "
         "~.imageBackgroundColor: invalid property"},
        {B "'imageBackgroundColor':'#ABCDEF00','text':'a'," ACT,
         "~.imageBackgroundColor: invalid property"},
        {B "'imageBackgroundColor':'#GGGGGG','text':'a'," ACT,
         "~.imageBackgroundColor: invalid property"},
        {B "'text':'a','defaultAction':{'type':'camera','label':'a'}," ACT,
         "~.defaultAction.type: Must be one of the following values: "
         "[postback,message,uri,datetimepicker,clipboard]"},
        {B "'text':'a','actions':[]}", "~.actions: Size must be between 1 and 4"},
        {B "'text':'a','actions':[<3*" TAP ",>" TAP "]}", ""},
        {B "'text':'a','actions':[<4*" TAP ",>" TAP "]}",
         "~.actions: Size must be between 1 and 4"},
        {B "'text':'a','actions':[" TAP ",{'type':'message','text':'a'}]}",
         "~.actions[1].label: must be specified"},
        {B "'text':'a','actions':[null,5]}",
         "~.actions[0]: must be an object | ~.actions[1]: must be an object"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_confirm(void)
{
#define C "{'type':'confirm',"
    static const struct message_rig_case cases[] = {
        {C "'text':'本当に？','actions':[" TAP "," TAP "]}", ""},
        {C "'text':'<240*a>','actions':[" TAP "," TAP "]}", ""},
        {C "'text':'<241*a>','actions':[" TAP "," TAP "]}",
         "~.text: must not be longer than 240 characters"},
        {C "'text':'a','actions':[" TAP "]}", "~.actions: Size must be between 2 and 2"},
        {C "'text':'a','actions':[" TAP "," TAP "," TAP "]}",
         "~.actions: Size must be between 2 and 2"},
        {C "'a':1}", "~.text: must be specified | ~.actions: must be specified"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_carousel(void)
{
    static const struct message_rig_frame columns = {
        .json = "{'messages':[{'type':'template','altText':'a','template':{'type':'carousel',"
                "'imageAspectRatio':'square','imageSize':'contain','columns':[@]}}]}",
        .place = "messages[0].template.columns"};
#define FULL_COLUMN "{" IMAGE ",'title':'<40*a>','text':'<60*字>','actions':[" TAP "," TAP "]}"
    static const struct message_rig_case cases[] = {
        {FULL_COLUMN "," FULL_COLUMN, ""},
        {"{'text':'<120*字>','actions':[" TAP "]}", ""},
        {"{'text':'<121*字>','actions':[" TAP "]}",
         "~[0].text: must not be longer than 120 characters"},
        {"{'title':'a','text':'<61*字>','actions':[" TAP "]}",
         "~[0].text: must not be longer than 60 characters"},
        {"{'title':'<41*a>','text':'a','actions':[" TAP "]}",
         "~[0].title: must not be longer than 40 characters"},
        {"{}", "~[0].text: must be specified | ~[0].actions: must be specified"},
        {"{'text':'a','actions':[]}", "~[0].actions: Size must be between 1 and 3"},
        {"{'text':'a','actions':[" TAP "," TAP "," TAP "]}", ""},
        {"{'text':'a','actions':[" TAP "," TAP "," TAP "," TAP "]}",
         "~[0].actions: Size must be between 1 and 3"},
        {"", "~: Size must be between 1 and 10"},
        {"<9*{'text':'a','actions':[" TAP "]},>{'text':'b','actions':[" TAP "]}", ""},
        {"<10*{'text':'a','actions':[" TAP "]},>{'text':'b','actions':[" TAP "]}",
         "~: Size must be between 1 and 10"},
        {"{'text':'a','actions':[" TAP "]},{'text':'b','actions':[" TAP "," TAP "]}",
         "~[1].actions: must have the same number of actions in all columns"},
        {"{'text':'a','actions':[" TAP "]},{'title':'t','text':'b','actions':[" TAP "]}",
         "~[1].title: must be specified in all columns or in none"},
        {"{" IMAGE ",'text':'a','actions':[" TAP "]},{'text':'b','actions':[" TAP "]}",
         "~[1].thumbnailImageUrl: must be specified in all columns or in none"},
        {"{'title':null,'text':'a','actions':[" TAP "]},{'text':'b','actions':[" TAP "]}", ""},
        {NULL, NULL},
    };

    message_rig_check(&columns, cases);
    message_rig_check_one(&frame, "{'type':'carousel','imageSize':1}",
                          "~.imageSize: must be a string | ~.columns: must be specified");
}

static void test_image_carousel(void)
{
    static const struct message_rig_frame columns = {
        .json = "{'messages':[{'type':'template','altText':'a','template':{'type':"
                "'image_carousel','columns':[@]}}]}",
        .place = "messages[0].template.columns"};
#define PICTURE "{'imageUrl':'https://e.x/a.png','action':{'type':'message','text':'b'}}"
    static const struct message_rig_case cases[] = {
        {PICTURE, ""},
        {"<9*" PICTURE ",>" PICTURE, ""},
        {"<10*" PICTURE ",>" PICTURE, "~: Size must be between 1 and 10"},
        {"", "~: Size must be between 1 and 10"},
        {"{}", "~[0].imageUrl: must be specified | ~[0].action: must be specified"},
        {"{'imageUrl':'https://e.x/<1989*a>','action':{'type':'message','label':'<12*字>',"
         "'text':'b'}}",
         "~[0].imageUrl: must not be longer than 2000 characters"},
        {"{'imageUrl':'a.png','action':{'type':'message','label':'<13*字>','text':'b'}}",
         "~[0].imageUrl: invalid uri | ~[0].action.label: must not be longer than 12 "
         "characters"},
        {NULL, NULL},
    };

    message_rig_check(&columns, cases);
}

CHECK_MAIN(TEST(test_message), TEST(test_buttons), TEST(test_confirm), TEST(test_carousel),
           TEST(test_image_carousel))
