#include "unit/check.h"
#include "unit/support/forward_rig.h"

static struct forward_rig rig;
static struct handler_call call;

/* A bot that behaves like this, and a handler that forwards to `path` there. */
static void open_forward(enum handler_bot_manner manner, const char *path)
{
    struct forward_handler_options options = {0};

    forward_rig_open_with(&rig, manner, &options, path);
    handler_call_init(&call, &rig.handler);
}

static void close_forward(void)
{
    handler_call_fini(&call);
    forward_rig_close(&rig);
}

static void next_call(void)
{
    handler_call_fini(&call);
    handler_call_init(&call, &rig.handler);
}

static void send(const char *method, const char *target, const char *body)
{
    CHECK_EQ(handler_call_send(&call, method, target, body), OK);
    handler_call_wait(&call);
}

static void send_webhook(const char *body)
{
    CHECK_EQ(handler_call_webhook(&call, body), OK);
    handler_call_wait(&call);
}

/* --- heads and bodies --- */

static void test_webhook(void)
{
    open_forward(HANDLER_BOT_ECHO, "/callback");
    CHECK_STR(handler_name(rig.handler.handler), handler_bot_url(&rig.bot, "/callback"));
    send_webhook("{\"events\":[]}");
    CHECK_EQ(call.status, 200);
    CHECK_STR(handler_call_text(&call), "{\"events\":[]}");
    CHECK_STR(rig.bot.connections[0].head, "POST /callback\n"
                                           "host: mybot.relay.example.com\n"
                                           "x-line-signature: c2lnbmF0dXJl\n"
                                           "content-length: 13\n");
    close_forward();
}

/* What of the URL and of the request makes the target. */
static void check_target(const char *url_path, const char *target, bool webhook,
                         const char *want)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true, .webhook = webhook};
    char line[256];

    open_forward(HANDLER_BOT_ECHO, url_path);
    http_head_init_request(&head, SPAN("POST"), span_text(target));
    CHECK_EQ(handler_call_start(&call, &request), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    (void)snprintf(line, sizeof line, "POST %s\n", want);
    CHECK(strncmp(rig.bot.connections[0].head, line, strlen(line)) == 0);
    close_forward();
}

static void test_paths(void)
{
    check_target("/callback", "/hook", true, "/callback");
    check_target("/callback", "/hook?a=1", true, "/callback?a=1");
    check_target("/callback?b=2", "/hook?a=1", true, "/callback?b=2");
    check_target("/callback?", "/hook?a=1", true, "/callback?");
    check_target("", "/hook?a=1", true, "/hook?a=1");
    check_target("/", "/hook?a=1", true, "/hook?a=1");
    check_target("/?b=2", "/hook?a=1", true, "/?b=2");
    check_target("/callback", "/page?a=1", false, "/page?a=1");
    check_target("", "/page", false, "/page");
    check_target("", "//host/x", false, "//host/x");
    check_target("", "/%2e%2e/\\x", false, "/%2e%2e/\\x");
}

static void test_fields(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true};

    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot, "HTTP/1.1 201 Created\r\nX-A: 1\r\nConnection: keep-alive\r\n"
                              "Set-Cookie: a=1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: b=2\r\n"
                              "Content-Length: 0\r\n\r\n");
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    head.authority = SPAN("mybot.example.com:8443");
    CHECK_EQ(http_head_add(&head, SPAN("x-b"), SPAN("1")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("connection"), SPAN("x-line-signature")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("upgrade"), SPAN("websocket")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"), SPAN("s")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-b"), SPAN("2")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("te"), SPAN("trailers")), OK);
    CHECK_EQ(handler_call_start(&call, &request), OK);
    handler_call_wait(&call);
    CHECK_STR(rig.bot.connections[0].head, "GET /\nhost: mybot.example.com:8443\n"
                                           "x-b: 1\nx-line-signature: s\nx-b: 2\n");
    CHECK_EQ(call.status, 201);
    CHECK_STR(call.head, "X-A: 1\nSet-Cookie: a=1\nSet-Cookie: b=2\nContent-Length: 0\n");
    close_forward();
}

static void test_rewritten_host(void)
{
    struct forward_handler_options options = {.rewrite_host = true};
    char want[64];

    forward_rig_open_with(&rig, HANDLER_BOT_ECHO, &options, "");
    handler_call_init(&call, &rig.handler);
    send("GET", "/", NULL);
    (void)snprintf(want, sizeof want, "GET /\nhost: 127.0.0.1:%u\n", rig.bot.port);
    CHECK_STR(rig.bot.connections[0].head, want);
    close_forward();
}

static void test_head_request(void)
{
    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    send("HEAD", "/", NULL);
    CHECK_EQ(call.complete, 1);
    CHECK_EQ(bytes_len(&call.body), 0);
    next_call();
    send("HEAD", "/", NULL);
    CHECK_EQ(call.complete, 1);
    CHECK_EQ(rig.bot.accepted, 1);
    close_forward();
}

static void test_interim_heads(void)
{
    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                              "HTTP/1.1 204 No Content\r\n\r\n");
    send("GET", "/", NULL);
    CHECK_EQ(call.interim, 1);
    CHECK_EQ(call.status, 204);
    CHECK_EQ(call.complete, 1);
    close_forward();
}

static void test_old_bot(void)
{
    open_forward(HANDLER_BOT_SAYS_AND_CLOSES, "");
    handler_bot_say(&rig.bot, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nhello");
    for (int i = 1; i <= 3; i++) {
        send("GET", "/", NULL);
        CHECK_STR(handler_call_text(&call), "hello");
        CHECK_EQ(rig.bot.accepted, i);
        next_call();
    }
    close_forward();
}

/* --- what can be sent --- */

static void check_refused(const char *method, struct span target)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true};

    http_head_init_request(&head, span_text(method), target);
    CHECK_EQ(handler_call_start(&call, &request), ERR_SYNTAX);
}

static void test_refused_targets(void)
{
    open_forward(HANDLER_BOT_ECHO, "");
    check_refused("GET", SPAN("http://127.0.0.1/"));
    check_refused("GET", SPAN("*"));
    check_refused("GET", SPAN(""));
    check_refused("GET", SPAN("/a b"));
    check_refused("GET", SPAN("/a\r\nHost: evil"));
    check_refused("GET", SPAN("/\0"));
    check_refused("CONNECT", SPAN("/"));
    check_refused("GET / HTTP/1.1\r\nX:", SPAN("/"));
    check_refused("", SPAN("/"));
    CHECK_EQ(rig.bot.accepted, 0);
    close_forward();
}

static void check_bad_url(const char *url)
{
    struct forward_handler_options options = {.url = url};
    char detail[256];

    CHECK_EQ(handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail),
             ERR_CONFIG);
    CHECK(strstr(detail, "is not an address to forward to: "));
}

static void test_bad_urls(void)
{
    struct forward_handler_options options = {.url = "https://localhost", .ca_file = "/none"};
    char detail[256];

    handler_rig_open(&rig.handler, true);
    check_bad_url(NULL);
    check_bad_url("");
    check_bad_url("127.0.0.1:8000");
    check_bad_url("ftp://127.0.0.1/");
    check_bad_url("http://user:secret@127.0.0.1/");
    check_bad_url("http://127.0.0.1:0/");
    check_bad_url("http://127.0.0.1:65536/");
    check_bad_url("http://127.0.0.1/#x");
    check_bad_url("http://127.0.0.1/\n");
    CHECK_EQ(handler_open_forward(rig.handler.loop, &options, &rig.handler.handler, detail),
             ERR_CONFIG);
    CHECK(strstr(detail, "/none"));
    handler_rig_close(&rig.handler);
}

/* --- what goes wrong --- */

/* In `detail` # stands for the port. */
static void check_failure(enum handler_bot_manner manner, const char *says, enum err why,
                          const char *detail)
{
    size_t before = strcspn(detail, "#");
    char want[256];

    open_forward(manner, "/callback");
    if (says)
        handler_bot_say(&rig.bot, says);
    send_webhook("{}");
    CHECK_EQ(call.why, why);
    if (detail[before] == '#')
        (void)snprintf(want, sizeof want, "%.*s%u%s", (int)before, detail, rig.bot.port,
                       detail + before + 1);
    else
        (void)snprintf(want, sizeof want, "%s", detail);
    CHECK_STR(call.detail, want);
    close_forward();
}

static void test_nobody_listens(void)
{
    char want[128];

    open_forward(HANDLER_BOT_ECHO, "");
    handler_bot_stop_listening(&rig.bot);
    send_webhook("{}");
    CHECK_EQ(call.why, ERR_REFUSED);
    (void)snprintf(want, sizeof want,
                   "nothing listens on 127.0.0.1:%u (connection refused): is the bot running?",
                   rig.bot.port);
    CHECK_STR(call.detail, want);
    close_forward();
}

static void test_no_answer(void)
{
    check_failure(HANDLER_BOT_CLOSES, NULL, ERR_EOF,
                  "the bot at 127.0.0.1:# closed the connection without an answer");
    check_failure(HANDLER_BOT_RESETS, NULL, ERR_EOF,
                  "the bot at 127.0.0.1:# closed the connection without an answer");
    check_failure(HANDLER_BOT_SAYS_AND_CLOSES, "HTTP/1.1 200 O", ERR_EOF,
                  "the bot at 127.0.0.1:# closed the connection in the head of its answer");
    check_failure(HANDLER_BOT_SAYS_AND_CLOSES,
                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", ERR_EOF,
                  "the bot at 127.0.0.1:# closed the connection in the middle of its answer");
}

static void test_garbage(void)
{
    check_failure(
        HANDLER_BOT_SAYS, "SSH-2.0-OpenSSH_9.2\r\n", ERR_PROTOCOL,
        "the bot's answer is not HTTP: it begins with \"SSH-2.0-OpenSSH_9.2\\x0D\\x0A\"");
    check_failure(HANDLER_BOT_SAYS, "HTTQ", ERR_PROTOCOL,
                  "the bot's answer is not HTTP: it begins with \"HTTQ\"");
    check_failure(HANDLER_BOT_SAYS, "\x15\x03\x01", ERR_PROTOCOL,
                  "the bot at 127.0.0.1:# answered in TLS, not in HTTP: forward to https:// "
                  "if that is what it serves");
    check_failure(HANDLER_BOT_SAYS,
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ERR_PROTOCOL,
                  "the bot's answer is broken: malformed chunk size");
    check_failure(
        HANDLER_BOT_SAYS, "HTTP/1.1 101 Switching Protocols\r\n\r\n", ERR_PROTOCOL,
        "the bot's answer is not HTTP: it switches protocols, which nobody asked for");
}

static void test_dishonest_answers(void)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 "
        "C\r\n\r\n"
        "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 "
        "C\r\n\r\n"
        "HTTP/1.1 100 C\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        open_forward(HANDLER_BOT_SAYS, "");
        handler_bot_say(&rig.bot, answers[i]);
        send_webhook("{}");
        CHECK_EQ(call.why, ERR_PROTOCOL);
        CHECK(strstr(call.detail, "the bot's answer is not HTTP: "));
        close_forward();
    }
}

/* The second answer belongs to nobody: the connection is not used again. */
static void test_two_answers(void)
{
    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
                              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
    for (int i = 1; i <= 3; i++) {
        send("GET", "/", NULL);
        CHECK_STR(handler_call_text(&call), "a");
        CHECK_EQ(rig.bot.accepted, i);
        next_call();
    }
    close_forward();
}

/* --- time --- */

static void test_too_slow(void)
{
    open_forward(HANDLER_BOT_SILENT, "");
    CHECK_EQ(handler_call_webhook(&call, "{}"), OK);
    handler_rig_wait(&rig.handler, &rig.bot.requests, 1);
    handler_rig_advance(&rig.handler, 29999);
    loop_turn(rig.handler.loop, false);
    CHECK_EQ(call.events, 0);
    handler_rig_advance(&rig.handler, 1);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    CHECK_STR(call.detail, "the bot did not answer within 30 s");
    handler_rig_wait(&rig.handler, &rig.bot.closed,
                     1); /* and its connection is not used again */
    close_forward();
}

static void test_interim_is_no_answer(void)
{
    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot, "HTTP/1.1 102 Processing\r\n\r\n");
    CHECK_EQ(handler_call_webhook(&call, "{}"), OK);
    handler_rig_wait(&rig.handler, &call.interim, 1);
    handler_rig_advance(&rig.handler, 30000);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    close_forward();
}

/* An answer that has begun may take as long as it likes (Server-Sent Events). */
static void test_endless_answer(void)
{
    open_forward(HANDLER_BOT_SAYS, "");
    handler_bot_say(&rig.bot,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nfirst\n");
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    handler_rig_wait(&rig.handler, &call.heads, 1);
    CHECK_STR(exchange_peer(call.x), "127.0.0.1");
    handler_rig_advance(&rig.handler, 3600 * 1000);
    handler_bot_write(&rig.bot.connections[0], "second\n", 7);
    while (bytes_len(&call.body) < 13)
        loop_turn(rig.handler.loop, true);
    CHECK_EQ(call.aborted, 0);
    handler_call_fini(&call);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    close_forward();
}

CHECK_MAIN(TEST(test_webhook), TEST(test_paths), TEST(test_fields), TEST(test_rewritten_host),
           TEST(test_head_request), TEST(test_interim_heads), TEST(test_old_bot),
           TEST(test_refused_targets), TEST(test_bad_urls), TEST(test_nobody_listens),
           TEST(test_no_answer), TEST(test_garbage), TEST(test_dishonest_answers),
           TEST(test_two_answers), TEST(test_too_slow), TEST(test_interim_is_no_answer),
           TEST(test_endless_answer))
