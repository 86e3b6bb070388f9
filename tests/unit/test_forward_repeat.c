/* Connections that turn out to be dead when they are used again. */
#include "base/mem.h"
#include "relay-client/handler/forward/forward_pool.h"
#include "unit/check.h"
#include "unit/support/forward_rig.h"

static struct forward_rig rig;

/* --- dead connections --- */

/* One connection that has carried a request and rests; then the bot changes. */
static void open_used(enum handler_bot_manner manner)
{
    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    forward_rig_round_trip(&rig, "first");
    rig.bot.manner = manner;
}

static void start(struct handler_call *c, const char *method, const char *body)
{
    handler_call_init(c, &rig.handler);
    CHECK_EQ(handler_call_send(c, method, "/", body), OK);
}

/* The bot hangs up while the request is on its way: asked once more. */
static void check_repeated(enum handler_bot_manner manner, bool at_head, size_t size)
{
    struct handler_call c;
    char *body = mem_alloc(size + 1);

    memset(body, 'b', size);
    open_used(manner);
    rig.bot.at_head = at_head;
    start(&c, "PUT", body);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    rig.bot.manner = HANDLER_BOT_ECHO;
    rig.bot.at_head = false;
    handler_call_wait(&c);
    CHECK_STR(c.detail, "");
    CHECK_EQ(c.status, 200);
    CHECK_EQ(bytes_len(&c.body), size);
    CHECK_MEM(bytes_peek(&c.body), body, size);
    CHECK_EQ(rig.bot.accepted, 2);
    CHECK_EQ(rig.bot.connections[1].requests, 1);
    handler_call_fini(&c);
    forward_rig_close(&rig);
    mem_free(body);
}

static void test_repeated(void)
{
    check_repeated(HANDLER_BOT_CLOSES, false, 5);
    check_repeated(HANDLER_BOT_RESETS, false, 5);
    check_repeated(HANDLER_BOT_CLOSES, true, 5);
    check_repeated(HANDLER_BOT_CLOSES, false, 1048576);
    check_repeated(HANDLER_BOT_CLOSES, true, 1048576);
    check_repeated(HANDLER_BOT_RESETS, true, 1048576);
}

static void check_not_repeated(struct handler_call *c, const char *detail)
{
    handler_call_wait(c);
    CHECK_EQ(c->why, ERR_EOF);
    CHECK(strstr(c->detail, detail));
    CHECK_EQ(rig.bot.accepted, 1);
    handler_call_fini(c);
    forward_rig_close(&rig);
}

static void test_only_once(void)
{
    struct handler_call c;

    open_used(HANDLER_BOT_CLOSES);
    start(&c, "PUT", "x");
    handler_call_wait(&c);
    CHECK_EQ(c.why, ERR_EOF);
    CHECK(strstr(c.detail, "closed the connection without an answer"));
    CHECK_EQ(rig.bot.accepted, 2);
    CHECK_EQ(rig.bot.requests, 3);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

static void test_not_on_a_fresh_one(void)
{
    struct handler_call c;

    forward_rig_open(&rig, HANDLER_BOT_CLOSES, 0);
    start(&c, "PUT", "x");
    check_not_repeated(&c, "closed the connection without an answer");
}

static void test_not_after_a_byte(void)
{
    struct handler_call c;

    open_used(HANDLER_BOT_SAYS_AND_CLOSES);
    handler_bot_say(&rig.bot, "H");
    start(&c, "PUT", "x");
    check_not_repeated(&c, "closed the connection in the head of its answer");
}

static void test_not_after_an_interim_head(void)
{
    struct handler_call c;

    open_used(HANDLER_BOT_SAYS_AND_CLOSES);
    handler_bot_say(&rig.bot, "HTTP/1.1 103 Early Hints\r\n\r\n");
    start(&c, "PUT", "x");
    check_not_repeated(&c, "closed the connection in the head of its answer");
}

static void test_not_a_long_body(void)
{
    struct handler_call c;
    char *body = mem_alloc(1048578);

    memset(body, 'b', 1048577);
    open_used(HANDLER_BOT_CLOSES);
    start(&c, "PUT", body);
    check_not_repeated(&c, "closed the connection without an answer");
    mem_free(body);
}

static void test_not_after_a_timeout(void)
{
    struct handler_call c;

    open_used(HANDLER_BOT_SILENT);
    start(&c, "PUT", "x");
    handler_rig_wait(&rig.handler, &rig.bot.requests, 2);
    handler_rig_advance(&rig.handler, 30000);
    handler_call_wait(&c);
    CHECK_EQ(c.why, ERR_TIMEOUT);
    CHECK_EQ(rig.bot.accepted, 1);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

/* --- what must not come twice --- */

/* It may have been read: nobody knows. */
static void check_never_repeated(const char *method, const char *body)
{
    struct handler_call c;

    open_used(HANDLER_BOT_CLOSES);
    start(&c, method, body);
    check_not_repeated(&c, "closed the connection without an answer");
}

static void test_only_idempotent_methods(void)
{
    check_never_repeated("POST", "x");
    check_never_repeated("POST", NULL);
    check_never_repeated("PATCH", "x");
    check_never_repeated("post", "x");
}

static void check_idempotent(const char *method)
{
    struct handler_call c;

    open_used(HANDLER_BOT_CLOSES);
    start(&c, method, NULL);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    rig.bot.manner = HANDLER_BOT_ECHO;
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    CHECK_EQ(rig.bot.accepted, 2);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

static void test_idempotent_methods(void)
{
    check_idempotent("GET");
    check_idempotent("OPTIONS");
    check_idempotent("DELETE");
}

/* How many connections two requests need with a rest between them. */
static void check_rest(const char *method, uint64_t rest_ms, int connections)
{
    struct handler_call c;

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 1);
    forward_rig_round_trip(&rig, "first");
    handler_rig_advance(&rig.handler, rest_ms);
    start(&c, method, "x");
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    CHECK_EQ(rig.bot.accepted, connections);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

static void test_rested_connection(void)
{
    check_rest("POST", FORWARD_POOL_ONCE_REST_MS - 1, 1);
    check_rest("POST", FORWARD_POOL_ONCE_REST_MS, 1);
    check_rest("POST", FORWARD_POOL_ONCE_REST_MS + 1, 2);
    check_rest("PUT", FORWARD_POOL_ONCE_REST_MS + 1, 1);
}

/* --- many --- */

/* All idle connections died with the bot; a second try must not get another of them. */
static void test_restarted_bot(void)
{
    struct handler_call calls[20];

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 0);
    for (int i = 0; i < 20; i++)
        forward_rig_start(&rig, &calls[i], "x");
    handler_rig_wait(&rig.handler, &rig.bot.requests, 20);
    for (int i = 0; i < 20; i++) {
        forward_rig_answer(&rig.bot.connections[i]);
        handler_call_wait(&calls[i]);
        handler_call_fini(&calls[i]);
    }
    rig.bot.manner = HANDLER_BOT_CLOSES;
    struct handler_call c;
    start(&c, "PUT", "x");
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    rig.bot.manner = HANDLER_BOT_ECHO;
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    CHECK_EQ(rig.bot.accepted, 21);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

/* The second try needs a place: an idle connection makes room. */
static void test_room_for_a_fresh_one(void)
{
    struct handler_call calls[2], c;

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 2);
    forward_rig_start(&rig, &calls[0], "x");
    forward_rig_start(&rig, &calls[1], "x");
    handler_rig_wait(&rig.handler, &rig.bot.requests, 2);
    rig.bot.manner = HANDLER_BOT_ECHO;
    for (int i = 0; i < 2; i++) {
        forward_rig_answer(&rig.bot.connections[i]);
        handler_call_wait(&calls[i]);
        handler_call_fini(&calls[i]);
    }
    rig.bot.manner = HANDLER_BOT_CLOSES;
    start(&c, "PUT", "x");
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    rig.bot.manner = HANDLER_BOT_ECHO;
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    handler_call_fini(&c);
    forward_rig_close(&rig);
}

CHECK_MAIN(TEST(test_repeated), TEST(test_only_once), TEST(test_not_on_a_fresh_one),
           TEST(test_not_after_a_byte), TEST(test_not_after_an_interim_head),
           TEST(test_not_a_long_body), TEST(test_not_after_a_timeout),
           TEST(test_only_idempotent_methods), TEST(test_idempotent_methods),
           TEST(test_rested_connection), TEST(test_restarted_bot),
           TEST(test_room_for_a_fresh_one))
