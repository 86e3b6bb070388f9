/* What other commands ask a running agent for: its status, a retry, a drop; and that nobody
 * else can. */
#include "link/link_handshake.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_world.h"
#include "unit/support/control_client.h"
#include "unit/support/journal_rig.h"

#define BODY "{\"events\":[]}"

static struct exchange_log log_;

static void open_local(void)
{
    control_client_init();
    memset(&log_, 0, sizeof log_);
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
}

static void open_linked(void)
{
    control_client_init();
    exchange_log_init(&log_);
    agent_world_open(true);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_await(AGENT_LINKED);
}

static void close_all(void)
{
    if (log_.x)
        exchange_close(log_.x);
    agent_world_settle();
    exchange_log_fini(&log_);
    agent_world_close();
}

/* It was meant for the agent alone. */
static void check_bot_was_not_asked(void)
{
    CHECK_EQ(agent_world.spy.calls, 0);
    CHECK_EQ(agent_world.exchanges, 0);
    CHECK_EQ(journal_rig_count(NULL), 0);
}

/* --- status --- */

static void test_status_without_a_relay(void)
{
    open_local();
    CHECK_STR(control_client_body(control_client_ask(CONTROL_CLIENT_STATUS)),
              "{\"state\":\"connecting\",\"url\":null,\"detail\":\"\",\"tunnel\":\"mybot\","
              "\"handler\":\"spy\",\"webhook_path\":null,\"rtt_us\":0,\"kept\":0,\"delivered\":"
              "0,\"pending\":0,"
              "\"aside\":0,\"inspector\":null,\"line_api\":null}");
    CHECK_STR(
        control_client_body(control_client_ask(CONTROL_CLIENT_STATUS)),
        control_client_body(control_client_ask(CONTROL_CLIENT_STATUS))); /* it is kept alive */
    check_bot_was_not_asked();
    close_all();
}

static void fail_one(const char *delivery)
{
    agent_world.spy.fails = ERR_REFUSED;
    exchange_log_fini(&log_);
    exchange_log_init(&log_);
    CHECK_EQ(agent_world_webhook(&log_, delivery, BODY), OK);
    agent_world_wait(&log_.completes, 1);
    exchange_close(log_.x);
    agent_world_wait(&log_.closeds, 1);
    agent_world_fence();
}

static const char *member(const char *name)
{
    static char text[96];
    const char *got = control_client_body(control_client_ask(CONTROL_CLIENT_STATUS));
    const char *at = strstr(got, name);

    CHECK(at != NULL);
    (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(at, ",}"), at);
    return text;
}

static void test_status_of_a_link(void)
{
    open_linked();
    CHECK_STR(member("\"state\""), "\"state\":\"linked\"");
    CHECK_STR(member("\"kept\""), "\"kept\":3"); /* as the welcome said */
    CHECK_STR(member("\"url\""), "\"url\":\"" FAKE_RELAY_URL "\"");
    CHECK_EQ(agent_world_webhook(&log_, "01KAAAAAAAAAAAAAAAAAAAAAA1", BODY), OK);
    agent_world_wait(&log_.completes, 1);
    exchange_close(log_.x);
    agent_world_wait(&log_.closeds, 1);
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA2");
    CHECK_STR(member("\"delivered\""), "\"delivered\":1");
    CHECK_STR(member("\"pending\""), "\"pending\":1");
    close_all();
}

static void on_name_closed(void *owner)
{
    *(bool *)owner = true;
}

/* A command of any length fits. */
static void test_status_of_a_long_name(void)
{
    static char command[3000];
    struct exec_handler_options options = {.command = command};
    struct handler *exec;
    char detail[256];
    bool is_closed = false;

    memset(command, '"', sizeof command - 1);
    control_client_init();
    memset(&log_, 0, sizeof log_);
    agent_world_open(false);
    CHECK_EQ(handler_open_exec(agent_world.loop, &options, &exec, detail), OK);
    agent_world.options.handler = exec;
    CHECK_EQ(agent_world_start(), OK);
    const char *got = control_client_body(control_client_ask(CONTROL_CLIENT_STATUS));
    CHECK(strlen(got) < 4096);
    CHECK(strstr(got, "\"handler\":\"exec: \\\"\\\"\\\""));
    agent_shutdown(agent_world.agent);
    while (agent_world.agent)
        agent_world_advance(1000);
    handler_close(exec, on_name_closed, &is_closed);
    while (!is_closed)
        loop_turn(agent_world.loop, true);
    close_all();
}

/* --- retry and drop --- */

static void test_retry(void)
{
    open_linked();
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA1");
    agent_world.spy.fails = OK;
    int exchanges = agent_world.exchanges;
    control_client_check_count(control_client_post("/.hookline/retry", "{\"exchange\": 1}"), 1);
    agent_world_wait(&agent_world.exchanges, exchanges + 1);
    CHECK_EQ(agent_world.spy.calls, 2);
    control_client_check_status(409,
                                control_client_post("/.hookline/retry", "{\"exchange\":1}"));
    control_client_check_status(404,
                                control_client_post("/.hookline/retry", "{\"exchange\":4711}"));
    control_client_check_count(control_client_post("/.hookline/retry", "{\"exchange\":null}"),
                               0);
    close_all();
}

static void test_drop(void)
{
    open_linked();
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA1");
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA2");
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA3");
    CHECK_STR(member("\"pending\""), "\"pending\":3");
    control_client_check_count(control_client_post("/.hookline/drop", "{\"exchange\":1}"), 1);
    agent_world_fence();
    agent_world_settle();
    CHECK_STR(member("\"pending\""), "\"pending\":2");
    control_client_check_count(
        control_client_post("/.hookline/drop", " { \"exchange\" : null } "), 2);
    agent_world_fence();
    agent_world_settle();
    CHECK_STR(member("\"pending\""), "\"pending\":0");
    agent_world.spy.fails = OK;
    int calls = agent_world.spy.calls;
    for (int i = 0; i < 20; i++)
        agent_world_advance(60000);
    CHECK_EQ(agent_world.spy.calls, calls);
    close_all();
}

/* --- what is refused --- */

static void test_no_such_thing(void)
{
    static const char *const targets[] = {"/.hookline/",        "/.hookline/statu",
                                          "/.hookline/status/", "/.hookline/status?x=1",
                                          "/.hookline/Status",  "/.hookline/link"};
    char text[256];

    open_local();
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        (void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", targets[i]);
        control_client_check_status(404, control_client_ask(text));
    }
    check_bot_was_not_asked();
    close_all();
}

static void test_wrong_method(void)
{
    open_local();
    control_client_check_status(405, control_client_post("/.hookline/status", ""));
    control_client_check_status(
        405, control_client_ask("GET /.hookline/retry HTTP/1.1\r\nHost: h\r\n\r\n"));
    control_client_check_status(
        405, control_client_ask("DELETE /.hookline/drop HTTP/1.1\r\nHost: h\r\n\r\n"));
    check_bot_was_not_asked();
    close_all();
}

static void test_malformed_bodies(void)
{
    static const char *const bodies[] = {"",
                                         "null",
                                         "1",
                                         "[]",
                                         "{}",
                                         "{\"exchange\":0}",
                                         "{\"exchange\":-1}",
                                         "{\"exchange\":1.5}",
                                         "{\"exchange\":\"1\"}",
                                         "{\"exchange\":true}",
                                         "{\"exchange\":[1]}",
                                         "{\"exchange\":18446744073709551616}",
                                         "{\"exchange\":1",
                                         "{\"Exchange\":1}",
                                         "exchange=1"};

    open_local();
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        control_client_check_status(400, control_client_post("/.hookline/retry", bodies[i]));
        control_client_check_status(400, control_client_post("/.hookline/drop", bodies[i]));
    }
    check_bot_was_not_asked();
    close_all();
}

/* At the limit it is read, one byte more is not. */
static void test_large_bodies(void)
{
    char body[4100];

    open_local();
    memset(body, ' ', sizeof body);
    (void)memcpy(body, "{\"exchange\":null}", 17);
    body[4096] = '\0';
    control_client_check_count(control_client_post("/.hookline/retry", body), 0);
    body[4096] = ' ';
    body[4097] = '\0';
    control_client_check_status(413, control_client_post("/.hookline/retry", body));
    check_bot_was_not_asked();
    close_all();
}

static void test_disk_refuses(void)
{
    open_linked();
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA1");
    disk_faults_at(1, DISK_SYNC, EIO, true);
    control_client_check_status(503,
                                control_client_post("/.hookline/drop", "{\"exchange\":1}"));
    disk_faults_at(0, DISK_ANY, 0, false);
    /* A commit that failed may be found on the disk after all. */
    const char *got = control_client_post("/.hookline/drop", "{\"exchange\":1}");
    control_client_check_status(strstr(got, " 409 ") ? 409 : 200, got);
    close_all();
}

/* --- who asks --- */

/* Over the link it is a stranger's request for the bot. */
static void test_over_the_link(void)
{
    static const char *const targets[] = {"/.hookline/status", "/.hookline/drop"};
    struct http_head head;

    open_linked();
    for (int i = 0; i < 2; i++) {
        exchange_log_fini(&log_);
        exchange_log_init(&log_);
        http_head_init_request(&head, i ? SPAN("POST") : SPAN("GET"), span_text(targets[i]));
        head.scheme = SPAN("https");
        head.authority = SPAN("mybot.relay.example.com");
        agent_world.options.secrets_len = 0;
        CHECK_EQ(fake_relay_request(fake_relay_last(agent_world.relay), &log_, &head,
                                    i ? "{\"exchange\":null}" : NULL),
                 OK);
        agent_world_wait(&log_.completes, 1);
        CHECK_EQ(log_.interims, 1);
        CHECK_EQ(agent_world.exchanges, i + 1);
        exchange_close(log_.x);
        agent_world_wait(&log_.closeds, 1);
    }
    close_all();
}

/* Somebody sent it to the public address, and now it is looked into. */
static void test_a_replay_is_for_the_bot(void)
{
    open_local();
    agent_world_say("POST /.hookline/drop HTTP/1.1\r\nHost: h\r\nContent-Length: 17\r\n"
                    "Hookline-Replay-Of: 7\r\n\r\n{\"exchange\":null}");
    CHECK_EQ(agent_world.spy.calls, 1);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    close_all();
}

/* --- who asks goes --- */

static void test_gone_in_the_body(void)
{
    open_local();
    agent_world_connect();
    net_peer_say(&agent_world.client, "POST /.hookline/drop HTTP/1.1\r\nHost: h\r\n"
                                      "Content-Length: 17\r\n\r\n{\"exch");
    agent_world_settle();
    net_peer_close(&agent_world.client);
    agent_world_settle();
    check_bot_was_not_asked();
    close_all();
}

/* What it asked for is done. */
static void test_gone_before_the_answer(void)
{
    open_linked();
    fail_one("01KAAAAAAAAAAAAAAAAAAAAAA1");
    agent_world_connect();
    disk_faults_hold();
    net_peer_say(&agent_world.client, "POST /.hookline/drop HTTP/1.1\r\nHost: h\r\n"
                                      "Content-Length: 17\r\n\r\n{\"exchange\":null}");
    agent_world_settle();
    net_peer_close(&agent_world.client);
    agent_world_settle();
    agent_shutdown(agent_world.agent); /* waits for it */
    agent_world_advance(2000);
    CHECK_EQ(agent_world.closed, 0);
    disk_faults_release();
    while (agent_world.agent)
        agent_world_advance(1000);
    struct journal_reader *reader = journal_rig_reader();
    struct journal_unfinished left;
    CHECK_EQ(journal_reader_count_unfinished(reader, &left), OK);
    CHECK_EQ(left.pending, 0);
    journal_reader_close(reader);
    close_all();
}

CHECK_MAIN(TEST(test_status_without_a_relay), TEST(test_status_of_a_link),
           TEST(test_status_of_a_long_name), TEST(test_retry), TEST(test_drop),
           TEST(test_no_such_thing), TEST(test_wrong_method), TEST(test_malformed_bodies),
           TEST(test_large_bodies), TEST(test_disk_refuses), TEST(test_over_the_link),
           TEST(test_a_replay_is_for_the_bot), TEST(test_gone_in_the_body),
           TEST(test_gone_before_the_answer))
