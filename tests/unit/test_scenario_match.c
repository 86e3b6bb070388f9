/* What a scenario expects, against what a bot said. */
#include "relay-client/scenario/scenario_match.h"

#include "unit/check.h"

#define MAX ((size_t)65536)

static struct scenario_mismatch mismatch;

static bool fits(const char *wanted, const char *value)
{
    struct json_doc a, b;

    CHECK_EQ(json_parse(&a, span_text(wanted), MAX), OK);
    CHECK_EQ(json_parse(&b, span_text(value), MAX), OK);
    mismatch = (struct scenario_mismatch){0};
    bool is_good = scenario_match(json_root(&a), json_root(&b), &mismatch);
    CHECK_EQ(is_good, mismatch.says[0] == '\0');
    json_fini(&a);
    json_fini(&b);
    return is_good;
}

static void refuses(const char *wanted, const char *value, const char *path, const char *says)
{
    CHECK(!fits(wanted, value));
    CHECK_STR(mismatch.path, path);
    CHECK_STR(mismatch.says, says);
}

static void test_scalars(void)
{
    CHECK(fits("1", "1.0"));
    CHECK(fits("\"a\"", "\"a\""));
    CHECK(fits("true", "true"));
    CHECK(fits("null", "null"));
    refuses("1", "2", "", "is 2, wanted: 1");
    refuses("1", "\"1\"", "", "is \"1\", wanted: 1");
    refuses("\"a\"", "null", "", "is null, wanted: \"a\"");
    refuses("true", "false", "", "is false, wanted: true");
    refuses("null", "0", "", "is 0, wanted: null");
}

static void test_objects_may_have_more(void)
{
    CHECK(fits("{\"a\":1}", "{\"b\":2,\"a\":1}"));
    CHECK(fits("{}", "{\"a\":1}"));
    refuses("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}", "a.b", "is 2, wanted: 1");
    refuses("{\"a\":1}", "{}", "a", "is nothing, wanted: a number");
    refuses("{}", "[]", "", "is a list, wanted: an object");
}

static void test_lists_are_as_long(void)
{
    CHECK(fits("[1,{\"a\":2}]", "[1,{\"a\":2,\"b\":3}]"));
    refuses("[{\"text\":\"a\"}]", "[{\"text\":\"b\"}]", "[0].text", "is \"b\", wanted: \"a\"");
    refuses("[1]", "[1,2]", "", "is a list, wanted: 1 in it, and there are 2");
    refuses("[1,2]", "[1]", "", "is a list, wanted: 2 in it, and there are 1");
    refuses("[]", "{}", "", "is an object, wanted: a list");
}

static void test_conditions(void)
{
    CHECK(fits("{\"$contains\":\"ell\"}", "\"hello\""));
    refuses("{\"$contains\":\"x\"}", "\"hello\"", "",
            "is \"hello\", wanted: a text with \"x\" in it");
    CHECK(fits("{\"$matches\":\"^[0-9]+ 円$\"}", "\"1200 円\""));
    refuses("{\"$matches\":\"^a\"}", "\"ba\"", "", "is \"ba\", wanted: what fits /^a/");
    refuses("{\"$matches\":\"a\"}", "1", "", "is 1, wanted: what fits /a/");
    CHECK(fits("{\"a\":{\"$any\":true}}", "{\"a\":null}"));
    refuses("{\"a\":{\"$any\":true}}", "{}", "a", "is nothing, wanted: anything");
    CHECK(fits("{\"a\":{\"$not\":1}}", "{}"));
    CHECK(fits("{\"a\":{\"$not\":1}}", "{\"a\":2}"));
    refuses("{\"a\":{\"$not\":1}}", "{\"a\":1}", "a", "is 1, wanted: anything but 1");
}

static void test_somewhere(void)
{
    const char *flex = "{\"body\":{\"contents\":[{\"type\":\"text\",\"text\":\"x\"},"
                       "{\"action\":{\"label\":\"Pay\",\"data\":\"p=1\"}}]}}";

    CHECK(fits("{\"$has\":{\"label\":\"Pay\"}}", flex));
    CHECK(fits("{\"body\":{\"$has\":\"x\"}}", flex));
    CHECK(fits("{\"$has\":{\"$contains\":\"p=\"}}", flex));
    refuses("{\"$has\":{\"label\":\"Buy\"}}", flex, "",
            "is an object, wanted: an object somewhere in it");
}

/* Two members, or one that is no condition's: an object like any other. */
static void test_what_is_no_condition(void)
{
    CHECK(fits("{\"$any\":1,\"b\":2}", "{\"$any\":1,\"b\":2}"));
    CHECK(!fits("{\"$any\":1,\"b\":2}", "{\"b\":2}"));
}

static void test_depth(void)
{
    char text[2 * SCENARIO_MATCH_DEPTH] = "";
    const size_t depth = SCENARIO_MATCH_DEPTH - 2;

    memset(text, '[', depth);
    text[depth] = '1';
    memset(text + depth + 1, ']', depth);
    CHECK(fits(text, text));
    char deeper[300];
    (void)snprintf(deeper, sizeof deeper, "[[%s]]", text);
    CHECK(!fits(deeper, deeper));
    CHECK_STR(mismatch.says, "is 1, wanted: less depth");
}

static const char *problem_of(const char *wanted)
{
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, span_text(wanted), MAX), OK);
    const char *problem = scenario_match_problem(json_root(&doc));
    json_fini(&doc);
    return problem;
}

static void test_problems(void)
{
    CHECK(!problem_of("[{\"a\":{\"$matches\":\"^a$\"}},{\"$any\":true}]"));
    CHECK_STR(problem_of("[{\"a\":{\"$contain\":\"x\"}}]"),
              "the conditions are $contains, $matches, $has, $any and $not");
    CHECK_STR(problem_of("{\"$matches\":\"(\"}"),
              "$matches wants a regular expression (POSIX extended)");
    CHECK_STR(problem_of("{\"$matches\":1}"),
              "$matches wants a regular expression (POSIX extended)");
    CHECK_STR(problem_of("{\"$contains\":[]}"), "$contains wants a text");
}

/* What a bot says may be anything: it is shown, and moves no cursor. */
static void test_escapes(void)
{
    refuses("\"a\"", "\"\\u001b[2J\\u202e\"", "", "is \"\\x1B[2J\\u{202E}\", wanted: \"a\"");
}

CHECK_MAIN(TEST(test_scalars), TEST(test_objects_may_have_more), TEST(test_lists_are_as_long),
           TEST(test_conditions), TEST(test_somewhere), TEST(test_what_is_no_condition),
           TEST(test_depth), TEST(test_problems), TEST(test_escapes))
