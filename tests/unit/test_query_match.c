#include "relay-client/journal/query/query_match.h"

#include "base/bytes.h"
#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/search/journal_search_text.h"
#include "store/database_function.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"

typedef enum err match(struct span text, struct span part, bool *out);

static bool is(match *m, const char *text, const char *part)
{
    bool found = false;

    CHECK_EQ(m(span_text(text), span_text(part), &found), OK);
    return found;
}

static void test_letters(void)
{
    CHECK(is(query_match_has_letters, "a Refund, please", "refund"));
    CHECK(is(query_match_has_letters, "REFUND", "refund"));
    CHECK(is(query_match_has_letters, "refund", "d"));
    CHECK(is(query_match_has_letters, "返金して", "金し"));
    CHECK(is(query_match_has_letters, "aaaaab", "aab"));
    CHECK(is(query_match_has_letters, "anything", ""));
    CHECK(is(query_match_has_letters, "", ""));
    CHECK(!is(query_match_has_letters, "", "a"));
    CHECK(!is(query_match_has_letters, "refun", "refund"));
    CHECK(!is(query_match_has_letters, "ＲＥＦＵＮＤ", "refund"));
    CHECK(!is(query_match_has_letters, "[", "{")); /* not only a bit of difference */
}

/* Every part of a text at every place, and of lengths around what a byte can count. */
static void test_letters_everywhere(void)
{
    char text[700], part[700];
    bool found;

    for (size_t len = 250; len <= 260; len++) {
        for (size_t at = 0; at + len < sizeof(text); at += 7) {
            memset(text, 'x', sizeof(text));
            memset(part, 'y', len);
            part[0] = 'a';
            part[len - 1] = 'z';
            memcpy(text + at, part, len);
            CHECK_EQ(query_match_has_letters(span_of(text, sizeof(text)), span_of(part, len),
                                             &found),
                     OK);
            CHECK(found);
            text[at + len / 2] = 'x';
            CHECK_EQ(query_match_has_letters(span_of(text, sizeof(text)), span_of(part, len),
                                             &found),
                     OK);
            CHECK(!found);
        }
    }
}

static void test_folded(void)
{
    CHECK(is(query_match_has_folded, "ＲＥＦＵＮＤ", "refund"));
    CHECK(is(query_match_has_folded, "Straße", "strasse"));
    CHECK(is(query_match_has_folded, "ｶﾞｷﾞ", "ガギ"));
    CHECK(is(query_match_has_folded, "plain", "plain"));
    CHECK(!is(query_match_has_folded, "plain", "ガ"));
    CHECK(!is(query_match_has_folded, "ｶｷﾞ", "ガ"));
    CHECK(is(query_match_has_folded, "\xff\xfe x", "x"));
}

static void test_value(void)
{
    CHECK(is(query_match_has_value, "{\"a\":\"\\u8fd4\\u91d1\"}", "返金"));
    CHECK(is(query_match_has_value, "{\"a\":\"Ｈｉ\",\"b\":17}", "hi"));
    CHECK(is(query_match_has_value, "{\"a\":\"Ｈｉ\",\"b\":17}", "17"));
    CHECK(!is(query_match_has_value, "{\"name\":\"x\"}", "name"));
    CHECK(!is(query_match_has_value, "{\"a\":\"x\",\"b\":\"y\"}", "xy"));
    CHECK(is(query_match_has_value, "not JSON: ÄÖ", "äö"));
    CHECK(!is(query_match_has_value, "", "a"));
}

/* What is too long to be decoded is searched as it is. */
static void test_long_value(void)
{
    struct bytes body;
    bool found;

    bytes_init(&body, 1 << 20);
    CHECK_EQ(bytes_append_text(&body, "{\"a\":\""), OK);
    for (size_t i = 0; i <= JOURNAL_SEARCH_TEXT_MAX * 4; i++)
        CHECK_EQ(bytes_append(&body, "x", 1), OK);
    CHECK_EQ(bytes_append_text(&body, "ＥＮＤ\"}"), OK);
    CHECK_EQ(query_match_has_value(bytes_span(&body), SPAN("xend"), &found), OK);
    CHECK(found);
    CHECK_EQ(query_match_has_value(bytes_span(&body), SPAN("endx"), &found), OK);
    CHECK(!found);
    bytes_fini(&body);
}

#define ANY QUERY_MATCH_ANY

static void test_patterns(void)
{
    CHECK(is(query_match_is_like, "", ""));
    CHECK(is(query_match_is_like, "", ANY));
    CHECK(!is(query_match_is_like, "x", ""));
    CHECK(is(query_match_is_like, "/Callback", "/callback"));
    CHECK(!is(query_match_is_like, "/callback2", "/callback"));
    CHECK(is(query_match_is_like, "/liff/a", "/liff" ANY));
    CHECK(is(query_match_is_like, "/liff", "/liff" ANY));
    CHECK(!is(query_match_is_like, "a/liff", "/liff" ANY));
    CHECK(is(query_match_is_like, "a.html", ANY ".html"));
    CHECK(!is(query_match_is_like, "a.html5", ANY ".html"));
    CHECK(is(query_match_is_like, "abcbcd", "a" ANY "bcd"));
    CHECK(is(query_match_is_like, "aXbYc", "a" ANY "b" ANY "c"));
    CHECK(!is(query_match_is_like, "aXcYb", "a" ANY "b" ANY "c"));
    CHECK(is(query_match_is_like, "x", ANY ANY ANY));
    CHECK(is(query_match_is_like, "ＡＢ", "a" ANY));
    CHECK(!is(query_match_is_like, "a*b", "ab"));
}

static void test_fields(void)
{
    static const char head[] = ":method: POST\n:path: /a\nContent-Type: text/plain\n"
                               "x-empty: \n authorization: Bearer hidden\nx-last: Ｅｎｄ\n";

    CHECK(is(query_match_has_field, head, "content-type"));
    CHECK(is(query_match_has_field, head, "content-type=plain"));
    CHECK(is(query_match_has_field, head, "content-type=TEXT") == false); /* is not folded */
    CHECK(!is(query_match_has_field, head, "content-type=html"));
    CHECK(!is(query_match_has_field, head, "content"));
    CHECK(!is(query_match_has_field, head, "method"));
    CHECK(!is(query_match_has_field, head, ":method"));
    CHECK(!is(query_match_has_field, head, ":path=/a"));
    CHECK(is(query_match_has_field, head, "x-empty"));
    CHECK(is(query_match_has_field, head, "x-empty="));
    CHECK(!is(query_match_has_field, head, "x-empty=a"));
    CHECK(is(query_match_has_field, head, "authorization"));
    CHECK(!is(query_match_has_field, head, "authorization=hidden"));
    CHECK(!is(query_match_has_field, head, "authorization="));
    CHECK(is(query_match_has_field, head, "x-last=end"));
    CHECK(!is(query_match_has_field, "", "a"));
    CHECK(!is(query_match_has_field, "no colon", "a"));
    CHECK(!is(query_match_has_field, "\n\n", "a"));
}

/* Cut anywhere, a head is still only read. */
static void test_cut_heads(void)
{
    static const char head[] = ":path: /a\nname: value\n secret: x\n";
    bool found;

    for (size_t len = 0; len < sizeof(head); len++) {
        char *copy = mem_text(head, len);

        CHECK(copy);
        CHECK_EQ(query_match_has_field(span_of(copy, len), SPAN("name=value"), &found), OK);
        CHECK_EQ(found, len >= 21);
        mem_free(copy);
    }
}

/* ---- in SQL ---- */

static const char *const no_steps[] = {"CREATE TABLE t (a TEXT, b BLOB);"};
static const struct database_schema schema = {
    .what = "test", .application_id = 7, .steps = no_steps, .version = 1};

static struct database *open_database(void)
{
    const struct database_options options = {
        .path = ":memory:", .schema = &schema, .clock = clock_system()};
    char detail[DETAIL_MAX];
    struct database *db;

    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(query_match_define(db), OK);
    return db;
}

static enum err fail_limit(struct span a, struct span b, bool *out)
{
    (void)a;
    (void)b;
    *out = true;
    return ERR_LIMIT;
}

static void test_sql(void)
{
    static const struct database_function broken = {"broken", fail_limit};
    struct database *db = open_database();
    uint64_t n;

    CHECK_EQ(statement_query_u64(db, "SELECT has_folded('Straße', 'strasse')", &n), OK);
    CHECK_EQ(n, 1);
    CHECK_EQ(statement_query_u64(db, "SELECT has_letters(x'414243', 'bc')", &n), OK);
    CHECK_EQ(n, 1);
    CHECK_EQ(statement_query_u64(db, "SELECT is_like('ABC', 'abd')", &n), OK);
    CHECK_EQ(n, 0);
    CHECK_EQ(
        statement_query_u64(db, "SELECT has_letters(NULL, '') + has_letters('', NULL)", &n),
        OK);
    CHECK_EQ(n, 0); /* NULL is nowhere */
    CHECK_EQ(database_function_define(db, &broken), OK);
    CHECK_EQ(statement_query_u64(db, "SELECT broken(1, 2)", &n), ERR_LIMIT);
    database_close(db);
}

static void test_no_memory(void)
{
    struct database *db = open_database();
    bool is_over = false;

    for (unsigned long i = 1; !is_over; i++) {
        uint64_t n = 0;

        mem_fail_at(i);
        enum err e = statement_query_u64(db, "SELECT has_folded('ＳＴＲａße', 'strasse')", &n);
        is_over = mem_sweep_is_over(i);
        CHECK(e == OK ? n == 1 : e == ERR_NOMEM && !is_over);
    }
    database_close(db);
}

CHECK_MAIN(TEST(test_letters), TEST(test_letters_everywhere), TEST(test_folded),
           TEST(test_value), TEST(test_long_value), TEST(test_patterns), TEST(test_fields),
           TEST(test_cut_heads), TEST(test_sql), TEST(test_no_memory))
