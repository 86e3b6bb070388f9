/* Which connection a request gets. */
#include "base/mem.h"
#include "relay-client/handler/forward/forward_connection.h"
#include "unit/check.h"
#include "unit/support/forward_rig.h"

static struct forward_rig rig;

/* --- keep-alive --- */

static void test_reuse(void)
{
    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    for (int i = 0; i < 10; i++)
        forward_rig_round_trip(&rig, "hello");
    CHECK_EQ(rig.bot.accepted, 1);
    CHECK_EQ(rig.bot.connections[0].requests, 10);
    forward_rig_close(&rig);
}

static void test_most_recently_used(void)
{
    struct handler_call calls[3];

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 0);
    for (int i = 0; i < 3; i++) {
        forward_rig_start(&rig, &calls[i], "x");
        handler_rig_wait(&rig.handler, &rig.bot.requests, i + 1);
    }
    CHECK_EQ(rig.bot.accepted, 3);
    for (int i = 0; i < 3; i++) { /* the order of their rest: 1, 0, 2 */
        static const int order[] = {1, 0, 2};

        forward_rig_answer(&rig.bot.connections[order[i]]);
        handler_call_wait(&calls[order[i]]);
        handler_call_fini(&calls[order[i]]);
    }
    rig.bot.manner = HANDLER_BOT_ECHO;
    forward_rig_round_trip(&rig, "x");
    CHECK_EQ(rig.bot.connections[2].requests, 2);
    forward_rig_start(&rig, &calls[0], "x");
    forward_rig_start(&rig, &calls[1], "x");
    handler_call_wait(&calls[0]);
    handler_call_wait(&calls[1]);
    CHECK_EQ(rig.bot.connections[0].requests, 2);
    CHECK_EQ(rig.bot.connections[1].requests, 1);
    CHECK_EQ(rig.bot.connections[2].requests, 3);
    handler_call_fini(&calls[0]);
    handler_call_fini(&calls[1]);
    forward_rig_close(&rig);
}

static void test_idle_limit(void)
{
    struct handler_call c;

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    forward_rig_round_trip(&rig, "x");
    handler_rig_advance(&rig.handler, FORWARD_CONNECTION_IDLE_MS - 1);
    handler_call_init(&c, &rig.handler);
    CHECK_EQ(handler_call_send(&c, "GET", "/", NULL), OK);
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    handler_call_fini(&c);
    CHECK_EQ(rig.bot.accepted, 1);
    handler_rig_advance(&rig.handler, FORWARD_CONNECTION_IDLE_MS - 1);
    forward_rig_turn(&rig, 10);
    CHECK_EQ(rig.bot.closed, 0);
    handler_rig_advance(&rig.handler, 1);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    forward_rig_round_trip(&rig, "x");
    CHECK_EQ(rig.bot.accepted, 2);
    forward_rig_close(&rig);
}

static void test_bot_closes_idle_connection(void)
{
    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    forward_rig_round_trip(&rig, "x");
    handler_bot_hang_up(&rig.bot.connections[0]);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    forward_rig_turn(&rig, 10);
    forward_rig_round_trip(&rig, "x");
    CHECK_EQ(rig.bot.accepted, 2);
    forward_rig_close(&rig);
}

static void test_bot_speaks_unasked(void)
{
    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    forward_rig_round_trip(&rig, "x");
    handler_bot_write(&rig.bot.connections[0], "HTTP/1.1 408 Request Timeout\r\n\r\n", 32);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    forward_rig_round_trip(&rig, "x");
    CHECK_EQ(rig.bot.accepted, 2);
    forward_rig_close(&rig);
}

/* A connection whose answer nobody waited for is not used again. */
static void test_abandoned_connection(void)
{
    struct handler_call c;

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 0);
    forward_rig_start(&rig, &c, "x");
    handler_rig_wait(&rig.handler, &rig.bot.requests, 1);
    handler_call_fini(&c);
    CHECK_EQ(c.events, 0);
    handler_rig_wait(&rig.handler, &rig.bot.closed, 1);
    rig.bot.manner = HANDLER_BOT_ECHO;
    forward_rig_round_trip(&rig, "x");
    CHECK_EQ(rig.bot.accepted, 2);
    forward_rig_close(&rig);
}

/* --- many --- */

static void test_hundred_at_once(void)
{
    static struct handler_call calls[100];

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 100; i++)
            forward_rig_start(&rig, &calls[i], "hello");
        for (int i = 0; i < 100; i++) {
            handler_call_wait(&calls[i]);
            CHECK_STR(handler_call_text(&calls[i]), "hello");
        }
        for (int i = 0; i < 100; i++)
            handler_call_fini(&calls[i]);
    }
    CHECK_EQ(rig.bot.requests, 200);
    CHECK(rig.bot.accepted <= 100);
    forward_rig_close(&rig);
}

static void test_limit(void)
{
    static struct handler_call calls[50];

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 3);
    for (int i = 0; i < 50; i++)
        forward_rig_start(&rig, &calls[i], "hello");
    for (int i = 0; i < 50; i++) {
        handler_call_wait(&calls[i]);
        CHECK_EQ(calls[i].status, 200);
        handler_call_fini(&calls[i]);
    }
    CHECK_EQ(rig.bot.accepted, 3);
    forward_rig_close(&rig);
}

static void test_in_order(void)
{
    struct handler_call calls[6];
    char body[2] = "0";

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 1);
    for (int i = 0; i < 6; i++) {
        body[0] = (char)('0' + i);
        forward_rig_start(&rig, &calls[i], body);
    }
    handler_call_fini(&calls[3]); /* leaves the line */
    for (int i = 0; i < 6; i++) {
        if (i == 3)
            continue;
        body[0] = (char)('0' + i);
        handler_rig_wait(&rig.handler, &rig.bot.requests, i < 3 ? i + 1 : i);
        forward_rig_turn(&rig, 10);
        CHECK_STR(handler_bot_body(&rig.bot.connections[0]), body);
        forward_rig_answer(&rig.bot.connections[0]);
        handler_call_wait(&calls[i]);
        handler_call_fini(&calls[i]);
    }
    CHECK_EQ(rig.bot.accepted, 1);
    forward_rig_close(&rig);
}

static void test_line_is_full(void)
{
    struct handler_call *calls = mem_alloc(1001 * sizeof *calls);
    struct handler_call late;

    forward_rig_open(&rig, HANDLER_BOT_SILENT, 1);
    forward_rig_start(&rig, &calls[0], "x");
    handler_rig_wait(&rig.handler, &rig.bot.requests, 1); /* it does not wait any more */
    for (int i = 1; i <= 1000; i++) {
        handler_call_init(&calls[i], &rig.handler);
        CHECK_EQ(handler_call_send(&calls[i], "GET", "/", NULL), OK);
    }
    handler_call_init(&late, &rig.handler);
    CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), ERR_BUSY);
    handler_call_fini(&calls[500]);
    CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), OK);
    handler_rig_advance(&rig.handler, 30000);
    handler_call_wait(&late);
    CHECK_EQ(late.why, ERR_TIMEOUT);
    CHECK_STR(late.detail, "all 1 connections to the bot were busy for 30 s");
    handler_call_fini(&late);
    for (int i = 0; i <= 1000; i++)
        if (i != 500)
            handler_call_fini(&calls[i]);
    forward_rig_close(&rig);
    mem_free(calls);
}

static void test_all_hear_that_nobody_listens(void)
{
    struct handler_call calls[30];

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 4);
    handler_bot_stop_listening(&rig.bot);
    forward_rig_turn(&rig, 3);
    for (int i = 0; i < 30; i++)
        forward_rig_start(&rig, &calls[i], "x");
    for (int i = 0; i < 30; i++) {
        handler_call_wait(&calls[i]);
        CHECK_EQ(calls[i].why, ERR_REFUSED);
        handler_call_fini(&calls[i]);
    }
    forward_rig_close(&rig);
}

CHECK_MAIN(TEST(test_reuse), TEST(test_most_recently_used), TEST(test_idle_limit),
           TEST(test_bot_closes_idle_connection), TEST(test_bot_speaks_unasked),
           TEST(test_abandoned_connection), TEST(test_hundred_at_once), TEST(test_limit),
           TEST(test_in_order), TEST(test_line_is_full),
           TEST(test_all_hear_that_nobody_listens))
