/* The examination that the page asks for.  thread-test */
#include "codec/json/json.h"
#include "relay-client/doctor/doctor.h"
#include "unit/check.h"
#include "unit/support/inspector_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/talker.h"

#define EXAMINATION_MAX ((size_t)256 * 1024)

/* Of the last answer. */
static struct json_doc doc;
static const struct json_value *root;

static void parse(unsigned status, unsigned want)
{
    CHECK_EQ(status, want);
    json_fini(&doc);
    CHECK_EQ(json_parse(&doc, span_text(inspector_rig_body()), EXAMINATION_MAX), OK);
    root = json_root(&doc);
}

static void get(void)
{
    parse(inspector_rig_get("/api/doctor"), 200);
}

static void post(void)
{
    parse(inspector_rig_post("/api/doctor", "{}"), 202);
}

static const char *text(const char *name)
{
    return json_string(json_member(root, name));
}

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static void end(void)
{
    json_fini(&doc);
    doc = (struct json_doc){0};
    inspector_rig_close();
}

static void wait_until_done(void)
{
    do
        get();
    while (strcmp(text("state"), "done") != 0);
}

/* --- */

static void test_never(void)
{
    begin();
    get();
    CHECK_STR(text("state"), "never");
    CHECK_STR(text("run"), "");
    CHECK_EQ(json_kind(json_member(root, "started_at")), JSON_NULL);
    CHECK_EQ(json_len(json_member(root, "checks")), 0);
    end();
}

static void test_run(void)
{
    char run[64];
    uint64_t started;

    begin();
    post();
    CHECK_STR(text("state"), "running");
    CHECK(json_u64(json_member(root, "started_at"), &started));
    CHECK_EQ(started, clock_wall_ms(&inspector_rig.journal.clock.base));
    (void)snprintf(run, sizeof run, "%s", text("run"));
    CHECK_EQ(strlen(run), 26);
    wait_until_done();
    CHECK_STR(text("run"), run);
    const struct json_value *checks = json_member(root, "checks");
    CHECK_EQ(json_len(checks), DOCTOR_CHECKS);
    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        const struct json_value *c = json_element(checks, i);
        CHECK_STR(json_string(json_member(c, "run")), run);
        CHECK_STR(json_string(json_member(c, "id")), doctor_id_text((enum doctor_id)i));
        CHECK(json_string(json_member(c, "code")));
        CHECK(json_member(c, "params") && json_member(c, "evidence") && json_member(c, "fix"));
    }
    CHECK_STR(json_string(json_member(json_element(checks, DOCTOR_RELAY_NAME), "code")),
              "not_logged_in");
    CHECK_STR(json_string(json_member(json_element(checks, DOCTOR_BOT_LISTENS), "code")),
              "no_address");

    post(); /* again */
    CHECK(strcmp(text("run"), run) != 0);
    wait_until_done();
    CHECK_EQ(json_len(json_member(root, "checks")), DOCTOR_CHECKS);
    end();
}

/* A relay that says nothing keeps it busy until its time is up. */
static void test_one_at_a_time(void)
{
    struct talker relay;
    char run[64];

    begin();
    talker_open(&relay, inspector_rig.journal.loop, NULL, 0);
    inspector_rig.agent_options.relay_host = "localhost";
    inspector_rig.agent_options.relay_port = relay.port;
    post();
    (void)snprintf(run, sizeof run, "%s", text("run"));
    while (relay.accepted < 1)
        inspector_rig_turn();
    post();
    CHECK_STR(text("state"), "running");
    CHECK_STR(text("run"), run);
    get();
    CHECK_STR(text("state"), "running");
    CHECK(json_len(json_member(root, "checks")) > 0);
    do {
        inspector_rig_advance(500);
        get();
    } while (strcmp(text("state"), "done") != 0);
    CHECK_STR(text("run"), run);
    talker_close(&relay);
    end();
}

static void test_stream(void)
{
    struct public_client page = {0};
    struct loop *l;
    char fields[300];
    int events = 0;

    begin();
    l = inspector_rig.journal.loop;
    (void)snprintf(fields, sizeof fields, "authorization: Bearer %s\n", inspector_rig_key());
    const struct public_request request = {.method = "GET",
                                           .authority = inspector_rig_authority(),
                                           .target = "/api/stream",
                                           .fields = fields};
    loopback_sit(&page, l, loopback_tcp(l, inspector_port(inspector_rig.inspector)), false);
    CHECK(public_client_send(&page, &request));
    while (page.peer.got_len == 0)
        inspector_rig_turn();
    post();
    wait_until_done();
    while (events < 2 * (int)DOCTOR_CHECKS - 8) { /* skipped ones are said once */
        const char *at = (const char *)page.peer.got, *stop = at + page.peer.got_len;
        events = 0;
        for (; at && at < stop; at = memmem(at, (size_t)(stop - at), "event: check", 12))
            events++, at++;
        if (events < 2 * (int)DOCTOR_CHECKS - 8)
            inspector_rig_turn();
    }
    public_client_close(&page);
    while (!public_client_is_closed(&page))
        inspector_rig_turn();
    public_client_fini(&page);
    end();
}

/* The inspector closes while it runs, in every turn of it. */
static void test_closing(void)
{
    for (int turns = 0; turns < 12; turns++) {
        begin();
        inspector_rig.agent_options.relay_host = "localhost";
        inspector_rig.agent_options.relay_port = 1;
        post();
        for (int i = 0; i < turns; i++)
            loop_turn(inspector_rig.journal.loop, false);
        end();
    }
}

static void wait_for_bytes(void)
{
    const struct net_peer *peer = &inspector_rig.client.peer;
    size_t before = inspector_rig.client.used;

    while (peer->stream && !peer->ended && peer->got_len <= before)
        inspector_rig_turn();
}

/* The request is answered, or its connection is lost; the inspector closes as ever. */
static void test_memory(void)
{
    bool is_over = false;
    unsigned status = 0;

    for (unsigned long n = 1; !is_over; n++) {
        begin();
        get(); /* there is a connection */
        inspector_rig_send("POST", "/api/doctor", NULL, "{}");
        mem_fail_at(n);
        wait_for_bytes(); /* the client needs memory to read them */
        is_over = mem_sweep_is_over(n);
        status = inspector_rig_receive();
        CHECK(status == 202 || status >= 500 || status == 0);
        end();
    }
    CHECK_EQ(status, 202);
}

CHECK_MAIN(TEST(test_never), TEST(test_run), TEST(test_one_at_a_time), TEST(test_stream),
           TEST(test_closing), TEST(test_memory))
