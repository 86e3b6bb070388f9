/* Calls of the bot to LINE's API: what is kept of them, and in what order. */
#include "relay-client/journal/journal_watch.h"
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/pending_rig.h"

#define CHAT "Ufedcba9876543210fedcba9876543210"

static struct journal_rig rig;

/* ---- what is kept ---- */

static void test_whole(void)
{
    struct line_call_rig c;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    line_call_rig_init(&c, 1, CHAT);
    line_call_rig_record(&rig, &c);
    struct line_call_rig_found f = line_call_rig_of_exchange(1);
    CHECK_EQ(f.len, 1);
    CHECK_EQ(f.ids[0], 1);
    CHECK_EQ(f.last.row.at_ms, JOURNAL_RIG_NOW_MS + 20);
    CHECK_EQ(f.last.row.took_us, 900);
    CHECK_EQ(f.last.row.mode, JOURNAL_CALL_EMULATED);
    CHECK_EQ(f.last.row.tie, JOURNAL_CALL_BY_TOKEN);
    CHECK_EQ(f.last.row.exchange, 1);
    CHECK_EQ(f.last.row.place, 1);
    CHECK_EQ(f.last.row.status, 200);
    CHECK_EQ(f.last.row.said_len, 1);
    CHECK_STR(f.said_type, "text");
    CHECK_STR(f.said_text, "hello");
    CHECK_STR(f.target, "/v2/bot/message/reply");
    CHECK_STR(f.user_agent, "@line/bot-sdk/10.6.0");
    CHECK(f.last.row.is_sending && !f.last.request_truncated && !f.last.answer_truncated);
    CHECK(strstr(f.request_body, "\"messages\""));
    CHECK(strstr(f.answer_body, "sentMessages"));
    CHECK_EQ(f.last.answer.status, 200);
    CHECK_EQ(line_call_rig_get(1, OK).ids[0], 1);
    CHECK_EQ(line_call_rig_get(2, ERR_NOT_FOUND).len, 0);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.calls_len, 1);
    CHECK_EQ(row.calls_worst, JOURNAL_CALLS_GOOD);
    CHECK(!(row.flags & JOURNAL_FLAG_PROBLEM));
    edit_rig_stop(&rig);
}

/* Of an exchange that there is not, and of none; without an answer. */
static void test_untied(void)
{
    struct line_call_rig c;

    edit_rig_start(&rig);
    line_call_rig_init(&c, 77, CHAT);
    c.call.event = 3;
    c.call.answer = NULL;
    c.call.answer_body = SPAN("");
    c.call.mode = JOURNAL_CALL_FAILED;
    c.call.problem = "unreachable";
    line_call_rig_record(&rig, &c);
    struct line_call_rig_found f = line_call_rig_get(1, OK);
    CHECK_EQ(f.last.row.exchange + f.last.row.event + f.last.row.place, 0);
    CHECK_EQ(f.last.row.tie, JOURNAL_CALL_UNTIED);
    CHECK_EQ(f.last.answer.status + f.last.row.status, 0);
    CHECK_STR(f.problem, "unreachable");
    CHECK_EQ(line_call_rig_of_exchange(0).len + line_call_rig_of_exchange(77).len, 0);
    edit_rig_stop(&rig);
}

/* ---- what the exchange says of its calls ---- */

static void record_outcome(uint64_t exchange, unsigned status, const char *problem)
{
    struct line_call_rig c;

    line_call_rig_init(&c, exchange, CHAT);
    http_head_init_response(&c.answer, status);
    c.call.problem = problem;
    line_call_rig_record(&rig, &c);
}

static void test_findings(void)
{
    const uint64_t used = UINT64_C(1) << JOURNAL_FOUND_TOKEN_USED,
                   expired = UINT64_C(1) << JOURNAL_FOUND_TOKEN_EXPIRED;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    record_outcome(1, 200, "");
    record_outcome(1, 409, "retry_key");
    CHECK_EQ(pending_rig_row(1).calls_worst, JOURNAL_CALLS_GOOD);
    record_outcome(1, 400, "token_used");
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.calls_len, 3);
    CHECK_EQ(row.calls_worst, JOURNAL_CALLS_REFUSED);
    CHECK_EQ(row.findings, used);
    CHECK(row.flags & JOURNAL_FLAG_PROBLEM);
    record_outcome(1, 400, "token_expired");
    struct journal_answer again = journal_rig_answer(1); /* the summary is made anew */
    edit_rig_answer(&rig, &again);
    row = pending_rig_row(1);
    CHECK_EQ(row.findings, used | expired);
    CHECK_EQ(row.calls_found, used | expired);
    CHECK_EQ(row.calls_len, 4);
    CHECK(row.flags & JOURNAL_FLAG_PROBLEM);
    record_outcome(1, 500, "line_error");
    row = pending_rig_row(1);
    CHECK_EQ(row.calls_worst, JOURNAL_CALLS_FAILED);
    CHECK_EQ(row.findings, used | expired | UINT64_C(1) << JOURNAL_FOUND_API_REFUSED);
    edit_rig_stop(&rig);
}

/* ---- order, chats ---- */

static void test_chats(void)
{
    struct line_call_rig c;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    for (unsigned i = 0; i < 3; i++) {
        line_call_rig_init(&c, 1, CHAT);
        c.chats[1] = "Cgroup";
        c.call.chats_len = 1 + (i == 1);
        line_call_rig_record(&rig, &c);
    }
    CHECK_EQ(edit_rig_store(&rig, "b", "hi"), 2);
    line_call_rig_init(&c, 0, "*");
    line_call_rig_record(&rig, &c);
    struct line_call_rig_found f = line_call_rig_in_chat(CHAT, 0, 0, 64);
    CHECK_EQ(f.len, 4);
    for (uint64_t i = 0; i < 4; i++)
        CHECK_EQ(f.ids[i], 4 - i);
    CHECK_EQ(line_call_rig_in_chat("Cgroup", 0, 0, 64).len, 2);
    CHECK_EQ(line_call_rig_in_chat("nobody", 0, 0, 64).len, 1);
    CHECK_EQ(line_call_rig_in_chat("*", 0, 0, 64).len, 1);
    CHECK_EQ(line_call_rig_in_chat(CHAT, 3, 0, 64).len, 2);
    CHECK_EQ(line_call_rig_in_chat(CHAT, 0, 2, 64).len, 3);
    CHECK_EQ(line_call_rig_in_chat(CHAT, 0, 1, 64).len, 0);
    CHECK_EQ(line_call_rig_in_chat(CHAT, 0, 0, 2).len, 2);
    CHECK_EQ(line_call_rig_since(1, 64).len, 3);
    CHECK_EQ(line_call_rig_since(1, 64).ids[0], 2);
    CHECK_EQ(line_call_rig_since(0, 2).len, 2);
    CHECK_EQ(line_call_rig_since(UINT64_MAX, 2).len, 0);
    edit_rig_stop(&rig);
}

static void test_stops(void)
{
    struct line_call_rig c;
    struct line_call_rig_found f = {.stop_at = 1};

    edit_rig_start(&rig);
    line_call_rig_init(&c, 0, CHAT);
    line_call_rig_record(&rig, &c);
    line_call_rig_record(&rig, &c);
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_calls_since(r, 0, 64, line_call_rig_take, &f), OK);
    CHECK_EQ(f.len, 1);
    f.len = 0;
    CHECK_EQ(journal_calls_log(r, 1, 64, line_call_rig_take_row, &f), OK);
    CHECK_EQ(f.len, 1);
    CHECK_EQ(f.ids[0], 2);
    journal_reader_close(r);
    edit_rig_stop(&rig);
}

static void test_most_chats(void)
{
    static const char *chats[JOURNAL_CALL_CHATS_MAX + 1];
    static char names[JOURNAL_CALL_CHATS_MAX + 1][8];
    struct line_call_rig c;

    edit_rig_start(&rig);
    line_call_rig_init(&c, 0, NULL);
    for (size_t i = 0; i <= JOURNAL_CALL_CHATS_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "U%u", (unsigned)i);
        chats[i] = names[i];
    }
    chats[7] = chats[8]; /* twice the same is once */
    c.call.chats = chats;
    c.call.chats_len = JOURNAL_CALL_CHATS_MAX + 1;
    CHECK_EQ(journal_call_record(rig.journal, &c.call), ERR_LIMIT);
    c.call.chats_len = JOURNAL_CALL_CHATS_MAX;
    line_call_rig_record(&rig, &c);
    CHECK_EQ(line_call_rig_in_chat("U499", 0, 0, 2).len, 1);
    CHECK_EQ(line_call_rig_in_chat("U7", 0, 0, 2).len, 0);
    CHECK_EQ(line_call_rig_in_chat("U500", 0, 0, 2).len, 0);
    edit_rig_stop(&rig);
}

/* ---- news ---- */

struct news {
    size_t changed, calls;
    struct journal_news_call last;
    char chats[64];
};

static void on_changed(void *owner, const uint64_t *ids, size_t len)
{
    struct news *n = owner;

    for (size_t i = 0; i < len; i++)
        n->changed += ids[i] == 1;
}

static void on_call(void *owner, const struct journal_news_call *news)
{
    struct news *n = owner;

    n->calls++;
    n->last = *news;
    CHECK(news->chats.len < sizeof(n->chats));
    memcpy(n->chats, news->chats.ptr, news->chats.len);
}

static void test_news(void)
{
    struct news n = {0};
    const struct journal_watcher watcher = {
        .on_changed = on_changed, .on_call = on_call, .owner = &n};
    struct line_call_rig c;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    journal_watch(rig.journal, &watcher);
    line_call_rig_init(&c, 1, CHAT);
    c.chats[1] = "Cgroup";
    c.call.chats_len = 2;
    line_call_rig_record(&rig, &c);
    CHECK_EQ(n.changed, 1);
    CHECK_EQ(n.calls, 1);
    CHECK_EQ(n.last.id, 1);
    CHECK_EQ(n.last.exchange, 1);
    CHECK_EQ(n.last.chats.len, strlen(CHAT) + strlen("Cgroup") + 2);
    CHECK_STR(n.chats, CHAT);
    CHECK_STR(n.chats + strlen(CHAT) + 1, "Cgroup");
    journal_watch(rig.journal, NULL);
    edit_rig_stop(&rig);
}

CHECK_MAIN(TEST(test_whole), TEST(test_untied), TEST(test_findings), TEST(test_chats),
           TEST(test_stops), TEST(test_most_chats), TEST(test_news))
