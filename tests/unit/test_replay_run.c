/* How often a plan is sent, in which rhythm, and how it ends. The test is the sender. */
#include "relay-client/replay/replay_run.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define CALLS_MAX 1100u

/* One that was handed to the sender and has no answer yet. */
struct call {
    void (*done)(void *call, const struct agent_call_result *result);
    void *owner;
    bool is_over, is_cancelled;
    size_t body_len;
};

static struct clock_fake now;
static struct loop *loop;
static struct random_seeded seeded;
static struct line_mint mint = {.random = &seeded.base};
static struct secrets secrets;
static struct journal_exchange *exchange;
static struct replay_plan plan;
static struct replay_run *run;
static unsigned long live;

static struct {
    struct call calls[CALLS_MAX];
    size_t len;
    enum err fails; /* start */
    int results, closed;
    struct replay_run_count count; /* at the last result */
    enum err why;                  /* of the last result */
    char detail[200];
    bool closes; /* the run, in the first result */
} seen;

static enum err start(void *owner, const struct agent_call_request *request,
                      void (*done)(void *call, const struct agent_call_result *result),
                      void *call, void **handle)
{
    CHECK(owner == &seen);
    CHECK(seen.len < CALLS_MAX);
    if (seen.fails != OK)
        return seen.fails;
    CHECK(http_head_find(request->head, "hookline-replay-of"));
    seen.calls[seen.len] =
        (struct call){.done = done, .owner = call, .body_len = request->body.len};
    *handle = &seen.calls[seen.len++];
    return OK;
}

static void cancel(void *handle)
{
    struct call *c = handle;

    CHECK(!c->is_over && !c->is_cancelled);
    c->is_cancelled = true;
}

static const struct replay_sender sender = {.start = start, .cancel = cancel};

static void on_result(void *owner, const struct agent_call_result *result)
{
    CHECK(owner == &seen && run);
    seen.results++;
    seen.count = replay_run_count(run);
    seen.why = result->why;
    (void)snprintf(seen.detail, sizeof seen.detail, "%s", result->detail ? result->detail : "");
    if (seen.closes)
        replay_run_close(run);
}

static void on_closed(void *owner)
{
    CHECK(owner == &seen);
    CHECK_EQ(++seen.closed, 1);
    run = NULL;
}

static const struct replay_run_events events = {.on_result = on_result, .on_closed = on_closed};

static void read_exchange(const char *body)
{
    struct journal_reader *reader;
    struct journal_rig rig;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "01KAAAAAAAAAAAAAAAAAAAAAAA", body), 1);
    journal_rig_stop(&rig);
    reader = journal_rig_reader();
    CHECK_EQ(journal_reader_get(reader, SPAN("1"), &exchange), OK);
    journal_reader_close(reader);
    scratch_folder_remove();
}

static void open_world(void)
{
    memset(&seen, 0, sizeof seen);
    live = mem_live();
    read_exchange(journal_rig_body("01KEVENT", "hello"));
    random_seeded_init(&seeded, 1);
    clock_fake_init(&now, JOURNAL_RIG_NOW_MS);
    CHECK_EQ(loop_new(&now.base, &loop), OK);
    plan = (struct replay_plan){.exchange = exchange,
                                .body = journal_exchange_request_body(exchange),
                                .secrets = &secrets,
                                .mint = &mint,
                                .random = &seeded.base};
}

static enum err try_run(unsigned times, uint64_t every_ms)
{
    const struct replay_run_options options = {.plan = &plan,
                                               .sender = &sender,
                                               .sender_owner = &seen,
                                               .times = times,
                                               .every_ms = every_ms};
    enum err rc = replay_run_open(loop, &options, &events, &seen, &run);

    CHECK_EQ(seen.len, 0); /* nothing happens inside the call */
    return rc;
}

static void settle(void)
{
    for (int i = 0; i < 20; i++)
        loop_turn(loop, false);
}

static void open_run(unsigned times, uint64_t every_ms)
{
    open_world();
    CHECK_EQ(try_run(times, every_ms), OK);
    settle();
}

static void advance(uint64_t ms)
{
    clock_fake_advance(&now, ms * 1000);
    deadline_run_due(loop);
    settle();
}

static void answer(size_t i, unsigned status)
{
    struct call *c = &seen.calls[i];

    CHECK(i < seen.len && !c->is_over);
    c->is_over = true;
    c->done(c->owner, &(struct agent_call_result){.status = status, .exchange = i + 2});
    settle();
}

/* What is cut ends like this. */
static void end_cancelled(void)
{
    for (size_t i = 0; i < seen.len; i++)
        if (seen.calls[i].is_cancelled && !seen.calls[i].is_over) {
            seen.calls[i].is_over = true;
            seen.calls[i].done(seen.calls[i].owner,
                               &(struct agent_call_result){.why = ERR_CANCELLED});
        }
    settle();
}

static void close_world(void)
{
    CHECK(!run);
    loop_run(loop);
    loop_free(loop);
    journal_exchange_free(exchange);
    CHECK_EQ(mem_live(), live);
}

static void check_count(unsigned sent, unsigned done, unsigned failed)
{
    struct replay_run_count count = run ? replay_run_count(run) : seen.count;

    CHECK_EQ(count.sent, sent);
    CHECK_EQ(count.done, done);
    CHECK_EQ(count.failed, failed);
}

/* --- it is sent --- */

static void test_once(void)
{
    open_run(1, 0);
    CHECK_EQ(seen.len, 1);
    CHECK_EQ(seen.calls[0].body_len, plan.body.len);
    check_count(1, 0, 0);
    CHECK_EQ(seen.closed, 0);
    answer(0, 200);
    CHECK_EQ(seen.closed, 1);
    CHECK_EQ(seen.results, 1);
    check_count(1, 1, 0);
    close_world();
}

static void test_one_after_the_other(void)
{
    open_run(5, 0);
    for (size_t i = 0; i < 5; i++) {
        CHECK_EQ(seen.len, i + 1);
        advance(1000); /* waiting sends nothing */
        CHECK_EQ(seen.len, i + 1);
        answer(i, i == 2 ? 500 : 204);
    }
    CHECK_EQ(seen.closed, 1);
    check_count(5, 5, 1);
    close_world();
}

static void test_rhythm(void)
{
    open_run(3, 100);
    CHECK_EQ(seen.len, 1);
    answer(0, 200);
    CHECK_EQ(seen.len, 1); /* not yet */
    advance(99);
    CHECK_EQ(seen.len, 1);
    advance(1);
    CHECK_EQ(seen.len, 2);
    advance(100); /* the second has no answer */
    CHECK_EQ(seen.len, 3);
    answer(2, 200);
    CHECK_EQ(seen.closed, 0);
    answer(1, 200);
    CHECK_EQ(seen.closed, 1);
    check_count(3, 3, 0);
    close_world();
}

static void test_at_most_eight(void)
{
    open_run(20, 10);
    for (unsigned i = 1; i < 30; i++)
        advance(10);
    CHECK_EQ(seen.len, REPLAY_RUN_AT_ONCE);
    answer(3, 200); /* the ninth was due long ago */
    CHECK_EQ(seen.len, REPLAY_RUN_AT_ONCE + 1);
    answer(0, 200);
    CHECK_EQ(seen.len, REPLAY_RUN_AT_ONCE + 1); /* the tenth is due in ten milliseconds */
    advance(10);
    CHECK_EQ(seen.len, REPLAY_RUN_AT_ONCE + 2);
    for (size_t i = 0; run && i < 20; i++, advance(10))
        if (!seen.calls[i].is_over)
            answer(i, 200);
    CHECK_EQ(seen.closed, 1);
    check_count(20, 20, 0);
    close_world();
}

static void test_a_thousand(void)
{
    open_run(REPLAY_RUN_TIMES_MAX, 0);
    for (size_t i = 0; i < REPLAY_RUN_TIMES_MAX; i++)
        answer(i, 200);
    CHECK_EQ(seen.closed, 1);
    check_count(REPLAY_RUN_TIMES_MAX, REPLAY_RUN_TIMES_MAX, 0);
    close_world();
}

/* --- it fails --- */

static void test_sender_fails(void)
{
    open_world();
    seen.fails = ERR_CLOSED;
    CHECK_EQ(try_run(50, 0), OK);
    while (run)
        settle();
    CHECK_EQ(seen.results, 50);
    CHECK_EQ(seen.why, ERR_CLOSED);
    CHECK_STR(seen.detail, err_text(ERR_CLOSED));
    check_count(50, 50, 50);
    close_world();
}

static void test_cannot_be_made(void)
{
    static const struct http_field bad[] = {{.name = {"a", 1}, .value = {"\r\n", 2}}};

    open_world();
    plan.fields = bad;
    plan.fields_len = 1;
    CHECK_EQ(try_run(2, 0), OK);
    settle();
    CHECK_EQ(seen.len, 0);
    CHECK_EQ(seen.why, ERR_SYNTAX);
    CHECK(strstr(seen.detail, "\"a\""));
    check_count(2, 2, 2);
    close_world();
}

/* --- it is closed --- */

static void test_close_at_every_moment(void)
{
    for (unsigned n = 0; n < 8; n++) {
        unsigned answered = n / 2;
        uint64_t every_ms = n % 2 * 10;

        open_run(4, every_ms);
        for (unsigned i = 0; i < answered; i++) {
            answer(i, 200);
            advance(every_ms);
        }
        replay_run_close(run);
        replay_run_close(run);
        settle();
        CHECK_EQ(seen.closed, 0); /* one is under way */
        advance(60000);
        end_cancelled();
        CHECK_EQ(seen.closed, 1);
        CHECK_EQ(seen.results, (int)answered); /* nobody is told of the rest */
        CHECK_EQ(seen.len, answered + 1);
        close_world();
    }
}

static void test_close_before_the_first(void)
{
    open_world();
    CHECK_EQ(try_run(3, 0), OK);
    replay_run_close(run);
    CHECK_EQ(seen.closed, 0);
    settle();
    CHECK_EQ(seen.closed, 1);
    CHECK_EQ(seen.len, 0);
    close_world();
}

static void test_close_while_waiting(void)
{
    open_run(2, 60000);
    answer(0, 200);
    replay_run_close(run);
    settle();
    CHECK_EQ(seen.closed, 1);
    close_world();
}

static void test_close_in_a_result(void)
{
    open_world();
    seen.closes = true;
    seen.fails = ERR_NOMEM;
    CHECK_EQ(try_run(9, 0), OK);
    settle();
    CHECK_EQ(seen.results, 1);
    CHECK_EQ(seen.closed, 1);
    close_world();
    open_world();
    seen.closes = true;
    CHECK_EQ(try_run(9, 1), OK);
    settle();
    advance(5);
    answer(0, 200);
    end_cancelled();
    CHECK_EQ(seen.results, 1);
    CHECK_EQ(seen.closed, 1);
    close_world();
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        open_world();
        plan.is_fresh = true;
        plan.sign = REPLAY_SIGN_WRONG;
        mem_fail_at(n);
        enum err rc = try_run(2, 5);
        for (size_t i = 0; rc == OK && run && i < 20; i++) {
            settle();
            for (size_t k = 0; k < seen.len; k++)
                if (!seen.calls[k].is_over)
                    answer(k, 200);
            advance(5);
        }
        is_untouched = mem_sweep_is_over(n);
        CHECK(rc == OK ? seen.closed == 1 : rc == ERR_NOMEM);
        CHECK(!is_untouched || (seen.len == 2 && seen.count.failed == 0));
        close_world();
    }
}

CHECK_MAIN(TEST(test_once), TEST(test_one_after_the_other), TEST(test_rhythm),
           TEST(test_at_most_eight), TEST(test_a_thousand), TEST(test_sender_fails),
           TEST(test_cannot_be_made), TEST(test_close_at_every_moment),
           TEST(test_close_before_the_first), TEST(test_close_while_waiting),
           TEST(test_close_in_a_result), TEST(test_memory_runs_out))
