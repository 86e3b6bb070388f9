/* Stickers, pictures, films, sounds, places, coupons and imagemaps. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

static const struct message_rig_frame one = {.json = "{'messages':[@]}",
                                             .place = "messages[0]"};

#define URL "'https://example.com/a.png'"

static void test_sticker(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'sticker','packageId':'446','stickerId':'1988'}", ""},
        {"{'type':'sticker','packageId':'446','stickerId':'1988','quoteToken':'q'}", ""},
        {"{'type':'sticker'}", "~.packageId: May not be empty | ~.stickerId: May not be empty"},
        {"{'type':'sticker','packageId':446,'stickerId':''}",
         "~.packageId: must be a string | ~.stickerId: May not be empty"},
        {NULL, NULL},
    };

    message_rig_check(&one, cases);
}

static void test_image(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'image','originalContentUrl':" URL ",'previewImageUrl':" URL "}", ""},
        {"{'type':'image'}",
         "~.originalContentUrl: May not be empty | ~.previewImageUrl: May not be empty"},
        {"{'type':'image','originalContentUrl':'http://e.x/a','previewImageUrl':1}",
         "~.originalContentUrl: invalid uri | ~.previewImageUrl: must be a string"},
        {"{'type':'image','originalContentUrl':'https://e.x/<1988*a>','previewImageUrl':" URL
         "}",
         ""},
        {"{'type':'image','originalContentUrl':'https://e.x/<1989*a>','previewImageUrl':" URL
         "}",
         "~.originalContentUrl: Length must be between 0 and 2000"},
        {"{'type':'image','originalContentUrl':" URL
         ",'previewImageUrl':'https://e.x/<1989*a>'}",
         "~.previewImageUrl: Length must be between 0 and 2000"},
        {NULL, NULL},
    };

    message_rig_check(&one, cases);
}

static void test_video(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'video','originalContentUrl':'https://e.x/a.mp4',"
                "'previewImageUrl':" URL ",'trackingId':@}]}",
        .place = "messages[0].trackingId"};
    static const struct message_rig_case cases[] = {
        {"null", ""},
        {"'aZ09-.=,+*()%$&;:@{}!?<>[]'", ""},
        {"'<100*a>'", ""},
        {"'<101*a>'", "~: Length must be between 0 and 100"},
        {"''", "~: invalid characters"},
        {"'a b'", "~: invalid characters"},
        {"'a_b'", "~: invalid characters"},
        {"'動画'", "~: invalid characters"},
        {"'a/b'", "~: invalid characters"},
        {"7", "~: must be a string"},
        {NULL, NULL},
    };
    struct message_rig_frame group = frame;

    message_rig_check(&frame, cases);
    group.check.is_group = true;
    message_rig_check_one(&group, "'a'",
                          "~: Must not be specified for a group chat or multi-person chat");
    message_rig_check_one(&group, "null", "");
    message_rig_check_one(
        &one, "{'type':'video'}",
        "~.originalContentUrl: May not be empty | ~.previewImageUrl: May not be empty");
}

static void test_audio(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'audio','originalContentUrl':'https://e.x/a.m4a',"
                "'duration':@}]}",
        .place = "messages[0].duration"};
    static const struct message_rig_case cases[] = {
        {"60000", ""},
        {"0", ""},
        {"1e3", ""},
        {"-1", "~: Must be greater than or equal to 0"},
        {"1.5", "~: must be an integer"},
        {"'60000'", "~: must be a number"},
        {"null", "~: May not be empty"},
        {"true", "~: must be a number"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
    message_rig_check_one(&one, "{'type':'audio'}",
                          "~.originalContentUrl: May not be empty | ~.duration: May not be "
                          "empty");
}

static void test_location(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'location',@}]}", .place = "messages[0]"};
    static const struct message_rig_case cases[] = {
        {"'title':'東京駅','address':'東京都千代田区丸の内一丁目','latitude':35.681,"
         "'longitude':139.767",
         ""},
        {"'title':'台北101','address':'台北市信義區','latitude':25.0,'longitude':121", ""},
        {"'title':'<100*あ>','address':'<100*あ>','latitude':-90,'longitude':-180", ""},
        {"'title':'<101*あ>','address':'<101*あ>','latitude':90,'longitude':180",
         "~.title: Length must be between 0 and 100 | ~.address: Length must be between 0 and "
         "100"},
        {"'title':'a','address':'b','latitude':90.1,'longitude':180.1",
         "~.latitude: Must be between -90 and 90 | ~.longitude: Must be between -180 and 180"},
        {"'title':'a','address':'b','latitude':-90.1,'longitude':-180.1",
         "~.latitude: Must be between -90 and 90 | ~.longitude: Must be between -180 and 180"},
        {"'title':'','address':null,'latitude':'35','longitude':{}",
         "~.title: May not be empty | ~.address: May not be empty | ~.latitude: must be a "
         "number | ~.longitude: must be a number"},
        {"'a':1", "~.title: May not be empty | ~.address: May not be empty | ~.latitude: May "
                  "not be empty | ~.longitude: May not be empty"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_coupon(void)
{
    static const struct message_rig_case cases[] = {
        {"{'type':'coupon','couponId':'01JQ2Z'}", ""},
        {"{'type':'coupon','couponId':'01JQ2Z','deliveryTag':'<30*a>'}", ""},
        {"{'type':'coupon','couponId':'01JQ2Z','deliveryTag':'<31*a>'}",
         "~.deliveryTag: Length must be between 0 and 30"},
        {"{'type':'coupon','couponId':''}", "~.couponId: May not be empty"},
        {"{'type':'coupon','deliveryTag':3}",
         "~.couponId: May not be empty | ~.deliveryTag: must be a string"},
        {NULL, NULL},
    };

    message_rig_check(&one, cases);
}

/* ---- imagemap ---- */

#define MAP                                                                                    \
    "{'messages':[{'type':'imagemap','baseUrl':'https://e.x/map','altText':'地図',"          \
    "'baseSize':{'width':1040,'height':585}"
#define AREA "'area':{'x':0,'y':0,'width':520,'height':585}"

static void test_imagemap(void)
{
    static const struct message_rig_frame frame = {
        .json = "{'messages':[{'type':'imagemap',@}]}", .place = "messages[0]"};
    static const struct message_rig_case cases[] = {
        {"'baseUrl':'https://e.x','altText':'<1500*a>','baseSize':{'width':1040,'height':1},"
         "'actions':[]",
         ""},
        {"'a':1", "~.baseUrl: May not be empty | ~.altText: May not be empty | ~.baseSize: May "
                  "not be empty | ~.actions: May not be empty"},
        {"'baseUrl':'https://e.x','altText':'<1501*a>','baseSize':{},'actions':{}",
         "~.altText: Length must be between 0 and 1500 | ~.baseSize.width: must be specified | "
         "~.baseSize.height: must be specified | ~.actions: must be an array"},
        {"'baseUrl':'http://e.x','altText':'','baseSize':{'width':1039,'height':0},'actions':"
         "[]",
         "~.baseUrl: invalid uri | ~.altText: May not be empty | ~.baseSize.height: Must be "
         "between 1 and 2147483647 | ~.baseSize.width: must be 1040"},
        {"'baseUrl':'https://e.x','altText':'a','baseSize':{'width':1041,'height':1.5},"
         "'actions':[]",
         "~.baseSize.height: must be an integer | ~.baseSize.width: must be 1040"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_imagemap_actions(void)
{
    static const struct message_rig_frame frame = {.json = MAP ",'actions':[@]}]}",
                                                   .place = "messages[0].actions"};
    static const struct message_rig_case cases[] = {
        {"{'type':'message','text':'はい'," AREA "},{'type':'uri','linkUri':'tel:110'," AREA
         "},{'type':'clipboard','clipboardText':'a'," AREA "}",
         ""},
        {"<49*{'type':'message','text':'a'," AREA "},>{'type':'message','text':'b'," AREA "}",
         ""},
        {"<50*{'type':'message','text':'a'," AREA "},>{'type':'message','text':'b'," AREA "}",
         "~: Size must be between 0 and 50"},
        {"{}", "~[0].type: must be specified | ~[0].area: must be specified"},
        {"{'type':'postback'," AREA "}",
         "~[0].type: Must be one of the following values: [message,uri,clipboard]"},
        {"{'type':'message'," AREA "}", "~[0].text: must be specified"},
        {"{'type':'message','text':'<400*a>'," AREA "}", ""},
        {"{'type':'message','text':'<401*a>'," AREA "}",
         "~[0].text: must not be longer than 400 characters"},
        {"{'type':'uri'," AREA "}", "~[0].linkUri: must be specified"},
        {"{'type':'uri','linkUri':'https://a/<990*a>'," AREA "}", ""},
        {"{'type':'uri','linkUri':'https://a/<991*a>'," AREA "}",
         "~[0].linkUri: must not be longer than 1000 characters"},
        {"{'type':'uri','linkUri':'gopher://a'," AREA "}", "~[0].linkUri: invalid uri"},
        {"{'type':'clipboard'," AREA "}", "~[0].clipboardText: must be specified"},
        {"{'type':'clipboard','clipboardText':'<1000*a>'," AREA "}", ""},
        {"{'type':'clipboard','clipboardText':'<1001*a>'," AREA "}",
         "~[0].clipboardText: must not be longer than 1000 characters"},
        {"{'type':'message','text':'a','label':'<100*a>'," AREA "}", ""},
        {"{'type':'message','text':'a','label':'<101*a>'," AREA "}",
         "~[0].label: must not be longer than 100 characters"},
        {"{'type':'message','text':'a','area':{}}",
         "~[0].area.x: must be specified | ~[0].area.y: must be specified | ~[0].area.width: "
         "must be specified | ~[0].area.height: must be specified"},
        {"{'type':'message','text':'a','area':{'x':-1,'y':0,'width':0,'height':1}}",
         "~[0].area.x: Must be between 0 and 2147483647 | ~[0].area.width: Must be between 1 "
         "and 2147483647"},
        {"{'type':'message','text':'a','area':[0,0,1,1]}", "~[0].area: must be an object"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_imagemap_video(void)
{
    static const struct message_rig_frame frame = {.json = MAP ",'actions':[],'video':@}]}",
                                                   .place = "messages[0].video"};
#define FILM "{'originalContentUrl':" URL ",'previewImageUrl':" URL "," AREA
    static const struct message_rig_case cases[] = {
        {FILM "}", ""},
        {FILM ",'externalLink':{'linkUri':'https://e.x','label':'<30*あ>'}}", ""},
        {FILM ",'externalLink':{'linkUri':'https://a/<991*a>','label':'<31*あ>'}}",
         "~.externalLink.linkUri: must not be longer than 1000 characters | "
         "~.externalLink.label: must not be longer than 30 characters"},
        {FILM ",'externalLink':{}}",
         "~.externalLink.linkUri: must be specified | ~.externalLink.label: must be specified"},
        {FILM ",'externalLink':'https://e.x'}", "~.externalLink: must be an object"},
        {"{}", "~.originalContentUrl: must be specified | ~.previewImageUrl: must be specified "
               "| ~.area: must be specified"},
        {"1", "~: must be an object"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

CHECK_MAIN(TEST(test_sticker), TEST(test_image), TEST(test_video), TEST(test_audio),
           TEST(test_location), TEST(test_coupon), TEST(test_imagemap),
           TEST(test_imagemap_actions), TEST(test_imagemap_video))
