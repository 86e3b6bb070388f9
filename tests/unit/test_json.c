#include "unit/check.h"

#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_scan.h"

#define MAX 100000u

static void check_fails(struct span text, enum err want, const char *detail)
{
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, text, MAX), want);
    CHECK(json_root(&doc) == NULL);
    CHECK_STR(doc.detail, detail);
    json_fini(&doc);
}

static const char document[] =
    "{\"text\":\"a\\n\\u3042\xe3\x81\x82\\uD83D\\uDE00\",\"n\":42,\"neg\":-7,\"pi\":3.25,"
    "\"yes\":"
    "true,\"no\":false,\"nothing\":null,\"list\":[1,\"two\",[3]],\"deep\":{\"er\":{\"x\":1}},"
    "\"Text\":1,\"\":\"empty\",\"n\":43}";

static void test_lookups(void)
{
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, span_text(document), MAX), OK);
    const struct json_value *root = json_root(&doc);
    CHECK_EQ(json_kind(root), JSON_OBJECT);
    CHECK_EQ(json_len(root), 12);
    CHECK_STR(json_string(json_member(root, "text")),
              "a\n\xe3\x81\x82\xe3\x81\x82\xf0\x9f\x98\x80");
    CHECK_STR(json_string(json_member(root, "")), "empty");
    CHECK_EQ(json_kind(json_member(root, "Text")), JSON_NUMBER);
    CHECK_EQ(json_kind(json_member(root, "nothing")), JSON_NULL);
    CHECK_EQ(json_kind(json_member(root, "yes")), JSON_BOOL);
    CHECK_EQ(json_kind(json_member(root, "list")), JSON_ARRAY);
    CHECK_EQ(json_len(json_member(root, "list")), 3);
    CHECK_STR(json_string(json_element(json_member(root, "list"), 1)), "two");
    CHECK(json_element(json_member(root, "list"), 3) == NULL);
    CHECK_EQ(json_kind(json_member(json_member(json_member(root, "deep"), "er"), "x")),
             JSON_NUMBER);
    json_fini(&doc);
    CHECK_EQ(mem_live(), 0);
}

static void test_numbers_and_bools(void)
{
    struct json_doc doc;
    uint64_t u = 1;
    int64_t i = 1;
    double d = 1;
    bool b = false;

    CHECK_EQ(json_parse(&doc, span_text(document), MAX), OK);
    const struct json_value *root = json_root(&doc);
    CHECK(json_u64(json_member(root, "n"), &u));
    CHECK_EQ(u, 42); /* the first of the two */
    CHECK(json_i64(json_member(root, "neg"), &i));
    CHECK_EQ(i, -7);
    CHECK(!json_u64(json_member(root, "neg"), &u));
    CHECK(json_double(json_member(root, "pi"), &d));
    CHECK(d == 3.25);
    CHECK(!json_i64(json_member(root, "pi"), &i));
    CHECK(json_bool(json_member(root, "yes"), &b));
    CHECK(b);
    CHECK(json_bool(json_member(root, "no"), &b));
    CHECK(!b);
    CHECK(!json_bool(json_member(root, "n"), &b));
    CHECK_EQ(u, 42);
    CHECK_EQ(i, -7);
    json_fini(&doc);
}

static void test_iteration(void)
{
    struct json_doc doc;
    char names[32] = "";

    CHECK_EQ(json_parse(&doc, SPAN("{\"a\":[7,8],\"b\":{}}"), MAX), OK);
    for (const struct json_value *v = json_first(json_root(&doc)); v; v = json_next(v))
        (void)snprintf(names + strlen(names), 8, "%s;", json_name(v));
    CHECK_STR(names, "a;b;");
    const struct json_value *list = json_member(json_root(&doc), "a");
    CHECK_STR(json_name(json_first(list)), "");
    CHECK(json_next(json_next(json_first(list))) == NULL);
    CHECK(json_first(json_member(json_root(&doc), "b")) == NULL);
    json_fini(&doc);
}

/* Getters take anything, also nothing. */
static void test_wrong_types(void)
{
    const char *texts[] = {"null", "true", "1", "\"s\"", "[1]", "{\"a\":1}"};
    uint64_t u;
    int64_t i;
    double d;
    bool b;

    for (size_t n = 0; n <= 6; n++) {
        struct json_doc doc = {0};

        if (n < 6)
            CHECK_EQ(json_parse(&doc, span_text(texts[n]), MAX), OK);
        const struct json_value *v = json_root(&doc);
        CHECK_EQ(json_member(v, "a") != NULL, n == 5);
        CHECK_EQ(json_element(v, 0) != NULL, n == 4);
        CHECK_EQ(json_string(v) != NULL, n == 3);
        CHECK_EQ(json_u64(v, &u), n == 2);
        CHECK_EQ(json_i64(v, &i), n == 2);
        CHECK_EQ(json_double(v, &d), n == 2);
        CHECK_EQ(json_bool(v, &b), n == 1);
        CHECK_EQ(json_len(v), n == 4 || n == 5);
        CHECK_STR(json_name(v), "");
        CHECK(json_next(v) == NULL);
        CHECK_EQ(json_kind(v) == JSON_NONE, n == 6);
        json_fini(&doc);
    }
}

static void check_integer(const char *text, bool is_exact, int64_t want)
{
    struct json_doc doc;
    int64_t i = 0;

    CHECK_EQ(json_parse(&doc, span_text(text), MAX), OK);
    CHECK_EQ(json_i64(json_root(&doc), &i), is_exact);
    CHECK_EQ(i, is_exact ? want : 0);
    json_fini(&doc);
}

static void test_huge_integers(void)
{
    check_integer("9007199254740992", true, 9007199254740992);
    check_integer("-9007199254740992", true, -9007199254740992);
    check_integer("9007199254740994", false, 0);
    check_integer("18446744073709551616", false, 0);
    check_integer("1e300", false, 0);
    check_integer("1e999", false, 0);
    check_integer("-1e999", false, 0);
    check_integer("1e3", true, 1000);
    check_integer("-0", true, 0);
}

static void test_number_length(void)
{
    char text[80];
    struct json_doc doc;

    memset(text, '1', sizeof(text));
    CHECK_EQ(json_parse(&doc, span_of(text, JSON_NUMBER_MAX), MAX), OK);
    json_fini(&doc);
    check_fails(span_of(text, JSON_NUMBER_MAX + 1), ERR_LIMIT,
                "line 1, column 1: a number of too many digits");
    text[0] = text[sizeof(text) - 1] = '"'; /* a string may be longer */
    CHECK_EQ(json_parse(&doc, span_of(text, sizeof(text)), MAX), OK);
    json_fini(&doc);
}

/* What cJSON would lose or refuse. */
static void test_rewritten_characters(void)
{
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc,
                        SPAN("[\"a\\u0000b\",\"\\uD83D\",\"\\uDE00\\uD83Dx\",\"\\\\u0000\","
                             "\"\\uD83D\\uDE00\"]"),
                        MAX),
             OK);
    const struct json_value *list = json_root(&doc);
    CHECK_STR(json_string(json_element(list, 0)), "a\xef\xbf\xbd"
                                                  "b");
    CHECK_STR(json_string(json_element(list, 1)), "\xef\xbf\xbd");
    CHECK_STR(json_string(json_element(list, 2)), "\xef\xbf\xbd\xef\xbf\xbdx");
    CHECK_STR(json_string(json_element(list, 3)), "\\u0000");
    CHECK_STR(json_string(json_element(list, 4)), "\xf0\x9f\x98\x80");
    json_fini(&doc);
    CHECK_EQ(json_parse(&doc, SPAN("{\"a\\u0000b\":1}"), MAX), OK);
    CHECK(json_member(json_root(&doc), "a") == NULL);
    json_fini(&doc);
    CHECK_EQ(mem_live(), 0);
}

static void test_syntax(void)
{
    check_fails((struct span){0}, ERR_SYNTAX,
                "line 1, column 1: the text ends where a value is expected");
    check_fails(SPAN("{\n  \"a\": nope\n}"), ERR_SYNTAX,
                "line 2, column 8: a value is expected");
    check_fails(SPAN("{} x"), ERR_SYNTAX, "line 1, column 4: something follows the value");
    check_fails(SPAN("{}\0"), ERR_SYNTAX, "line 1, column 3: something follows the value");
    check_fails(SPAN("\xef\xbb\xbf{}"), ERR_SYNTAX, "line 1, column 1: a byte order mark");
    check_fails(SPAN("\"\xff\""), ERR_SYNTAX, "line 1, column 2: invalid UTF-8");
    check_fails(SPAN("NaN"), ERR_SYNTAX, "line 1, column 1: a value is expected");
}

static void test_depth(void)
{
    char text[2 * JSON_DEPTH_MAX + 2];
    struct json_doc doc;

    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    CHECK_EQ(json_parse(&doc, span_of(text, sizeof(text) - 2), MAX), OK);
    json_fini(&doc);
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    check_fails(span_of(text, sizeof(text)), ERR_LIMIT, "line 1, column 65: too many levels");
}

static void test_size(void)
{
    struct json_doc doc;

    CHECK_EQ(json_parse(&doc, SPAN("[1]"), 3), OK);
    json_fini(&doc);
    CHECK_EQ(json_parse(&doc, SPAN("[1]"), 2), ERR_LIMIT);
    CHECK_STR(doc.detail, "line 1, column 1: the text is too long");
    json_fini(&doc);
}

static void test_number_of_values(void)
{
    size_t len = 2 * (size_t)JSON_VALUES_MAX;
    char *text = malloc(len + 1);
    struct json_doc doc;

    /* one array and JSON_VALUES_MAX - 1 elements */
    for (size_t i = 0; i < len; i++)
        text[i] = i % 2 == 0 ? ',' : '1';
    text[0] = '[';
    text[len - 2] = ']';
    CHECK_EQ(json_parse(&doc, span_of(text, len - 1), len), OK);
    CHECK_EQ(json_len(json_root(&doc)), JSON_VALUES_MAX - 1);
    json_fini(&doc);
    text[len - 2] = ',';
    text[len] = ']';
    CHECK_EQ(json_parse(&doc, span_of(text, len + 1), len + 1), ERR_LIMIT);
    json_fini(&doc);
    free(text);
    CHECK_EQ(mem_live(), 0);
}

/* The n-th allocation fails, for every n. */
static void test_memory_runs_out(void)
{
    enum err e = ERR_NOMEM;
    unsigned long n = 1;

    for (; e != OK; n++) {
        struct json_doc doc;

        mem_fail_at(n);
        e = json_parse(&doc, span_text(document), MAX);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK_EQ(json_root(&doc) != NULL, e == OK);
        mem_fail_at(0);
        json_fini(&doc);
        CHECK_EQ(mem_live(), 0);
    }
    CHECK(n > 20);
}

static void test_fini_of_nothing(void)
{
    struct json_doc doc = {0};

    json_fini(&doc);
    json_fini(&doc);
    CHECK(json_root(&doc) == NULL);
}

CHECK_MAIN(TEST(test_lookups), TEST(test_numbers_and_bools), TEST(test_iteration),
           TEST(test_wrong_types), TEST(test_huge_integers), TEST(test_number_length),
           TEST(test_rewritten_characters), TEST(test_syntax), TEST(test_depth),
           TEST(test_size), TEST(test_number_of_values), TEST(test_memory_runs_out),
           TEST(test_fini_of_nothing))
