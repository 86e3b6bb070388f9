/* What runs on its own in the inspector, replays, exports and imports: from the request to its
 * end, and when the inspector closes in between. */
#include "base/mem.h"
#include "codec/json/json.h"
#include "relay-client/inspector/export/inspector_export.h"
#include "relay-client/inspector/replay/inspector_run.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/inspector_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define HAR                                                                                    \
    "{\"log\":{\"entries\":[{\"startedDateTime\":\"2026-11-21T19:24:05Z\",\"time\":1,"         \
    "\"request\":{\"method\":\"POST\",\"url\":\"http://a/x\",\"headers\":[]},"                 \
    "\"response\":{\"status\":200,\"headers\":[],\"content\":{}}}]}}"

static struct agent_options options;
static struct agent *agent; /* NULL once closed */
static int exchanges;

static void on_status(void *owner, const struct agent_status *status)
{
    (void)owner, (void)status;
}

static void on_exchange(void *owner, const struct summary *summary)
{
    (void)owner, (void)summary;
    exchanges++;
}

static void on_closed(void *owner)
{
    (void)owner;
    agent = NULL;
}

static const struct agent_events events = {
    .on_status = on_status, .on_exchange = on_exchange, .on_closed = on_closed};

/* With one webhook in the journal, and an agent that has the echo bot. */
static void open_world(void)
{
    struct inspector_rig *r = &inspector_rig;

    inspector_rig_open();
    exchanges = 0;
    (void)journal_rig_store(&r->journal, "01KAAAAAAAAAAAAAAAAAAAAAAA",
                            journal_rig_body("01KEVENT", "hello"));
    options = (struct agent_options){.journal = r->journal.journal,
                                     .handler = r->handler,
                                     .webhook_path = "/callback",
                                     .random = &r->random.base};
    CHECK_EQ(agent_open(r->journal.loop, &options, &events, NULL, &agent), OK);
    r->options.agent = agent;
    CHECK_EQ(inspector_rig_start(), OK);
}

static void end_agent(void)
{
    if (agent)
        agent_shutdown(agent);
    while (agent)
        inspector_rig_turn();
}

static void close_world(void)
{
    inspector_rig_end();
    end_agent();
    inspector_rig_close();
}

static void await_exchanges(int count)
{
    while (exchanges < count)
        inspector_rig_turn();
}

/* --- replays --- */

static void test_replay(void)
{
    open_world();
    CHECK_EQ(inspector_rig_post("/api/exchanges/1/replay", "{\"times\":3}"), 202);
    CHECK(strstr(inspector_rig_body(),
                 "\"parent\":\"1\",\"times\":3,\"sent\":0,\"done\":0,"
                 "\"failed\":0,\"ids\":[],\"over\":false,\"error\":null}"));
    await_exchanges(3);
    close_world();
}

static void refused(const char *target, const char *body, unsigned status, const char *code)
{
    CHECK_EQ(inspector_rig_post(target, body), status);
    inspector_rig_check_problem(status, code);
}

static void test_replay_refused(void)
{
    open_world();
    refused("/api/exchanges/9/replay", "{}", 404, "not_found");
    refused("/api/exchanges/x/replay", "{}", 404, "not_found");
    refused("/api/exchanges/1/replay", "7", 400, "bad_request");
    refused("/api/exchanges/1/replay", "{\"times\":0}", 400, "bad_request");
    refused("/api/exchanges/1/replay", "{\"target\":\"x\"}", 400, "bad_request");
    refused("/api/exchanges/1/replay", "{\"body\":\"x\"}", 409, "no_secret");
    refused("/api/exchanges/1/replay", "{\"headers\":[[\"a\",\"\\r\\n\"]]}", 400,
            "bad_request");
    refused("/api/exchanges/1/replay", "{\"way\":\"relay\"}", 503, "busy"); /* no link so far */
    CHECK_EQ(exchanges, 0);
    close_world();
}

static void test_truncated(void)
{
    struct journal_request request;
    uint64_t id;

    open_world();
    request = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAB", "the beginn");
    request.body_truncated = true;
    CHECK_EQ(journal_rig_record(&inspector_rig.journal, &request, &id), OK);
    CHECK_EQ(id, 2);
    refused("/api/exchanges/2/replay", "{}", 409, "truncated");
    CHECK_EQ(
        inspector_rig_post("/api/exchanges/2/replay", "{\"body\":\"all\",\"sign\":\"keep\"}"),
        202);
    CHECK_EQ(inspector_rig_get("/api/exchanges/2/curl?to=bot"), 409);
    inspector_rig_check_problem(409, "truncated");
    await_exchanges(1);
    close_world();
}

static void test_too_many_replays(void)
{
    open_world();
    for (unsigned i = 0; i < INSPECTOR_RUNS_MAX; i++)
        CHECK_EQ(
            inspector_rig_post("/api/exchanges/1/replay", "{\"times\":2,\"every_ms\":60000}"),
            202);
    refused("/api/exchanges/1/replay", "{}", 429, "too_many");
    await_exchanges((int)INSPECTOR_RUNS_MAX);
    inspector_rig_advance(60000);
    await_exchanges(2 * (int)INSPECTOR_RUNS_MAX);
    CHECK_EQ(inspector_rig_post("/api/exchanges/1/replay", "{}"), 202);
    close_world();
}

/* The inspector waits for none of them. */
static void test_close_while_replays_wait(void)
{
    open_world();
    CHECK_EQ(inspector_rig_post("/api/exchanges/1/replay", "{\"times\":9,\"every_ms\":60000}"),
             202);
    await_exchanges(1);
    inspector_rig_end();
    CHECK_EQ(inspector_rig.closed, 1);
    close_world();
}

/* After so many turns behind the request. */
static void test_close_at_every_moment(void)
{
    static const char *const requests[][3] = {
        {"POST", "/api/exchanges/1/replay", "{\"times\":3}"},
        {"POST", "/api/exchanges/1/replay", "{\"times\":3,\"every_ms\":1}"},
        {"GET", "/api/export?kind=har", NULL},
        {"GET", "/api/export?kind=jsonl", NULL},
        {"POST", "/api/import", HAR},
    };

    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        for (unsigned turns = 0; turns < 10; turns++) {
            open_world();
            inspector_rig_send(requests[i][0], requests[i][1], NULL, requests[i][2]);
            for (unsigned k = 0; k < turns; k++)
                loop_turn(inspector_rig.journal.loop, false);
            close_world();
        }
}

/* --- exports --- */

static void test_export(void)
{
    open_world();
    CHECK_EQ(inspector_rig_get("/api/export?kind=har"), 200);
    CHECK(strstr(inspector_rig_body(), "\"_hookline\":{\"delivery\":\"01KAAAA"));
    CHECK_STR(inspector_rig_field("content-type"), "application/octet-stream");
    CHECK_STR(inspector_rig_field("content-disposition"),
              "attachment; filename=\"hookline.har\"");
    CHECK_EQ(inspector_rig_get("/api/export?kind=webhook_log"), 200);
    CHECK(strstr(inspector_rig_body(), "147.92.150.194\t2026-11-28T"));
    CHECK_EQ(inspector_rig_get("/api/export?kind=nothing"), 400);
    inspector_rig_check_problem(400, "bad_request");
    CHECK_EQ(inspector_rig_get("/api/export?kind=har&signature=maybe"), 400);
    CHECK_EQ(inspector_rig_get("/api/export?kind=har&q=is:"), 400);
    inspector_rig_check_problem(400, "bad_filter");
    CHECK_EQ(inspector_rig_get("/api/exchanges/1/har"), 200);
    CHECK_EQ(inspector_rig_get("/api/exchanges/9/har"), 404);
    CHECK_EQ(inspector_rig_get("/api/exchanges/1/curl"), 409); /* the bot is --echo */
    CHECK_EQ(inspector_rig_get("/api/exchanges/1/curl?to=nowhere"), 400);
    close_world();
}

/* Whoever goes away in the middle ends it. */
static void test_export_is_left(void)
{
    open_world();
    for (unsigned i = 0; i < 3 * INSPECTOR_EXPORTS_MAX; i++) {
        inspector_rig_send("GET", "/api/export?kind=har", NULL, NULL);
        for (unsigned k = 0; k < i; k++)
            loop_turn(inspector_rig.journal.loop, false);
        loopback_leave(&inspector_rig.client);
        inspector_rig.has_client = false;
    }
    while (inspector_rig_get("/api/export?kind=har") != 200)
        inspector_rig_check_problem(429, "too_many"); /* they are about to end */
    close_world();
}

/* --- imports --- */

static void test_import(void)
{
    open_world();
    CHECK_EQ(inspector_rig_post("/api/import", HAR), 200);
    CHECK_STR(inspector_rig_body(), "{\"count\":1,\"skipped\":0}");
    CHECK_EQ(inspector_rig_post("/api/import", HAR), 200);
    CHECK_STR(inspector_rig_body(), "{\"count\":0,\"skipped\":1}");
    refused("/api/import", "{\"log\":7}", 400, "bad_request");
    CHECK_EQ(exchanges, 0); /* nobody was called */
    close_world();
}

/* --- memory --- */

static bool is_possible(unsigned status)
{
    return status == 0 || status == 200 || status == 202 || status == 400 || status == 409 ||
           status == 503;
}

/* Until something comes back, without a parser that would need memory too. */
static void await_bytes(size_t from)
{
    const struct net_peer *p = &inspector_rig.client.peer;

    while (p->got_len <= from && p->stream && !p->ended)
        inspector_rig_turn();
}

/* Each of the first forty, then in larger steps: what comes behind the request has sweeps of
 * its own. */
static void sweep(const char *method, const char *target, const char *body)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n += 1 + n / 40) {
        open_world();
        CHECK_EQ(inspector_rig_get("/api/exchanges/1"), 200); /* it is connected */
        inspector_rig_send(method, target, NULL, body);
        size_t from = inspector_rig.client.peer.got_len;
        mem_fail_at(n);
        await_bytes(from);
        is_untouched = mem_sweep_is_over(n);
        unsigned status = inspector_rig_receive();
        CHECK(is_possible(status));
        CHECK(!is_untouched || status == 200 || status == 202);
        close_world();
    }
}

static void test_memory_runs_out(void)
{
    sweep("POST", "/api/exchanges/1/replay", "{\"fresh\":true,\"sign\":\"keep\"}");
    sweep("GET", "/api/export?kind=har", NULL);
    sweep("GET", "/api/export?kind=webhook_log", NULL);
    sweep("POST", "/api/import", HAR);
}

CHECK_MAIN(TEST(test_replay), TEST(test_replay_refused), TEST(test_truncated),
           TEST(test_too_many_replays), TEST(test_close_while_replays_wait),
           TEST(test_close_at_every_moment), TEST(test_export), TEST(test_export_is_left),
           TEST(test_import), TEST(test_memory_runs_out))
