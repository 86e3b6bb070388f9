/* Numbers, durations, sizes and truth as people write them. */
#include "base/container.h"
#include "cli/settings/settings_number.h"
#include "tests/unit/check.h"

struct number_case {
    enum setting_type type;
    const char *text;
    int64_t want; /* < 0 and not an integer: refused */
};

#define BAD (-1)

static const struct number_case cases[] = {
    {SETTING_DURATION, "0", 0},
    {SETTING_DURATION, "0s", 0},
    {SETTING_DURATION, "1ms", 1},
    {SETTING_DURATION, "1.5s", 1500},
    {SETTING_DURATION, "0.001s", 1},
    {SETTING_DURATION, "0.0005s", BAD},
    {SETTING_DURATION, "1.5ms", BAD},
    {SETTING_DURATION, "10min", 600000},
    {SETTING_DURATION, "10m", 600000},
    {SETTING_DURATION, "12h", 43200000},
    {SETTING_DURATION, "30d", 2592000000},
    {SETTING_DURATION, "0.5d", 43200000},
    {SETTING_DURATION, "104249991d", 9007199222400000},
    {SETTING_DURATION, "104249992d", BAD},
    {SETTING_DURATION, "9007199254740992ms", INT64_C(1) << 53},
    {SETTING_DURATION, "9007199254740993ms", BAD},
    {SETTING_DURATION, "30", BAD},
    {SETTING_DURATION, "", BAD},
    {SETTING_DURATION, "s", BAD},
    {SETTING_DURATION, ".5s", BAD},
    {SETTING_DURATION, "1.s", BAD},
    {SETTING_DURATION, "1..5s", BAD},
    {SETTING_DURATION, "-1s", BAD},
    {SETTING_DURATION, "+1s", BAD},
    {SETTING_DURATION, "1 s", BAD},
    {SETTING_DURATION, "1S", BAD},
    {SETTING_DURATION, "1s ", BAD},
    {SETTING_DURATION, "1.1234567891s", BAD},
    {SETTING_DURATION, "18446744073709551616d", BAD},
    {SETTING_SIZE, "0", 0},
    {SETTING_SIZE, "4096", 4096},
    {SETTING_SIZE, "1B", 1},
    {SETTING_SIZE, "1k", 1024},
    {SETTING_SIZE, "1K", 1024},
    {SETTING_SIZE, "1KiB", 1024},
    {SETTING_SIZE, "1kB", 1000},
    {SETTING_SIZE, "1.5MiB", 1572864},
    {SETTING_SIZE, "64MiB", 67108864},
    {SETTING_SIZE, "1GB", 1000000000},
    {SETTING_SIZE, "2G", 2147483648},
    {SETTING_SIZE, "8388608GiB", INT64_C(1) << 53},
    {SETTING_SIZE, "8388608.000000001GiB", BAD},
    {SETTING_SIZE, "8388609GiB", BAD},
    {SETTING_SIZE, "0.5", BAD},
    {SETTING_SIZE, "1.5B", BAD},
    {SETTING_SIZE, "1TiB", BAD},
    {SETTING_SIZE, "0x10", BAD},
    {SETTING_SIZE, "1e3", BAD},
    {SETTING_BOOL, "true", 1},
    {SETTING_BOOL, "false", 0},
    {SETTING_BOOL, "yes", 1},
    {SETTING_BOOL, "no", 0},
    {SETTING_BOOL, "1", 1},
    {SETTING_BOOL, "0", 0},
    {SETTING_BOOL, "", BAD},
    {SETTING_BOOL, "True", BAD},
    {SETTING_BOOL, "2", BAD},
};

static void test_with_units(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *why = NULL;
        int64_t got = 4711;
        enum err e = settings_number_parse(cases[i].type, span_text(cases[i].text), &got, &why);
        if (e != (cases[i].want < 0 ? ERR_SYNTAX : OK))
            (void)fprintf(stderr, "%s\n", cases[i].text);
        CHECK_EQ(e, cases[i].want < 0 ? ERR_SYNTAX : OK);
        CHECK_EQ(got, cases[i].want < 0 ? 4711 : cases[i].want);
        CHECK(strlen(why) > 10);
    }
}

static void test_integers(void)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      "--1",
                                      "1.0",
                                      "0x10",
                                      " 1",
                                      "1 ",
                                      "1e3",
                                      "9007199254740993",
                                      "-9007199254740993"};
    const char *why;
    int64_t got = 0;

    CHECK_EQ(settings_number_parse(SETTING_INTEGER, SPAN("-9007199254740992"), &got, &why), OK);
    CHECK_EQ(got, -(INT64_C(1) << 53));
    CHECK_EQ(settings_number_parse(SETTING_INTEGER, SPAN("9007199254740992"), &got, &why), OK);
    CHECK_EQ(got, INT64_C(1) << 53);
    CHECK_EQ(settings_number_parse(SETTING_INTEGER, SPAN("0"), &got, &why), OK);
    CHECK_EQ(got, 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(settings_number_parse(SETTING_INTEGER, span_text(bad[i]), &got, &why),
                 ERR_SYNTAX);
    CHECK_EQ(settings_number_parse(SETTING_TEXT, SPAN("1"), &got, &why), ERR_SYNTAX);
}

/* Every text cut anywhere is itself judged, never read past its end. */
static void test_cut_anywhere(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t len = 0; len < strlen(cases[i].text); len++) {
            char *copy = malloc(len + 1);
            const char *why;
            int64_t got;
            CHECK(copy);
            memcpy(copy, cases[i].text, len);
            enum err e = settings_number_parse(cases[i].type, span_of(copy, len), &got, &why);
            CHECK(e == OK || e == ERR_SYNTAX);
            free(copy);
        }
    }
}

static void test_format(void)
{
    static const struct {
        enum setting_type type;
        int64_t number;
        const char *text;
    } formats[] = {
        {SETTING_DURATION, 1500, "1500ms"}, {SETTING_DURATION, 2000, "2s"},
        {SETTING_DURATION, 90000, "90s"},   {SETTING_DURATION, 600000, "10min"},
        {SETTING_DURATION, 86400000, "1d"}, {SETTING_DURATION, 0, "0"},
        {SETTING_SIZE, 64 << 20, "64MiB"},  {SETTING_SIZE, 1536, "1536B"},
        {SETTING_SIZE, 1000000, "1MB"},     {SETTING_SIZE, 0, "0"},
        {SETTING_INTEGER, -5, "-5"},
    };

    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        char buf[32];
        const char *why;
        int64_t back;
        CHECK_STR(settings_number_format(formats[i].type, formats[i].number, buf, sizeof buf),
                  formats[i].text);
        CHECK_EQ(settings_number_parse(formats[i].type, span_text(buf), &back, &why), OK);
        CHECK_EQ(back, formats[i].number);
    }
}

CHECK_MAIN(TEST(test_with_units), TEST(test_integers), TEST(test_cut_anywhere),
           TEST(test_format))
