#include "relay-client/journal/query/journal_query.h"

#include "base/container.h"
#include "tests/unit/check.h"
#include "tests/unit/support/query_sample.h"

#include <time.h>

static const struct {
    const char *query, *ids;
} questions[] = {
    {"", "12 10 9 8 7 6 5 4 3 2 1 "},
    {"   ", "12 10 9 8 7 6 5 4 3 2 1 "},
    {"　", "12 10 9 8 7 6 5 4 3 2 1 "},

    /* events */
    {"type:message", "12 8 7 3 2 1 "},
    {"TYPE:Message", "12 8 7 3 2 1 "},
    {"type:text", "8 7 2 1 "},
    {"type:message.text", "8 7 2 1 "},
    {"type:message.join", ""},
    {"type:postback", "5 "}, /* not only the first event */
    {"type:join,follow", "5 4 "},
    {"type:brandNew", ""},
    {"source:user", "12 7 5 4 3 1 "},
    {"source:group,room", "8 5 2 "},
    {"user:" QUERY_SAMPLE_USER, "12 8 7 4 1 "},
    {"user:U0123", "12 8 7 4 1 "},
    {"user:U0123*", "12 8 7 4 1 "},
    {"user:u0123", "12 8 7 4 1 "},
    {"user:ffff", "5 3 2 "},
    {"user:ffff*", ""},
    {"group:C0123456789abcdef0123456789abcdef", "5 2 "},
    {"group:c0123", "5 2 "},
    {"group:U0123", ""},
    {"room:R0", "8 "},
    {"text:refund", "7 1 "},
    {"text:REFUND", "7 1 "},
    {"text:返金", "7 1 "},
    {"text:返", "8 7 1 "}, /* not the data of 5 */
    {"data:返", "5 "},
    {"data:action=buy", "5 "},
    {"text:action", ""},
    {"text:ください", "7 1 "},
    {"event:01E1", "12 7 1 "},
    {"event:01E", "12 8 7 5 4 3 2 1 "},
    {"event:01e1", ""},
    {"token:live", "1 "},
    {"token:used", "8 "},
    {"-token:used", "12 10 9 7 6 5 4 3 2 1 "},
    {"api:reply", "8 "},
    {"api:PUSH", "3 "},
    {"api:message", "8 3 "},
    {"api:/v2/bot/profile/U1", "3 "},
    {"api:push*", "3 "},
    {"api:message*", ""},
    {"api:nothing", "4 "},
    {"api:broadcast", ""},
    {"api:profile,reply", "8 3 "},
    {"-api:bot", "12 10 9 7 6 5 4 2 1 "},
    {"api-status:2xx", "8 "},
    {"api-status:>=400", "3 "},
    {"api-status:none", "4 "},
    {"has:reply", "8 "},
    {"token:expired", "12 7 5 4 2 "},
    {"token:replay", "7 "},
    {"token:none", "10 9 6 3 "},

    /* case and width */
    {"hello", "2 "},
    {"ＨＥＬＬＯ", "2 "},
    {"text:strasse", "2 "},
    {"text:STRASSE", "2 "},
    {"text:ガギ", "2 "},
    {"text:ｶﾞ", "2 "},
    {"ｔｙｐｅ：ｉｍａｇｅ", "3 "},
    {"type：image　sig：valid", "3 "},
    {"（type：image　OR　type：join）", "5 3 "},
    {"type:image，join", "5 3 "},
    {"text:“a refund”", "7 1 "},
    {"＂a refund＂", "7 1 "},

    /* text, anywhere */
    {"refund", "7 1 "},
    {"返金", "7 1 "},
    {"返", "8 7 5 1 "},
    {"返品", "5 "},
    {"\"a refund\"", "7 1 "},
    {"a refund", "7 1 "},
    {"refund a", "7 1 "},
    {"\"refund a\"", ""},
    {"liff", "6 "},
    {"50%_off", "8 "},
    {"%", "8 "},
    {"5_", ""},
    {"'", ""},
    {"json", "10 "}, /* without a row in `search` */
    {"äöü", "10 "},
    {"a,b", ""},
    {"body:refund", "7 1 "},
    {"body:\"text\\\"\"", "8 7 2 1 "},
    {"body:äöü", "10 "},
    {"body:SMILE", "12 "},
    {"body:hello", "2 "}, /* what is full width in it */
    {"body:\"type\\\":\\\"image\"", "3 "},
    {"body:strasse", "2 "},
    {"body:callback", ""},
    {"smile", "12 "},

    /* the request */
    {"path:/callback", "12 10 9 8 7 5 4 3 2 1 "},
    {"path:/liff*", "6 "},
    {"path:/liff", ""},
    {"path:*.html", "6 "},
    {"path:/LIFF/index.html", "6 "},
    {"path:/liff/index.html?x=1", "6 "},
    {"path:\"/liff*\"", ""},
    {"path:/*/*", "6 "},
    {"method:get", "6 "},
    {"method:GET,PUT", "6 "},
    {"header:user-agent", "12 10 9 8 7 6 5 4 3 2 1 "},
    {"header:user-agent=curl", "6 "},
    {"header:User-Agent=CURL/8", "6 "},
    {"header:accept", "6 "},
    {"header:path", ""},
    {"header:authorization", "12 10 9 8 7 5 4 3 2 1 "},
    {"header:authorization=hidden", ""},
    {"header:x-line-signature=\"abcd=\"", "12 10 9 8 7 5 4 3 2 1 "},
    {"tunnel:other", "6 "},
    {"tunnel:oth", ""},
    {"tunnel:o*", "6 "},
    {"id:3", "3 "},
    {"id:3,5,11", "5 3 "},
    {"id:>8", "12 10 9 "},
    {"id:2..4", "4 3 2 "},
    {"id:01KA7", "7 "},
    {"id:01KA", "12 10 9 8 7 6 5 4 3 2 1 "},
    {"id:99", ""},
    {"parent:1", "7 "},
    {"parent:2", ""},

    /* the answer */
    {"status:200", "12 10 9 7 5 3 1 "},
    {"status:5xx", "2 "},
    {"status:>=400", "6 4 2 "},
    {"status:>404", "2 "},
    {"status:<300", "12 10 9 7 5 3 1 "},
    {"status:<=100", ""},
    {"status:<100", ""},
    {"status:4xx..500", "6 4 2 "},
    {"status:none", "8 "},
    {"bot-status:3xx", "5 "},
    {"bot-status:none", "9 8 4 "},
    {"by:bot", "10 7 6 2 1 "},
    {"by:guard", "3 "},
    {"by:now", "12 "},
    {"by:kept", "5 "},
    {"by:refused", "4 "},
    {"by:relay", "12 5 3 "},
    {"by:nobody", "9 8 "},
    {"by:duplicate", ""},
    {"sig:valid", "12 7 5 3 2 1 "},
    {"sig:bad", "9 6 4 "},
    {"sig:invalid,missing", "9 6 4 "},
    {"sig:unchecked", "10 8 "},
    {"secret:\"secret 2\"", "3 "},
    {"secret:*2", "3 "},
    {"took:>1.5s", "12 3 "},
    {"took:>=1.5s", "12 7 3 "},
    {"took:200ms..1s", "1 "},
    {"took:<0.02s", "6 5 "},
    {"took:<=20", "6 5 2 "},

    /* what is known of it */
    {"is:late", "3 "},
    {"late", "3 "},
    {"LATE", "3 "},
    {"\"late\"", ""},
    {"-late", "12 10 9 8 7 6 5 4 2 1 "},
    {"is:late,pinned", "10 3 "},
    {"problem", "9 4 3 2 "},
    {"multi", "5 "},
    {"kept", "5 "},
    {"replay", "7 "},
    {"pass", "6 "},
    {"verify", "9 "},
    {"pending", "8 "},
    {"duplicate redelivery", "12 "},
    {"finding:bot_late", "3 "},
    {"finding:BOT_LATE,sig_missing", "9 3 "},
    {"has:finding", "9 4 3 2 "},
    {"has:finding:bot_late", "3 "},
    {"has:note", "10 "},
    {"has:error", "2 "},
    {"-has:error", "12 10 9 8 7 6 5 4 3 1 "},

    /* and, or, not, brackets */
    {"type:text sig:valid", "7 2 1 "},
    {"type:text -sig:valid", "8 "},
    {"type:image OR type:join", "5 3 "},
    {"type:image or type:join", ""},
    {"late OR (status:200 type:text)", "7 3 1 "},
    {"(late OR status:200) type:text", "7 1 "},
    {"-(late OR status:200)", "8 6 4 2 "},
    {"-(-(late))", "3 "},
    {"((((late))))", "3 "},
    {"-status:2xx,5xx", "8 6 4 "},
    {"late(status:200)", "3 "},
    {"(late)(status:200)", "3 "},
    {"is:late OR is:kept OR is:pass", "6 5 3 "},
    {"-text:返", "12 10 9 6 5 4 3 2 "},
};

static void test_questions(void)
{
    struct journal_reader *r = query_sample_open();

    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        const char *ids = query_sample_ids(r, questions[i].query);

        if (strcmp(ids, questions[i].ids) != 0)
            (void)fprintf(stderr, "%s\n", questions[i].query);
        CHECK_STR(ids, questions[i].ids);
    }
    query_sample_close(r);
}

/* ---- one query, asked in every way ---- */

static bool note_id(void *owner, const struct journal_row *row)
{
    char *line = owner;
    size_t len = strlen(line);

    (void)snprintf(line + len, 128 - len, "%" PRIu64 " ", row->id);
    return true;
}

static void check_all_ways(struct journal_reader *r, const char *text)
{
    struct journal_query *q = query_sample_parse(text);
    const struct journal_page page = {.query = q, .limit = 500};
    const struct journal_page upwards = {.query = q, .limit = 500, .after = 1};
    const struct journal_filter filter = {.query = q, .limit = 500};
    const uint64_t all[] = {12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    char ids[128], listed[128] = "", matched[128] = "", filtered[128] = "", after[128] = "";
    uint64_t count, spaces = 0;

    (void)snprintf(ids, sizeof(ids), "%s", query_sample_ids(r, text));
    CHECK_EQ(journal_query_list(r, &page, note_id, listed), OK);
    CHECK_STR(listed, ids);
    CHECK_EQ(journal_query_match(r, q, all, ARRAY_LEN(all), note_id, matched), OK);
    CHECK_STR(matched, ids);
    CHECK_EQ(journal_reader_list(r, &filter, note_id, filtered), OK);
    CHECK_STR(filtered, ids);
    CHECK_EQ(journal_query_count(r, q, &count), OK);
    for (size_t i = 0; ids[i] != '\0'; i++)
        spaces += ids[i] == ' ';
    CHECK_EQ(count, spaces);
    CHECK_EQ(journal_query_list(r, &upwards, note_id, after), OK);
    CHECK_EQ(strlen(after),
             strlen(ids) - (strstr(ids, " 1 ") || strcmp(ids, "1 ") == 0 ? 2 : 0));
    journal_query_free(q);
}

static void test_ways(void)
{
    struct journal_reader *r = query_sample_open();

    for (size_t i = 0; i < ARRAY_LEN(questions); i++)
        check_all_ways(r, questions[i].query);
    query_sample_close(r);
}

static bool has_id(const char *ids, unsigned id)
{
    char one[16];
    size_t len = (size_t)snprintf(one, sizeof(one), "%u ", id);

    for (const char *at = strstr(ids, one); at; at = strstr(at + len, one))
        if (at == ids || at[-1] == ' ')
            return true;
    return false;
}

/* Whatever matches, its negation is the rest, and everything without either. */
static void test_negation(void)
{
    struct journal_reader *r = query_sample_open();
    char text[512], ids[128];

    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        if (strspn(questions[i].query, " \xe3\x80") == strlen(questions[i].query))
            continue; /* nothing, and the ideographic space */
        (void)snprintf(ids, sizeof(ids), "%s", query_sample_ids(r, questions[i].query));
        (void)snprintf(text, sizeof(text), "-(%s)", questions[i].query);
        const char *others = query_sample_ids(r, text);

        for (unsigned id = 1; id <= QUERY_SAMPLE_LEN; id++)
            CHECK_EQ(has_id(ids, id) + has_id(others, id), id != 11);
        check_all_ways(r, text);
    }
    query_sample_close(r);
}

CHECK_MAIN(TEST(test_questions), TEST(test_ways), TEST(test_negation))
