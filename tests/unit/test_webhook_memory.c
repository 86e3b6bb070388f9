/* A whole delivery while memory runs out somewhere: whatever is answered is true. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"

static struct exchange_log log_;
static char delivery[ULID_LEN + 1];

/* The test's own memory is not what is tested. */
static void prepare_log(void)
{
    uint8_t *room;

    exchange_log_init(&log_);
    CHECK_EQ(bytes_reserve(&log_.text, 4096, &room), OK);
}

static bool is_over(void)
{
    return log_.completes || log_.aborts || !agent_rig.relay;
}

/* Over a link of its own; the journal stays from one to the next. */
static void deliver(unsigned long n)
{
    const struct agent_rig_request request = {
        .delivery = delivery, .body = span_text(journal_rig_body("01KEVENT", "hello"))};
    bool is_linked;

    (void)snprintf(delivery, sizeof delivery, "01K%023lu", n);
    prepare_log();
    mem_fail_at(n);
    is_linked = agent_rig_link(4096);
    if (is_linked && agent_rig_send(&log_, &request) == OK)
        while (!is_over())
            loop_turn(agent_rig.loop, true);
    agent_rig_cut();
    if (log_.x)
        exchange_close(log_.x);
    while (agent_rig.relay || log_.x || !list_is_empty(&agent_rig.context.deliveries))
        loop_turn(agent_rig.loop, true);
}

/* What was short of memory is tried again. */
static void get_over_it(void)
{
    agent_rig_drain();
}

static size_t count(void)
{
    struct journal_reader *reader = journal_rig_reader();
    size_t n = journal_rig_count_delivery(reader, delivery);

    journal_reader_close(reader);
    return n;
}

/* 102 means: on disk, and sooner or later with the handler.  2xx means: it has it. */
static void check_the_truth(int calls_before)
{
    int calls = agent_rig.spy.requests - calls_before;

    CHECK(!log_.interims || count() == 1);
    CHECK(!(log_.completes && log_.status < 300) || (count() == 1 && calls == 1));
    CHECK(calls == 0 || count() == 1);
    CHECK(agent_rig.plain || (calls >= 1) == (count() == 1));
}

static void sweep(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        int calls_before = agent_rig.spy.requests;
        deliver(n);
        is_untouched = mem_sweep_is_over(n);
        get_over_it();
        check_the_truth(calls_before);
        CHECK(!is_untouched || (log_.completes == 1 && log_.status == 200));
        exchange_log_fini(&log_);
    }
    agent_rig_stop();
    agent_rig_end();
}

static void test_memory_runs_out(void)
{
    agent_rig_open();
    sweep();
}

static void test_memory_runs_out_in_a_plain_request(void)
{
    agent_rig_open();
    agent_rig.plain = true;
    sweep();
}

/* A body of many pieces: it is memory that is missing, the body is not too large. */
static void test_no_memory_is_not_too_large(void)
{
    static char body[300000];
    bool is_untouched = false;
    int refused = 0;

    agent_rig_open();
    memset(body, 'x', sizeof body);
    for (unsigned long n = 1; !is_untouched; n++) {
        struct agent_rig_request request = {.delivery = "", .body = span_of(body, sizeof body)};
        prepare_log();
        CHECK(agent_rig_link(16384));
        CHECK_EQ(agent_rig_begin(&log_, &request), OK);
        CHECK_EQ(exchange_send_body(log_.x, body, sizeof body), OK);
        while (list_is_empty(&agent_rig.context.deliveries))
            loop_turn(agent_rig.loop, true);
        mem_fail_at(n);
        CHECK_EQ(exchange_send_end(log_.x), OK);
        while (!is_over())
            loop_turn(agent_rig.loop, true);
        is_untouched = mem_sweep_is_over(n);
        CHECK(log_.status != 413);
        refused += log_.status == 503;
        agent_rig_cut();
        exchange_close(log_.x);
        while (agent_rig.relay || log_.x || !list_is_empty(&agent_rig.context.deliveries))
            loop_turn(agent_rig.loop, true);
        exchange_log_fini(&log_);
    }
    CHECK(refused > 0);
    agent_rig_stop();
    agent_rig_end();
}

CHECK_MAIN(TEST(test_memory_runs_out), TEST(test_memory_runs_out_in_a_plain_request),
           TEST(test_no_memory_is_not_too_large))
