#include "unit/check.h"
#include "unit/support/message_rig.h"

static const struct message_rig_frame whole = {.json = "@", .place = ""};

#define SIZE "'size':{'width':2500,'height':1686}"
#define REST "'selected':true,'name':'メニュー','chatBarText':'メニュー','areas':[]"

static void test_menu(void)
{
    static const struct message_rig_case cases[] = {
        {"{" SIZE "," REST "}", ""},
        {"{}", "size: must be specified | selected: must be specified | name: must be "
               "specified | chatBarText: must be specified | areas: must be specified"},
        {"{" SIZE ",'selected':false,'chatBarText':'a','areas':[]}", "name: must be specified"},
        {"{" SIZE ",'selected':'no','name':1,'chatBarText':[],'areas':{}}",
         "selected: must be a boolean | name: must be a string | chatBarText: must be a string "
         "| areas: must be an array"},
        {"{" SIZE ",'selected':null,'name':'','chatBarText':'','areas':null}",
         "selected: must be specified | name: must be specified | chatBarText: must be "
         "specified | areas: must be specified"},
        {"{" SIZE ",'selected':true,'name':'<300*👋>','chatBarText':'<14*👋>','areas':[]}", ""},
        {"{" SIZE ",'selected':true,'name':'<301*a>','chatBarText':'<15*a>','areas':[]}",
         "name: must not be longer than 300 characters | chatBarText: must not be longer than "
         "14 characters"},
        {NULL, NULL},
    };

    message_rig_check_menu(&whole, cases);
}

static void test_size(void)
{
    static const struct message_rig_frame frame = {.json = "{'size':@," REST "}",
                                                   .place = "size"};
    static const struct message_rig_case cases[] = {
        {"{'width':800,'height':250}", ""},
        {"{'width':799,'height':250}", "~.width: Must be between 800 and 2500"},
        {"{'width':2500,'height':843}", ""},
        {"{'width':2501,'height':843}", "~.width: Must be between 800 and 2500"},
        {"{'width':800,'height':249}", "~.height: Must be between 250 and 2147483647"},
        {"{'width':1450,'height':1000}", ""},
        {"{'width':1451,'height':1000}", ""},
        {"{'width':1449,'height':1000}",
         "~: width / height must be greater than or equal to 1.45"},
        {"{'width':2500,'height':2500}",
         "~: width / height must be greater than or equal to 1.45"},
        {"{'width':'2500','height':843.5}",
         "~.width: must be a number | ~.height: must be an integer"},
        {"{}", "~.width: must be specified | ~.height: must be specified"},
        {"[2500,1686]", "~: must be an object"},
        {NULL, NULL},
    };

    message_rig_check_menu(&frame, cases);
}

#define AREA                                                                                   \
    "{'bounds':{'x':0,'y':0,'width':1250,'height':1686},'action':{'type':'uri','uri':"         \
    "'https://e.x'}}"

static void test_areas(void)
{
    static const struct message_rig_frame frame = {
        .json = "{" SIZE ",'selected':true,'name':'a','chatBarText':'b','areas':[@]}",
        .place = "areas"};
    static const struct message_rig_case cases[] = {
        {AREA, ""},
        {"<19*" AREA ",>" AREA, ""},
        {"<20*" AREA ",>" AREA, "~: Size must be between 0 and 20"},
        {"{}", "~[0].bounds: must be specified | ~[0].action: must be specified"},
        {"{'bounds':{},'action':{'type':'message','text':'a'}}",
         "~[0].bounds.x: must be specified | ~[0].bounds.y: must be specified | "
         "~[0].bounds.width: must be specified | ~[0].bounds.height: must be specified"},
        {"{'bounds':{'x':-1,'y':2147483648,'width':0,'height':'1'},'action':{'type':'message',"
         "'text':'a'}}",
         "~[0].bounds.x: Must be between 0 and 2147483647 | ~[0].bounds.y: Must be between 0 "
         "and 2147483647 | ~[0].bounds.width: Must be between 1 and 2147483647 | "
         "~[0].bounds.height: must be a number"},
        {AREA ",{'bounds':{'x':0,'y':0,'width':1,'height':1},'action':{'type':'uri','uri':"
              "'http//e.x'}}",
         "~[1].action.uri: invalid uri"},
        {"{'bounds':{'x':0,'y':0,'width':1,'height':1},'action':{'type':'richmenuswitch',"
         "'richMenuAliasId':'<32*a>','data':'<300*a>'}}",
         ""},
        {"{'bounds':{'x':0,'y':0,'width':1,'height':1},'action':{'type':'richmenuswitch',"
         "'richMenuAliasId':'<33*a>','data':'<301*a>'}}",
         "~[0].action.richMenuAliasId: must not be longer than 32 characters | "
         "~[0].action.data: must not be longer than 300 characters"},
        {"{'bounds':{'x':0,'y':0,'width':1,'height':1},'action':{'type':'richmenuswitch',"
         "'label':'<21*a>'}}",
         "~[0].action.label: must not be longer than 20 characters | "
         "~[0].action.richMenuAliasId: must be specified | ~[0].action.data: must be "
         "specified"},
        {NULL, NULL},
    };

    message_rig_check_menu(&frame, cases);
}

CHECK_MAIN(TEST(test_menu), TEST(test_size), TEST(test_areas))
