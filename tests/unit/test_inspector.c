/* The inspector as a whole: what it answers to whom, its fields, its limits, its end.
 * A thread-test: the journal and the reader have one each. */
#include "relay-client/inspector/inspector_port.h"
#include "relay-client/inspector/inspector_route.h"
#include "unit/check.h"
#include "unit/support/inspector_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

/* --- opening --- */

static void check_fails(const char *address, const char *says)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    inspector_rig.options.address = address;
    CHECK(inspector_rig_start() != OK);
    if (!strstr(inspector_rig.options.detail, says))
        (void)fprintf(stderr, "\"%s\"\n", inspector_rig.options.detail);
    CHECK(strstr(inspector_rig.options.detail, says) != NULL);
    CHECK(inspector_rig.inspector == NULL);
    inspector_rig_close();
}

static void test_addresses(void)
{
    check_fails("nonsense", "--inspect-addr nonsense");
    check_fails("127.0.0.1:99999", "--inspect-addr 127.0.0.1:99999");
    check_fails("0.0.0.0:0", "--inspect-password-file");
    check_fails("[::]:0", "--inspect-password-file");
    check_fails(":0", "--inspect-password-file");
    check_fails("192.0.2.1:0", "--inspect-password-file");
}

static void test_a_taken_port(void)
{
    static char address[40];
    struct inspector *other;

    begin();
    (void)snprintf(address, sizeof address, "%s", inspector_rig_authority());
    struct inspector_options options = inspector_rig.options;
    options.address = address;
    CHECK_EQ(inspector_open(inspector_rig.journal.loop, &options, &other), ERR_CONFLICT);
    CHECK(strstr(options.detail, "in use") != NULL);
    CHECK_EQ(inspector_rig_get("/api/session"), 200);
    inspector_rig_close();
}

static void test_every_address_with_a_password(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    inspector_rig.options.address = "0.0.0.0:0";
    inspector_rig.options.password = SPAN("sesame");
    CHECK_EQ(inspector_rig_start(), OK);
    CHECK(strstr(inspector_url(inspector_rig.inspector), "http://127.0.0.1:") != NULL);
    CHECK_EQ(inspector_rig_get("/api/session"), 200);
    CHECK(strstr(inspector_rig_body(), "\"password\":true") != NULL);
    inspector_rig_close();
}

static void test_files(void)
{
    mode_t before = umask(0);

    begin();
    CHECK_EQ(scratch_folder_mode("inspector.key"), 0600);
    CHECK_EQ(strlen(inspector_rig_key()), 43);
    inspector_rig_close();
    (void)umask(before);
}

/* --- fields --- */

static void check_fields(bool is_page)
{
    const char *policy = inspector_rig_field("content-security-policy");

    CHECK(strstr(policy, "default-src 'none'") != NULL);
    CHECK(strstr(policy, "frame-ancestors 'none'") != NULL);
    CHECK(strstr(policy, "base-uri 'none'") != NULL);
    CHECK(strstr(policy, "form-action 'none'") != NULL);
    CHECK_EQ(strstr(policy, "sandbox") == NULL, is_page);
    CHECK_EQ(strstr(policy, "script-src 'self'") != NULL, is_page);
    CHECK(!strstr(policy, "unsafe"));
    CHECK_STR(inspector_rig_field("x-content-type-options"), "nosniff");
    CHECK_STR(inspector_rig_field("referrer-policy"), "no-referrer");
    CHECK_STR(inspector_rig_field("cross-origin-resource-policy"), "same-origin");
    CHECK_STR(inspector_rig_field("cross-origin-opener-policy"), "same-origin");
    CHECK_STR(inspector_rig_field("cross-origin-embedder-policy"), "require-corp");
    CHECK(inspector_rig_field("permissions-policy") != NULL);
    if (!is_page)
        CHECK_STR(inspector_rig_field("cache-control"), "no-store");
    CHECK(!strstr(inspector_rig.client.answer.fields, "access-control"));
}

static void test_fields(void)
{
    begin();
    CHECK_EQ(inspector_rig_get("/api/session"), 200);
    CHECK_STR(inspector_rig_field("content-type"), "application/json");
    check_fields(false);
    CHECK_EQ(inspector_rig_get("/api/nothing"), 404);
    check_fields(false);
    CHECK_EQ(inspector_rig_ask("GET", "/api/session", "", NULL), 401);
    check_fields(false);
    CHECK_EQ(inspector_rig_ask(
                 "OPTIONS", "/api/session",
                 "origin: http://evil.test\naccess-control-request-method: POST\n", NULL),
             403);
    check_fields(false);
    CHECK_EQ(inspector_rig_ask("GET", "/", "", NULL), 200);
    check_fields(true);
    CHECK_STR(inspector_rig_field("cache-control"), "no-cache");
    inspector_rig_close();
}

/* --- the API --- */

static void test_problems(void)
{
    begin();
    (void)inspector_rig_get("/api/nothing");
    inspector_rig_check_problem(404, "not_found");
    (void)inspector_rig_post("/api/status", "{}");
    inspector_rig_check_problem(405, "method");
    CHECK_STR(inspector_rig_field("allow"), "GET, HEAD");
    (void)inspector_rig_get("/api/session?a=%");
    inspector_rig_check_problem(400, "bad_request");
    (void)inspector_rig_get("/api/session?a=1&a=2");
    inspector_rig_check_problem(400, "bad_request");
    (void)inspector_rig_ask("GET", "/api/nothing", "", NULL); /* no probing from outside */
    inspector_rig_check_problem(401, "no_session");
    (void)inspector_rig_ask("PUT", "/api/session", "", NULL);
    inspector_rig_check_problem(405, "method");
    CHECK_STR(inspector_rig_field("allow"), "GET, HEAD, POST");
    (void)inspector_rig_ask("PUT", "/", "", NULL);
    inspector_rig_check_problem(405, "method");
    CHECK_STR(inspector_rig_field("allow"), "GET, HEAD");
    inspector_rig_close();
}

static void test_head(void)
{
    begin();
    CHECK_EQ(inspector_rig_ask("HEAD", "/api/session", NULL, NULL), 200);
    CHECK_EQ(inspector_rig.client.answer.body_len, 0);
    CHECK_EQ(inspector_rig_ask("HEAD", "/api/status", NULL, NULL), 200);
    CHECK_EQ(inspector_rig_ask("HEAD", "/api/stream", NULL, NULL), 200);
    CHECK_EQ(inspector_rig.client.answer.body_len, 0);
    CHECK_EQ(inspector_rig_get("/api/session"), 200);
    inspector_rig_close();
}

/* The body of a sign-in may have 8 KiB. */
static void test_body_limit(void)
{
    static char body[16384];
    const size_t limit = 8192;

    for (size_t len = limit - 1; len <= limit + 1; len++) {
        begin();
        memset(body, ' ', sizeof body);
        memcpy(body, "{\"key\":\"x\"}", 11);
        body[len] = '\0';
        unsigned status = inspector_rig_post("/api/session", body);
        CHECK_EQ(status, len <= limit ? 401 : 413);
        inspector_rig_check_problem(status, len <= limit ? "no_session" : "too_large");
        inspector_rig_close();
    }
}

/* --- what was recorded --- */

/* Until it has said something, or gone: our own codec needs memory too. */
static void wait_for_a_word(void)
{
    const struct net_peer *peer = &inspector_rig.client.peer;

    while (peer->got_len == 0 && !peer->ended)
        inspector_rig_turn();
}

/* More than waits in a connection: it comes piece by piece; and a browser only saves it. */
static void test_a_large_download(void)
{
    const size_t len = (size_t)12 * 1024 * 1024;
    char *body = malloc(len + 1);
    char target[100];

    begin();
    CHECK(body != NULL);
    memset(body, 'x', len);
    memcpy(body, "<script>", 8);
    body[len] = '\0';
    uint64_t id = journal_rig_store(&inspector_rig.journal, "01KAAAAAAAAAAAAAAAAAAAAAA1", body);
    (void)snprintf(target, sizeof target, "/api/exchanges/%llu/request/body",
                   (unsigned long long)id);
    CHECK_EQ(inspector_rig_get(target), 200);
    CHECK_EQ(inspector_rig.client.answer.body_len, len);
    CHECK(memcmp(inspector_rig.client.answer.body, body, len) == 0);
    CHECK_STR(inspector_rig_field("content-type"), "application/octet-stream");
    CHECK(strncmp(inspector_rig_field("content-disposition"), "attachment; filename=\"", 22) ==
          0);
    check_fields(false);
    free(body);
    inspector_rig_close();
}

/* Whoever asked goes away in the middle. */
static void test_a_download_that_nobody_reads(void)
{
    static char body[4 * 1024 * 1024];
    char target[100];

    begin();
    memset(body, 'x', sizeof body - 1);
    uint64_t id = journal_rig_store(&inspector_rig.journal, "01KAAAAAAAAAAAAAAAAAAAAAA1", body);
    (void)snprintf(target, sizeof target, "/api/exchanges/%llu/request/body",
                   (unsigned long long)id);
    CHECK_EQ(inspector_rig_get("/api/session"), 200);
    inspector_rig_send("GET", target, NULL, NULL);
    wait_for_a_word();
    inspector_rig_close();
}

/* --- what can go wrong --- */

/* Another connection than those that are served is closed at once. */
static void test_too_many_connections(void)
{
    static struct public_client clients[INSPECTOR_PORT_CONNECTIONS + 1];
    struct loop *l;

    begin();
    l = inspector_rig.journal.loop;
    unsigned port = inspector_port(inspector_rig.inspector);
    for (size_t i = 0; i <= INSPECTOR_PORT_CONNECTIONS; i++)
        loopback_sit(&clients[i], l, loopback_tcp(l, port), false);
    loopback_wait_end(&clients[INSPECTOR_PORT_CONNECTIONS]);
    loopback_leave(&clients[0]);
    while (inspector_rig_get("/api/session") == 0)
        inspector_rig_turn();
    for (size_t i = 1; i <= INSPECTOR_PORT_CONNECTIONS; i++)
        loopback_leave(&clients[i]);
    inspector_rig_close();
}

/* Closed while a head, a body, a count or a stream is under way. */
static void check_close(const char *request, int turns)
{
    char text[500];

    begin();
    struct loop *l = inspector_rig.journal.loop;
    inspector_rig.has_client = true;
    loopback_sit(&inspector_rig.client, l,
                 loopback_tcp(l, inspector_port(inspector_rig.inspector)), false);
    (void)snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n",
                   request, inspector_rig_authority(), inspector_rig_key());
    net_peer_say(&inspector_rig.client.peer, text);
    if (strncmp(request, "POST", 4) == 0)
        net_peer_say(&inspector_rig.client.peer, "Content-Type: application/json\r\n"
                                                 "Content-Length: 100\r\n\r\n{");
    else if (*request)
        net_peer_say(&inspector_rig.client.peer, "\r\n");
    for (int at = 0; at < turns; at++)
        loop_turn(l, false);
    inspector_rig_close();
}

static void test_close_under_way(void)
{
    for (int turns = 0; turns < 8; turns++) {
        check_close("", turns);
        check_close("POST /api/session", turns);
        check_close("GET /api/status", turns);
        check_close("GET /api/stream", turns);
        check_close("GET /", turns);
    }
}

/* Each allocation of opening, of a request and of its answer fails once. */
static void test_no_memory_to_open(void)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct inspector *second = NULL;

        begin();
        struct inspector_options options = inspector_rig.options;
        mem_fail_at(n);
        enum err rc = inspector_open(inspector_rig.journal.loop, &options, &second);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc == OK, second != NULL);
        CHECK(rc == OK || options.detail[0] != '\0');
        if (second)
            inspector_close(second, NULL, NULL);
        inspector_rig_close();
    }
}

static void check_no_memory(const char *method, const char *target, const char *body)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        begin();
        CHECK_EQ(inspector_rig_get("/api/session"), 200); /* connects */
        inspector_rig_send(method, target, NULL, body);
        mem_fail_at(n);
        wait_for_a_word();
        is_over = mem_sweep_is_over(n);
        unsigned status = inspector_rig_receive();
        CHECK(status == 0 || status == 200 || status == 503 || status == 401);
        CHECK(!is_over || status == 200 || status == 401);
        inspector_rig_close();
    }
}

static void test_no_memory_to_answer(void)
{
    check_no_memory("GET", "/api/session?q=a", NULL);
    check_no_memory("POST", "/api/session", "{\"key\":\"x\"}");
    check_no_memory("GET", "/", NULL);
}

CHECK_MAIN(TEST(test_addresses), TEST(test_a_taken_port),
           TEST(test_every_address_with_a_password), TEST(test_files), TEST(test_fields),
           TEST(test_problems), TEST(test_head), TEST(test_body_limit),
           TEST(test_a_large_download), TEST(test_a_download_that_nobody_reads),
           TEST(test_too_many_connections), TEST(test_close_under_way),
           TEST(test_no_memory_to_open), TEST(test_no_memory_to_answer))
