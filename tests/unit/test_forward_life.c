/* Closing at any moment, nobody at the other end, out of memory, TLS. */
#include "base/container.h"
#include "base/mem.h"
#include "relay-client/handler/forward/forward_connection.h"
#include "unit/check.h"
#include "unit/support/forward_rig.h"
#include "unit/support/test_pki.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static struct forward_rig rig;
static struct handler_call call;

static void close_forward(void)
{
    handler_call_fini(&call);
    forward_rig_close(&rig);
}

/* --- closing --- */

/* The whole course of an exchange has interim head, head, body, end. */
static void open_talkative(void)
{
    forward_rig_open(&rig, HANDLER_BOT_SAYS, 0);
    handler_bot_say(&rig.bot, "HTTP/1.1 103 Early Hints\r\n\r\n"
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    handler_call_init(&call, &rig.handler);
}

static void test_close_in_events(void)
{
    for (unsigned n = 1; n < 8; n++) {
        open_talkative();
        call.close_at = n;
        CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
        handler_call_wait(&call);
        close_forward();
    }
}

/* The owner goes, or the handler is closed, after so many turns of the loop. */
static void test_close_between_turns(void)
{
    for (int turns = 0; turns < 25; turns++) {
        open_talkative();
        CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
        forward_rig_turn(&rig, turns);
        close_forward();
    }
}

static void test_let_go_between_turns(void)
{
    for (int turns = 0; turns < 25; turns++) {
        open_talkative();
        CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
        forward_rig_turn(&rig, turns);
        exchange_let_go(call.x);
        call.x = NULL; /* nobody hears of it any more */
        close_forward();
    }
}

static void test_handler_closes_first(void)
{
    for (int turns = 0; turns < 25; turns++) {
        open_talkative();
        CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
        forward_rig_turn(&rig, turns);
        unsigned before = call.events;
        handler_rig_begin_close(&rig.handler);
        handler_rig_begin_close(&rig.handler); /* changes nothing */
        CHECK_EQ(call.events, before);
        struct handler_call late;
        handler_call_init(&late, &rig.handler);
        CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), ERR_CLOSED);
        handler_call_fini(&late);
        forward_rig_turn(&rig, 5);
        CHECK(!rig.handler.closed);
        CHECK(call.complete || call.aborted);
        CHECK(!call.aborted || call.why == ERR_CANCELLED);
        handler_call_fini(&call);
        forward_rig_close(&rig);
    }
}

/* Many at once, each in another state when the handler closes. */
static void test_handler_closes_with_many(void)
{
    for (int turns = 0; turns < 12; turns++) {
        struct handler_call calls[12];

        forward_rig_open(&rig, HANDLER_BOT_ECHO, 3);
        for (int i = 0; i < 12; i++) {
            forward_rig_start(&rig, &calls[i], "hello");
            calls[i].close_at = i % 2 ? 1 : 0;
        }
        forward_rig_turn(&rig, turns);
        handler_rig_begin_close(&rig.handler);
        for (int i = 0; i < 12; i++) {
            handler_call_wait(&calls[i]);
            handler_call_fini(&calls[i]);
        }
        forward_rig_close(&rig);
    }
}

/* --- an address that is silent --- */

/* A port whose queue is full: the kernel drops what comes. */
struct silent_port {
    int listener, fillers[3];
    char url[64];
};

static void open_silent(struct silent_port *p, uint64_t answer_ms)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    struct forward_handler_options options = {.url = p->url, .answer_ms = answer_ms};
    char detail[256];

    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(p->listener, (struct sockaddr *)&at, size), 0);
    CHECK_EQ(listen(p->listener, 0), 0);
    CHECK_EQ(getsockname(p->listener, (struct sockaddr *)&at, &size), 0);
    for (size_t i = 0; i < ARRAY_LEN(p->fillers); i++) {
        p->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(p->fillers[i], (struct sockaddr *)&at, size);
    }
    (void)snprintf(p->url, sizeof p->url, "http://127.0.0.1:%u", ntohs(at.sin_port));
    handler_rig_open(&rig.handler, true);
    CHECK_EQ(handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail),
             OK);
    handler_call_init(&call, &rig.handler);
    CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
    forward_rig_turn(&rig, 5);
}

static void close_silent(struct silent_port *p)
{
    handler_call_fini(&call);
    handler_rig_close(&rig.handler);
    for (size_t i = 0; i < ARRAY_LEN(p->fillers); i++)
        (void)close(p->fillers[i]);
    (void)close(p->listener);
}

static void test_no_connection(void)
{
    struct silent_port port;

    open_silent(&port, 0);
    CHECK_EQ(call.events, 0);
    CHECK_STR(exchange_peer(call.x), "");
    handler_rig_advance(&rig.handler, FORWARD_CONNECTION_DIAL_MS);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    CHECK(strstr(call.detail, " does not answer, not even with a refusal"));
    close_silent(&port);
}

static void test_no_connection_in_time(void)
{
    struct silent_port port;

    open_silent(&port, 1500);
    handler_rig_advance(&rig.handler, 1499);
    CHECK_EQ(call.events, 0);
    handler_rig_advance(&rig.handler, 1);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    CHECK(strstr(call.detail, "no connection to the bot at 127.0.0.1:"));
    CHECK(strstr(call.detail, " within 1.5 s"));
    close_silent(&port);
}

static void test_close_while_dialling(void)
{
    struct silent_port port;

    open_silent(&port, 0);
    close_silent(&port);
}

/* --- memory --- */

static enum err try_request(struct handler_call *c)
{
    enum err rc = handler_call_send(c, "PUT", "/", "hello");

    if (rc == OK)
        handler_call_wait(c);
    return c->aborted ? c->why : rc;
}

/* Two requests that may be repeated, the second one on a used connection that dies. */
static enum err try_once(unsigned long n)
{
    struct forward_handler_options options = {0};
    struct handler_call second;
    char detail[256];

    handler_rig_open(&rig.handler, true);
    rig.bot = (struct handler_bot){.manner = HANDLER_BOT_ECHOES_ONCE};
    handler_bot_open(&rig.bot, rig.handler.loop);
    options.url = handler_bot_url(&rig.bot, "/callback");
    handler_call_init(&call, &rig.handler);
    handler_call_init(&second, &rig.handler);
    mem_fail_at(n);
    enum err rc =
        handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail);
    if (rc == OK)
        rc = try_request(&call);
    if (rc == OK) {
        exchange_let_go(call.x);
        call.x = NULL;
        rc = try_request(&second);
    }
    mem_fail_at(0);
    handler_call_fini(&call);
    handler_call_fini(&second);
    forward_rig_close(&rig);
    return rc;
}

/* One failure may do no harm; so many runs in a row without one are untouched. */
static void test_out_of_memory(void)
{
    unsigned long n = 1, good = 0;

    while (good < 30)
        good = try_once(n++) == OK ? good + 1 : 0;
    CHECK(n > 60);
}

/* --- TLS --- */

static void open_tls(const char *ca_file)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    struct forward_handler_options options = {.ca_file = ca_file};
    char detail[256];

    (void)test_pki_localhost();
    handler_rig_open(&rig.handler, true);
    rig.bot =
        (struct handler_bot){.manner = HANDLER_BOT_ECHO, .tls = test_pki_server(NULL, alpn)};
    handler_bot_open(&rig.bot, rig.handler.loop);
    options.url = handler_bot_url(&rig.bot, "");
    CHECK_EQ(handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail),
             OK);
    handler_call_init(&call, &rig.handler);
}

static void reopen_with_url(const char *url)
{
    struct forward_handler_options options = {.url = url, .ca_file = test_pki_ca()};
    char detail[256];

    handler_rig_close_handler(&rig.handler);
    rig.handler.closed = false;
    CHECK_EQ(handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail),
             OK);
}

static void send_one(void)
{
    CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
    handler_call_wait(&call);
}

static void test_https(void)
{
    open_tls(test_pki_ca());
    for (int i = 0; i < 3; i++) {
        send_one();
        CHECK_STR(call.detail, "");
        CHECK_STR(handler_call_text(&call), "hello");
        handler_call_fini(&call);
        handler_call_init(&call, &rig.handler);
    }
    CHECK_EQ(rig.bot.accepted, 1);
    close_forward();
}

static void check_tls_failure(const char *detail)
{
    send_one();
    CHECK_EQ(call.why, ERR_TLS);
    CHECK(strstr(call.detail, "TLS with the bot at "));
    CHECK(strstr(call.detail, detail));
    CHECK_EQ(rig.bot.requests, 0);
    close_forward();
}

static void test_stranger(void)
{
    struct tls_certificate_options o = test_pki_options(NULL);
    struct tls_certificate other = {0};

    o.subject = "another authority";
    o.is_ca = true;
    CHECK_EQ(tls_certificate_make(&o, NULL, &other), OK);
    const char *ca_file = test_pki_write("other.pem", other.certificate);
    open_tls(ca_file);
    check_tls_failure("certificate");
    tls_certificate_fini(&other);
}

static void test_wrong_name(void)
{
    char url[64];

    open_tls(test_pki_ca());
    (void)snprintf(url, sizeof url, "https://bot.localhost:%u", rig.bot.port);
    reopen_with_url(url);
    send_one();
    CHECK(call.why == ERR_TLS || call.why == ERR_NOT_FOUND); /* the resolver may not know it */
    CHECK_EQ(rig.bot.requests, 0);
    close_forward();
}

static void test_http_to_a_tls_bot(void)
{
    char url[64];

    open_tls(test_pki_ca());
    (void)snprintf(url, sizeof url, "http://localhost:%u", rig.bot.port);
    reopen_with_url(url);
    send_one();
    /* mbedTLS hangs up without an alert; what others say is in test_forward_handler.c */
    CHECK_EQ(call.why, ERR_EOF);
    CHECK(strstr(call.detail, "closed the connection without an answer"));
    close_forward();
}

static void test_https_to_a_plain_bot(void)
{
    char url[64];

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    handler_call_init(&call, &rig.handler);
    (void)snprintf(url, sizeof url, "https://localhost:%u", rig.bot.port);
    reopen_with_url(url);
    check_tls_failure(": ");
}

static void test_silent_handshake(void)
{
    char url[64];

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 0);
    rig.bot.is_deaf = true;
    handler_call_init(&call, &rig.handler);
    (void)snprintf(url, sizeof url, "https://localhost:%u", rig.bot.port);
    reopen_with_url(url);
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    handler_rig_wait(&rig.handler, &rig.bot.accepted, 1);
    forward_rig_turn(&rig, 20);
    handler_rig_advance(&rig.handler, FORWARD_CONNECTION_HANDSHAKE_MS - 1);
    CHECK_EQ(call.events, 0);
    handler_rig_advance(&rig.handler, 1);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TLS);
    CHECK(strstr(call.detail, "no end of the handshake within 5 s"));
    close_forward();
}

static void test_close_during_handshake(void)
{
    for (int turns = 0; turns < 12; turns++) {
        open_tls(test_pki_ca());
        CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
        handler_rig_wait(&rig.handler, &rig.bot.accepted, 1);
        forward_rig_turn(&rig, turns);
        close_forward();
    }
}

CHECK_MAIN(TEST(test_close_in_events), TEST(test_close_between_turns),
           TEST(test_let_go_between_turns), TEST(test_handler_closes_first),
           TEST(test_handler_closes_with_many), TEST(test_no_connection),
           TEST(test_no_connection_in_time), TEST(test_close_while_dialling),
           TEST(test_out_of_memory), TEST(test_https), TEST(test_stranger),
           TEST(test_wrong_name), TEST(test_http_to_a_tls_bot), TEST(test_https_to_a_plain_bot),
           TEST(test_silent_handshake), TEST(test_close_during_handshake))
