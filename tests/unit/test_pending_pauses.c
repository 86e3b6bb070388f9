/* When what the handler never answered is tried again: pauses, who steps out of the line, and
 * the end of it after a day. */
#include "base/container.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/pending_bot.h"

#define DAY_MS 86400000u

static uint64_t now_ms(void)
{
    return clock_wall_ms(&agent_rig.clock.base);
}

static uint64_t last_next_ms(void)
{
    struct journal_exchange *x = agent_rig_read("1");
    uint64_t next_ms = journal_exchange_row(x)->next_ms;

    journal_exchange_free(x);
    return next_ms;
}

/* The next pause, which ends when the journal says; then there is one attempt more. */
static uint64_t check_pause(uint64_t ceiling)
{
    int calls = agent_rig.spy.calls;

    pending_bot_fence();
    uint64_t next_ms = last_next_ms();
    CHECK(next_ms >= now_ms() && next_ms <= now_ms() + ceiling);
    uint64_t pause = next_ms - now_ms();
    if (pause > 0)
        agent_rig_advance(pause - 1);
    CHECK(pause == 0 || agent_rig.spy.calls == calls);
    agent_rig_advance(1);
    agent_rig_quiet();
    CHECK_EQ(agent_rig.spy.calls, calls + 1);
    return pause;
}

/* Full jitter: within 0.2 s, 0.4 s ... 60 s.  Over many seeds the whole of it is used. */
static void test_pauses(void)
{
    uint64_t largest[12] = {0};

    for (uint64_t seed = 0; seed < 40; seed++) {
        pending_bot_open();
        random_seeded_init(&agent_rig.random, seed);
        pending_bot.fate['A'] = ERR_REFUSED;
        pending_bot_send('A');
        for (size_t i = 0; i < ARRAY_LEN(largest); i++) {
            uint64_t pause = check_pause(i < 9 ? 200u << i : 60000u);
            largest[i] = pause > largest[i] ? pause : largest[i];
        }
        pending_bot_stop_and_end();
    }
    for (size_t i = 0; i < ARRAY_LEN(largest); i++)
        CHECK(largest[i] > (i < 9 ? 200u << i : 60000u) * 8 / 10);
}

/* --- steps out of the line --- */

static void test_steps_out_after_three(void)
{
    static const enum err whys[] = {ERR_EOF, ERR_TIMEOUT, ERR_PROTOCOL};

    for (size_t i = 0; i < ARRAY_LEN(whys); i++) {
        pending_bot_open();
        pending_bot.fate['A'] = whys[i];
        pending_bot_send('A');
        pending_bot_send('B');
        agent_rig_quiet();
        CHECK(pending_queue_is_waiting(&agent_rig.queue));
        pending_bot_pass(200); /* second */
        CHECK(pending_queue_is_waiting(&agent_rig.queue));
        CHECK(strspn(pending_bot.asked, "A") == 2 && pending_bot.asked[2] == '\0');
        pending_bot_pass(400); /* third */
        pending_bot_check_asked("AAAB");
        CHECK(!pending_queue_is_waiting(&agent_rig.queue));
        pending_bot_send('C'); /* nobody stands in its way */
        CHECK_EQ(pending_bot.log.status, 200);
        pending_bot_check_asked("C");
        pending_bot_pass(800);
        pending_bot_check_asked("A"); /* by its own clock */
        pending_bot.fate['A'] = OK;
        pending_bot_pass(1600);
        pending_bot_check_asked("A");
        CHECK_EQ(agent_rig.last.id, 1);
        CHECK_EQ(agent_rig.last.attempts, 5);
        CHECK_EQ(agent_rig.context.counts.unfinished.pending, 0);
        pending_bot_stop_and_end();
    }
}

/* What never reached the bot does not count. */
static void test_only_what_reached_the_bot_counts(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_EOF;
    pending_bot_send('A');
    pending_bot_send('B');
    pending_bot.fate['A'] = ERR_REFUSED;
    for (int i = 0; i < 5; i++)
        pending_bot_pass(60000);
    pending_bot.fate['A'] = ERR_EOF;
    pending_bot_pass(60000);
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_pass(60000);
    CHECK(strspn(pending_bot.asked, "A") == strlen(pending_bot.asked));
    CHECK(pending_queue_is_waiting(&agent_rig.queue));
    pending_bot.fate['A'] = ERR_EOF;
    pending_bot_pass(60000);
    CHECK_EQ(pending_bot.asked[strlen(pending_bot.asked) - 1], 'B');
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    pending_bot_stop_and_end();
}

/* A stray that the bot holds does not hold up the line, nor the line a stray. */
static void test_stray_and_line_side_by_side(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_EOF;
    pending_bot_send('A');
    pending_bot_pass(200);
    pending_bot_pass(400);
    pending_bot_check_asked("AAA");
    agent_rig.spy.holds = true;
    agent_rig_advance(800);
    agent_rig_wait(&agent_rig.spy.requests, 4);
    agent_rig.spy.holds = false;
    pending_bot.fate['B'] = ERR_REFUSED;
    pending_bot_send('B');
    CHECK_EQ(pending_bot.log.status,
             502); /* pending_bot.asked at once, while A is with the bot */
    pending_bot.fate['B'] = OK;
    agent_rig_advance(200);
    agent_rig_wait(&agent_rig.spy.requests, 6);
    while (pending_queue_is_waiting(&agent_rig.queue))
        loop_turn(agent_rig.loop, true);
    pending_bot_check_asked("ABB");
    agent_rig.spy.fails = OK;
    spy_handler_answer(&agent_rig.spy);
    agent_rig_quiet();
    CHECK_EQ(agent_rig.context.counts.unfinished.pending, 0);
    pending_bot_stop_and_end();
}

/* --- a day --- */

static void test_after_a_day_it_is_set_aside(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_send('B');
    pending_bot_pass(DAY_MS - 1);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_PENDING);
    pending_bot_pass(60000);
    CHECK_EQ(agent_rig.last.id, 2);
    pending_bot_fence();
    struct journal_exchange *x = agent_rig_read("1");
    CHECK_EQ(journal_exchange_row(x)->outcome, JOURNAL_ASIDE);
    CHECK(span_starts(journal_exchange_row(x)->error, SPAN("no answer for 24 hours")));
    CHECK_EQ(journal_exchange_row(x)->next_ms, 0);
    journal_exchange_free(x);
    CHECK_EQ(agent_rig.context.counts.unfinished.aside, 1);
    CHECK_EQ(agent_rig.context.counts.unfinished.pending, 0); /* the bot took B */
    pending_bot_check_row(2, JOURNAL_FINAL, 1);
    pending_bot_stop_and_end();
}

/* A clock that is set back makes nobody older. */
static void test_clock_is_set_back(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    agent_rig.clock.wall_offset_ms -= 2 * DAY_MS;
    pending_bot_pass(60000);
    pending_bot_fence();
    pending_bot_check_row(1, JOURNAL_PENDING, 2);
    pending_bot_stop_and_end();
}

CHECK_MAIN(TEST(test_pauses), TEST(test_steps_out_after_three),
           TEST(test_only_what_reached_the_bot_counts), TEST(test_stray_and_line_side_by_side),
           TEST(test_after_a_day_it_is_set_aside), TEST(test_clock_is_set_back))
