/* What the LINE API port knows of a webhook by the time the bot gets it. */
#include "relay-client/agent/webhook/bot_guard.h"

#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/push_guard.h"
#include "unit/check.h"
#include "unit/support/agent_rig.h"
#include "unit/support/scratch_folder.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

static struct exchange_log log_;
static struct given_events *given;
static struct push_guard guard;
static struct line_mint mint;

/* As the bot saw it. */
static struct given_event seen;
static enum push_guard_reason guarded;
static size_t inside;

static void on_request(struct spy_handler *s)
{
    const struct given_event *e = given_events_by_token(given, span_text(s->context));

    CHECK(e != NULL);
    seen = *e;
    guarded = push_guard_now(&guard);
    inside = guard.inside;
}

static void open_all(char *token)
{
    char detail[256];

    agent_rig_open();
    exchange_log_init(&log_);
    CHECK_EQ(given_events_new(&given), OK);
    push_guard_init(&guard, &agent_rig.clock.base);
    CHECK_EQ(
        line_mint_open(&mint, scratch_folder_path("mint.key"), &agent_rig.random.base, detail),
        OK);
    agent_rig.options.given = given;
    agent_rig.options.guard = &guard;
    agent_rig.options.mint = &mint;
    agent_rig.options.secrets_len = 0;
    agent_rig.spy.context = token;
    agent_rig.spy.on_request = on_request;
}

static void close_all(void)
{
    exchange_log_fini(&log_);
    agent_rig_quiet();
    agent_rig.options.given = NULL;
    agent_rig.options.guard = NULL;
    given_events_free(given);
    line_mint_close(&mint);
    agent_rig_stop();
    agent_rig_end();
}

static const char *body_with(const char *token, const char *event_id)
{
    static char body[600];

    (void)snprintf(
        body, sizeof body,
        "{\"destination\":\"U1\",\"events\":[{\"type\":\"follow\",\"webhookEventId\":"
        "\"x\"},{\"type\":\"message\",\"webhookEventId\":\"%s\",\"timestamp\":5,"
        "\"replyToken\":\"%s\",\"source\":{\"type\":\"user\",\"userId\":\"U2\"},"
        "\"message\":{\"type\":\"text\",\"id\":\"7\",\"text\":\"a\"}}]}",
        event_id, token);
    return body;
}

/* Over a local connection, with these fields. */
static void say_here(const char *fields, const char *body)
{
    char text[2048];

    (void)snprintf(
        text, sizeof text,
        "POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n%s\r\n%s",
        strlen(body), fields, body);
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client, text);
    agent_rig_wait(&agent_rig.summaries, 1);
    agent_rig_settle();
}

static void send_over_link(const char *body)
{
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &(struct agent_rig_request){.body = span_text(body)}), OK);
    agent_rig_finish(&log_);
}

/* --- of whom --- */

static void test_of_line(void)
{
    static char token[] = TOKEN;

    open_all(token);
    send_over_link(body_with(TOKEN, "e1"));
    CHECK_EQ(agent_rig.spy.calls, 1);
    CHECK_EQ(seen.origin, GIVEN_BY_LINE);
    CHECK_EQ(seen.exchange, agent_rig.last.id);
    CHECK_EQ(seen.index, 1);
    CHECK_STR(seen.user, "U2");
    CHECK_EQ(guarded, PUSH_GUARD_OFF);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    close_all();
}

static void check_guarded(const char *fields, const char *token, const char *event_id,
                          enum given_origin origin)
{
    say_here(fields, body_with(token, event_id));
    CHECK_EQ(agent_rig.spy.calls, 1);
    CHECK_EQ(seen.origin, origin);
    CHECK_EQ(guarded, PUSH_GUARD_REPLAY);
    CHECK_EQ(inside, 1);
    CHECK_EQ(guard.inside, 0); /* its recording has ended */
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY);
    agent_rig_advance(PUSH_GUARD_AFTER_MS - 1);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY);
    agent_rig_advance(1);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
}

static void test_replay(void)
{
    static char token[] = TOKEN;

    open_all(token);
    check_guarded("hookline-replay-of: 5\r\nx-line-signature: s\r\n", TOKEN, "e1",
                  GIVEN_BY_REPLAY);
    close_all();
}

static void test_simulation(void)
{
    static char token[] = TOKEN;

    open_all(token);
    check_guarded("hookline-simulated: 1\r\nx-line-signature: s\r\n", TOKEN, "e1",
                  GIVEN_BY_SIMULATION);
    close_all();
}

/* Only we may say that of a webhook; what came over the link is what LINE sent. */
static void test_marks_from_outside(void)
{
    static char token[] = TOKEN;

    open_all(token);
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(
                 &log_, &(struct agent_rig_request){.body = span_text(body_with(TOKEN, "e1")),
                                                    .fields = {{"hookline-simulated", "1"}}}),
             OK);
    agent_rig_finish(&log_);
    CHECK_EQ(seen.origin, GIVEN_BY_LINE);
    CHECK_EQ(guarded, PUSH_GUARD_OFF);
    close_all();
}

/* Ours by its id, whichever way it came. */
static void test_own_ids_over_the_link(void)
{
    static char token[LINE_MINT_SIZE], event_id[LINE_MINT_SIZE];

    open_all(token);
    line_mint_make(&mint, LINE_MINT_REPLY_TOKEN, 1, token);
    send_over_link(body_with(token, "e1"));
    CHECK_EQ(seen.origin, GIVEN_BY_SIMULATION);
    CHECK_EQ(guarded, PUSH_GUARD_REPLAY);
    close_all();

    open_all(token);
    line_mint_make(&mint, LINE_MINT_EVENT_ID, 1, event_id);
    (void)snprintf(token, sizeof token, TOKEN);
    send_over_link(body_with(token, event_id));
    CHECK_EQ(seen.origin, GIVEN_BY_SIMULATION);
    CHECK_EQ(guarded, PUSH_GUARD_REPLAY);
    close_all();
}

/* LINE says so of what it sends again; who does not is not LINE. */
static void check_twice(const char *redelivery, enum given_origin origin)
{
    static char token[] = TOKEN;
    char body[800];
    const char *first = body_with(TOKEN, "e1");
    const char *end = strstr(first, "\"timestamp\"");
    struct agent_rig_request request = {.delivery = "01JCZZ0000000000000000000B"};

    (void)snprintf(body, sizeof body, "%.*s%s%s", (int)(end - first), first, redelivery, end);
    request.body = span_text(body);
    open_all(token);
    send_over_link(first);
    CHECK_EQ(seen.origin, GIVEN_BY_LINE);
    exchange_log_fini(&log_);
    exchange_log_init(&log_);
    CHECK_EQ(agent_rig_send(&log_, &request), OK);
    agent_rig_finish(&log_);
    CHECK_EQ(agent_rig.spy.calls, 2);
    CHECK_EQ(seen.origin, origin);
    CHECK_EQ(guarded, origin == GIVEN_BY_LINE ? PUSH_GUARD_OFF : PUSH_GUARD_REPLAY);
    close_all();
}

static void test_sent_again(void)
{
    check_twice("", GIVEN_BY_REPLAY);
    check_twice("\"deliveryContext\":{\"isRedelivery\":true},", GIVEN_BY_LINE);
}

/* --- however it ends --- */

static void test_handler_fails(void)
{
    static char token[] = TOKEN;
    static const enum err failures[] = {ERR_REFUSED, ERR_TIMEOUT, ERR_EOF, ERR_CANCELLED};

    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        open_all(token);
        agent_rig.spy.fails = failures[i];
        say_here("hookline-replay-of: 5\r\nx-line-signature: s\r\n", body_with(TOKEN, "e1"));
        CHECK_EQ(guard.inside, 0);
        CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY);
        close_all();
    }
}

static void test_handler_takes_none(void)
{
    static char token[] = TOKEN;

    open_all(token);
    agent_rig.spy.refuses = ERR_BUSY;
    say_here("hookline-replay-of: 5\r\nx-line-signature: s\r\n", body_with(TOKEN, "e1"));
    CHECK_EQ(guard.inside, 0);
    close_all();
}

/* Who has no port needs no guard. */
static void test_nobody_to_tell(void)
{
    static char token[] = TOKEN;

    open_all(token);
    agent_rig.options.given = NULL;
    agent_rig.options.guard = NULL;
    agent_rig.spy.on_request = NULL;
    say_here("hookline-replay-of: 5\r\nx-line-signature: s\r\n", body_with(TOKEN, "e1"));
    CHECK_EQ(agent_rig.spy.calls, 1);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    close_all();
}

CHECK_MAIN(TEST(test_of_line), TEST(test_replay), TEST(test_simulation),
           TEST(test_marks_from_outside), TEST(test_own_ids_over_the_link),
           TEST(test_sent_again), TEST(test_handler_fails), TEST(test_handler_takes_none),
           TEST(test_nobody_to_tell))
