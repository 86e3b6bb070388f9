/* The agents' door: the handshake, and what is wrong with a request or its token. */
#include "relay-server/links/link_gate.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/gate_rig.h"

#define HELLO "connection: Upgrade\nupgrade: hookline/1\n"

static struct front_rig rig;

static void set_up(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open_gate(&rig);
}

static struct public_client *client(size_t i)
{
    return front_rig_client(&rig, i);
}

/* --- welcome --- */

static void test_welcome(void)
{
    struct public_request request = front_rig_webhook("hello");

    set_up();
    gate_rig_ask_link(&rig, 0, token_store_add(&rig.tokens, "mybot"), "mybot");
    CHECK(public_client_look(client(0)));
    CHECK_EQ(client(0)->answer.status, 101);
    CHECK_STR(public_client_field(client(0), "upgrade"), "hookline/1");
    CHECK_STR(public_client_field(client(0), "hookline-url"), "https://mybot.relay.test");
    CHECK_EQ(strlen(public_client_field(client(0), "hookline-session")), 16);
    gate_rig_become_agent(&rig, 0);
    CHECK(front_rig_call(&rig, 1, true));
    front_rig_ask(&rig, 1, &request);
    front_rig_check_status(&rig, 1, 200);
    CHECK_EQ(rig.agents[0].calls_len, 1);
    front_rig_close(&rig);
}

static void check_url(unsigned port, bool in_path, const char *want)
{
    set_up();
    rig.state.public_port = port;
    rig.state.tunnels_in_path = in_path;
    gate_rig_ask_link(&rig, 0, token_store_add(&rig.tokens, "mybot"), "mybot");
    CHECK(public_client_look(client(0)));
    CHECK_STR(public_client_field(client(0), "hookline-url"), want);
    front_rig_close(&rig);
}

static void test_addresses(void)
{
    check_url(8443, false, "https://mybot.relay.test:8443");
    check_url(443, true, "https://relay.test/mybot");
    check_url(8443, true, "https://relay.test:8443/mybot");
}

/* A newer agent may offer more than one version. */
static void test_one_of_several_versions(void)
{
    char fields[512];

    set_up();
    (void)snprintf(fields, sizeof fields,
                   "connection: keep-alive, upgrade\nupgrade: hookline/2, hookline/1\n"
                   "authorization: bearer %s\nhookline-tunnel: mybot\n",
                   token_store_add(&rig.tokens, "mybot"));
    gate_rig_ask(&rig, 0, fields);
    CHECK(public_client_look(client(0)));
    CHECK_EQ(client(0)->answer.status, 101);
    front_rig_close(&rig);
}

static void test_a_new_token_is_good_at_once(void)
{
    set_up();
    gate_rig_ask_link(&rig, 0, token_store_add(&rig.tokens, "mybot"), "mybot");
    CHECK(public_client_look(client(0)));
    gate_rig_ask_link(&rig, 1, token_store_add(&rig.tokens, "other"), "other");
    CHECK(public_client_look(client(1)));
    CHECK_EQ(client(0)->answer.status, 101);
    CHECK_EQ(client(1)->answer.status, 101);
    front_rig_close(&rig);
}

/* --- 400, 426 --- */

/* "$" in the text is a good token. */
static void check_raw(const char *text, enum link_refusal why)
{
    char said[1024];
    size_t at = strcspn(text, "$");

    set_up();
    const char *token = token_store_add(&rig.tokens, "mybot");
    (void)snprintf(said, sizeof said, "%.*s%s%s", (int)at, text, text[at] ? token : "",
                   text[at] ? text + at + 1 : "");
    CHECK(front_rig_call(&rig, 0, false));
    net_peer_say(&client(0)->peer, said);
    front_rig_run(&rig);
    gate_rig_check_refused(&rig, 0, why);
    CHECK_EQ(links_len(&rig.state.links), 0);
    front_rig_close(&rig);
}

#define REST                                                                                   \
    "Host: relay.test\r\nAuthorization: Bearer $\r\nConnection: Upgrade\r\n"                   \
    "Upgrade: hookline/1\r\n"
#define GET "GET /.hookline/link HTTP/1.1\r\n"

static void test_malformed(void)
{
    static const char *const texts[] = {
        "POST /.hookline/link HTTP/1.1\r\nHookline-Tunnel: mybot\r\n" REST "\r\n",
        "GET /.hookline/link?x HTTP/1.1\r\nHookline-Tunnel: mybot\r\n" REST "\r\n",
        GET "Hookline-Tunnel: mybot\r\nContent-Length: 1\r\n" REST "\r\nx",
        GET "Hookline-Tunnel: mybot\r\nTransfer-Encoding: chunked\r\n" REST "\r\n0\r\n\r\n",
        GET REST "\r\n",
        GET "Hookline-Tunnel: mybot\r\nHookline-Tunnel: mybot\r\n" REST "\r\n",
        GET "Hookline-Tunnel: My Bot\r\n" REST "\r\n",
        GET "Hookline-Tunnel: mybot.relay.test\r\n" REST "\r\n",
        GET "Hookline-Tunnel: -mybot\r\n" REST "\r\n",
        GET "Hookline-Tunnel: mybot\r\nAuthorization: Bearer b\r\n" REST "\r\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        check_raw(texts[i], LINK_REFUSE_MALFORMED);
}

static void test_versions(void)
{
    check_raw(GET "Host: relay.test\r\nHookline-Tunnel: mybot\r\n\r\n", LINK_REFUSE_VERSION);
    check_raw(GET "Host: relay.test\r\nConnection: Upgrade\r\nUpgrade: hookline/2\r\n\r\n",
              LINK_REFUSE_VERSION);
    check_raw(GET "Host: relay.test\r\nUpgrade: hookline/1\r\n\r\n", LINK_REFUSE_VERSION);
    check_raw(GET "Host: relay.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
              LINK_REFUSE_VERSION);
}

/* What comes behind the request must not become the link's first bytes. */
static void test_bytes_behind_the_request(void)
{
    check_raw(GET "Hookline-Tunnel: mybot\r\n" REST "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
              LINK_REFUSE_MALFORMED);
    check_raw(GET "Hookline-Tunnel: mybot\r\n" REST "\r\n\n", LINK_REFUSE_MALFORMED);
}

static void test_http_1_0(void)
{
    check_raw("GET /.hookline/link HTTP/1.0\r\nHookline-Tunnel: mybot\r\n" REST "\r\n",
              LINK_REFUSE_MALFORMED);
}

static void test_http2(void)
{
    struct public_request request = front_rig_get(LINK_PATH);
    char fields[256];

    set_up();
    (void)snprintf(fields, sizeof fields, "authorization: Bearer %s\nhookline-tunnel: mybot\n",
                   token_store_add(&rig.tokens, "mybot"));
    request.fields = fields;
    CHECK(front_rig_call(&rig, 0, true));
    front_rig_ask(&rig, 0, &request);
    public_client_check_problem(client(0), &problem_link_needs_h1);
    front_rig_close(&rig);
}

/* --- 401 --- */

static char first_refusal[2048];

/* The same bytes as before, to the last one. */
static void check_same_refusal(size_t i)
{
    struct net_peer *p = &client(i)->peer;

    gate_rig_check_refused(&rig, i, LINK_REFUSE_TOKEN);
    CHECK(p->got_len < sizeof first_refusal);
    if (!first_refusal[0])
        memcpy(first_refusal, p->got, p->got_len);
    CHECK_EQ(p->got_len, strlen(first_refusal));
    CHECK_MEM(p->got, first_refusal, p->got_len);
}

static void test_no_token_tells_more_than_another(void)
{
    char unknown[TOKEN_TEXT_LEN + 1], wrong[TOKEN_TEXT_LEN + 1];

    first_refusal[0] = '\0';
    set_up();
    const char *expired = token_store_add(&rig.tokens, "mybot");
    const char *revoked = token_store_add(&rig.tokens, "mybot");
    token_store_at(&rig.tokens, 0)->expires_ms = FRONT_RIG_NOW_MS - 1;
    token_store_at(&rig.tokens, 1)->revoked_ms = FRONT_RIG_NOW_MS - 1;
    token_store_save(&rig.tokens);
    token_text_make(&rig.random.base, "aaaaaaaa", unknown);
    token_text_make(&rig.random.base, token_store_at(&rig.tokens, 0)->id, wrong);
    gate_rig_ask_link(&rig, 0, unknown, "mybot");
    check_same_refusal(0);
    gate_rig_ask_link(&rig, 1, wrong, "mybot");
    check_same_refusal(1);
    gate_rig_ask_link(&rig, 2, expired, "mybot");
    check_same_refusal(2);
    gate_rig_ask_link(&rig, 3, revoked, "mybot");
    check_same_refusal(3);
    gate_rig_ask_link(&rig, 4, "hkl_typing-mistake", "mybot");
    check_same_refusal(4);
    gate_rig_ask(&rig, 5, HELLO "hookline-tunnel: mybot\n");
    check_same_refusal(5);
    gate_rig_ask(&rig, 6, HELLO "authorization: Basic YTpi\nhookline-tunnel: mybot\n");
    check_same_refusal(6);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_welcome), TEST(test_addresses), TEST(test_one_of_several_versions),
           TEST(test_a_new_token_is_good_at_once), TEST(test_malformed), TEST(test_versions),
           TEST(test_bytes_behind_the_request), TEST(test_http_1_0), TEST(test_http2),
           TEST(test_no_token_tells_more_than_another))
