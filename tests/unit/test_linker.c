/* One link for ever: how fast the next try comes, and what the user is told. */
#include "relay-client/agent/link/backoff.h"
#include "relay-client/agent/link/pace.h"
#include "unit/check.h"
#include "unit/support/linker_rig.h"

static struct linker_rig rig, other;

static const char refusal_401[] =
    "HTTP/1.1 401 No\r\nContent-Length: 29\r\n\r\n{\"detail\":\"the token is old\"}";
static const char refusal_503[] =
    "HTTP/1.1 503 No\r\nContent-Length: 27\r\n\r\n{\"detail\":\"it is stopping\"}";

static void open_linked(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_LINKED);
}

/* The relay breaks off its last link. */
static void lose(void)
{
    link_session_close(fake_relay_last(rig.relay)->session);
    while (linker_rig_last(&rig)->state == AGENT_LINKED)
        loop_turn(rig.loop, true);
}

static void check_status(const struct linker_rig_status *s, enum agent_state state,
                         const char *url, unsigned attempt)
{
    CHECK_EQ(s->state, state);
    CHECK_STR(s->url, url);
    CHECK_EQ(s->attempt, attempt);
}

/* --- linked --- */

static void test_first_link(void)
{
    struct exchange_log log;

    open_linked();
    CHECK_EQ(rig.statuses, 2);
    check_status(&rig.status[0], AGENT_CONNECTING, "", 1);
    check_status(&rig.status[1], AGENT_LINKED, FAKE_RELAY_URL, 1);
    CHECK_EQ(rig.linked, 1);
    CHECK_EQ(rig.kept, 3);
    CHECK_STR(rig.status[1].detail, "");
    exchange_log_init(&log);
    CHECK_EQ(linker_rig_request(&rig, &log), OK);
    linker_rig_wait(&rig, &rig.log.completes, 1);
    exchange_log_answer(&rig.log, 200, "hello");
    linker_rig_wait(&rig, &log.completes, 1);
    exchange_log_check(&log, "200 content-length=5\nhello");
    exchange_close(log.x);
    exchange_close(rig.log.x);
    linker_rig_wait(&rig, &log.closeds, 1);
    exchange_log_fini(&log);
    linker_rig_close(&rig);
}

/* The display shows it; it is known a moment after the link is there. */
static void test_round_trip_time(void)
{
    open_linked();
    CHECK_EQ(rig.status[1].rtt_us, 0);
    for (int i = 0; i < 3; i++)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(rig.statuses, 3); /* once, for it does not change */
    check_status(&rig.status[2], AGENT_LINKED, FAKE_RELAY_URL, 1);
    CHECK(rig.status[2].rtt_us > 0);
    lose();
    CHECK_EQ(linker_rig_last(&rig)->rtt_us, 0);
    linker_rig_close(&rig);
}

/* --- the next try --- */

static void test_bad_trust(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    rig.options.ca_file = "/nonexistent/ca.pem";
    CHECK_EQ(linker_rig_start(&rig), ERR_CONFIG);
    CHECK(strstr(rig.options.detail, "/nonexistent/ca.pem"));
    rig.options.ca_file = NULL;
    rig.options.pin = "sha256/short";
    CHECK_EQ(linker_rig_start(&rig), ERR_CONFIG);
    CHECK(rig.options.detail[0]);
    linker_rig_close(&rig);
}

/* Full jitter below a ceiling that doubles up to 20 s; it never gives up. */
static void test_nobody_listens_for_long(void)
{
    uint64_t ceiling = 0, waited = 0;

    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    fake_relay_stop_listening(rig.relay);
    CHECK_EQ(linker_rig_start(&rig), OK);
    for (unsigned attempt = 1; attempt <= 60; attempt++) {
        linker_rig_wait(&rig, &rig.statuses, 2 * (int)attempt);
        const struct linker_rig_status *s = linker_rig_last(&rig);
        check_status(s, AGENT_WAITING, "", attempt);
        CHECK(s->retry_ms <= ceiling);
        CHECK(strstr(s->detail, "127.0.0.1 port "));
        if (s->retry_ms > 0) {
            linker_rig_advance(&rig, s->retry_ms - 1);
            CHECK_EQ(rig.statuses, 2 * (int)attempt);
        }
        waited += s->retry_ms;
        ceiling = ceiling == 0 ? BACKOFF_FIRST_MS : ceiling * 2;
        ceiling = ceiling < BACKOFF_MAX_MS ? ceiling : BACKOFF_MAX_MS;
        clock_fake_advance(&rig.clock, 1000);
    }
    CHECK(waited > 300000 && waited < 900000); /* some 10 s each */
    fake_relay_listen(rig.relay);
    linker_rig_advance(&rig, BACKOFF_MAX_MS);
    linker_rig_await(&rig, AGENT_LINKED);
    linker_rig_close(&rig);
}

/* Nothing answers, so nobody is to be spared: once a second, for ever, and not a word each. */
static void test_no_network_for_long(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    rig.options.host = "fe80::1"; /* link-local, and no interface named */
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_wait(&rig, &rig.statuses, 2);
    for (unsigned i = 0; i < 100; i++) {
        linker_rig_advance(&rig, PACE_UNREACHED_MS);
        for (int turn = 0; turn < 5; turn++)
            loop_turn(rig.loop, false);
    }
    const struct linker_rig_status *s = linker_rig_last(&rig);
    CHECK_EQ(s->state, AGENT_WAITING);
    CHECK(s->attempt >= 32);
    CHECK(s->retry_ms <= PACE_UNREACHED_MS);
    CHECK(strstr(s->detail, "fe80::1 port "));
    CHECK(rig.statuses <= 20);
    linker_rig_close(&rig);
}

static void test_at_once_after_a_link_that_lived_well(void)
{
    open_linked();
    lose();
    linker_rig_await(&rig, AGENT_LINKED); /* the first loss costs nothing */
    for (int i = 0; i < 3; i++) {
        linker_rig_advance(&rig, BACKOFF_GOOD_MS);
        int before = rig.statuses;
        lose();
        const struct linker_rig_status *s = &rig.status[before];
        check_status(s, AGENT_WAITING, FAKE_RELAY_URL, 1);
        CHECK_EQ(s->retry_ms, 0);
        CHECK(s->detail[0]);
        linker_rig_await(&rig, AGENT_LINKED);
    }
    CHECK_EQ(rig.relay->linked, 5);
    linker_rig_close(&rig);
}

static void test_slowly_after_links_that_did_not(void)
{
    open_linked();
    for (unsigned attempt = 1; attempt < 9; attempt++) {
        linker_rig_advance(&rig, BACKOFF_GOOD_MS - 1);
        int before = rig.statuses;
        lose();
        check_status(&rig.status[before], AGENT_WAITING, FAKE_RELAY_URL, attempt);
        linker_rig_advance(&rig, BACKOFF_MAX_MS);
        linker_rig_await(&rig, AGENT_LINKED);
    }
    linker_rig_close(&rig);
}

/* The relay is upgraded again and again: it says so, and that is no failure. */
static void test_soon_after_every_goodbye(void)
{
    open_linked();
    for (int i = 0; i < 12; i++) {
        int before = rig.statuses;

        linker_rig_advance(&rig, BACKOFF_TOLD_MS);
        link_session_shutdown(fake_relay_last(rig.relay)->session);
        linker_rig_wait(&rig, &rig.statuses, before + 1);
        CHECK_EQ(rig.status[before].state, AGENT_WAITING);
        CHECK(rig.status[before].retry_ms <= BACKOFF_FIRST_MS);
        linker_rig_advance(&rig, BACKOFF_FIRST_MS);
        linker_rig_await(&rig, AGENT_LINKED);
    }
    linker_rig_close(&rig);
}

/* One that says goodbye at once does not mean to serve. */
static void test_slowly_after_a_goodbye_at_once(void)
{
    uint64_t longest = 0;

    open_linked();
    for (unsigned attempt = 1; attempt < 9; attempt++) {
        int before = rig.statuses;

        link_session_shutdown(fake_relay_last(rig.relay)->session);
        linker_rig_wait(&rig, &rig.statuses, before + 1);
        check_status(&rig.status[before], AGENT_WAITING, FAKE_RELAY_URL, attempt);
        if (rig.status[before].retry_ms > longest)
            longest = rig.status[before].retry_ms;
        linker_rig_advance(&rig, BACKOFF_MAX_MS);
        linker_rig_await(&rig, AGENT_LINKED);
    }
    CHECK(longest > 10 * BACKOFF_FIRST_MS);
    linker_rig_close(&rig);
}

static void test_refusals_are_repeated_slowly(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, refusal_401);
    CHECK_EQ(linker_rig_start(&rig), OK);
    for (int i = 1; i < 4; i++) {
        linker_rig_await(&rig, AGENT_REFUSED);
        const struct linker_rig_status *s = linker_rig_last(&rig);
        CHECK_STR(s->detail, "the token is old");
        CHECK_EQ(s->retry_ms, BACKOFF_REFUSED_MS);
        CHECK_EQ(s->attempt, (unsigned)i);
        linker_rig_advance(&rig, BACKOFF_REFUSED_MS - 1);
        CHECK_EQ(rig.relay->asked, i);
        if (i == 3)
            rig.relay->manner = FAKE_RELAY_ACCEPTS; /* somebody made a new token */
        linker_rig_advance(&rig, 1);
        linker_rig_wait(&rig, &rig.relay->asked, i + 1);
    }
    linker_rig_await(&rig, AGENT_LINKED);
    linker_rig_close(&rig);
}

/* Nobody has to do anything: the relay restarts, or a proxy waits for it. */
static void test_5xx_is_no_refusal(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, refusal_503);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_wait(&rig, &rig.statuses, 2);
    CHECK_STR(linker_rig_last(&rig)->detail, "it is stopping");
    CHECK_EQ(linker_rig_last(&rig)->retry_ms, 0);
    linker_rig_wait(&rig, &rig.statuses, 4);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_WAITING);
    CHECK(linker_rig_last(&rig)->retry_ms <= BACKOFF_FIRST_MS);
    linker_rig_close(&rig);
}

/* The relay is gone without a word: no FIN, no answer to a ping. */
static void test_silence(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, FAKE_RELAY_WELCOME);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_LINKED);
    for (int i = 0; i < 14; i++)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_LINKED);
    int before = rig.statuses;
    linker_rig_advance(&rig, 1000);
    linker_rig_wait(&rig, &rig.statuses, before + 1);
    check_status(&rig.status[before], AGENT_WAITING, FAKE_RELAY_URL, 1);
    CHECK_STR(rig.status[before].detail, "nothing was heard for 15 s");
    linker_rig_close(&rig);
}

/* The user sees what it was, and no byte of it reaches the terminal as it is. */
static void test_what_follows_is_no_link(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, FAKE_RELAY_WELCOME "\x1b[31m this is not HTTP/2, is it?\r\n");
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_WAITING);
    CHECK(linker_rig_last(&rig)->detail[0]);
    CHECK(!strchr(linker_rig_last(&rig)->detail, '\x1b'));
    linker_rig_close(&rig);
}

/* --- takeover --- */

static void test_another_agent_takes_over(void)
{
    open_linked();
    struct fake_relay_link *old = fake_relay_last(rig.relay);
    linker_rig_open_beside(&other, &rig);
    CHECK_EQ(linker_rig_start(&other), OK);
    linker_rig_await(&other, AGENT_LINKED);
    link_session_replace(old->session);
    linker_rig_await(&rig, AGENT_REPLACED);
    const struct linker_rig_status *s = linker_rig_last(&rig);
    check_status(s, AGENT_REPLACED, FAKE_RELAY_URL, 1);
    CHECK_EQ(s->retry_ms, 0);
    CHECK(strstr(s->detail, "start `hookline up` again"));
    linker_rig_wait(&rig, &old->closed, 1);
    for (int i = 0; i < 200; i++)
        linker_rig_advance(&rig, 1000);
    clock_fake_jump(&rig.clock, 3600 * 1000); /* nor when the laptop wakes up */
    linker_rig_advance(&rig, 1000);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_REPLACED);
    CHECK_EQ(linker_rig_last(&other)->state, AGENT_LINKED);
    CHECK_EQ(rig.relay->linked, 2);
    linker_rig_close(&other);
    linker_rig_close(&rig);
}

/* The relay hears of our new link before it notices that the old one is gone. */
static void test_own_new_link_takes_over(void)
{
    open_linked();
    struct fake_relay_link *old = fake_relay_last(rig.relay);
    link_session_shutdown(old->session);
    linker_rig_wait(&rig, &rig.relay->linked, 2);
    linker_rig_await(&rig, AGENT_LINKED);
    if (old->session)
        link_session_replace(old->session);
    for (int i = 0; i < 5; i++)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_LINKED);
    CHECK_EQ(rig.relay->linked, 2);
    linker_rig_close(&rig);
}

/* --- sleep --- */

static void test_sleep_ends_the_wait(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, refusal_401);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_REFUSED);
    int before = rig.relay->asked;
    clock_fake_jump(&rig.clock, 1900);
    linker_rig_advance(&rig, 1000);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_REFUSED);
    clock_fake_jump(&rig.clock, 3600 * 1000);
    linker_rig_advance(&rig, 1000);
    linker_rig_wait(&rig, &rig.relay->asked, before + 1);
    linker_rig_close(&rig);
}

CHECK_MAIN(TEST(test_first_link), TEST(test_round_trip_time), TEST(test_bad_trust),
           TEST(test_nobody_listens_for_long), TEST(test_no_network_for_long),
           TEST(test_at_once_after_a_link_that_lived_well),
           TEST(test_slowly_after_links_that_did_not), TEST(test_soon_after_every_goodbye),
           TEST(test_slowly_after_a_goodbye_at_once), TEST(test_refusals_are_repeated_slowly),
           TEST(test_5xx_is_no_refusal), TEST(test_silence), TEST(test_what_follows_is_no_link),
           TEST(test_another_agent_takes_over), TEST(test_own_new_link_takes_over),
           TEST(test_sleep_ends_the_wait))
