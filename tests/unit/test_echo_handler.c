#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/handler_rig.h"

static struct handler_rig rig;
static struct handler_call call;

static void open_echo(void)
{
    handler_rig_open(&rig, false);
    CHECK_EQ(handler_open_echo(rig.loop, &rig.handler), OK);
    handler_call_init(&call, &rig);
}

static void close_echo(void)
{
    handler_call_fini(&call);
    handler_rig_close(&rig);
}

#define LINE_BODY                                                                              \
    "{\"destination\":\"U0123456789abcdef0123456789abcdef\",\"events\":["                      \
    "{\"type\":\"message\",\"mode\":\"active\",\"timestamp\":1795894305000,"                   \
    "\"source\":{\"type\":\"user\",\"userId\":\"Uffffffffffffffffffffffffffffffff\"},"         \
    "\"webhookEventId\":\"01KAQ0000000000000000000AB\",\"deliveryContext\":"                   \
    "{\"isRedelivery\":false},\"replyToken\":\"00112233445566778899aabbccddeeff\","            \
    "\"message\":{\"type\":\"text\",\"id\":\"444573844083572737\",\"text\":\"%s\"}},"          \
    "{\"type\":\"unfollow\",\"mode\":\"active\",\"timestamp\":1795894305000,"                  \
    "\"source\":{\"type\":\"user\",\"userId\":\"Uffffffffffffffffffffffffffffffff\"},"         \
    "\"webhookEventId\":\"01KAQ0000000000000000000AC\",\"deliveryContext\":"                   \
    "{\"isRedelivery\":false}}]}"

static void ask(const char *body)
{
    CHECK_EQ(handler_call_webhook(&call, body), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.complete, 1);
}

static void test_name(void)
{
    open_echo();
    CHECK_STR(handler_name(rig.handler), "echo");
    close_echo();
}

static void test_line_webhook(void)
{
    char body[2048];

    open_echo();
    (void)snprintf(body, sizeof body, LINE_BODY, "\\u3053\\u3093\\\"hello\\\"");
    ask(body);
    CHECK_EQ(call.status, 200);
    CHECK_STR(call.type, "application/json");
    CHECK_STR(handler_call_text(&call),
              "{\"hookline\":\"echo\",\"events\":[{\"type\":\"message\",\"reply\":{\"type\":"
              "\"text\",\"text\":\"\xe3\x81\x93\xe3\x82\x93\\\"hello\\\"\"}},"
              "{\"type\":\"unfollow\",\"reply\":null,"
              "\"why\":\"the event has no reply token\"}]}");
    close_echo();
}

static void test_line_works_webhook(void)
{
    open_echo();
    ask("{\"type\":\"message\",\"source\":{\"userId\":\"u\",\"domainId\":1},"
        "\"issuedTime\":\"2026-11-21T19:24:05.123Z\",\"content\":{\"type\":\"text\","
        "\"text\":\"hi\"}}");
    CHECK_STR(handler_call_text(&call),
              "{\"hookline\":\"echo\",\"events\":[{\"type\":\"message\",\"reply\":"
              "{\"content\":{\"type\":\"text\",\"text\":\"hi\"}}}]}");
    close_echo();
}

static void test_works_user_has_left(void)
{
    open_echo();
    ask("{\"type\":\"leave\",\"source\":{\"channelId\":\"c\",\"domainId\":1},"
        "\"issuedTime\":\"2026-11-21T19:24:05.123Z\"}");
    CHECK(strstr(handler_call_text(&call), "\"why\":\"the bot or the user has left\""));
    close_echo();
}

static void test_many_events(void)
{
    static const char event[] = "{\"type\":\"follow\",\"replyToken\":\"t\"}";
    static char body[150 * sizeof event + 64];
    size_t len = (size_t)snprintf(body, sizeof body, "{\"destination\":\"U0\",\"events\":[");

    open_echo();
    for (int i = 0; i < 150; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%s%s", i > 0 ? "," : "", event);
    (void)snprintf(body + len, sizeof body - len, "]}");
    ask(body);
    CHECK(strstr(handler_call_text(&call), "],\"more\":50}"));
    close_echo();
}

static void test_verify_button(void)
{
    open_echo();
    ask("{\"destination\":\"U0123456789abcdef0123456789abcdef\",\"events\":[]}");
    CHECK_EQ(call.status, 200);
    CHECK_STR(handler_call_text(&call), "{\"hookline\":\"echo\",\"events\":[]}");
    close_echo();
}

static void test_other_webhook(void)
{
    open_echo();
    ask("not JSON <b>");
    CHECK_EQ(call.status, 200);
    CHECK(strstr(handler_call_text(&call), "\"events\":[],\"problem\":\""));
    close_echo();
}

/* One kind of message a line: what the bot would say. */
static void test_what_it_says(void)
{
    static const char *const table[][2] = {
        {"\"type\":\"follow\",\"follow\":{\"isUnblocked\":false}", "[follow]"},
        {"\"type\":\"message\",\"message\":{\"type\":\"image\",\"id\":\"1\"}", "[image]"},
        {"\"type\":\"postback\",\"postback\":{\"data\":\"a=1\"}", "[postback] a=1"},
        {"\"type\":\"message\",\"mode\":\"standby\",\"message\":{\"type\":\"text\","
         "\"id\":\"1\",\"text\":\"x\"}",
         "the bot is on standby"},
        {"\"type\":\"message\",\"message\":{\"type\":\"text\",\"id\":\"1\"}",
         "the message has no text"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char body[512], want[128];

        open_echo();
        (void)snprintf(body, sizeof body,
                       "{\"destination\":\"U0\",\"events\":[{%s,\"replyToken\":\"t\"}]}",
                       table[i][0]);
        (void)snprintf(want, sizeof want, "\"%s\"", table[i][1]);
        ask(body);
        CHECK(strstr(handler_call_text(&call), want));
        close_echo();
    }
}

/* Counts the characters of the only reply; `unit` is repeated in the message. */
static void check_cut(const char *unit, size_t repeat, size_t want)
{
    char *text = mem_alloc(repeat * strlen(unit) + 1);
    char *body = mem_alloc(repeat * strlen(unit) + 2048);

    open_echo();
    for (size_t i = 0; i < repeat; i++)
        memcpy(text + i * strlen(unit), unit, strlen(unit));
    (void)snprintf(body, repeat * strlen(unit) + 2048, LINE_BODY, text);
    ask(body);
    const char *start = strstr(handler_call_text(&call), "\"text\":\"") + strlen("\"text\":\"");
    CHECK_EQ(strcspn(start, "\""), want);
    close_echo();
    mem_free(text);
    mem_free(body);
}

static void test_long_text(void)
{
    check_cut("a", 5000, 5000);
    check_cut("a", 5001, 5000);
    check_cut("\xe3\x81\x82", 5001, 15000);
    check_cut("\xf0\x9f\x98\x80", 2500, 10000);
    check_cut("\xf0\x9f\x98\x80", 2501, 10000);
}

static void test_page(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true};

    open_echo();
    http_head_init_request(&head, SPAN("GET"), SPAN("/<script>alert('1')</script>?a=1&b=2"));
    head.authority = SPAN("mybot.example.com");
    CHECK_EQ(http_head_add(&head, SPAN("x-a"), SPAN("\"><img src=x>\xe2\x80\xae")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("cookie"), SPAN("session=secret")), OK);
    CHECK_EQ(handler_call_start(&call, &request), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK_STR(call.type, "text/html; charset=utf-8");
    CHECK(strstr(call.head, "content-security-policy: default-src 'none'"));
    CHECK(strstr(call.head, "x-content-type-options: nosniff"));
    const char *page = handler_call_text(&call);
    CHECK(strstr(page, "GET /&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;?a=1&amp;b=2"));
    CHECK(strstr(page, "&quot;&gt;&lt;img src=x&gt;\\u{202E}"));
    CHECK(strstr(page, "mybot.example.com"));
    CHECK(!strstr(page, "secret"));
    CHECK(!strstr(page, "<script"));
    CHECK(!strstr(page, "<img"));
    close_echo();
}

static void test_head_has_no_body(void)
{
    open_echo();
    CHECK_EQ(handler_call_send(&call, "HEAD", "/", NULL), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK(strstr(call.head, "content-length: "));
    CHECK(!strstr(call.head, "content-length: 0"));
    CHECK_EQ(bytes_len(&call.body), 0);
    close_echo();
}

static void test_body_of_page_is_dropped(void)
{
    static const uint8_t zeroes[65536];
    struct http_head head;
    struct handler_request request = {.head = &head};

    open_echo();
    http_head_init_request(&head, SPAN("PUT"), SPAN("/"));
    CHECK_EQ(handler_call_start(&call, &request), OK);
    for (int i = 0; i < 100; i++)
        CHECK_EQ(handler_call_body(&call, zeroes, sizeof zeroes), OK);
    CHECK_EQ(exchange_queued(call.x), 0);
    CHECK_EQ(call.events, 0);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    close_echo();
}

static void check_size(size_t size, unsigned status)
{
    char *body = mem_alloc(size + 1);

    memset(body, ' ', size);
    memcpy(body, "{}", 2);
    open_echo();
    ask(body);
    CHECK_EQ(call.status, status);
    close_echo();
    mem_free(body);
}

static void test_size_limit(void)
{
    check_size(1048575, 200);
    check_size(1048576, 200);
    check_size(1048577, 413);
}

static void test_rules_of_exchanges(void)
{
    struct http_head head;

    open_echo();
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    CHECK_STR(exchange_peer(call.x), "");
    CHECK_EQ(exchange_send_head(call.x, &head, true), ERR_CLOSED);
    CHECK_EQ(exchange_send_body(call.x, "a", 1), ERR_CLOSED);
    CHECK_EQ(exchange_send_end(call.x), ERR_CLOSED);
    exchange_pause(call.x);
    handler_rig_wait(&rig, &call.heads, 1);
    loop_turn(rig.loop, false);
    CHECK_EQ(bytes_len(&call.body), 0);
    CHECK_EQ(call.complete, 0);
    exchange_resume(call.x);
    handler_call_wait(&call);
    CHECK_EQ(call.complete, 1);
    close_echo();
}

static void test_pause_between_pieces(void)
{
    char *text = mem_alloc(200001);

    memset(text, 'x', 200000);
    text[0] = '/';
    open_echo();
    call.hold = true;
    CHECK_EQ(handler_call_send(&call, "GET", text, NULL), OK);
    handler_rig_wait(&rig, &call.heads, 1);
    while (bytes_len(&call.body) == 0)
        loop_turn(rig.loop, true);
    CHECK_EQ(bytes_len(&call.body), 65536);
    loop_turn(rig.loop, false);
    CHECK_EQ(bytes_len(&call.body), 65536);
    exchange_resume(call.x);
    handler_call_wait(&call);
    CHECK(bytes_len(&call.body) > 200000);
    close_echo();
    mem_free(text);
}

/* Closed inside its n-th event; n = 0: before any. */
static void test_close_sweep(void)
{
    for (unsigned n = 0; n < 6; n++) {
        open_echo();
        call.close_at = n;
        CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
        if (n > 0)
            handler_call_wait(&call);
        close_echo();
    }
}

static void test_handler_closes_first(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head};

    open_echo();
    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    CHECK_EQ(handler_call_start(&call, &request), OK); /* its body never comes */
    call.close_at = 1;
    handler_rig_begin_close(&rig);
    CHECK_EQ(handler_call_start(&call, &request), ERR_CLOSED);
    CHECK_EQ(call.events, 0);
    handler_rig_close_handler(&rig);
    CHECK_EQ(call.aborted, 1);
    CHECK_EQ(call.why, ERR_CANCELLED);
    CHECK_EQ(call.closed, 1);
    close_echo();
}

static enum err try_once(unsigned long n)
{
    char body[2048];
    enum err rc;

    (void)snprintf(body, sizeof body, LINE_BODY, "hello");
    handler_rig_open(&rig, false);
    handler_call_init(&call, &rig);
    mem_fail_at(n);
    rc = handler_open_echo(rig.loop, &rig.handler);
    if (rc == OK)
        rc = handler_call_webhook(&call, body);
    if (rc == OK)
        handler_call_wait(&call);
    mem_fail_at(0);
    if (call.aborted)
        rc = call.why;
    close_echo();
    return rc;
}

/* One failure may do no harm; so many runs in a row without one are untouched. */
static void test_out_of_memory(void)
{
    unsigned long n = 1, good = 0;

    while (good < 15)
        good = try_once(n++) == OK ? good + 1 : 0;
    CHECK(n > 23);
}

CHECK_MAIN(TEST(test_name), TEST(test_line_webhook), TEST(test_line_works_webhook),
           TEST(test_works_user_has_left), TEST(test_many_events), TEST(test_verify_button),
           TEST(test_other_webhook), TEST(test_what_it_says), TEST(test_long_text),
           TEST(test_page), TEST(test_head_has_no_body), TEST(test_body_of_page_is_dropped),
           TEST(test_size_limit), TEST(test_rules_of_exchanges),
           TEST(test_pause_between_pieces), TEST(test_close_sweep),
           TEST(test_handler_closes_first), TEST(test_out_of_memory))
