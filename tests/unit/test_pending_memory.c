/* Webhooks of which the bot answers none at first, while memory runs out somewhere, and with
 * an end at any moment: what was said to be stored gets to the bot. */
#include "base/log.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/pending_bot.h"

#define WEBHOOKS 3

static struct exchange_log logs[WEBHOOKS];

static void prepare(void)
{
    uint8_t *room;

    for (int i = 0; i < WEBHOOKS; i++) {
        exchange_log_init(&logs[i]);
        CHECK_EQ(bytes_reserve(&logs[i].text, 4096, &room), OK);
    }
}

static void send(int i)
{
    struct agent_rig_request r = pending_bot_request((char)('A' + i));

    if (agent_rig_send(&logs[i], &r) != OK) {
        if (logs[i].x)
            exchange_close(logs[i].x); /* or it would hold up the others */
        return;
    }
    while (!logs[i].completes && !logs[i].aborts && agent_rig.relay)
        loop_turn(agent_rig.loop, true);
}

static bool is_line_empty(void)
{
    return agent_rig.context.counts.unfinished.pending == 0 &&
           !pending_queue_is_waiting(&agent_rig.queue);
}

/* A is refused, the others wait behind it; the user wants to see them go; the bot is back. */
static void live(void)
{
    pending_bot.fate['A'] = ERR_REFUSED;
    for (int i = 0; i < WEBHOOKS; i++)
        send(i);
    pending_queue_settled(&agent_rig.queue, 0, JOURNAL_RETRY);
    agent_rig_quiet();
    pending_bot.fate['A'] = OK;
    for (int i = 0; i < 10; i++) {
        agent_rig_advance(1000);
        agent_rig_quiet();
    }
}

static void let_go(void)
{
    for (int i = 0; i < WEBHOOKS; i++)
        if (logs[i].x)
            exchange_close(logs[i].x);
    agent_rig_settle();
    for (int i = 0; i < WEBHOOKS; i++) {
        while (logs[i].x)
            loop_turn(agent_rig.loop, true);
        bytes_fini(&logs[i].text);
    }
}

static bool was_asked_for(int i)
{
    return strchr(pending_bot.asked, 'A' + i) != NULL;
}

static bool check_each(void *owner, const struct journal_row *row)
{
    int i = row->delivery.ptr[ULID_LEN - 1] - 'A';

    (void)owner;
    CHECK_EQ(row->outcome, JOURNAL_FINAL);
    CHECK(row->bot_status == 200 || row->error.len > 0); /* no memory to keep what it said */
    CHECK(was_asked_for(i));
    return true;
}

/* Another run finds what the first one could not finish or write down. */
static void check_nothing_is_lost(void)
{
    bool was_stored[WEBHOOKS];

    for (int i = 0; i < WEBHOOKS; i++)
        was_stored[i] = logs[i].interims > 0;
    agent_rig_start_again();
    pending_bot_resume();
    memset(pending_bot.fate, 0, sizeof pending_bot.fate);
    agent_rig_drain();
    pending_bot_stop();
    struct journal_reader *reader = journal_rig_reader();
    CHECK_EQ(
        journal_reader_list(reader, &(struct journal_filter){.limit = 10}, check_each, NULL),
        OK);
    journal_reader_close(reader);
    for (int i = 0; i < WEBHOOKS; i++)
        CHECK(!was_stored[i] || was_asked_for(i));
    agent_rig_end();
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    log_set_level(LOG_ERROR);
    for (unsigned long n = 1; !is_untouched; n += 1 + n / 100) {
        pending_bot_open();
        prepare();
        mem_fail_at(n);
        live();
        is_untouched = mem_sweep_is_over(n);
        CHECK(!is_untouched || is_line_empty());
        let_go();
        agent_rig_stop();
        check_nothing_is_lost();
    }
}

/* --- the end at any moment --- */

static int turns_left;

static void turn(void)
{
    if (turns_left > 0) {
        turns_left--;
        loop_turn(agent_rig.loop, false);
    }
}

static void live_shortly(void)
{
    for (int i = 0; i < WEBHOOKS; i++) {
        struct agent_rig_request r = pending_bot_request((char)('A' + i));
        if (turns_left > 0)
            CHECK_EQ(agent_rig_send(&logs[i], &r), OK);
        for (int j = 0; j < 12; j++)
            turn();
    }
    pending_bot.fate['A'] = OK;
    for (int i = 0; i < 10; i++) {
        clock_fake_advance(&agent_rig.clock, 200000);
        deadline_run_due(agent_rig.loop);
        for (int j = 0; j < 6; j++)
            turn();
    }
}

static void test_end_at_any_moment(void)
{
    for (int turns = 1; turns < 100; turns += 1 + turns / 30) {
        pending_bot_open();
        prepare();
        pending_bot.fate['A'] = ERR_REFUSED;
        turns_left = turns;
        live_shortly();
        pending_queue_stop(&agent_rig.queue);
        let_go();
        agent_rig_stop();
        check_nothing_is_lost();
    }
}

CHECK_MAIN(TEST(test_memory_runs_out), TEST(test_end_at_any_moment))
