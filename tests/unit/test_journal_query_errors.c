#include "relay-client/journal/query/journal_query.h"

#include "base/bytes.h"
#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/query/query_key_table.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"

#include <time.h>

#define NOW_MS 1795289105123u /* 2026-11-21T19:25:05.123Z */

static enum err parse(struct span text, struct journal_query_error *error)
{
    struct journal_query *q = NULL;
    enum err e = journal_query_parse(text, NOW_MS, &q, error);

    CHECK_EQ(e == OK, q != NULL);
    journal_query_free(q);
    return e;
}

static const struct {
    const char *text;
    size_t offset, length;
    const char *code, *hint;
} wrong[] = {
    {"typ:message", 0, 3, "unknown_key", "type:"},
    {"late typ:message", 5, 3, "unknown_key", "type:"},
    {"-typ:message", 1, 3, "unknown_key", "type:"},
    {"text:返金 statsu:200", 8, 6, "unknown_key", "status:"}, /* 返 is one unit */
    {"text:😀 typ:x", 8, 3, "unknown_key", "type:"},           /* 😀 is two */
    {"😀　ｔｙｐ：x", 3, 3, "unknown_key", "type:"},
    {"http://localhost", 0, 4, "unknown_key", "\"http://localhost\""},
    {"12:30", 0, 2, "unknown_key", "\"12:30\""},
    {"zzzzzz:\"a b\"", 0, 6, "unknown_key", ""},
    {"apu:reply", 0, 3, "unknown_key", "api:"},
    {"api-statsu:4xx", 0, 10, "unknown_key", "api-status:"},
    {"is:leta", 3, 4, "unknown_value", "late"},
    {"is:late,dupplicate", 8, 10, "unknown_value", "duplicate"},
    {"is:emulated", 3, 8, "unknown_value", "simulated"},
    {"is:simulate", 3, 8, "unknown_value", "simulated"},
    {"has:replay", 4, 6, "unknown_value", "reply"},
    {"has:finding:bot_lat", 4, 15, "unknown_value", "bot_late"},
    {"has:finding:", 4, 8, "unknown_value", "finding"},
    {"token:gone", 6, 4, "unknown_value", "none"},
    {"sig:vaild", 4, 5, "unknown_value", "valid"},
    {"by:gard", 3, 4, "unknown_value", "guard"},
    {"source:usr", 7, 3, "unknown_value", "user"},
    {"finding:sig_mising", 8, 10, "unknown_value", "sig_missing"},
    {"type:.text", 5, 5, "unknown_value", "text"},
    {"type:message.", 5, 8, "unknown_value", "message"},

    {"\"open", 0, 5, "unclosed_quote", ""},
    {"a text:\"open", 7, 5, "unclosed_quote", ""},
    {"“open", 0, 5, "unclosed_quote", ""},
    {"text:\"open\\\"", 5, 7, "unclosed_quote", ""},
    {"(late", 0, 1, "unclosed_group", ""},
    {"late (pass (kept)", 5, 1, "unclosed_group", ""},
    {"late)", 4, 1, "unexpected", ""},
    {")", 0, 1, "unexpected", ""},
    {"()", 1, 1, "unexpected", ""},
    {"（）", 1, 1, "unexpected", ""},
    {"OR", 0, 2, "unexpected", ""},
    {"OR late", 0, 2, "unexpected", ""},
    {"late OR", 7, 0, "unexpected", ""},
    {"late OR OR kept", 8, 2, "unexpected", ""},
    {"(late OR )", 9, 1, "unexpected", ""},
    {"-", 0, 1, "unexpected", ""},
    {"late - kept", 5, 1, "unexpected", ""},
    {"--late", 0, 1, "unexpected", ""},
    {"-)", 0, 1, "unexpected", ""},
    {":late", 0, 1, "unexpected", ""},
    {"late \xff", 5, 1, "unexpected", ""},
    {"返\xe8\xbf", 1, 1, "unexpected", ""},

    {"type:", 5, 0, "empty_value", ""},
    {"type: late", 5, 0, "empty_value", ""},
    {"type:message,", 13, 0, "empty_value", ""},
    {"type:,message", 5, 0, "empty_value", ""},
    {"text:\"\"", 5, 2, "empty_value", ""},
    {"\"\"", 0, 2, "empty_value", ""},
    {"text:\xe2\x80\x8b", 5, 1, "empty_value", ""}, /* a space without width */
    {"header:=curl", 7, 5, "empty_value", "user-agent=curl"},

    {"status:20", 7, 2, "bad_number", "5xx"},
    {"status:99", 7, 2, "bad_number", "5xx"},
    {"status:099", 7, 3, "bad_number", "5xx"},
    {"status:600", 7, 3, "bad_number", "5xx"},
    {"status:6xx", 7, 3, "bad_number", "5xx"},
    {"status:0xx", 7, 3, "bad_number", "5xx"},
    {"status:ok", 7, 2, "bad_number", "5xx"},
    {"status:>", 7, 1, "bad_number", "5xx"},
    {"status:>none", 7, 5, "bad_number", "5xx"},
    {"status:200..", 7, 5, "bad_range", "5xx"},
    {"status:..200", 7, 5, "bad_range", "5xx"},
    {"status:500..200", 7, 8, "bad_range", ""},
    {"status:200..none", 7, 9, "bad_number", "5xx"},
    {"took:fast", 5, 4, "bad_number", ">1.5s"},
    {"took:>1.s", 5, 4, "bad_number", ">1.5s"},
    {"took:>.5s", 5, 4, "bad_number", ">1.5s"},
    {"took:>1.5y", 5, 5, "bad_number", ">1.5s"},
    {"took:>-1s", 5, 4, "bad_number", ">1.5s"},
    {"took:>1234567890123s", 5, 15, "bad_number", ">1.5s"},
    {"took:1.5s", 5, 4, "bad_range", ">=1.5s"},
    {"took:2s..1s", 5, 6, "bad_range", ""},
    {"id:>x", 3, 2, "bad_number", "17"},
    {"id:1..x", 3, 4, "bad_number", "17"},
    {"parent:01KA", 7, 4, "bad_number", "17"},
    {"parent:1..2", 7, 4, "bad_number", "17"},
    {"parent:9999999999999999999", 7, 19, "bad_number", "17"},

    {"since:soon", 6, 4, "bad_time", "10m, 14:30, today, 2026-11-21"},
    {"since:>10m", 6, 4, "bad_time", "10m, 14:30, today, 2026-11-21"},
    {"until:25:00", 6, 5, "bad_time", "10m, 14:30, today, 2026-11-21"},
    {"since:2026-02-30", 6, 10, "bad_time", "10m, 14:30, today, 2026-11-21"},
    {"since:10:00..11:00", 6, 12, "bad_range", "at:12:00..12:30"},
    {"at:10m", 3, 3, "bad_time", "since:10m"},
    {"at:noon", 3, 4, "bad_time", "12:00..12:30"},
    {"at:12:00..noon", 3, 11, "bad_time", "12:00..12:30"},
    {"at:12:00..", 3, 7, "bad_range", "since:12:00"},
    {"at:..12:00", 3, 7, "bad_range", "until:12:00"},
    {"at:2026-11-21..2026-11-20", 3, 22, "bad_range", ""},
};

static void test_errors(void)
{
    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct journal_query_error error = {.code = "", .hint = "left over"};

        (void)fprintf(stderr, "  %s\n", wrong[i].text);
        CHECK_EQ(parse(span_text(wrong[i].text), &error), ERR_SYNTAX);
        CHECK_STR(error.code, wrong[i].code);
        CHECK_STR(error.hint, wrong[i].hint);
        CHECK_EQ(error.offset, wrong[i].offset);
        CHECK_EQ(error.length, wrong[i].length);
    }
}

/* ---- limits ---- */

/* `head`, then `what` again and again. */
static struct span repeated(struct bytes *b, const char *what, size_t times)
{
    bytes_clear(b);
    for (size_t i = 0; i < times; i++)
        CHECK_EQ(bytes_append_text(b, what), OK);
    return bytes_span(b);
}

static void test_length(void)
{
    struct journal_query_error error = {0};
    struct bytes text;

    bytes_init(&text, 65536);
    CHECK_EQ(parse(repeated(&text, "x", JOURNAL_QUERY_MAX - 1), &error), OK);
    CHECK_EQ(parse(repeated(&text, "x", JOURNAL_QUERY_MAX), &error), OK);
    CHECK_EQ(parse(repeated(&text, "x", JOURNAL_QUERY_MAX + 1), &error), ERR_SYNTAX);
    CHECK_STR(error.code, "too_long");
    CHECK_EQ(error.offset, JOURNAL_QUERY_MAX);
    CHECK_EQ(error.length, 1);
    /* What folding makes longest: 18 characters of one. */
    CHECK_EQ(parse(repeated(&text, "\xef\xb7\xba", JOURNAL_QUERY_MAX / 3), &error), OK);
    CHECK_EQ(parse(repeated(&text, "\xef\xb7\xba", JOURNAL_QUERY_MAX / 3 + 1), &error),
             ERR_SYNTAX);
    CHECK_EQ(error.offset, JOURNAL_QUERY_MAX / 3 + 1);
    CHECK_EQ(error.length, 0);
    CHECK_EQ(parse(repeated(&text, "x", 65536), &error), ERR_SYNTAX);
    CHECK_STR(error.code, "too_long");
    bytes_fini(&text);
}

static void test_terms(void)
{
    struct journal_query_error error = {0};
    struct bytes text;

    bytes_init(&text, 65536);
    CHECK_EQ(parse(repeated(&text, "late ", JOURNAL_QUERY_TERMS), &error), OK);
    CHECK_EQ(parse(repeated(&text, "late ", JOURNAL_QUERY_TERMS + 1), &error), ERR_SYNTAX);
    CHECK_STR(error.code, "too_long");
    CHECK_EQ(error.offset, 5 * JOURNAL_QUERY_TERMS);
    CHECK_EQ(error.length, 4);
    /* Each of a list counts. */
    (void)repeated(&text, "id:1,2,3,4 ", JOURNAL_QUERY_TERMS / 4);
    CHECK_EQ(parse(bytes_span(&text), &error), OK);
    CHECK_EQ(bytes_append_text(&text, "OR late"), OK);
    CHECK_EQ(parse(bytes_span(&text), &error), ERR_SYNTAX);
    CHECK_EQ(parse(repeated(&text, "(a OR b) ", JOURNAL_QUERY_TERMS / 2), &error), OK);
    bytes_fini(&text);
}

static enum err parse_brackets(size_t depth, struct journal_query_error *error)
{
    struct bytes text;

    bytes_init(&text, 65536);
    (void)repeated(&text, "-(", depth);
    CHECK_EQ(bytes_append_text(&text, "late"), OK);
    for (size_t i = 0; i < depth; i++)
        CHECK_EQ(bytes_append_text(&text, ")"), OK);
    enum err e = parse(bytes_span(&text), error);
    bytes_fini(&text);
    return e;
}

static void test_depth(void)
{
    struct journal_query_error error = {0};

    CHECK_EQ(parse_brackets(JOURNAL_QUERY_DEPTH - 1, &error), OK);
    CHECK_EQ(parse_brackets(JOURNAL_QUERY_DEPTH, &error), OK);
    CHECK_EQ(parse_brackets(JOURNAL_QUERY_DEPTH + 1, &error), ERR_SYNTAX);
    CHECK_STR(error.code, "too_deep");
    CHECK_EQ(error.offset, 2 * JOURNAL_QUERY_DEPTH + 1);
    CHECK_EQ(parse_brackets(600, &error), ERR_SYNTAX);
    CHECK_STR(error.code, "too_deep");
    /* Beside each other they are not deeper. */
    CHECK_EQ(parse(SPAN("(a) (b) (c) ((d)) (e) (f) (g) (h) (i) (j) (k) (l) (m) (n) (o) (p) "
                        "(q) (r) (s)"),
                   &error),
             OK);
}

/* ---- parts ---- */

static void check_parts(const char *text, const char *want)
{
    struct journal_query_error error;
    struct journal_query *q = NULL;
    struct span parts[JOURNAL_QUERY_TERMS];
    char line[256] = "";
    size_t at = 0;

    CHECK_EQ(journal_query_parse(span_text(text), NOW_MS, &q, &error), OK);
    size_t len = journal_query_parts(q, parts, JOURNAL_QUERY_TERMS);
    for (size_t i = 0; i < len; i++)
        at += (size_t)snprintf(line + at, sizeof(line) - at, "[%.*s]", (int)parts[i].len,
                               parts[i].ptr);
    CHECK_STR(line, want);
    CHECK_EQ(journal_query_parts(q, parts, 1), len > 0);
    journal_query_free(q);
}

static void test_parts(void)
{
    check_parts("", "");
    check_parts("late", "[late]");
    check_parts("  late   kept ", "[late][kept]");
    check_parts("late -type:message,postback \"a b\"",
                "[late][-type:message,postback][\"a b\"]");
    check_parts("late (a OR b) -(c d)", "[late][(a OR b)][-(c d)]");
    check_parts("a b OR c", "[a b][c]");
    check_parts("a OR (b OR c) d OR -e", "[a][(b OR c) d][-e]");
    check_parts("（late　OR　kept）　type：ｉｍａｇｅ",
                "[（late　OR　kept）][type：ｉｍａｇｅ]");
    check_parts("a\tb\nc\rd", "[a][b][c][d]");
}

/* ---- the table, and memory ---- */

static void test_table(void)
{
    for (size_t i = 0; i < query_key_table_len; i++) {
        const struct query_key *key = &query_key_table[i];
        size_t words = 0;

        CHECK(query_key_find(span_text(key->name)) == key);
        for (const char *word; (word = query_key_word_at(key, words)); words++) {
            struct journal_query_error error = {0};
            char text[64];

            (void)snprintf(text, sizeof(text), "%s:%s", key->name, word);
            CHECK_EQ(parse(span_text(text), &error), OK);
        }
        CHECK(query_key_word_at(key, words + 1) == NULL);
    }
    CHECK(query_key_find(SPAN("")) == NULL);
    CHECK(query_key_find(SPAN("apis")) == NULL);
}

static void test_no_memory(void)
{
    const struct span text = SPAN("type:image OR (text:返金,ＡＢ user:U12* at:today -late)");
    unsigned long live = mem_live();
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct journal_query_error error = {0};

        mem_fail_at(n);
        enum err e = parse(text, &error);
        is_over = mem_sweep_is_over(n);
        CHECK(e == (is_over ? OK : ERR_NOMEM) || e == OK);
        CHECK(!is_over || e == OK);
        CHECK_EQ(mem_live(), live);
    }
    journal_query_free(NULL);
}

CHECK_MAIN(TEST(test_errors), TEST(test_length), TEST(test_terms), TEST(test_depth),
           TEST(test_parts), TEST(test_table), TEST(test_no_memory))
