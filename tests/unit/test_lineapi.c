/* The port's life, and who may call it. */
#include "relay-client/lineapi/lineapi.h"

#include "base/container.h"
#include "base/mem.h"
#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

static void test_url(void)
{
    char want[64];

    lineapi_rig_open_and_start();
    (void)snprintf(want, sizeof want, "http://127.0.0.1:%u", lineapi_port(lineapi_rig.lineapi));
    CHECK_STR(lineapi_url(lineapi_rig.lineapi), want);
    CHECK(lineapi_emulator(lineapi_rig.lineapi) != NULL);
    CHECK_EQ(lineapi_options_of(lineapi_rig.lineapi)->mode, LINEAPI_AUTO);
    lineapi_rig_close();
    CHECK_EQ(lineapi_rig.closed, 1);
}

static void test_ipv6(void)
{
    lineapi_rig_open();
    lineapi_rig.options.address = "[::1]:0";
    enum err rc = lineapi_rig_start();
    if (rc == OK) /* a machine may have none */
        CHECK(strncmp(lineapi_url(lineapi_rig.lineapi), "http://[::1]:", 13) == 0);
    lineapi_rig_close();
}

static void check_refused(const char *address, enum err want)
{
    lineapi_rig_open();
    lineapi_rig.options.address = address;
    CHECK_EQ(lineapi_rig_start(), want);
    CHECK(strstr(lineapi_rig.options.detail, "--line-api-addr") != NULL);
    CHECK(!lineapi_rig.lineapi);
    lineapi_rig_close();
}

static void test_addresses(void)
{
    check_refused("0.0.0.0:4650", ERR_CONFIG);
    check_refused("192.0.2.1:4650", ERR_CONFIG);
    check_refused("[::]:4650", ERR_CONFIG);
    check_refused("example.com:4650", ERR_CONFIG);
    check_refused(":4650", ERR_CONFIG);
    check_refused("x y", ERR_CONFIG);
}

static void test_taken(void)
{
    char address[64];

    lineapi_rig_open();
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", lineapi_rig.line.port);
    lineapi_rig.options.address = address;
    CHECK_EQ(lineapi_rig_start(), ERR_CONFLICT);
    lineapi_rig_close();
}

/* Certificates that cannot be read, but only if somebody is to be trusted by them. */
static void test_trust(void)
{
    lineapi_rig_open();
    lineapi_rig.options.api_url = "https://api.line.me";
    lineapi_rig.options.ca_file = "/nonexistent/ca.pem";
    CHECK(lineapi_rig_start() != OK);
    CHECK(*lineapi_rig.options.detail != '\0');
    lineapi_rig_close();

    lineapi_rig_open();
    lineapi_rig.options.api_url = "https://api.line.me";
    lineapi_rig.options.ca_file = "/nonexistent/ca.pem";
    lineapi_rig.options.is_configured = false;
    CHECK_EQ(lineapi_rig_start(), OK);
    lineapi_rig_close();
}

/* --- who may call --- */

static unsigned ask_as(const char *authority, const char *fields)
{
    struct public_request request = {
        .method = "GET", .authority = authority, .target = "/v2/bot/info", .fields = fields};

    lineapi_rig_send(&request);
    return lineapi_rig_receive();
}

static void test_hosts(void)
{
    static const char *const good[] = {
        "127.0.0.1:4650",    "localhost:4650",
        "[::1]:4650",        "bot.localhost",
        "10.0.2.2:4650",     "bot:4650",
        "api.line.me",       "api-data.line.me:443",
        "LOCALHOST",         "host.docker.internal:4650",
        "www.worksapis.com",
    };
    static const char *const bad[] = {"example.com", "127.0.0.1.example.com:4650",
                                      "api.line.me.example.com", "apiline.me:80",
                                      "internal.example"};

    lineapi_rig_open_and_start();
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        CHECK_EQ(ask_as(good[i], "authorization: Bearer t\n"), 200);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(ask_as(bad[i], "authorization: Bearer t\n"), 403);
    CHECK_EQ(lineapi_rig_passed(), ARRAY_LEN(good));
    CHECK_EQ(ask_as("127.0.0.1", "authorization: Bearer t\norigin: http://127.0.0.1\n"), 403);
    CHECK_EQ(ask_as("127.0.0.1", "authorization: Bearer t\nsec-fetch-site: none\n"), 403);
    CHECK_EQ(lineapi_rig_passed(), ARRAY_LEN(good));
    CHECK(strstr(lineapi_rig_body(), "{\"message\":\"This is Hookline's") != NULL);
    lineapi_rig_close();
}

/* --- TLS --- */

static const uint8_t hello[] = {0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00};

static void test_tls(void)
{
    struct net_peer peer = {0};

    lineapi_rig_open_and_start();
    for (int times = 0; times < 3; times++) {
        struct stream *s =
            loopback_tcp(lineapi_rig.journal.loop, lineapi_port(lineapi_rig.lineapi));
        lineapi_rig.has_client = true;
        loopback_sit(&lineapi_rig.client, lineapi_rig.journal.loop, s, false);
        CHECK_EQ(stream_write(lineapi_rig.client.peer.stream, hello, sizeof hello), OK);
        loopback_wait_end(&lineapi_rig.client);
        CHECK_EQ(lineapi_rig.client.peer.got_len, 0);
        loopback_leave(&lineapi_rig.client);
        lineapi_rig.has_client = false;
    }
    (void)peer;
    const struct lineapi_rig_record *r = lineapi_rig_record();
    CHECK_STR(r->problem, "tls_on_http");
    CHECK(strstr(r->explanation, "http://") != NULL);
    CHECK_EQ(r->row.mode, JOURNAL_CALL_FAILED);
    CHECK_EQ(r->row.status, 0);
    CHECK_EQ(lineapi_rig_records(), 1); /* once in a minute */
    lineapi_rig_advance(60000);
    struct stream *s =
        loopback_tcp(lineapi_rig.journal.loop, lineapi_port(lineapi_rig.lineapi));
    lineapi_rig.has_client = true;
    loopback_sit(&lineapi_rig.client, lineapi_rig.journal.loop, s, false);
    CHECK_EQ(stream_write(lineapi_rig.client.peer.stream, hello, 1), OK);
    loopback_wait_end(&lineapi_rig.client);
    CHECK_EQ(lineapi_rig_records(), 2);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

/* --- served, not listened to --- */

static void test_serve(void)
{
    struct public_client client = {0};
    struct public_request request = {.method = "GET",
                                     .authority = "127.0.0.1:4650",
                                     .target = "/v2/bot/info",
                                     .fields = "authorization: Bearer t\n"};
    struct stream *ours, *theirs;

    for (size_t chunk = 1; chunk < 300; chunk += 13) {
        lineapi_rig_open();
        lineapi_rig.options.is_configured = false;
        CHECK_EQ(lineapi_rig_start(), OK);
        CHECK_EQ(pipe_stream_pair(lineapi_rig.journal.loop, chunk, &ours, &theirs), OK);
        CHECK_EQ(lineapi_serve(lineapi_rig.lineapi, theirs), OK);
        loopback_sit(&client, lineapi_rig.journal.loop, ours, false);
        CHECK(loopback_ask(&client, &request));
        CHECK_EQ(client.answer.status, 200);
        CHECK(loopback_ask(&client, &request));
        CHECK_EQ(client.answer.status, 200);
        lineapi_rig_end();
        loopback_leave(&client);
        lineapi_rig_close();
    }
}

static void test_serve_after_close(void)
{
    struct stream *ours, *theirs;

    lineapi_rig_open_and_start();
    CHECK_EQ(pipe_stream_pair(lineapi_rig.journal.loop, 100, &ours, &theirs), OK);
    struct lineapi *a = lineapi_rig.lineapi;
    lineapi_close(a, NULL, NULL);
    CHECK_EQ(lineapi_serve(a, theirs), ERR_CLOSED);
    stream_let_go(theirs);
    stream_let_go(ours);
    lineapi_rig.lineapi = NULL;
    lineapi_rig_close();
}

/* --- the end --- */

/* Whatever is under way: nothing, a body on its way, a call at LINE. */
static void test_close_under_way(void)
{
    static const struct public_request requests[] = {
        {.method = "POST",
         .authority = "localhost",
         .target = "/v2/bot/message/push",
         .fields = "authorization: Bearer t\ncontent-type: application/json\n",
         .body = {NULL, 60},
         .has_body = true,
         .is_begun = true},
        {.method = "GET",
         .authority = "localhost",
         .target = "/v2/bot/info",
         .fields = "authorization: Bearer t\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        for (int turns = 0; turns < 12; turns++) {
            lineapi_rig_open();
            lineapi_rig.line.manner = HANDLER_BOT_SILENT;
            CHECK_EQ(lineapi_rig_start(), OK);
            lineapi_rig_send(&requests[i]);
            if (requests[i].is_begun)
                CHECK(public_client_more(&lineapi_rig.client, "{\"to\":", 6));
            for (int turn = 0; turn < turns; turn++)
                loop_turn(lineapi_rig.journal.loop, false);
            lineapi_rig_end();
            lineapi_rig_close();
        }
}

CHECK_MAIN(TEST(test_url), TEST(test_ipv6), TEST(test_addresses), TEST(test_taken),
           TEST(test_trust), TEST(test_hosts), TEST(test_tls), TEST(test_serve),
           TEST(test_serve_after_close), TEST(test_close_under_way))
