/* The properties of Flex components. */
#include "unit/check.h"
#include "unit/support/message_rig.h"

#define BUBBLE(inner)                                                                          \
    "{'messages':[{'type':'flex','altText':'a','contents':{'type':'bubble','body':" inner "}}" \
    "]}"
#define IN_BOX(inner) BUBBLE("{'type':'box','layout':'vertical','contents':[" inner "]}")

#define BODY  "messages[0].contents.body"
#define CHILD BODY ".contents[0]"

static const struct message_rig_frame box = {
    .json = BUBBLE("{'type':'box','layout':'vertical','contents':[],@}"), .place = BODY};
static const struct message_rig_frame text = {.json = IN_BOX("{'type':'text','text':'字',@}"),
                                              .place = CHILD};
static const struct message_rig_frame image = {
    .json = IN_BOX("{'type':'image','url':'https://e.x/a.png',@}"), .place = CHILD};
static const struct message_rig_frame button = {
    .json = IN_BOX("{'type':'button','action':{'type':'message','label':'押す','text':'a'},@}"),
    .place = CHILD};
static const struct message_rig_frame icon = {
    .json = BUBBLE("{'type':'box','layout':'baseline','contents':[{'type':'icon','url':"
                   "'https://e.x/a.png',@}]}"),
    .place = CHILD};
static const struct message_rig_frame separator = {.json = IN_BOX("{'type':'separator',@}"),
                                                   .place = CHILD};
static const struct message_rig_frame filler = {.json = IN_BOX("{'type':'filler',@}"),
                                                .place = CHILD};
static const struct message_rig_frame span = {
    .json = IN_BOX("{'type':'text','contents':[{'type':'span',@}]}"),
    .place = CHILD ".contents[0]"};

/* ---- values that properties take or refuse ---- */

enum measure { KEYWORD_GAP, PIXELS, PERCENT, NEGATIVE, KEYWORD_SIZE, FULL, BORDER, MEASURES };

static const struct {
    const char *good[3], *bad[3];
} measures[] = {
    [KEYWORD_GAP] = {{"none", "xs", "xxl"}, {"XS", "xs,sm", "small"}},
    [PIXELS] = {{"0px", "10px", "10.5px"}, {"px", "10 px", "1.px"}},
    [PERCENT] = {{"0%", "50%", "12.5%"}, {"%", "50", "50%%"}},
    [NEGATIVE] = {{"-2px", "-0.5px", "-10%"}, {"--2px", "-xs", "-"}},
    [KEYWORD_SIZE] = {{"xxs", "md", "5xl"}, {"6xl", "0xl", ""}},
    [FULL] = {{"full", "full", "full"}, {"half", "1234567890px", "1e3px"}},
    [BORDER] = {{"light", "semi-bold", "bold"}, {"heavy", "semi_bold", "10pt"}},
};

static void check_value(const struct message_rig_frame *frame, const char *name,
                        const char *value, bool is_good)
{
    char json[128];
    char want[128];

    (void)snprintf(json, sizeof(json), "'%s':'%s'", name, value);
    (void)snprintf(want, sizeof(want), "~.%s: invalid property", name);
    message_rig_check_one(frame, json, is_good ? "" : want);
}

/* `takes`: a bit for each measure.  Both gaps and sizes have "xs" to "xxl"; "none" or "full"
 * tell them apart. */
static void check_measure(const struct message_rig_frame *frame, const char *name,
                          unsigned takes)
{
    unsigned sizes = 1u << KEYWORD_SIZE | 1u << FULL;

    for (unsigned m = 0; m < MEASURES; m++) {
        bool is_taken = takes >> m & 1;
        bool is_shared = (m == KEYWORD_GAP && (takes & sizes)) ||
                         (m == KEYWORD_SIZE && (takes & 1u << KEYWORD_GAP));

        for (size_t i = 0; i < 3; i++) {
            if (is_taken || !is_shared)
                check_value(frame, name, measures[m].good[i], is_taken);
            check_value(frame, name, measures[m].bad[i], false);
        }
    }
    message_rig_check_one(frame, "'x':1", "");
}

#define GAP     (1u << KEYWORD_GAP | 1u << PIXELS)
#define PADDING (GAP | 1u << PERCENT)
#define OFFSET  (PADDING | 1u << NEGATIVE)
#define EXTENT  (1u << PIXELS | 1u << PERCENT)

static void test_measures(void)
{
    static const struct {
        const struct message_rig_frame *frame;
        const char *name;
        unsigned takes;
    } cases[] = {
        {&box, "spacing", GAP},
        {&box, "margin", GAP},
        {&box, "cornerRadius", GAP},
        {&box, "paddingAll", PADDING},
        {&box, "paddingTop", PADDING},
        {&box, "paddingBottom", PADDING},
        {&box, "paddingStart", PADDING},
        {&box, "paddingEnd", PADDING},
        {&box, "offsetTop", OFFSET},
        {&box, "offsetBottom", OFFSET},
        {&box, "offsetStart", OFFSET},
        {&box, "offsetEnd", OFFSET},
        {&box, "width", EXTENT},
        {&box, "maxWidth", EXTENT},
        {&box, "height", EXTENT},
        {&box, "maxHeight", EXTENT},
        {&box, "borderWidth", 1u << PIXELS | 1u << BORDER},
        {&text, "margin", GAP},
        {&text, "offsetTop", OFFSET},
        {&text, "lineSpacing", 1u << PIXELS},
        {&image, "margin", GAP},
        {&image, "offsetEnd", OFFSET},
        {&image, "size", EXTENT | 1u << KEYWORD_SIZE | 1u << FULL},
        {&button, "margin", GAP},
        {&button, "offsetStart", OFFSET},
        {&icon, "margin", GAP},
        {&icon, "offsetBottom", OFFSET},
        {&icon, "size", EXTENT | 1u << KEYWORD_SIZE},
        {&separator, "margin", GAP},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *name = cases[i].name;

        /* "none" is also a border. */
        if (strcmp(name, "borderWidth") != 0)
            check_measure(cases[i].frame, name, cases[i].takes);
    }
    for (size_t i = 0; i < 3; i++) {
        check_value(&box, "borderWidth", measures[BORDER].good[i], true);
        check_value(&box, "borderWidth", measures[BORDER].bad[i], false);
        check_value(&box, "borderWidth", measures[PIXELS].good[i], true);
        check_value(&box, "borderWidth", measures[PERCENT].good[i], false);
        check_value(&text, "size", measures[KEYWORD_SIZE].good[i], true);
        check_value(&text, "size", measures[PERCENT].good[i], false);
        check_value(&span, "size", measures[PIXELS].good[i], true);
        check_value(&span, "size", measures[FULL].good[i], false);
    }
    check_value(&box, "borderWidth", "none", true);
}

static void test_colors(void)
{
    static const struct {
        const struct message_rig_frame *frame;
        const char *name;
    } cases[] = {
        {&box, "backgroundColor"}, {&box, "borderColor"},
        {&text, "color"},          {&image, "backgroundColor"},
        {&button, "color"},        {&separator, "color"},
        {&span, "color"},
    };
    static const char *const good[] = {"#000000", "#ffFF00", "#12345678"};
    static const char *const bad[] = {"",         "#",          "#FFF",    "000000",
                                      "#1234567", "#123456789", "#00000G", "red"};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t k = 0; k < sizeof(good) / sizeof(good[0]); k++)
            check_value(cases[i].frame, cases[i].name, good[k], true);
        for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
            check_value(cases[i].frame, cases[i].name, bad[k], false);
    }
}

static void test_ratio(void)
{
    static const char *const good[] = {"1:1",    "20:13",         "1:3",    "100000:1",
                                       "1.91:1", "100000:100000", "1:2.999"};
    static const char *const bad[] = {"",     "1",   "1:",    ":1",   "1:3.001",
                                      "0:1",  "1:0", "1 :1",  "1:1:", "100001:1",
                                      "1:-1", "a:b", "0.9:1", "1x1",  "4:3 "};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        check_value(&image, "aspectRatio", good[i], true);
        check_value(&icon, "aspectRatio", good[i], true);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        check_value(&image, "aspectRatio", bad[i], false);
        check_value(&icon, "aspectRatio", bad[i], false);
    }
}

/* ---- words, numbers, yes and no ---- */

static void test_enums(void)
{
    static const struct {
        const struct message_rig_frame *frame;
        const char *name, *values;
    } cases[] = {
        {&box, "position", "relative,absolute"},
        {&box, "justifyContent",
         "center,flex-start,flex-end,space-between,space-around,space-evenly"},
        {&box, "alignItems", "center,flex-start,flex-end"},
        {&text, "position", "relative,absolute"},
        {&text, "weight", "regular,bold"},
        {&text, "style", "normal,italic"},
        {&text, "decoration", "none,underline,line-through"},
        {&text, "align", "start,end,center"},
        {&text, "gravity", "top,bottom,center"},
        {&text, "adjustMode", "shrink-to-fit"},
        {&image, "align", "start,end,center"},
        {&image, "gravity", "top,bottom,center"},
        {&image, "aspectMode", "fit,cover"},
        {&image, "position", "relative,absolute"},
        {&button, "style", "primary,secondary,link"},
        {&button, "gravity", "top,bottom,center"},
        {&button, "height", "md,sm"},
        {&button, "adjustMode", "shrink-to-fit"},
        {&button, "position", "relative,absolute"},
        {&icon, "position", "relative,absolute"},
        {&span, "weight", "regular,bold"},
        {&span, "style", "normal,italic"},
        {&span, "decoration", "none,underline,line-through"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char json[128];
        char want[256];
        struct span rest = span_text(cases[i].values);

        while (rest.len > 0) {
            size_t end = span_find(rest, ',');

            (void)snprintf(json, sizeof(json), "'%s':'%.*s'", cases[i].name, (int)end,
                           rest.ptr);
            message_rig_check_one(cases[i].frame, json, "");
            rest = span_slice(rest, end + 1, rest.len);
        }
        (void)snprintf(json, sizeof(json), "'%s':'other'", cases[i].name);
        (void)snprintf(want, sizeof(want), "~.%s: Must be one of the following values: [%s]",
                       cases[i].name, cases[i].values);
        message_rig_check_one(cases[i].frame, json, want);
        (void)snprintf(json, sizeof(json), "'%s':1", cases[i].name);
        (void)snprintf(want, sizeof(want), "~.%s: must be a string", cases[i].name);
        message_rig_check_one(cases[i].frame, json, want);
    }
}

static void test_numbers_and_flags(void)
{
    static const struct {
        const struct message_rig_frame *frame;
        const char *name;
        bool is_flag;
    } cases[] = {
        {&box, "flex", false},    {&text, "flex", false},     {&image, "flex", false},
        {&button, "flex", false}, {&filler, "flex", false},   {&text, "maxLines", false},
        {&text, "wrap", true},    {&text, "scaling", true},   {&button, "scaling", true},
        {&icon, "scaling", true}, {&image, "animated", true},
    };
    static const struct {
        const char *value, *number, *flag;
    } values[] = {
        {"0", "", "must be a boolean"},
        {"3", "", "must be a boolean"},
        {"2147483647", "", "must be a boolean"},
        {"-1", "Must be between 0 and 2147483647", "must be a boolean"},
        {"2147483648", "Must be between 0 and 2147483647", "must be a boolean"},
        {"1.5", "must be an integer", "must be a boolean"},
        {"true", "must be a number", ""},
        {"false", "must be a number", ""},
        {"'1'", "must be a number", "must be a boolean"},
        {"null", "", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
            const char *problem = cases[i].is_flag ? values[k].flag : values[k].number;
            char json[64];
            char want[128];

            (void)snprintf(json, sizeof(json), "'%s':%s", cases[i].name, values[k].value);
            (void)snprintf(want, sizeof(want), "~.%s: %s", cases[i].name, problem);
            message_rig_check_one(cases[i].frame, json, *problem ? want : "");
        }
}

/* ---- what is required, and what stands inside ---- */

static void test_required(void)
{
    static const struct message_rig_frame frame = {.json = IN_BOX("@"), .place = CHILD};
    static const struct message_rig_case cases[] = {
        {"{'type':'box'}", "~.layout: must be specified | ~.contents: must be specified"},
        {"{'type':'box','layout':'diagonal','contents':{}}",
         "~.layout: Must be one of the following values: [horizontal,vertical,baseline] | "
         "~.contents: must be an array"},
        {"{'type':'button'}", "~.action: must be specified"},
        {"{'type':'button','action':{'type':'uri','uri':'https://e.x'}}",
         "~.action.label: must be specified"},
        {"{'type':'button','action':{'type':'uri','label':'<40*字>','uri':'https://e.x'}}", ""},
        {"{'type':'button','action':{'type':'uri','label':'<41*字>','uri':'https://e.x'}}",
         "~.action.label: must not be longer than 40 characters"},
        {"{'type':'image'}", "~.url: must be specified"},
        {"{'type':'image','url':'https://e.x/<1988*a>'}", ""},
        {"{'type':'image','url':'https://e.x/<1989*a>'}",
         "~.url: must not be longer than 2000 characters"},
        {"{'type':'image','url':'http://e.x/a','action':{}}",
         "~.url: invalid uri | ~.action.type: must be specified"},
        {"{'type':'box','layout':'baseline','contents':[{'type':'icon'}]}",
         "~.contents[0].url: must be specified"},
        {"{'type':'text'}", "~.text: must be non-empty text"},
        {"{'type':'text','text':''}", "~.text: must be non-empty text"},
        {"{'type':'text','contents':[]}", "~.text: must be non-empty text"},
        {"{'type':'text','text':1}", "~.text: must be a string"},
        {"{'type':'text','contents':[{'type':'span','text':'a'}]}", ""},
        {"{'type':'text','contents':[{'type':'span'}]}", ""},
        {"{'type':'text','text':'a','contents':{}}", "~.contents: must be an array"},
        {"{'type':'text','contents':[{'type':'text','text':'a'}]}",
         "~.contents[0].type: Must be one of the following values: [span]"},
        {"{'type':'text','text':'a','action':{'type':'message','text':'b'}}", ""},
        {"{'type':'text','text':'a','action':{'type':'message'}}",
         "~.action.text: must be specified"},
        {"{'type':'box','layout':'vertical','contents':[],'action':5}",
         "~.action: must be an object"},
        {"{'type':'separator'},{'type':'filler'},{}",
         BODY ".contents[2].type: must be specified"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

static void test_gradient(void)
{
    static const struct message_rig_frame frame = {
        .json = BUBBLE("{'type':'box','layout':'vertical','contents':[],'background':@}"),
        .place = BODY ".background"};
#define GRADIENT "{'type':'linearGradient','startColor':'#ff0000','endColor':'#0000ff80',"
    static const struct message_rig_case cases[] = {
        {GRADIENT "'angle':'0deg'}", ""},
        {GRADIENT "'angle':'359.9deg','centerColor':'#00ff00','centerPosition':'10.5%'}", ""},
        {GRADIENT "'angle':'90deg','centerPosition':'100%'}", ""},
        {GRADIENT "'angle':'90deg','centerPosition':'101%'}",
         "~.centerPosition: invalid property"},
        {GRADIENT "'angle':'360deg'}", "~.angle: invalid property"},
        {GRADIENT "'angle':'-1deg'}", "~.angle: invalid property"},
        {GRADIENT "'angle':'90'}", "~.angle: invalid property"},
        {GRADIENT "'angle':90}", "~.angle: must be a string"},
        {GRADIENT "'angle':'1deg','centerColor':'blue'}", "~.centerColor: invalid property"},
        {"{'type':'linearGradient'}", "~.angle: must be specified | ~.startColor: must be "
                                      "specified | ~.endColor: must be specified"},
        {"{'type':'radialGradient'}",
         "~.type: Must be one of the following values: [linearGradient]"},
        {"{}", "~.type: must be specified"},
        {"'#ff0000'", "~: must be an object"},
        {NULL, NULL},
    };

    message_rig_check(&frame, cases);
}

CHECK_MAIN(TEST(test_measures), TEST(test_colors), TEST(test_ratio), TEST(test_enums),
           TEST(test_numbers_and_flags), TEST(test_required), TEST(test_gradient))
