/* Bodies in both directions: slow ones, large ones, and ones that nobody reads. */
#include "base/mem.h"
#include "relay-client/handler/forward/forward_upload.h"
#include "unit/check.h"
#include "unit/support/forward_rig.h"

static struct forward_rig rig;
static struct handler_call call;
static uint8_t piece[65536];

static void open_forward(enum handler_bot_manner manner)
{
    forward_rig_open(&rig, manner, 0);
    handler_call_init(&call, &rig.handler);
    for (size_t i = 0; i < sizeof piece; i++)
        piece[i] = (uint8_t)(i * 7 + i / 256);
}

static void close_forward(void)
{
    handler_call_fini(&call);
    forward_rig_close(&rig);
}

/* A POST whose body comes later, with this Content-Length; 0: chunked. */
static void begin(size_t length)
{
    struct http_head head;
    struct handler_request request = {.head = &head};
    char digits[24];

    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    head.authority = SPAN("a.example");
    (void)snprintf(digits, sizeof digits, "%zu", length);
    if (length > 0)
        CHECK_EQ(http_head_add(&head, SPAN("content-length"), span_text(digits)), OK);
    CHECK_EQ(handler_call_start(&call, &request), OK);
}

/* Sends pieces as a well-behaved producer, for at most this many turns in which nothing
 * moves.  How many bytes went. */
static size_t produce(size_t total, int patience)
{
    size_t sent = 0;

    for (int still = 0; sent < total && still < patience; still++) {
        while (sent < total && exchange_queued(call.x) <= EXCHANGE_HIGH_WATER) {
            size_t len = total - sent < sizeof piece ? total - sent : sizeof piece;

            CHECK_EQ(handler_call_body(&call, piece, len), OK);
            CHECK(exchange_queued(call.x) <= EXCHANGE_HIGH_WATER + sizeof piece);
            sent += len;
            still = 0;
        }
        loop_turn(rig.handler.loop, false);
    }
    return sent;
}

static void check_pieces(const struct bytes *b, size_t total)
{
    CHECK_EQ(bytes_len(b), total);
    for (size_t at = 0; at < total; at += sizeof piece)
        CHECK_MEM(bytes_peek(b) + at, piece,
                  total - at < sizeof piece ? total - at : sizeof piece);
}

static void test_large_upload(void)
{
    size_t total = 16 * 1024 * 1024 + 12345;

    open_forward(HANDLER_BOT_SAYS);
    handler_bot_say(&rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    begin(total);
    CHECK_EQ(produce(total, 1000000), total);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK(call.drained > 0);
    check_pieces(&rig.bot.connections[0].body, total);
    close_forward();
}

static void test_slow_bot(void)
{
    size_t total = 32 * 1024 * 1024;

    open_forward(HANDLER_BOT_SAYS);
    handler_bot_say(&rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    rig.bot.is_deaf = true;
    begin(0);
    size_t sent = produce(total, 2000);
    CHECK(sent < total); /* the bot's backpressure is here */
    CHECK(exchange_queued(call.x) > EXCHANGE_HIGH_WATER);
    int drained = call.drained;
    stream_resume(rig.bot.connections[0].stream);
    handler_rig_wait(&rig.handler, &call.drained, drained + 1);
    CHECK_EQ(produce(total - sent, 1000000), total - sent);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK_EQ(bytes_len(&rig.bot.connections[0].body), total);
    close_forward();
}

static void test_drip(void)
{
    open_forward(HANDLER_BOT_ECHO);
    begin(0);
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(handler_call_body(&call, "abc", 3), OK);
        forward_rig_turn(&rig, i);
    }
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_EQ(bytes_len(&call.body), 60);
    CHECK(strstr(rig.bot.connections[0].head, "POST /"));
    close_forward();
}

/* What may be sent before a connection is there. */
static void test_waiting_limit(void)
{
    size_t pieces = FORWARD_UPLOAD_WAITING_MAX / sizeof piece;

    open_forward(HANDLER_BOT_ECHO);
    begin(0);
    for (size_t i = 0; i + 1 < pieces; i++)
        CHECK_EQ(handler_call_body(&call, piece, sizeof piece), OK);
    CHECK_EQ(handler_call_body(&call, piece, sizeof piece - 1), OK);
    CHECK_EQ(exchange_queued(call.x), FORWARD_UPLOAD_WAITING_MAX - 1);
    CHECK_EQ(handler_call_body(&call, piece, 2), ERR_LIMIT);
    CHECK_EQ(handler_call_body(&call, piece + sizeof piece - 1, 1), OK);
    CHECK_EQ(handler_call_body(&call, piece, 1), ERR_LIMIT);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    check_pieces(&call.body, FORWARD_UPLOAD_WAITING_MAX);
    close_forward();
}

static void test_broken_promise(void)
{
    open_forward(HANDLER_BOT_ECHO);
    begin(10);
    handler_rig_wait(&rig.handler, &rig.bot.heads, 1);
    CHECK_EQ(handler_call_body(&call, piece, 11), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_PROTOCOL);
    CHECK_STR(call.detail, "the request could not be sent as it was promised");
    close_forward();
}

/* --- the answer --- */

/* An answer of so many bytes that it cannot all wait in the kernel. */
static char *make_answer(size_t body)
{
    char *text = mem_alloc(body + 128);
    int len = snprintf(text, 128, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body);

    for (size_t at = 0; at < body; at += sizeof piece)
        memcpy(text + len + at, piece, body - at < sizeof piece ? body - at : sizeof piece);
    rig.bot.says = text;
    rig.bot.says_len = (size_t)len + body;
    return text;
}

#define LARGE ((size_t)8 * 1000 * 1000)

static void test_slow_owner(void)
{
    open_forward(HANDLER_BOT_SAYS);
    char *answer = make_answer(LARGE);
    call.hold = true;
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    while (bytes_len(&call.body) == 0)
        loop_turn(rig.handler.loop, true);
    size_t first = bytes_len(&call.body);
    forward_rig_turn(&rig, 2000);
    CHECK_EQ(bytes_len(&call.body), first);
    CHECK_EQ(rig.bot.connections[0].drained, 0);
    CHECK(stream_queued(rig.bot.connections[0].stream) > 0); /* the bot feels it */
    exchange_resume(call.x);
    handler_call_wait(&call);
    CHECK_EQ(call.complete, 1);
    check_pieces(&call.body, LARGE);
    mem_free(answer);
    close_forward();
}

static void test_paused_from_the_start(void)
{
    open_forward(HANDLER_BOT_ECHO);
    CHECK_EQ(handler_call_send(&call, "POST", "/", "hello"), OK);
    exchange_pause(call.x);
    handler_rig_wait(&rig.handler, &rig.bot.requests, 1);
    forward_rig_turn(&rig, 50);
    CHECK_EQ(bytes_len(&call.body), 0);
    CHECK_EQ(call.complete, 0);
    exchange_resume(call.x);
    handler_call_wait(&call);
    CHECK_STR(handler_call_text(&call), "hello");
    close_forward();
}

/* --- an answer before the request is complete --- */

static void test_early_answer_and_reading_on(void)
{
    open_forward(HANDLER_BOT_SAYS);
    rig.bot.at_head = true;
    handler_bot_say(&rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    begin(0);
    handler_call_wait(&call);
    CHECK_EQ(call.complete, 1);
    CHECK_EQ(handler_call_body(&call, "abc", 3), OK);
    CHECK_EQ(handler_call_end(&call), OK);
    handler_rig_wait(&rig.handler, &rig.bot.requests, 1);
    CHECK_STR(handler_bot_body(&rig.bot.connections[0]), "abc");
    handler_call_fini(&call);
    rig.bot.manner = HANDLER_BOT_ECHO;
    rig.bot.at_head = false;
    forward_rig_round_trip(&rig, "again");
    CHECK_EQ(rig.bot.accepted, 1);
    handler_call_init(&call, &rig.handler);
    close_forward();
}

static void pause_at_complete(void)
{
    handler_call_wait(&call);
    CHECK_EQ(call.complete, 1);
    stream_pause(rig.bot.connections[0].stream);
}

static void test_early_answer_and_deaf(void)
{
    open_forward(HANDLER_BOT_SAYS);
    rig.bot.at_head = true;
    handler_bot_say(&rig.bot, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    begin(0);
    pause_at_complete();
    CHECK(produce(32 * 1024 * 1024, 2000) < 32 * 1024 * 1024);
    CHECK(exchange_queued(call.x) > EXCHANGE_HIGH_WATER);
    int drained = call.drained;
    handler_rig_advance(&rig.handler, 30000);
    CHECK_EQ(call.drained, drained + 1); /* the producer may go on, into nothing */
    CHECK_EQ(produce(1024 * 1024, 10), 1024 * 1024);
    CHECK_EQ(handler_call_end(&call), OK);
    CHECK_EQ(call.aborted, 0);
    close_forward();
}

static void test_early_answer_and_hanging_up(void)
{
    open_forward(HANDLER_BOT_SAYS);
    rig.bot.at_head = true;
    handler_bot_say(&rig.bot,
                    "HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    begin(0);
    pause_at_complete();
    CHECK_EQ(call.status, 413);
    CHECK_STR(handler_call_text(&call), "no");
    handler_bot_hang_up(&rig.bot.connections[0]);
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(handler_call_body(&call, piece, sizeof piece), OK);
        forward_rig_turn(&rig, 3);
    }
    CHECK_EQ(handler_call_end(&call), OK);
    CHECK_EQ(call.aborted, 0);
    close_forward();
}

/* --- time --- */

static void test_progress_is_life(void)
{
    open_forward(HANDLER_BOT_SILENT);
    begin(0);
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(handler_call_body(&call, piece, 1000), OK);
        while (bytes_len(&rig.bot.connections[0].body) < (size_t)(i + 1) * 1000)
            loop_turn(rig.handler.loop, true);
        handler_rig_advance(&rig.handler, 29999);
        CHECK_EQ(call.aborted, 0);
    }
    handler_rig_advance(&rig.handler, 1);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    close_forward();
}

static void test_deaf_bot(void)
{
    open_forward(HANDLER_BOT_SILENT);
    rig.bot.is_deaf = true;
    begin(0);
    CHECK(produce(32 * 1024 * 1024, 2000) < 32 * 1024 * 1024);
    handler_rig_advance(&rig.handler, 30000);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    CHECK_EQ(handler_call_body(&call, "x", 1), ERR_CLOSED);
    close_forward();
}

CHECK_MAIN(TEST(test_large_upload), TEST(test_slow_bot), TEST(test_drip),
           TEST(test_waiting_limit), TEST(test_broken_promise), TEST(test_slow_owner),
           TEST(test_paused_from_the_start), TEST(test_early_answer_and_reading_on),
           TEST(test_early_answer_and_deaf), TEST(test_early_answer_and_hanging_up),
           TEST(test_progress_is_life), TEST(test_deaf_bot))
