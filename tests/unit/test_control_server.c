/* What the relay's owner asks, and orders.  A thread-test: the inbox has its own. */
#include "relay-server/control/control_server.h"

#include "base/container.h"
#include "codec/json/json.h"
#include "net/local_socket.h"
#include "relay-server/control/control_call.h"
#include "unit/check.h"
#include "unit/support/heir.h"
#include "unit/support/scratch_folder.h"

#include <pthread.h>
#include <sys/stat.h>

static struct heir heir;
static struct json_doc doc;
static char answer_text[65536];

/* --- the inbox before the relay starts: 1 .. 3 kept, 4 .. 6 set aside --- */

static unsigned to_store;

static void on_stored(struct inbox_ticket *t, enum err rc)
{
    (void)t;
    CHECK_EQ(rc, OK);
    to_store--;
}

static void put(struct inbox *inbox, struct inbox_ticket *ticket, unsigned i)
{
    struct http_head head;
    struct inbox_delivery d = {.seq = inbox_next_seq(inbox),
                               .tunnel = "mybot",
                               .received_ms = RELAY_RIG_NOW_MS,
                               .head = &head,
                               .body = SPAN("hello"),
                               .answered = 200};

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.test");
    (void)snprintf(d.id, sizeof d.id, "01M8HT8S6GBFPZCCCGP33RBD%02u", i);
    ticket->stored = on_stored;
    to_store++;
    CHECK_EQ(inbox_put(inbox, &d, ticket), OK);
}

static void fill(void)
{
    struct inbox_ticket tickets[6];
    struct inbox *inbox = heir_open_inbox(&heir);
    const struct inbox_tunnel known = {.name = "mybot", .token_id = "tokenid1"};

    CHECK_EQ(inbox_remember(inbox, &known), OK);
    for (unsigned i = 0; i < ARRAY_LEN(tickets); i++)
        put(inbox, &tickets[i], i);
    while (to_store > 0)
        loop_turn(heir.rig.loop, true);
    for (uint64_t seq = 4; seq <= 6; seq++)
        CHECK_EQ(inbox_note(inbox, seq, 3, "for a test"), OK);
    heir_close_inbox(&heir, inbox);
}

static void begin(void)
{
    relay_rig_prepare(&heir.rig);
    heir.fd = -1;
    fake_agent_init(&heir.successor);
    heir.rig.options.control_socket = scratch_folder_path("relay.sock");
    fill();
    CHECK_EQ(relay_rig_start(&heir.rig), OK);
}

static void end(void)
{
    json_fini(&doc);
    doc = (struct json_doc){0};
    heir_close(&heir);
}

/* --- questions --- */

static void join(size_t i)
{
    struct stream *stream;

    CHECK_EQ(local_socket_connect(heir.rig.loop, heir.rig.options.control_socket, &stream), OK);
    loopback_sit(heir_client(&heir, i), heir.rig.loop, stream, false);
}

static struct public_request question(const char *method, const char *target, const char *body)
{
    return (struct public_request){
        .method = method,
        .authority = "localhost",
        .target = target,
        .body = span_text(body),
        .has_body = body != NULL,
    };
}

/* Over the first client's connection; the answer is parsed. */
static unsigned ask(const char *method, const char *target, const char *body)
{
    struct public_request request = question(method, target, body);
    struct public_client *c = heir_client(&heir, 0);

    CHECK(loopback_ask(c, &request));
    json_fini(&doc);
    doc = (struct json_doc){0};
    CHECK(c->answer.body_len < sizeof answer_text);
    memcpy(answer_text, c->answer.body, c->answer.body_len);
    CHECK_EQ(json_parse(&doc, span_of(answer_text, c->answer.body_len), sizeof answer_text),
             OK);
    return c->answer.status;
}

static uint64_t number(const struct json_value *v, const char *name)
{
    uint64_t value = UINT64_MAX;

    CHECK(json_u64(json_member(v, name), &value));
    return value;
}

static void check_counts(uint64_t kept, uint64_t aside)
{
    CHECK_EQ(ask("GET", "/status", NULL), 200);
    const struct json_value *inbox = json_member(json_root(&doc), "inbox");
    const struct json_value *tunnel = json_first(json_member(json_root(&doc), "tunnels"));
    CHECK_EQ(number(inbox, "kept"), kept);
    CHECK_EQ(number(inbox, "aside"), aside);
    CHECK_EQ(number(tunnel, "kept"), kept);
    CHECK_EQ(number(tunnel, "aside"), aside);
}

static void check_changed(const char *target, const char *body, uint64_t changed)
{
    CHECK_EQ(ask("POST", target, body), 200);
    CHECK_EQ(number(json_root(&doc), "changed"), changed);
}

static void check_refused(const char *method, const char *target, const char *body,
                          unsigned status)
{
    CHECK_EQ(ask(method, target, body), status);
    CHECK_EQ(number(json_root(&doc), "status"), status);
    CHECK(json_string(json_member(json_root(&doc), "detail")) != NULL);
}

/* --- tests --- */

static void test_status(void)
{
    struct stat st;

    begin();
    CHECK_EQ(stat(heir.rig.options.control_socket, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    join(0);
    CHECK_EQ(ask("GET", "/status", NULL), 200);
    CHECK_STR(public_client_field(heir_client(&heir, 0), "content-type"), "application/json");
    const struct json_value *root = json_root(&doc);
    CHECK_STR(json_string(json_member(root, "version")), HOOKLINE_VERSION);
    CHECK_STR(json_string(json_member(root, "state")), "serving");
    CHECK_STR(json_string(json_member(root, "domain")), "relay.test");
    CHECK_EQ(number(root, "connections"), 0);
    CHECK_EQ(number(root, "links"), 0);
    const struct json_value *tunnels = json_member(root, "tunnels");
    CHECK_EQ(json_len(tunnels), 1);
    const struct json_value *tunnel = json_first(tunnels);
    bool linked = true;
    CHECK(json_bool(json_member(tunnel, "linked"), &linked) && !linked);
    CHECK_STR(json_string(json_member(tunnel, "name")), "mybot");
    CHECK_STR(json_string(json_member(tunnel, "answer")), "guard");
    CHECK_STR(json_string(json_member(tunnel, "offline")), "keep");
    CHECK_STR(json_string(json_member(tunnel, "oldest")), "2026-11-28T19:31:45.000Z");
    CHECK(number(tunnel, "bytes") > 15);
    check_counts(3, 3);
    end();
}

static void test_status_of_a_linked_tunnel(void)
{
    bool linked = false;

    begin();
    relay_rig_link(&heir.rig, 1, heir.rig.token, "mybot");
    join(0);
    do
        CHECK_EQ(ask("GET", "/status", NULL), 200);
    while (number(json_member(json_root(&doc), "inbox"), "kept") > 0);
    const struct json_value *tunnel = json_first(json_member(json_root(&doc), "tunnels"));
    CHECK(json_bool(json_member(tunnel, "linked"), &linked) && linked);
    CHECK_EQ(json_kind(json_member(tunnel, "oldest")), JSON_NULL);
    CHECK_EQ(json_kind(json_member(tunnel, "since")), JSON_STRING);
    CHECK_EQ(number(tunnel, "delivered"), 3);
    CHECK_EQ(number(json_root(&doc), "links"), 1);
    CHECK_EQ(heir.rig.agents[1].calls_len, 3);
    check_changed("/inbox/retry", "{\"seq\":null}", 3); /* and they go out at once */
    while (heir.rig.agents[1].calls_len < 6)
        loop_turn(heir.rig.loop, true);
    end();
}

static void test_retry(void)
{
    begin();
    join(0);
    check_changed("/inbox/retry", "{\"seq\":5}", 1);
    check_counts(4, 2);
    check_refused("POST", "/inbox/retry", "{\"seq\":5}", 409);
    check_refused("POST", "/inbox/retry", "{\"seq\":7}", 404);
    check_changed("/inbox/retry", "{\"seq\":null}", 2);
    check_counts(6, 0);
    check_changed("/inbox/retry", "{\"seq\":null}", 0);
    end();
}

static void test_drop(void)
{
    begin();
    join(0);
    check_changed("/inbox/drop", "{\"seq\":2}", 1); /* kept */
    check_changed("/inbox/drop", "{\"seq\":6}", 1); /* set aside */
    check_counts(2, 2);
    check_refused("POST", "/inbox/drop", "{\"seq\":2}", 404);
    check_changed("/inbox/drop", " { \"seq\" : null } ", 2); /* not what is kept */
    check_counts(2, 0);
    end();
}

static void test_bad_orders(void)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"seq\":0}",
        "{\"seq\":-1}",
        "{\"seq\":1.5}",
        "{\"seq\":\"1\"}",
        "{\"seq\":true}",
        "{\"seq\":18446744073709551616}",
        "{\"seq\":1",
        "{\"seq\":1}{\"seq\":2}",
        "seq=1",
        "\xff\xfe",
    };

    begin();
    join(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        check_refused("POST", "/inbox/retry", bad[i], 400);
        check_refused("POST", "/inbox/drop", bad[i], 400);
    }
    check_counts(3, 3);
    end();
}

static void test_length_of_an_order(void)
{
    static char body[CONTROL_BODY_MAX + 2];

    begin();
    join(0);
    memset(body, ' ', CONTROL_BODY_MAX + 1);
    memcpy(body, "{\"seq\":4}", 9);
    body[CONTROL_BODY_MAX] = '\0';
    check_changed("/inbox/drop", body, 1);
    body[CONTROL_BODY_MAX] = ' ';
    check_refused("POST", "/inbox/drop", body, 413);
    end();
}

static void test_bad_routes(void)
{
    static const char *const paths[] = {
        "/", "/statu", "/status/", "/status?x", "/inbox", "/inbox/retry/", "/.hookline/status"};

    begin();
    join(0);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        check_refused("GET", paths[i], NULL, 404);
    check_refused("POST", "/status", "{}", 405);
    check_refused("GET", "/inbox/retry", NULL, 405);
    check_refused("DELETE", "/inbox/drop", NULL, 405);
    end();
}

static void test_too_many_connections(void)
{
    struct public_client more[CONTROL_CONNECTIONS_MAX + 1] = {0};

    begin();
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        struct stream *stream;

        CHECK_EQ(local_socket_connect(heir.rig.loop, heir.rig.options.control_socket, &stream),
                 OK);
        loopback_sit(&more[i], heir.rig.loop, stream, false);
    }
    loopback_wait_end(&more[CONTROL_CONNECTIONS_MAX]);
    struct public_request request = question("GET", "/status", NULL);
    CHECK(loopback_ask(&more[0], &request));
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        loopback_leave(&more[i]);
    join(0);
    CHECK_EQ(ask("GET", "/status", NULL), 200);
    end();
}

/* In the middle of an order, and idle. */
static void test_the_relay_ends(void)
{
    struct public_request request = question("POST", "/inbox/drop", "");

    begin();
    join(0);
    join(1);
    request.is_begun = request.chunked = true;
    CHECK(public_client_send(heir_client(&heir, 0), &request));
    heir_turn(&heir);
    relay_shutdown(heir.rig.relay);
    relay_rig_wait_closed(&heir.rig);
    loopback_wait_end(heir_client(&heir, 0));
    loopback_wait_end(heir_client(&heir, 1));
    end();
}

/* --- the commands' side --- */

static struct control_reply reply;
static enum err called;
static const char *called_path;
static bool is_done;

static void *run_call(void *unused)
{
    static const struct control_question status = {.method = "GET", .target = "/status"};
    static const struct control_question drop = {
        .method = "POST", .target = "/inbox/drop", .body = {"{\"seq\":9}", 9}};

    called = control_call(called_path, unused ? &drop : &status, &reply);
    __atomic_store_n(&is_done, true, __ATOMIC_SEQ_CST);
    return NULL;
}

static void call(bool drops)
{
    pthread_t thread;

    is_done = false;
    CHECK_EQ(pthread_create(&thread, NULL, run_call, drops ? &is_done : NULL), 0);
    while (!__atomic_load_n(&is_done, __ATOMIC_SEQ_CST))
        loop_turn(heir.rig.loop, false);
    CHECK_EQ(pthread_join(thread, NULL), 0);
}

static void test_call(void)
{
    begin();
    called_path = heir.rig.options.control_socket;
    call(false);
    CHECK_EQ(called, OK);
    CHECK_EQ(reply.status, 200);
    CHECK(span_find_span(bytes_span(&reply.body), SPAN("\"name\":\"mybot\"")) <
          bytes_len(&reply.body));
    control_call_fini(&reply);
    call(true);
    CHECK_EQ(called, OK);
    CHECK_EQ(reply.status, 404);
    CHECK(strstr(reply.detail, "inbox list") != NULL);
    control_call_fini(&reply);
    end();
}

static void test_call_nobody(void)
{
    static const struct control_question status = {.method = "GET", .target = "/status"};
    char name[200];

    (void)scratch_folder_make();
    CHECK_EQ(control_call(scratch_folder_path("relay.sock"), &status, &reply), ERR_NOT_FOUND);
    CHECK(strstr(reply.detail, "no relay runs on this folder") != NULL);
    control_call_fini(&reply);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_EQ(control_call(scratch_folder_path(name), &status, &reply), ERR_LIMIT);
    control_call_fini(&reply);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_status), TEST(test_status_of_a_linked_tunnel), TEST(test_retry),
           TEST(test_drop), TEST(test_bad_orders), TEST(test_length_of_an_order),
           TEST(test_bad_routes), TEST(test_too_many_connections), TEST(test_the_relay_ends),
           TEST(test_call), TEST(test_call_nobody))
