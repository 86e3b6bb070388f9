/* What the handler never answered survives the agent: its end, its death, and again; a
 * webhook that takes it along three times is set aside; thousands are taken in turn. */
#include "base/container.h"
#include "relay-client/journal/journal_schema_table.h"
#include "store/database.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/journal_rig.h"
#include "unit/support/pending_bot.h"
#include "unit/support/pending_rig.h"

static const struct journal_unfinished *counts(void)
{
    return &agent_rig.context.counts.unfinished;
}

static void check_told(uint64_t id, enum journal_outcome outcome)
{
    CHECK_EQ(agent_rig.last.id, id);
    CHECK_EQ(agent_rig.last.outcome, outcome);
    CHECK(agent_rig.last.is_again);
}

static void forget_log(void)
{
    if (pending_bot.log.x)
        exchange_close(pending_bot.log.x);
    agent_rig_settle();
    exchange_log_fini(&pending_bot.log);
    memset(&pending_bot.log, 0, sizeof pending_bot.log);
}

static void restart(void)
{
    forget_log();
    agent_rig_restart();
    pending_bot_resume();
}

/* The relay's end of the stream goes with the agent. */
static void crash(void)
{
    if (pending_bot.log.x)
        exchange_let_go(pending_bot.log.x);
    pending_bot.log.x = NULL;
    forget_log();
    pending_bot_fence();
    agent_rig_crash();
    pending_bot_resume();
}

static void test_restart(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_send('B');
    agent_rig_quiet();
    pending_bot_check_asked("A");
    pending_bot.fate['A'] = OK;
    restart();
    CHECK_EQ(agent_rig.summaries, 0);
    agent_rig_drain();
    pending_bot_check_asked("AB");
    check_told(2, JOURNAL_FINAL);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_GUARD);
    CHECK_EQ(agent_rig.last.status, 200);
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop();
    pending_bot_check_row(1, JOURNAL_FINAL, 2);
    pending_bot_check_row(2, JOURNAL_FINAL, 1);
    struct journal_exchange *x = agent_rig_read("1");
    CHECK_EQ(journal_exchange_row(x)->by, JOURNAL_BY_GUARD);
    CHECK_EQ(journal_exchange_row(x)->verdict, VERDICT_VALID);
    CHECK(span_is(journal_exchange_row(x)->secret_label, SPAN("secret 1")));
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    journal_exchange_free(x);
    agent_rig_end();
}

/* What comes over the new link goes behind it. */
static void test_new_ones_go_behind(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    restart();
    CHECK_EQ(counts()->pending, 1);
    pending_bot_send('B');
    pending_bot_check_unanswered(503);
    pending_bot.fate['A'] = OK;
    agent_rig_drain();
    CHECK_EQ(pending_bot.asked[strlen(pending_bot.asked) - 1], 'B');
    pending_bot_stop_and_end();
}

/* Not even an attempt: it had the bot in time. */
static void test_nothing_is_left(void)
{
    pending_bot_open();
    pending_bot_send('A');
    restart();
    CHECK_EQ(counts()->pending, 0);
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    pending_bot_stop_and_end();
}

/* --- deaths --- */

static void send_held(char name)
{
    struct agent_rig_request r = pending_bot_request(name);
    int requests = agent_rig.spy.requests;

    agent_rig.spy.holds = true;
    CHECK_EQ(agent_rig_send(&pending_bot.log, &r), OK);
    agent_rig_wait(&agent_rig.spy.requests, requests + 1);
}

static void check_crashes(const char *id, unsigned crashes, enum journal_outcome outcome)
{
    struct journal_exchange *x = agent_rig_read(id);

    CHECK_EQ(journal_exchange_row(x)->crashes, crashes);
    CHECK_EQ(journal_exchange_row(x)->outcome, outcome);
    journal_exchange_free(x);
}

/* Its answer came, but nobody was there any more to write it down. */
static void test_died_under_way(void)
{
    pending_bot_open();
    send_held('A');
    crash();
    check_crashes("1", 1, JOURNAL_PENDING);
    CHECK_EQ(counts()->pending, 1);
    agent_rig_drain();
    pending_bot_check_asked("AA");
    check_told(1, JOURNAL_FINAL);
    CHECK_EQ(agent_rig.last.attempts, 2);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_GUARD); /* the relay answers what is stored */
    CHECK_EQ(agent_rig.last.status, 200);
    pending_bot_stop();
    check_crashes("1", 1, JOURNAL_FINAL);
    agent_rig_end();
}

static void test_third_death_is_the_last(void)
{
    pending_bot_open();
    send_held('A');
    for (unsigned deaths = 1; deaths <= 2; deaths++) {
        crash();
        check_crashes("1", deaths, JOURNAL_PENDING);
        agent_rig.spy.holds = true;
        agent_rig_wait(&agent_rig.spy.requests, 1);
    }
    pending_bot_check_asked("AAA");
    crash();
    check_crashes("1", 3, JOURNAL_ASIDE);
    CHECK_EQ(counts()->aside, 1);
    CHECK_EQ(counts()->pending, 0);
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    pending_bot_send('B');
    CHECK_EQ(pending_bot.log.status, 200);
    pending_bot_check_asked("B");
    pending_bot_stop_and_end();
}

/* Two deaths, then the bot refuses it for a while: these were no deaths. */
static void test_failures_are_no_deaths(void)
{
    pending_bot_open();
    send_held('A');
    for (int deaths = 1; deaths <= 2; deaths++) {
        crash();
        agent_rig.spy.holds = deaths == 1;
        pending_bot.fate['A'] = ERR_REFUSED;
        agent_rig_wait(&agent_rig.spy.requests, 1);
    }
    agent_rig_quiet();
    for (int i = 0; i < 5; i++)
        restart();
    check_crashes("1", 2, JOURNAL_PENDING);
    pending_bot.fate['A'] = OK;
    agent_rig_drain();
    check_told(1, JOURNAL_FINAL);
    pending_bot_stop();
    check_crashes("1", 2, JOURNAL_FINAL);
    agent_rig_end();
}

/* Only the one that was with the bot is to blame. */
static void test_those_who_wait_are_not_to_blame(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_send('B');
    pending_bot_send('C');
    agent_rig_quiet();
    for (int deaths = 1; deaths <= 3; deaths++) {
        agent_rig.spy.holds = true;
        agent_rig_advance(60000);
        if (deaths == 1)
            agent_rig_wait(&agent_rig.spy.requests, 2);
        else
            agent_rig_wait(&agent_rig.spy.requests, 1);
        crash();
        check_crashes("2", 0, JOURNAL_PENDING);
        check_crashes("3", 0, JOURNAL_PENDING);
    }
    check_crashes("1", 3, JOURNAL_ASIDE);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    agent_rig_drain();
    pending_bot_check_asked("BC");
    pending_bot_stop_and_end();
}

/* --- what a start finds --- */

/* We died before its signature was looked at. */
static void test_unchecked_ones_are_checked(void)
{
    struct journal_rig rig;

    pending_bot_open();
    pending_bot_stop();
    journal_rig_start(&rig, NULL);
    struct journal_request request = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAA", "{}");
    CHECK_EQ(journal_rig_record(&rig, &request, &(uint64_t){0}), OK);
    journal_rig_stop(&rig);
    agent_rig_start_again();
    pending_bot_resume();
    agent_rig_drain();
    pending_bot_check_asked("");
    CHECK_EQ(agent_rig.last.id, 1);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    CHECK(agent_rig.last.verdict == VERDICT_MISSING ||
          agent_rig.last.verdict == VERDICT_INVALID);
    CHECK_STR(agent_rig.last.error, "");
    CHECK_EQ(agent_rig.last.attempts, 1); /* the one that we did not survive */
    pending_bot_stop_and_end();
}

#define MANY (PENDING_LINE_MAX + 150)

static uint64_t last_asked;

static void check_next(struct spy_handler *s)
{
    uint64_t number = 0;

    CHECK(span_parse_u64(span_text(s->delivery + 10), &number));
    CHECK_EQ(number, last_asked + 1);
    last_asked = number;
}

static void store_many(void)
{
    struct journal_rig rig;
    char id[ULID_LEN + 1];

    journal_rig_start(&rig, NULL);
    for (unsigned i = 1; i <= MANY; i++) {
        (void)snprintf(id, sizeof id, "01KAAAAAAA%016u", i);
        CHECK_EQ(pending_rig_store(&rig, id, JOURNAL_PENDING), i);
    }
    journal_rig_stop(&rig);
}

/* More than are kept in memory: each once and in order, new ones behind them. */
static void test_more_than_have_room(void)
{
    struct agent_rig_request r = {.delivery = "01KAAAAAAA0000000000009999", .body = SPAN("{}")};

    pending_bot_open();
    pending_bot_stop();
    store_many();
    agent_rig.options.pass_invalid = true;
    agent_rig_start_again();
    agent_rig.spy.on_request = check_next;
    last_asked = 0;
    CHECK_EQ(counts()->pending, MANY);
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&pending_bot.log, &r), OK);
    agent_rig_finish(&pending_bot.log);
    CHECK_EQ(pending_bot.log.status, 503);
    while (last_asked < MANY)
        loop_turn(agent_rig.loop, true);
    last_asked = 9998;
    agent_rig_drain();
    CHECK_EQ(last_asked, 9999);
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop_and_end();
}

static void damage_first(void)
{
    struct database_options options = {
        .path = journal_rig_path(), .schema = &journal_schema, .clock = clock_system()};
    struct database *db;
    char detail[512];

    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_exec(db, "UPDATE request SET head = x'00' WHERE exchange = 1"), OK);
    database_close(db);
}

/* It cannot be read: nobody can do anything with it but the user. */
static void test_damaged_one_is_set_aside(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_send('B');
    pending_bot_stop();
    damage_first();
    agent_rig_start_again();
    pending_bot_resume();
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    agent_rig_drain();
    pending_bot_check_asked("B");
    CHECK_EQ(counts()->aside, 1);
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop_and_end();
}

/* Stopped between the word that an attempt begins and the attempt: no death. */
static void test_stopped_before_the_call(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    agent_rig_quiet();
    disk_faults_hold();
    agent_rig_advance(200);
    while (atomic_load(&disk_faults_waiting) == 0)
        loop_turn(agent_rig.loop, false);
    pending_queue_stop(&agent_rig.queue);
    disk_faults_release();
    restart();
    check_crashes("1", 0, JOURNAL_PENDING);
    pending_bot_check_asked("A");
    pending_bot_stop_and_end();
}

CHECK_MAIN(TEST(test_restart), TEST(test_new_ones_go_behind), TEST(test_nothing_is_left),
           TEST(test_died_under_way), TEST(test_third_death_is_the_last),
           TEST(test_failures_are_no_deaths), TEST(test_those_who_wait_are_not_to_blame),
           TEST(test_unchecked_ones_are_checked), TEST(test_more_than_have_room),
           TEST(test_damaged_one_is_set_aside), TEST(test_stopped_before_the_call))
