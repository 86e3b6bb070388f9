/* thread-test */
#include "relay-client/journal/journal_pending.h"

#include "tests/unit/check.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
}

static void restart(void)
{
    journal_rig_stop(&rig);
    journal_rig_start(&rig, NULL);
}

static void stop(void)
{
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

static struct pending_rig_found find_all(bool is_start)
{
    struct pending_rig_found f = pending_rig_find(&rig, 0, PENDING_RIG_MAX, is_start);

    CHECK_EQ(f.rc, OK);
    return f;
}

/* ---- find ---- */

enum { FINAL = 1, PENDING, ASIDE, DROPPED, UNANSWERED, REPLAY, PLAIN };

static void store_one_of_each(void)
{
    struct journal_request request;
    uint64_t exchange;

    CHECK_EQ(pending_rig_store(&rig, "final", JOURNAL_FINAL), FINAL);
    CHECK_EQ(pending_rig_store(&rig, "pending", JOURNAL_PENDING), PENDING);
    CHECK_EQ(pending_rig_store(&rig, "aside", JOURNAL_ASIDE), ASIDE);
    CHECK_EQ(pending_rig_store(&rig, "dropped", JOURNAL_PENDING), DROPPED);
    CHECK_EQ(pending_rig_settle(&rig, DROPPED, JOURNAL_DROP).rc, OK);
    CHECK_EQ(journal_rig_store(&rig, "unanswered", "{}"), UNANSWERED);
    request = journal_rig_request("replay", "{}");
    request.replay_of = FINAL;
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    CHECK_EQ(exchange, REPLAY);
    request = journal_rig_request("plain", "{}");
    request.webhook = false;
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    CHECK_EQ(exchange, PLAIN);
}

static void test_find(void)
{
    struct journal_answer a = pending_rig_failed(PENDING, JOURNAL_PENDING);

    start();
    CHECK_EQ(find_all(true).len, 0); /* of nothing */
    store_one_of_each();
    a.attempts = 7;
    a.crashes = 1;
    a.next_ms = JOURNAL_RIG_NOW_MS + 5000;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);

    struct pending_rig_found f = find_all(false);
    CHECK_EQ(f.len, 1); /* the one without an answer is under way */
    CHECK_EQ(f.list[0].exchange, PENDING);
    CHECK_EQ(f.list[0].attempts, 7);
    CHECK_EQ(f.list[0].crashes, 1);
    CHECK_EQ(f.list[0].arrived_ms, JOURNAL_RIG_NOW_MS);
    CHECK_EQ(f.list[0].next_ms, JOURNAL_RIG_NOW_MS + 5000);
    CHECK_EQ(f.unfinished.pending, 1);
    CHECK_EQ(f.unfinished.aside, 1);

    restart();
    f = find_all(true);
    CHECK_EQ(f.len, 2);
    CHECK_EQ(f.list[0].exchange, PENDING);
    CHECK_EQ(f.list[0].crashes, 1); /* nobody was trying it */
    CHECK_EQ(f.list[1].exchange, UNANSWERED);
    CHECK_EQ(f.list[1].crashes, 1);
    CHECK_EQ(f.list[1].attempts, 1);
    CHECK_EQ(f.unfinished.pending, 2);
    CHECK_EQ(find_all(true).list[1].crashes, 1); /* it is counted once */
    struct journal_row row = pending_rig_row(UNANSWERED);
    CHECK(row.answered && row.by == JOURNAL_BY_NOBODY && row.status == 0);
    CHECK(!pending_rig_row(REPLAY).answered && !pending_rig_row(PLAIN).answered);
    stop();
}

static void test_pages(void)
{
    struct pending_rig_found f;

    start();
    for (unsigned i = 1; i <= 5; i++) {
        char name[8];

        (void)snprintf(name, sizeof(name), "%u", i);
        CHECK_EQ(pending_rig_store(&rig, name, JOURNAL_PENDING), i);
    }
    f = pending_rig_find(&rig, 0, 2, true);
    CHECK(f.len == 2 && f.list[0].exchange == 1 && f.list[1].exchange == 2);
    CHECK_EQ(f.unfinished.pending, 5); /* all of them */
    f = pending_rig_find(&rig, 2, 3, false);
    CHECK(f.len == 3 && f.list[0].exchange == 3 && f.list[2].exchange == 5);
    CHECK_EQ(pending_rig_find(&rig, 5, 2, false).len, 0);
    CHECK_EQ(pending_rig_find(&rig, UINT64_MAX, 2, false).len, 0);
    stop();
}

/* ---- begin, and dying of it ---- */

static void test_crashes(void)
{
    struct pending_rig_found f;

    start();
    CHECK_EQ(pending_rig_store(&rig, "poison", JOURNAL_PENDING), 1);
    for (unsigned crash = 1; crash <= 2; crash++) {
        CHECK_EQ(pending_rig_begin(&rig, 1, 1 + crash), OK);
        restart();
        f = find_all(true);
        CHECK_EQ(f.len, 1);
        CHECK_EQ(f.list[0].crashes, crash);
        CHECK_EQ(f.list[0].attempts, 1 + crash);
        CHECK_EQ(f.list[0].next_ms, 0);
        restart(); /* without an attempt there is no crash */
        CHECK_EQ(find_all(true).list[0].crashes, crash);
    }
    CHECK_EQ(pending_rig_begin(&rig, 1, 4), OK);
    restart();
    f = find_all(true);
    CHECK_EQ(f.len, 0);
    CHECK_EQ(f.unfinished.aside, 1);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.outcome, JOURNAL_ASIDE);
    CHECK_EQ(row.crashes, JOURNAL_CRASHES_MAX);
    CHECK_EQ(row.attempts, 4);
    CHECK_EQ(row.status, 200); /* what the sender got stays */
    CHECK_EQ(row.by, JOURNAL_BY_GUARD);
    stop();
}

static void test_ended_attempt_is_no_crash(void)
{
    struct journal_answer again = pending_rig_failed(1, JOURNAL_PENDING);

    start();
    CHECK_EQ(pending_rig_store(&rig, "slow", JOURNAL_PENDING), 1);
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), OK);
    again.attempts = 2;
    CHECK_EQ(journal_answer(rig.journal, &again), OK);
    restart();
    CHECK_EQ(find_all(true).list[0].crashes, 0);
    CHECK_EQ(pending_rig_begin(&rig, 1, 3), OK);
    struct journal_answer good = journal_rig_answer(1);
    CHECK_EQ(journal_answer(rig.journal, &good), OK);
    restart();
    CHECK_EQ(find_all(true).unfinished.pending, 0);
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_FINAL);
    stop();
}

static void test_begin_of_what_is_not_pending(void)
{
    start();
    store_one_of_each();
    CHECK_EQ(pending_rig_begin(&rig, FINAL, 2), ERR_CONFLICT);
    CHECK_EQ(pending_rig_begin(&rig, ASIDE, 2), ERR_CONFLICT);
    CHECK_EQ(pending_rig_begin(&rig, DROPPED, 2), ERR_CONFLICT);
    CHECK_EQ(pending_rig_begin(&rig, UNANSWERED, 2), OK); /* its crash is counted anyway */
    CHECK_EQ(pending_rig_begin(&rig, REPLAY, 2), ERR_CONFLICT);
    CHECK_EQ(pending_rig_begin(&rig, PLAIN, 2), ERR_CONFLICT);
    CHECK_EQ(pending_rig_begin(&rig, 99, 2), ERR_NOT_FOUND);
    restart();
    struct pending_rig_found f = find_all(true);
    CHECK_EQ(f.len, 2);
    CHECK_EQ(f.list[0].crashes, 0);
    CHECK_EQ(f.list[1].crashes, 1);
    stop();
}

/* ---- load ---- */

struct load {
    struct journal_load base;
    bool is_done;
    enum err want;
    const struct journal_request *request; /* as it was recorded */
    enum journal_outcome outcome;
};

static void check_head(const struct http_head *got, const struct http_head *want)
{
    CHECK(span_is(got->method, want->method) && span_is(got->target, want->target));
    CHECK(span_is(got->scheme, want->scheme) && span_is(got->authority, want->authority));
    CHECK_EQ(got->fields_len, want->fields_len);
    for (size_t i = 0; i < got->fields_len; i++) {
        CHECK(span_is(got->fields[i].name, want->fields[i].name));
        CHECK(span_is(got->fields[i].value, want->fields[i].value));
        CHECK_EQ(got->fields[i].secret, want->fields[i].secret);
    }
}

static void on_loaded(struct journal_load *base, enum err rc, const struct journal_request *got,
                      enum journal_outcome outcome)
{
    struct load *l = (struct load *)base; /* its first member */
    const struct journal_request *want = l->request;

    CHECK(!l->is_done);
    l->is_done = true;
    CHECK_EQ(rc, l->want);
    if (rc)
        return;
    CHECK_STR(got->delivery, want->delivery);
    CHECK_STR(got->tunnel, want->tunnel);
    CHECK_STR(got->peer, want->peer);
    CHECK_EQ(got->received_ms, want->received_ms);
    CHECK_EQ(got->arrived_ms, want->arrived_ms);
    CHECK(span_is(got->body, want->body));
    CHECK_EQ(got->webhook, want->webhook);
    CHECK_EQ(got->body_truncated, want->body_truncated);
    CHECK_EQ(got->replay_of, want->replay_of);
    CHECK_EQ(got->answered, want->answered);
    check_head(got->head, want->head);
    l->outcome = outcome;
}

static struct load load(uint64_t exchange, const struct journal_request *request, enum err want)
{
    struct load l = {.base = {.exchange = exchange, .loaded = on_loaded}, .want = want};

    l.request = request;
    CHECK_EQ(journal_pending_load(rig.journal, &l.base), OK);
    while (!l.is_done)
        loop_turn(rig.loop, true);
    return l;
}

static void test_load(void)
{
    struct journal_request request = journal_rig_request("bytes", "");
    struct http_head head = *request.head;
    uint64_t exchange;

    start();
    head.fields[1].secret = true;
    request.head = &head;
    request.body = SPAN("{\0\xff\r\n}");
    request.answered = 200;
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    struct load l = load(exchange, &request, OK); /* nothing is known of its answer */
    CHECK_EQ(l.outcome, JOURNAL_PENDING);
    CHECK_EQ(l.base.by, JOURNAL_BY_INBOX);
    CHECK_EQ(l.base.status, 200);
    CHECK_EQ(l.base.attempts, 0);
    CHECK_EQ(l.base.exchange, exchange);

    struct journal_answer a = pending_rig_failed(exchange, JOURNAL_ASIDE);
    a.attempts = 9;
    a.crashes = 2;
    a.is_unreachable = true;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    l = load(exchange, &request, OK);
    CHECK_EQ(l.outcome, JOURNAL_ASIDE);
    CHECK_EQ(l.base.by, JOURNAL_BY_INBOX); /* whatever the answer says */
    CHECK_EQ(l.base.status, 200);
    CHECK_EQ(l.base.answered_us, 0);
    CHECK_EQ(l.base.stored_us, a.stored_us);
    CHECK_EQ(l.base.attempts, 9);
    CHECK_EQ(l.base.crashes, 2);
    CHECK(l.base.is_unreachable);
    (void)load(99, &request, ERR_NOT_FOUND);
    stop();
}

/* The largest body there is, and an empty one. */
static void test_load_sizes(void)
{
    static char body[1024 * 1024];
    struct journal_request request = journal_rig_request("large", "");
    uint64_t exchange;

    start();
    memset(body, 'x', sizeof(body));
    request.body = span_of(body, sizeof(body));
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    (void)load(exchange, &request, OK);
    request = journal_rig_request("empty", "");
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    (void)load(exchange, &request, OK);
    stop();
}

/* Recorded and asked for in one batch. */
static void test_load_behind_record(void)
{
    struct journal_request request = journal_rig_request("fresh", "{}");
    struct journal_rig_ticket t;
    struct load l = {.base = {.exchange = 1, .loaded = on_loaded}, .request = &request};

    start();
    journal_rig_submit(&rig, &request, &t);
    CHECK_EQ(journal_pending_load(rig.journal, &l.base), OK);
    while (!l.is_done)
        loop_turn(rig.loop, true);
    CHECK(t.is_answered);
    stop();
}

CHECK_MAIN(TEST(test_find), TEST(test_pages), TEST(test_crashes),
           TEST(test_ended_attempt_is_no_crash), TEST(test_begin_of_what_is_not_pending),
           TEST(test_load), TEST(test_load_sizes), TEST(test_load_behind_record))
