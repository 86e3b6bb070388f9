/* The whole examination: what it asks for, in which order, and how it ends.  thread-test */
#include "unit/check.h"
#include "unit/support/doctor_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/test_pki.h"

static void test_all_is_well(void)
{
    doctor_rig_open(NULL);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_NAME, DOCTOR_WARN, "loopback_address");
    doctor_rig_expect(DOCTOR_RELAY_PORT, DOCTOR_WARN, "port_not_443");
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_WARN, "chain_private_ca");
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_PASS, "tls_good");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_answered");
    doctor_rig_expect(DOCTOR_LINK, DOCTOR_PASS, "linked");
    doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_PASS, "clock_good");
    doctor_rig_expect(DOCTOR_INBOX, DOCTOR_PASS, "inbox_empty");
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_PASS, "secret_good");
    for (enum doctor_id id = DOCTOR_LINE_ACCOUNT; id <= DOCTOR_LINE_REDELIVERY; id++)
        doctor_rig_expect(id, DOCTOR_SKIPPED, "line_no_credentials");
    doctor_rig_expect(DOCTOR_BOT_LISTENS, DOCTOR_PASS, "listens");
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_PASS, "refused");
    for (size_t i = 0; i < DOCTOR_CHECKS; i++)
        CHECK_EQ(doctor_rig.told[i], 2);
    doctor_rig_close();
}

/* --- the order of things --- */

static int order[2 * DOCTOR_CHECKS + 1], order_len;

static void note(const struct doctor_check *check)
{
    CHECK(order_len < 2 * (int)DOCTOR_CHECKS);
    order[order_len++] = (int)check->id * 2 + (check->state != DOCTOR_RUNNING);
}

static int place_of(enum doctor_id id, bool is_end)
{
    for (int i = 0; i < order_len; i++)
        if (order[i] == (int)id * 2 + is_end)
            return i;
    CHECK(false);
    return -1;
}

/* Each of a pair ends before the other begins. */
static void test_order(void)
{
    static const enum doctor_id pairs[][2] = {
        {DOCTOR_RELAY_NAME, DOCTOR_RELAY_PORT},   {DOCTOR_RELAY_PORT, DOCTOR_RELAY_CHAIN},
        {DOCTOR_RELAY_PORT, DOCTOR_RELAY_TLS},    {DOCTOR_RELAY_CHAIN, DOCTOR_RELAY_HTTP},
        {DOCTOR_BOT_ANSWERS, DOCTOR_RELAY_HTTP},  {DOCTOR_LINK, DOCTOR_RELAY_HTTP},
        {DOCTOR_BOT_LISTENS, DOCTOR_BOT_ANSWERS}, {DOCTOR_SECRET, DOCTOR_BOT_ANSWERS},
        {DOCTOR_BOT_ANSWERS, DOCTOR_BOT_REFUSES},
    };

    order_len = 0;
    doctor_rig_open(NULL);
    doctor_rig.hook = note;
    doctor_rig_run();
    CHECK_EQ(order_len, 2 * (int)DOCTOR_CHECKS);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        CHECK(place_of(pairs[i][0], true) < place_of(pairs[i][1], false));
    /* name, clock and bot begin together */
    CHECK(place_of(DOCTOR_CLOCK, false) < place_of(DOCTOR_RELAY_NAME, true));
    CHECK(place_of(DOCTOR_BOT_LISTENS, false) < place_of(DOCTOR_RELAY_NAME, true));
    doctor_rig_close();
}

/* --- nobody answers anything --- */

static void test_everything_is_silent(void)
{
    doctor_rig_open(NULL);
    doctor_rig.relay.manner = doctor_rig.bot.manner = HANDLER_BOT_SILENT;
    CHECK_EQ(doctor_rig_start(), OK);
    doctor_rig_wait_for(&doctor_rig.told[DOCTOR_RELAY_CHAIN], 2);
    doctor_rig_wait_for(&doctor_rig.told[DOCTOR_RELAY_TLS], 2);
    doctor_rig_wait_for(&doctor_rig.relay.requests, 1); /* the clock's */
    doctor_rig_wait_for(&doctor_rig.bot.requests, 1);
    doctor_rig_advance(4000); /* the bot's time is up */
    doctor_rig_wait_for(&doctor_rig.relay.requests, 2);
    doctor_rig_advance(4000);
    doctor_rig_wait();
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL, "answer_timeout");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_FAIL, "http_timeout");
    doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_SKIPPED, "relay_unreachable");
    doctor_rig_close();
}

/* --- it is stopped --- */

static int stop_at;

static void stop(const struct doctor_check *check)
{
    (void)check;
    if (doctor_rig.events == stop_at)
        doctor_stop(doctor_rig.doctor);
}

static void test_stop_in_every_event(void)
{
    for (stop_at = 1; stop_at <= 2 * (int)DOCTOR_CHECKS; stop_at++) {
        doctor_rig_open(NULL);
        doctor_rig.hook = stop;
        CHECK_EQ(doctor_rig_start(), OK);
        doctor_rig_wait();
        CHECK_EQ(doctor_rig.events, stop_at); /* and none after it */
        doctor_rig_close();
    }
}

/* Wherever it is, between two turns of the loop. */
static void test_stop_in_every_turn(void)
{
    bool is_over = false;

    for (int turns = 0; !is_over; turns++) {
        doctor_rig_open(NULL);
        CHECK_EQ(doctor_rig_start(), OK);
        for (int i = 0; i < turns && !doctor_rig.done; i++)
            loop_turn(doctor_rig.loop, true);
        is_over = doctor_rig.done;
        if (!is_over) {
            doctor_stop(doctor_rig.doctor);
            doctor_stop(doctor_rig.doctor); /* again is nothing */
        }
        doctor_rig_wait();
        doctor_rig_close();
    }
}

/* --- memory runs out --- */

/* Each check ends, whatever it found. */
static void check_all_ended(void)
{
    for (size_t i = 0; i < DOCTOR_CHECKS; i++)
        CHECK(doctor_rig.checks[i].code);
}

static bool run_failing_at(unsigned long n)
{
    doctor_rig_open(NULL);
    mem_fail_at(n);
    if (doctor_rig_start() == OK) {
        for (int turns = 0; !doctor_rig.done; turns++) {
            loop_turn(doctor_rig.loop, turns < 400);
            if (turns >= 400) /* relay or bot have lost a connection for want of memory */
                doctor_rig_advance(100);
        }
        check_all_ended();
    }
    bool is_over = mem_sweep_is_over(n);
    doctor_rig_close();
    return is_over;
}

static void test_memory(void)
{
    unsigned long n = 1;

    while (!run_failing_at(n))
        n++;
    CHECK(n > 50);
    for (size_t i = 0; i < DOCTOR_CHECKS; i++)
        CHECK(doctor_rig.checks[i].state == DOCTOR_PASS ||
              doctor_rig.checks[i].state == DOCTOR_WARN ||
              strcmp(doctor_rig.checks[i].code, "line_no_credentials") == 0);
}

CHECK_MAIN(TEST(test_all_is_well), TEST(test_order), TEST(test_everything_is_silent),
           TEST(test_stop_in_every_event), TEST(test_stop_in_every_turn), TEST(test_memory))
