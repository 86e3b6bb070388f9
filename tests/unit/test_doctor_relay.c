/* What the doctor makes of a relay's name, port, HTTP and clock.  thread-test */
#include "unit/check.h"
#include "unit/support/doctor_rig.h"
#include "unit/support/talker.h"

static const char *local_url(unsigned port)
{
    static char url[64];

    (void)snprintf(url, sizeof url, "https://localhost:%u/mybot", port);
    return url;
}

/* --- hooks: from the request of a webhook on --- */

static bool is_http_beginning(const struct doctor_check *check)
{
    return check->id == DOCTOR_RELAY_HTTP && check->state == DOCTOR_RUNNING;
}

static void silence_relay(const struct doctor_check *check)
{
    if (is_http_beginning(check))
        doctor_rig.relay.manner = HANDLER_BOT_SILENT;
}

static void garble_relay(const struct doctor_check *check)
{
    if (is_http_beginning(check))
        handler_bot_say(&doctor_rig.relay, "SSH-2.0-OpenSSH_9.2\r\n");
}

/* --- name and port --- */

static void test_no_such_host(void)
{
    doctor_rig_open(NULL);
    doctor_rig.options.public_url = "https://mybot.nothing.invalid";
    doctor_rig_run();
    /* or there is no name server at all */
    if (doctor_rig.checks[DOCTOR_RELAY_NAME].code &&
        strcmp(doctor_rig.checks[DOCTOR_RELAY_NAME].code, "name_no_answer") != 0)
        doctor_rig_expect(DOCTOR_RELAY_NAME, DOCTOR_FAIL, "name_unknown");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_NAME, "host"), "mybot.nothing.invalid");
    doctor_rig_expect(DOCTOR_RELAY_PORT, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_PORT, "check"), "relay_name");
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_CHAIN, "check"), "relay_port");
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect_others_good(DOCTOR_RELAY_NAME);
    doctor_rig_close();
}

static void test_port_refused(void)
{
    struct talker talker;

    doctor_rig_open(NULL);
    talker_open(&talker, doctor_rig.loop, "", 0); /* a port that nobody has any more */
    talker_close(&talker);
    doctor_rig.options.public_url = local_url(talker.port);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_PORT, DOCTOR_FAIL, "port_refused");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_PORT, "line"), "could_not_connect");
    doctor_rig_expect_others_good(DOCTOR_RELAY_PORT);
    doctor_rig_close();
}

/* Without an agent the address is a guess: "mybot." before the relay's name, which is not
 * known; then the tunnel in the path. */
static void test_guessed_address(void)
{
    doctor_rig_open(NULL);
    doctor_rig.options.public_url = "";
    doctor_rig.options.link = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_relay_only");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "path"), "/mybot/callback");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_NAME, "host"), "localhost");
    doctor_rig_has(doctor_rig_last_head(&doctor_rig.relay), "GET /mybot/callback\n");
    doctor_rig_close();
}

/* --- HTTP --- */

static void run_saying(unsigned status, const char *fields)
{
    doctor_rig_open(NULL);
    handler_bot_say(&doctor_rig.relay, doctor_rig_answer(status, fields));
    doctor_rig_run();
}

static void test_what_is_asked(void)
{
    char host[64];
    const char *head;

    doctor_rig_open(NULL);
    doctor_rig_run();
    head = doctor_rig_last_head(&doctor_rig.relay);
    (void)snprintf(host, sizeof host, "\nhost: localhost:%u\n", doctor_rig.relay.port);
    doctor_rig_has(head, "POST /mybot/callback\n");
    doctor_rig_has(head, host);
    doctor_rig_has(head, "user-agent: LineBotWebhook/2.0\n");
    doctor_rig_has(head, "content-type: application/json; charset=utf-8\n");
    doctor_rig_has(head, "x-line-signature: ");
    doctor_rig_close();
}

static void test_redirects(void)
{
    static const unsigned statuses[] = {301, 302, 307, 308};

    for (size_t i = 0; i < 4; i++) {
        run_saying(statuses[i], "Location: https://www.example.com/callback\r\n");
        doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_FAIL, "http_redirect");
        CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "location"),
                  "https://www.example.com/callback");
        CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "line"), "error_status_code");
        doctor_rig_expect_others_good(DOCTOR_RELAY_HTTP);
        doctor_rig_close();
    }
}

static void test_statuses(void)
{
    static const struct {
        unsigned status;
        enum doctor_state state;
        const char *code;
    } cases[] = {{200, DOCTOR_PASS, "http_answered"}, {204, DOCTOR_PASS, "http_answered"},
                 {299, DOCTOR_PASS, "http_answered"}, {400, DOCTOR_FAIL, "http_status"},
                 {404, DOCTOR_FAIL, "http_status"},   {502, DOCTOR_FAIL, "http_status"}};

    for (size_t i = 0; i < 6; i++) {
        run_saying(cases[i].status, "");
        doctor_rig_expect(DOCTOR_RELAY_HTTP, cases[i].state, cases[i].code);
        doctor_rig_expect_others_good(DOCTOR_RELAY_HTTP);
        doctor_rig_close();
    }
}

/* Nothing is sent where it could not arrive, or would be kept. */
static void test_nothing_is_sent_through(void)
{
    for (int i = 0; i < 4; i++) {
        doctor_rig_open(NULL);
        if (i == 0)
            doctor_rig.options.link = NULL;
        else if (i == 1)
            doctor_rig.link.state = AGENT_WAITING;
        else if (i == 2)
            doctor_rig.secrets.len = 0;
        else
            handler_bot_say(&doctor_rig.bot, doctor_rig_answer(500, ""));
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_relay_only");
        doctor_rig_has(doctor_rig_last_head(&doctor_rig.relay), "GET /mybot/callback\n");
        CHECK(!strstr(doctor_rig_last_head(&doctor_rig.relay), "x-line-signature"));
        doctor_rig_close();
    }
}

/* For a command or the echo bot nobody can say whether it is well, but it is asked. */
static void test_without_an_address_it_is_sent(void)
{
    doctor_rig_open(NULL);
    doctor_rig.options.forward_url = NULL;
    doctor_rig.options.webhook_path = "/hook";
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_answered");
    doctor_rig_has(doctor_rig_last_head(&doctor_rig.relay), "POST /mybot/hook\n");
    doctor_rig_close();
}

static void wait_for_http(void)
{
    CHECK_EQ(doctor_rig_start(), OK);
    doctor_rig_wait_for(&doctor_rig.told[DOCTOR_RELAY_HTTP], 1);
    doctor_rig_wait_for(&doctor_rig.relay.requests, 2); /* the clock's, and this one */
}

static void test_slow_through_the_relay(void)
{
    static const struct {
        uint64_t ms;
        enum doctor_state state;
        const char *code;
    } cases[] = {{2000, DOCTOR_PASS, "http_answered"}, {2001, DOCTOR_FAIL, "http_too_slow"}};

    for (size_t i = 0; i < 2; i++) {
        doctor_rig_open(NULL);
        doctor_rig.hook = silence_relay;
        wait_for_http();
        doctor_rig_advance(cases[i].ms);
        handler_bot_write(doctor_rig_last(&doctor_rig.relay),
                          "HTTP/1.1 200 OK\r\n"
                          "Content-Length: 0\r\n\r\n",
                          38);
        doctor_rig_wait();
        doctor_rig_expect(DOCTOR_RELAY_HTTP, cases[i].state, cases[i].code);
        doctor_rig_close();
    }
}

static void test_no_answer_through_the_relay(void)
{
    doctor_rig_open(NULL);
    doctor_rig.hook = silence_relay;
    wait_for_http();
    doctor_rig_advance(3999);
    CHECK_EQ(doctor_rig.told[DOCTOR_RELAY_HTTP], 1);
    doctor_rig_advance(1);
    doctor_rig_wait();
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_FAIL, "http_timeout");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "line"), "request_timeout");
    doctor_rig_close();
}

/* Without a link the relay may wait for an agent: no fault of its. */
static void test_a_relay_that_waits(void)
{
    doctor_rig_open(NULL);
    doctor_rig.hook = silence_relay;
    doctor_rig.options.link = NULL;
    wait_for_http();
    doctor_rig_advance(1000);
    doctor_rig_wait();
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "check"), "link");
    doctor_rig_close();
}

static void test_nonsense_through_the_relay(void)
{
    doctor_rig_open(NULL);
    doctor_rig.hook = garble_relay;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_FAIL, "http_broken");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "line"), "unclassified");
    doctor_rig_expect_others_good(DOCTOR_RELAY_HTTP);
    doctor_rig_close();
}

/* --- the clock --- */

static void check_clock(int64_t ahead_s, enum doctor_state state, const char *code)
{
    char seconds[24];

    doctor_rig_open(NULL);
    doctor_rig.clock.wall_offset_ms -= (uint64_t)(ahead_s * 1000);
    handler_bot_say(&doctor_rig.relay, doctor_rig_answer(200, ""));
    doctor_rig.clock.wall_offset_ms += (uint64_t)(ahead_s * 1000);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_CLOCK, state, code);
    (void)snprintf(seconds, sizeof seconds, "%" PRId64, ahead_s);
    CHECK_STR(doctor_rig_param(DOCTOR_CLOCK, "seconds"), seconds);
    doctor_rig_expect_others_good(DOCTOR_CLOCK);
    doctor_rig_close();
}

static void test_clocks(void)
{
    check_clock(0, DOCTOR_PASS, "clock_good");
    check_clock(30, DOCTOR_PASS, "clock_good");
    check_clock(-30, DOCTOR_PASS, "clock_good");
    check_clock(31, DOCTOR_WARN, "clock_off");
    check_clock(-31, DOCTOR_WARN, "clock_off");
    check_clock(300, DOCTOR_WARN, "clock_off");
    check_clock(301, DOCTOR_FAIL, "clock_far_off");
    check_clock(-86400, DOCTOR_FAIL, "clock_far_off");
}

static void test_no_date(void)
{
    static const char *const dates[] = {"", "Date: yesterday\r\n",
                                        "Date: Sun, 31 Feb 2027 00:00:00 GMT\r\n"};
    char says[200];

    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(says, sizeof says, "HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n",
                       dates[i]);
        doctor_rig_open(NULL);
        handler_bot_say(&doctor_rig.relay, says);
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_SKIPPED, "no_date");
        doctor_rig_close();
    }
}

CHECK_MAIN(TEST(test_no_such_host), TEST(test_port_refused), TEST(test_guessed_address),
           TEST(test_what_is_asked), TEST(test_redirects), TEST(test_statuses),
           TEST(test_nothing_is_sent_through), TEST(test_without_an_address_it_is_sent),
           TEST(test_slow_through_the_relay), TEST(test_no_answer_through_the_relay),
           TEST(test_a_relay_that_waits), TEST(test_nonsense_through_the_relay),
           TEST(test_clocks), TEST(test_no_date))
