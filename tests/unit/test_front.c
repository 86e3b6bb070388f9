/* What becomes of a request at the public port: who gets it, and the refusals. */
#include "relay-server/ingress/front.h"

#include "base/container.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

static struct public_client *client(void)
{
    return front_rig_client(&rig, 0);
}

/* A relay where "mybot" has an agent, and "gone" had one some time ago. */
static void set_up(bool is_h2)
{
    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    CHECK(front_rig_link(&rig, 1, "gone", "token1"));
    fake_agent_close(&rig.agents[1]);
    front_rig_run(&rig);
    fake_agent_fini(&rig.agents[1]);
    tunnels_find(&rig.state.tunnels, SPAN("gone"))->unlinked_ms = 0; /* nobody waits for it */
    CHECK(front_rig_call(&rig, 0, is_h2));
}

/* The request gets this problem over either protocol, and reaches nobody. */
static void check_refused(const struct public_request *request, const char *server_name,
                          const struct problem *want)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        rig.callers[0].server_name = server_name;
        front_rig_ask(&rig, 0, request);
        public_client_check_problem(client(), want);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        front_rig_close(&rig);
    }
}

/* The request reaches mybot's agent with this target, over either protocol. */
static void check_reaches(const struct public_request *request, const char *target)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        front_rig_ask(&rig, 0, request);
        front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(client()->answer.interims, 0);
        CHECK_MEM(client()->answer.body, "ok", 2);
        CHECK_EQ(rig.agents[0].calls_len, 1);
        CHECK_STR(rig.agents[0].calls[0]->target, target);
        CHECK_STR(rig.agents[0].calls[0]->method, request->method);
        CHECK_STR(rig.agents[0].calls[0]->authority, request->authority);
        front_rig_close(&rig);
    }
}

static void test_tunnels_by_host_and_by_path(void)
{
    static const char *const ways[][3] = {
        {"mybot.relay.test", "/callback?a=%2F&b", "/callback?a=%2F&b"},
        {"mybot.relay.test:443", "/", "/"},
        {"MyBot.Relay.Test", "/x", "/x"},
        {"relay.test", "/mybot/callback", "/callback"},
        {"relay.test:8443", "/mybot", "/"},
        {"relay.test", "/mybot?x=1", "/?x=1"},
        {"relay.test", "/mybot//a/../b", "//a/../b"},
        {"mybot.relay.test", "//mybot/%00", "//mybot/%00"},
    };

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct public_request request = front_rig_webhook("{}");

        request.authority = ways[i][0];
        request.target = ways[i][1];
        check_reaches(&request, ways[i][2]);
        request.fields = NULL; /* a plain POST */
        check_reaches(&request, ways[i][2]);
    }
}

/* Nobody can tell a name that never was from one that is not allowed to be. */
static void test_no_such_tunnel(void)
{
    static const char *const ways[][2] = {
        {"other.relay.test", "/callback"},
        {"relay.test", "/other/callback"},
        {"relay.test", "/"},
        {"relay.test", "/favicon.ico"},
        {"mybot.relay.test.evil.test", "/"},
        {"a.mybot.relay.test", "/"},
        {"mybotrelay.test", "/"},
        {"elsewhere.test", "/mybot/callback"},
        {"127.0.0.1", "/mybot/callback"},
        {"[::1]:443", "/"},
        {"relay.test", "/.well-known/mybot"},
        {"relay.test", "/%6dybot/callback"},
        {"xn--mybot-.relay.test", "/"},
        {"my_bot.relay.test", "/"},
    };

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct public_request request = front_rig_webhook("{}");

        request.authority = ways[i][0];
        request.target = ways[i][1];
        check_refused(&request, "", &problem_no_such_tunnel);
    }
}

static void test_no_agent(void)
{
    struct public_request request = front_rig_webhook("{}");

    request.authority = "gone.relay.test";
    check_refused(&request, "", &problem_no_agent);
    request.fields = NULL;
    check_refused(&request, "", &problem_no_agent);
}

/* A relay that has just started knows from its tokens whom to wait for. */
static void check_not_linked_yet(const char *authority, uint64_t revoked_ms,
                                 const struct problem *want)
{
    struct public_request request = front_rig_webhook("{}");
    char detail[TOKENS_DETAIL_SIZE];
    bool changed;

    request.authority = authority;
    for (int webhook = 0; webhook < 2; webhook++) {
        request.fields = webhook ? "x-line-signature: a\n" : NULL;
        front_rig_open_gate(&rig);
        (void)token_store_add(&rig.tokens, "exact");
        (void)token_store_add(&rig.tokens, "many-*");
        token_store_at(&rig.tokens, 0)->revoked_ms = revoked_ms;
        token_store_save(&rig.tokens);
        CHECK_EQ(tokens_reload_if_changed(rig.state.tokens, &changed, detail), OK);
        CHECK(front_rig_call(&rig, 0, true));
        front_rig_ask(&rig, 0, &request);
        public_client_check_problem(client(), want);
        front_rig_close(&rig);
    }
}

static void test_not_linked_yet(void)
{
    check_not_linked_yet("exact.relay.test", 0, &problem_no_agent);
    check_not_linked_yet("Exact.relay.test", 0, &problem_no_agent);
    check_not_linked_yet("many-bots.relay.test", 0, &problem_no_agent);
    check_not_linked_yet("exac.relay.test", 0, &problem_no_such_tunnel);
    check_not_linked_yet("many.relay.test", 0, &problem_no_such_tunnel);
    check_not_linked_yet("exact.relay.test", FRONT_RIG_NOW_MS - 1, &problem_no_such_tunnel);
}

static void test_misdirected(void)
{
    struct public_request request = front_rig_webhook("{}");

    check_refused(&request, "gone.relay.test", &problem_wrong_host);
    check_refused(&request, "relay.test", &problem_wrong_host);
    check_refused(&request, "mybot.relay.test.", &problem_wrong_host);
    request.target = "/.hookline/link";
    check_refused(&request, "gone.relay.test", &problem_wrong_host);
}

static void test_the_name_asked_for_may_differ_in_case(void)
{
    struct public_request request = front_rig_webhook("{}");

    request.authority = "mybot.relay.test:8443";
    set_up(false);
    rig.callers[0].server_name = "MYBOT.relay.TEST";
    front_rig_ask(&rig, 0, &request);
    front_rig_check_status(&rig, 0, 200);
    front_rig_close(&rig);
}

static void test_trace_is_not_forwarded(void)
{
    struct public_request request = front_rig_get("/");

    request.method = "TRACE";
    set_up(true);
    front_rig_ask(&rig, 0, &request);
    public_client_check_problem(client(), &problem_method);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    front_rig_close(&rig);
    set_up(false); /* HTTP/1 does not even parse it */
    front_rig_ask(&rig, 0, &request);
    front_rig_check_status(&rig, 0, 501);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    front_rig_close(&rig);
}

/* What is a webhook is read whole and must say stored; anything else need not. */
static void test_what_is_a_webhook(void)
{
    static const struct {
        const char *method, *fields;
        bool is_webhook;
    } cases[] = {
        {"POST", "x-line-signature: a\n", true},
        {"POST", "X-LINE-Signature: a\n", true},
        {"POST", "x-works-signature: a\n", true},
        {"POST", "x_line_signature: a\n", false},
        {"POST", NULL, false},
        {"PUT", "x-line-signature: a\n", false},
        {"GET", "x-line-signature: a\n", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct public_request request = front_rig_webhook("{}");

        request.method = cases[i].method;
        request.fields = cases[i].fields;
        request.is_begun = true;
        set_up(false);
        front_rig_ask(&rig, 0, &request);
        CHECK_EQ(rig.agents[0].calls_len, cases[i].is_webhook ? 0 : 1);
        CHECK(public_client_more(client(), "{}", 2));
        front_rig_run(&rig);
        front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(rig.agents[0].calls_len, 1);
        front_rig_close(&rig);
    }
}

static void test_what_only_the_relay_may_say(void)
{
    struct public_request request = front_rig_webhook("{}");
    const struct fake_call *call;

    request.authority = "relay.test";
    request.target = "/mybot/callback";
    request.fields =
        "x-line-signature: a\nx-forwarded-for: 1.2.3.4\nforwarded: for=1.2.3.4\n"
        "x-forwarded-prefix: /evil\nhookline-delivery: 01ARZ3NDEKTSV4RRFFQ69G5FAV\n"
        "hookline-replay-of: 1\nhookline-attempt: 9\nvia: 1.1 evil\n";
    set_up(true);
    front_rig_ask(&rig, 0, &request);
    front_rig_check_status(&rig, 0, 200);
    call = rig.agents[0].calls[0];
    CHECK_EQ(fake_call_count(call, "x-forwarded-for"), 1);
    CHECK_STR(fake_call_field(call, "x-forwarded-for"), "pipe");
    CHECK_STR(fake_call_field(call, "x-forwarded-proto"), "https");
    CHECK_STR(fake_call_field(call, "x-forwarded-host"), "relay.test");
    CHECK_STR(fake_call_field(call, "x-forwarded-prefix"), "/mybot");
    CHECK_STR(fake_call_field(call, "hookline-attempt"), "1");
    CHECK_STR(fake_call_field(call, "hookline-received-ms"), "1795894306000");
    CHECK_EQ(fake_call_count(call, "hookline-delivery"), 1);
    CHECK(ulid_is_valid(span_text(fake_call_field(call, "hookline-delivery"))));
    CHECK(strcmp(fake_call_field(call, "hookline-delivery"), "01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    CHECK_EQ(fake_call_count(call, "hookline-replay-of"), 0);
    CHECK_EQ(fake_call_count(call, "forwarded"), 0);
    CHECK_EQ(fake_call_count(call, "via"), 0);
    front_rig_close(&rig);
}

/* 100 fields may come, and ours must fit beside them. */
static void ask_with_fields(size_t count)
{
    static char fields[101 * 16];
    struct public_request request = front_rig_get("/");
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(fields + len, sizeof fields - len, "x-%zu: v\n", i);
    request.fields = fields;
    set_up(true);
    front_rig_ask(&rig, 0, &request);
}

static void test_too_many_fields(void)
{
    /* for, proto, host, delivery, attempt, received */
    ask_with_fields(HTTP_FIELDS_MAX - 6);
    front_rig_check_status(&rig, 0, 200);
    front_rig_close(&rig);
    ask_with_fields(HTTP_FIELDS_MAX - 5);
    public_client_check_problem(client(), &problem_fields_too_large);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_tunnels_by_host_and_by_path), TEST(test_no_such_tunnel),
           TEST(test_no_agent), TEST(test_not_linked_yet), TEST(test_misdirected),
           TEST(test_the_name_asked_for_may_differ_in_case), TEST(test_trace_is_not_forwarded),
           TEST(test_what_is_a_webhook), TEST(test_what_only_the_relay_may_say),
           TEST(test_too_many_fields))
