/* What a request says about itself to the agent, and what is believed: a relay may number
 * deliveries and date them, only a local request may say that it is a replay. */
#include "relay-client/agent/recording.h"

#include "link/link_handshake.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static void send_over_link(const struct agent_rig_request *request)
{
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, request), OK);
    agent_rig_finish(&log_);
}

/* Says `head` and the body "{}" over a local connection; waits for the answer. */
static void say_here(const char *fields)
{
    char text[2048];

    (void)snprintf(
        text, sizeof text,
        "POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n%s\r\n{}", fields);
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client, text);
    agent_rig_wait(&agent_rig.summaries, 1);
    agent_rig_settle();
}

/* "HTTP/1.1 200 OK" for 200; what came before it, too. */
static bool was_told_here(const char *part)
{
    struct span all = span_of(agent_rig.client.got, agent_rig.client.got_len);

    return span_find_span(all, span_text(part)) < all.len;
}

static void stop_and_end(void)
{
    exchange_log_fini(&log_);
    agent_rig_stop();
    agent_rig_end();
}

static struct journal_exchange *stop_and_read(void)
{
    exchange_log_fini(&log_);
    agent_rig_stop();
    return agent_rig_read("last");
}

static void free_and_end(struct journal_exchange *x)
{
    journal_exchange_free(x);
    agent_rig_end();
}

/* --- fields of ours stay here --- */

static bool has_field_of_ours(const char *head)
{
    return strcasestr(head, "hookline") != NULL;
}

static void test_no_field_of_ours_reaches_the_handler(void)
{
    const struct agent_rig_request request = {.body = SPAN("{}"),
                                              .fields = {{"hookline-attempt", "3"},
                                                         {"hookline-replay-of", "5"},
                                                         {"hookline-target", "other"},
                                                         {"hookline-new-one", "x"}}};

    for (int plain = 0; plain <= 1; plain++) {
        agent_rig_open();
        agent_rig.plain = plain;
        send_over_link(&request);
        CHECK_EQ(log_.status, 200);
        CHECK(!has_field_of_ours(agent_rig.spy.head));
        CHECK(strstr(agent_rig.spy.head, "x-line-signature: "));
        CHECK_STR(agent_rig.spy.delivery, AGENT_RIG_DELIVERY);
        CHECK_EQ(agent_rig.spy.replay_of, 0);
        struct journal_exchange *x = stop_and_read();
        const struct http_head *head = journal_exchange_request(x);
        for (size_t i = 0; i < head->fields_len; i++)
            CHECK(!span_starts(head->fields[i].name, SPAN("hookline-")));
        free_and_end(x);
    }
}

static void test_no_field_of_a_local_request_either(void)
{
    agent_rig_open();
    exchange_log_init(&log_);
    agent_rig.options.secrets_len = 0;
    say_here("Hookline-Replay-Of: 7\r\nHOOKLINE-TARGET: \r\nHookline-Delivery: x\r\n"
             "hookline-other: y\r\nX-Hookline: stays\r\n");
    CHECK(was_told_here("HTTP/1.1 200 "));
    CHECK(!strcasestr(agent_rig.spy.head, "\nhookline-"));
    CHECK(strcasestr(agent_rig.spy.head, "x-hookline: stays"));
    stop_and_end();
}

/* --- delivery --- */

static void check_own_id(const char *given)
{
    agent_rig_open();
    send_over_link(&(struct agent_rig_request){.delivery = given, .body = SPAN("{}")});
    CHECK_EQ(log_.status, 200);
    CHECK(strcmp(agent_rig.spy.delivery, given) != 0);
    CHECK(ulid_is_valid(span_text(agent_rig.spy.delivery)));
    struct journal_exchange *x = stop_and_read();
    CHECK(span_is(journal_exchange_row(x)->delivery, span_text(agent_rig.spy.delivery)));
    free_and_end(x);
}

static void test_ids_that_are_none(void)
{
    check_own_id("");
    check_own_id("01KAAAAAAAAAAAAAAAAAAAAAA");   /* 25 */
    check_own_id("01KAAAAAAAAAAAAAAAAAAAAAAAA"); /* 27 */
    check_own_id("01kaaaaaaaaaaaaaaaaaaaaaaa");
    check_own_id("01KAAAAAAAAAAAAAAAAAAAAAAU"); /* no U in Crockford's alphabet */
    check_own_id("81KAAAAAAAAAAAAAAAAAAAAAAA"); /* too many bits */
    check_own_id("../../../../etc/passwd0000");
}

static void test_a_local_request_has_no_id(void)
{
    agent_rig_open();
    exchange_log_init(&log_);
    agent_rig.options.secrets_len = 0;
    say_here("Hookline-Delivery: " AGENT_RIG_DELIVERY "\r\n");
    CHECK(strcmp(agent_rig.spy.delivery, AGENT_RIG_DELIVERY) != 0);
    CHECK(ulid_is_valid(span_text(agent_rig.spy.delivery)));
    stop_and_end();
}

/* --- when it was received --- */

static uint64_t received_ms(const char *given)
{
    agent_rig_open();
    send_over_link(&(struct agent_rig_request){.body = SPAN("{}"),
                                               .fields = {{LINK_FIELD_RECEIVED, given}}});
    CHECK_EQ(log_.status, 200);
    struct journal_exchange *x = stop_and_read();
    uint64_t ms = journal_exchange_row(x)->received_ms;
    free_and_end(x);
    return ms;
}

static void test_when_it_was_received(void)
{
    CHECK_EQ(received_ms("1795894304960"), 1795894304960u);
    CHECK_EQ(received_ms("0"), 0);
    CHECK_EQ(received_ms(""), AGENT_RIG_NOW_MS);
    CHECK_EQ(received_ms("-5"), AGENT_RIG_NOW_MS);
    CHECK_EQ(received_ms("1e9"), AGENT_RIG_NOW_MS);
    CHECK_EQ(received_ms("18446744073709551615"), AGENT_RIG_NOW_MS); /* no date at all */
    CHECK_EQ(received_ms("9223372036854775808"), AGENT_RIG_NOW_MS);
    CHECK_EQ(received_ms("18446744073709551616"), AGENT_RIG_NOW_MS);
}

static void test_a_local_request_is_received_now(void)
{
    agent_rig_open();
    exchange_log_init(&log_);
    agent_rig.options.secrets_len = 0;
    say_here("Hookline-Received-Ms: 5\r\n");
    struct journal_exchange *x = stop_and_read();
    CHECK_EQ(journal_exchange_row(x)->received_ms, AGENT_RIG_NOW_MS);
    free_and_end(x);
}

/* --- replays --- */

static void test_replay_is_said_here_only(void)
{
    agent_rig_open();
    exchange_log_init(&log_);
    say_here("Hookline-Replay-Of: 42\r\n");
    CHECK(was_told_here("HTTP/1.1 102 "));
    CHECK(was_told_here("hookline-exchange: 1\r\n"));
    CHECK(was_told_here("HTTP/1.1 200 ")); /* unsigned, but somebody's explicit wish */
    CHECK_EQ(agent_rig.spy.replay_of, 42);
    CHECK_EQ(agent_rig.spy.verdict, VERDICT_MISSING);
    CHECK_EQ(agent_rig.last.replay_of, 42);
    struct journal_exchange *x = stop_and_read();
    CHECK_EQ(journal_exchange_row(x)->replay_of, 42);
    free_and_end(x);
}

/* Nobody outside may take an old signature, or none, and call it a replay. */
static void test_a_relay_cannot_say_replay(void)
{
    agent_rig_open();
    send_over_link(&(struct agent_rig_request){
        .body = SPAN("{}"), .unsigned_ = true, .fields = {{"hookline-replay-of", "42"}}});
    CHECK_EQ(log_.status, 401);
    CHECK_EQ(agent_rig.spy.calls, 0);
    CHECK_EQ(agent_rig.last.replay_of, 0);
    struct span all = bytes_span(&log_.text);
    CHECK(span_find_span(all, SPAN("hookline-exchange")) == all.len);
    stop_and_end();
}

/* --- targets --- */

static struct spy_handler other;

static void open_with_target(void)
{
    static struct agent_target target;

    agent_rig_open();
    exchange_log_init(&log_);
    memset(&other, 0, sizeof other);
    CHECK_EQ(spy_handler_open(&other, agent_rig.loop), OK);
    target = (struct agent_target){"other", &other.base};
    agent_rig.options.targets = &target;
    agent_rig.options.targets_len = 1;
    agent_rig.options.secrets_len = 0;
}

static void on_other_closed(void *owner)
{
    *(bool *)owner = true;
}

static void close_target(void)
{
    bool closed = false;

    handler_close(&other.base, on_other_closed, &closed);
    while (!closed)
        loop_turn(agent_rig.loop, true);
    spy_handler_fini(&other);
}

static void test_target(void)
{
    open_with_target();
    say_here("Hookline-Target: other\r\n");
    CHECK(was_told_here("HTTP/1.1 200 "));
    CHECK_EQ(other.requests, 1);
    CHECK_EQ(agent_rig.spy.calls, 0);
    close_target();
    stop_and_end();
}

static void test_unknown_target(void)
{
    open_with_target();
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n"
                                    "Hookline-Target: othe\r\n\r\n");
    net_peer_wait_bytes(&agent_rig.client, 1);
    agent_rig_settle();
    CHECK(was_told_here("HTTP/1.1 404 "));
    CHECK(was_told_here("--target"));
    CHECK_EQ(other.calls + agent_rig.spy.calls + agent_rig.summaries, 0);
    close_target();
    exchange_log_fini(&log_);
    agent_rig_stop();
    CHECK_EQ(journal_rig_count(NULL), 0);
    agent_rig_end();
}

static void test_a_relay_cannot_choose_the_target(void)
{
    open_with_target();
    send_over_link(&(struct agent_rig_request){.body = SPAN("{}"),
                                               .fields = {{"hookline-target", "other"}}});
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.spy.requests, 1);
    CHECK_EQ(other.calls, 0);
    close_target();
    stop_and_end();
}

/* --- the sender --- */

static void test_peer_is_escaped_and_cut(void)
{
    agent_rig_open();
    send_over_link(&(struct agent_rig_request){
        .body = SPAN("{}"),
        .fields = {{"x-forwarded-for",
                    "\xc2\x9b[2J1.2.3.4, 5.6.7.8, 9.10.11.12, 13.14.15.16, 17.18.19.20, "
                    "21.22.23.24"}}});
    struct journal_exchange *x = stop_and_read();
    struct span peer = journal_exchange_row(x)->peer;
    CHECK(peer.len < 64 && span_ends(peer, SPAN("...")));
    CHECK(span_starts(peer, SPAN("\\u{009B}[2J1.2.3.4")));
    free_and_end(x);
}

CHECK_MAIN(TEST(test_no_field_of_ours_reaches_the_handler),
           TEST(test_no_field_of_a_local_request_either), TEST(test_ids_that_are_none),
           TEST(test_a_local_request_has_no_id), TEST(test_when_it_was_received),
           TEST(test_a_local_request_is_received_now), TEST(test_replay_is_said_here_only),
           TEST(test_a_relay_cannot_say_replay), TEST(test_target), TEST(test_unknown_target),
           TEST(test_a_relay_cannot_choose_the_target), TEST(test_peer_is_escaped_and_cut))
