/* Webhooks that we send ourselves by way of the relay: announced, they are known when they come
 * back. And what else a command that simulates tells the agent. */
#include "relay-client/agent/announced.h"

#include "base/hex.h"
#include "codec/digest.h"
#include "relay-client/lineapi/push_guard.h"
#include "unit/check.h"
#include "unit/support/agent_world.h"
#include "unit/support/control_client.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"

#define BODY "{\"events\":[]}"

static struct exchange_log log_;
static struct push_guard guard;

static void open_linked(void)
{
    control_client_init();
    exchange_log_init(&log_);
    agent_world_open(true);
    push_guard_init(&guard, &agent_world.clock.base);
    agent_world.options.guard = &guard;
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

static void come(const char *delivery, const char *body)
{
    if (log_.x) {
        exchange_close(log_.x);
        agent_world_wait(&log_.closeds, 1);
    }
    exchange_log_fini(&log_);
    exchange_log_init(&log_);
    agent_world.spy.replay_of = 0;
    CHECK_EQ(agent_world_webhook(&log_, delivery, body), OK);
    agent_world_wait(&log_.completes, 1);
}

static enum err announce(const char *body, uint64_t replay_of)
{
    return agent_announce(agent_world.agent, span_text(body), replay_of, replay_of == 0);
}

static uint64_t collect(const char *body)
{
    return agent_announced(agent_world.agent, span_text(body));
}

static void test_a_replay_comes_back(void)
{
    open_linked();
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    CHECK_EQ(announce(BODY, 7), OK);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY); /* at once */
    CHECK_EQ(collect(BODY), 0);                          /* it is not here yet */
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    CHECK_EQ(collect(BODY), 1);
    CHECK_EQ(collect(BODY), 0);               /* once */
    come("01KAAAAAAAAAAAAAAAAAAAAAA2", BODY); /* that is LINE's own */
    CHECK_EQ(agent_world.spy.replay_of, 0);
    close_all();
}

static void test_each_is_for_one(void)
{
    open_linked();
    CHECK_EQ(announce(BODY, 7), OK);
    CHECK_EQ(announce(BODY, 8), OK);
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    come("01KAAAAAAAAAAAAAAAAAAAAAA2", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 8);
    CHECK_EQ(collect(BODY), 1);
    CHECK_EQ(collect(BODY), 2);
    close_all();
}

static void test_another_body(void)
{
    open_linked();
    CHECK_EQ(announce(BODY " ", 7), OK);
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 0);
    close_all();
}

static void test_not_for_ever(void)
{
    open_linked();
    CHECK_EQ(announce(BODY, 7), OK);
    agent_world_advance(ANNOUNCED_LIFE_MS - 1);
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    CHECK_EQ(announce(BODY, 8), OK);
    agent_world_advance(ANNOUNCED_LIFE_MS);
    come("01KAAAAAAAAAAAAAAAAAAAAAA2", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 0);
    close_all();
}

static void test_the_oldest_go(void)
{
    open_linked();
    CHECK_EQ(announce(BODY, 7), OK);
    for (unsigned i = 1; i < ANNOUNCED_MAX; i++)
        CHECK_EQ(announce("{}", 1), OK);
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    CHECK_EQ(announce(BODY, 8), OK);
    for (unsigned i = 0; i < ANNOUNCED_MAX; i++)
        CHECK_EQ(announce("{}", 1), OK);
    come("01KAAAAAAAAAAAAAAAAAAAAAA2", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 0);
    close_all();
}

static void test_memory_runs_out(void)
{
    open_linked();
    mem_fail_at(1);
    CHECK_EQ(announce(BODY, 7), ERR_NOMEM);
    CHECK(mem_sweep_is_over(1) == false);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    CHECK_EQ(announce(BODY, 7), OK);
    close_all();
}

/* --- by the control socket --- */

static const char *hash_json(const char *rest)
{
    static char json[300];
    uint8_t sha256[DIGEST_SHA256_LEN];
    char hex[2 * DIGEST_SHA256_LEN + 1];

    digest_sha256(SPAN(BODY), sha256);
    hex_format(hex, sha256, sizeof sha256);
    (void)snprintf(json, sizeof json, "{\"sha256\":\"%s\"%s}", hex, rest);
    return json;
}

static void test_a_command_announces(void)
{
    open_linked();
    CHECK_STR(control_client_body(control_client_post(
                  "/.hookline/announce", hash_json(",\"replay_of\":7,\"simulated\":false"))),
              "{\"life_ms\":60000}");
    CHECK_STR(control_client_body(control_client_post("/.hookline/announced", hash_json(""))),
              "{\"exchange\":null}");
    come("01KAAAAAAAAAAAAAAAAAAAAAA1", BODY);
    CHECK_EQ(agent_world.spy.replay_of, 7);
    CHECK_STR(control_client_body(control_client_post("/.hookline/announced", hash_json(""))),
              "{\"exchange\":1}");
    close_all();
}

static void test_malformed(void)
{
    static const char *const bodies[] = {
        "", "{}", "[]", "{\"sha256\":\"00\",\"replay_of\":null,\"simulated\":true}",
        "{\"sha256\":5,\"replay_of\":null,\"simulated\":true}"};

    open_linked();
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        control_client_check_status(400, control_client_post("/.hookline/announce", bodies[i]));
        control_client_check_status(400,
                                    control_client_post("/.hookline/announced", bodies[i]));
        control_client_check_status(400, control_client_post("/.hookline/person", bodies[i]));
    }
    control_client_check_status(
        400, control_client_post("/.hookline/announce", hash_json(",\"replay_of\":null")));
    control_client_check_status(
        400, control_client_post("/.hookline/announce",
                                 hash_json(",\"replay_of\":-1,\"simulated\":true")));
    control_client_check_status(
        405, control_client_ask("GET /.hookline/announce HTTP/1.1\r\nHost: h\r\n\r\n"));
    close_all();
}

static void test_content_that_nobody_can_ask_for(void)
{
    open_linked(); /* without a LINE API port */
    control_client_check_status(
        409, control_client_ask("POST /.hookline/content?message=1 HTTP/1.1\r\nHost: h\r\n"
                                "Content-Type: image/png\r\nContent-Length: 3\r\n\r\nPNG"));
    control_client_check_status(
        400, control_client_ask("POST /.hookline/content HTTP/1.1\r\nHost: h\r\n"
                                "Content-Type: image/png\r\nContent-Length: 3\r\n\r\nPNG"));
    control_client_check_status(
        400, control_client_ask("POST /.hookline/content?message=1 HTTP/1.1\r\nHost: h\r\n"
                                "Content-Length: 3\r\n\r\nPNG"));
    close_all();
}

static void test_somebody(void)
{
    open_linked();
    CHECK_STR(control_client_body(control_client_post(
                  "/.hookline/person",
                  "{\"id\":\"U1\",\"type\":\"user\",\"name\":\"美咲\",\"language\":\"ja\"}")),
              "{}");
    close_all();
}

/* --- simulated on this machine --- */

/* Wrongly signed, or not at all: does the bot refuse it? */
static void test_a_wrong_signature_reaches_the_bot(void)
{
    open_linked();
    agent_world_say("POST /callback HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\n"
                    "Hookline-Simulated: 1\r\nX-Line-Signature: AAAA\r\n\r\n" BODY);
    CHECK_EQ(agent_world.spy.calls, 1);
    agent_world_say("POST /callback HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\n"
                    "Hookline-Simulated: 1\r\n\r\n" BODY);
    CHECK_EQ(agent_world.spy.calls, 2);
    CHECK(agent_world.webhook);
    agent_world_say("POST /callback HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\n"
                    "X-Line-Signature: AAAA\r\n\r\n" BODY);
    CHECK_EQ(agent_world.spy.calls, 2); /* a stranger's */
    close_all();
}

CHECK_MAIN(TEST(test_a_replay_comes_back), TEST(test_each_is_for_one), TEST(test_another_body),
           TEST(test_not_for_ever), TEST(test_the_oldest_go), TEST(test_memory_runs_out),
           TEST(test_a_command_announces), TEST(test_malformed),
           TEST(test_content_that_nobody_can_ask_for), TEST(test_somebody),
           TEST(test_a_wrong_signature_reaches_the_bot))
