/* A connection that becomes another protocol, or does not: row A18 of the threat model. */
#include "base/container.h"
#include "check.h"
#include "unit/support/server_rig.h"

#define HELLO                                                                                  \
    "GET /.hookline/link HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"                       \
    "Upgrade: hookline/1\r\n\r\n"
#define WELCOME                                                                                \
    "HTTP/1.1 101 Switching Protocols\r\nHookline-Session: s\r\nConnection: Upgrade\r\n"       \
    "Upgrade: hookline/1\r\n\r\n"

static void wait(struct exchange_log *log, enum exchange_event event)
{
    CHECK(event == EXCHANGE_CLOSED || event == EXCHANGE_ABORT || event == EXCHANGE_COMPLETE);
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static enum err upgrade(struct server_rig *rig, struct exchange *x, unsigned status)
{
    struct http_head head;

    http_head_init_response(&head, status);
    CHECK_EQ(http_head_add(&head, SPAN("Hookline-Session"), SPAN("s")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("Connection"), SPAN("Upgrade")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("Upgrade"), SPAN("hookline/1")), OK);
    return h1_server_conn_upgrade(rig->conn, x, &head, &rig->upgraded);
}

static void on_request(struct server_rig *rig, struct exchange_log *log,
                       const struct http_head *head, bool end)
{
    CHECK(end);
    CHECK(span_is(http_head_value(head, "upgrade"), SPAN("hookline/1")));
    CHECK(http_head_has_token(head, "connection", SPAN("upgrade")));
    CHECK_EQ(upgrade(rig, log->x, 200), ERR_UNSUPPORTED);
    CHECK_EQ(upgrade(rig, log->x, 101), OK);
}

static void test_upgrade(void)
{
    static const size_t chunks[] = {1, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct server_rig rig = {.hook = wait, .on_request = on_request};
        struct net_peer link = {0};

        server_rig_open(&rig, chunks[i]);
        server_rig_say(&rig, HELLO);
        CHECK_EQ(rig.closed, 1);
        CHECK_EQ(rig.logs[0].closeds, 1);
        CHECK_EQ(rig.logs[0].aborts, 0);
        server_rig_check(&rig, WELCOME);
        net_peer_sit(&link, rig.loop, rig.upgraded);
        server_rig_say(&rig, "ping");
        CHECK_EQ(link.got_len, 4);
        CHECK_MEM(link.got, "ping", 4);
        net_peer_say(&link, "pong");
        server_rig_run(&rig);
        server_rig_check(&rig, "pong");
        net_peer_close(&link);
        server_rig_run(&rig);
        net_peer_fini(&link);
        server_rig_close(&rig);
    }
}

/* Refused: the exchange is still there to be answered. */
static void refuse_then_answer(struct server_rig *rig, struct exchange_log *log,
                               const struct http_head *head, bool end)
{
    (void)head;
    (void)end;
    CHECK_EQ(upgrade(rig, log->x, 101), rig->counter);
    exchange_log_answer(log, 426, "");
    CHECK_EQ(upgrade(rig, log->x, 101), ERR_UNSUPPORTED);
    exchange_close(log->x);
}

static void check_not_upgraded(const char *request, enum err why)
{
    struct server_rig rig = {.hook = wait, .on_request = refuse_then_answer};

    server_rig_open(&rig, 16384);
    rig.counter = (int)why;
    server_rig_say(&rig, request);
    CHECK_EQ(rig.requests, 1);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 426 Upgrade Required\r\n"));
    server_rig_close(&rig);
}

static void test_no_upgrade(void)
{
    check_not_upgraded(HELLO "too early", ERR_PROTOCOL);
    check_not_upgraded("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                       ERR_PROTOCOL);
    check_not_upgraded("GET / HTTP/1.0\r\nHost: a\r\n\r\n", ERR_UNSUPPORTED);
}

static void test_only_in_on_request(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, HELLO);
    CHECK_EQ(upgrade(&rig, rig.logs[0].x, 101), ERR_UNSUPPORTED);
    exchange_log_answer(&rig.logs[0], 426, "");
    exchange_close(rig.logs[0].x);
    server_rig_close(&rig);
}

/* h2c and everything else that a client would like: asked for in vain. */
static void test_other_protocols(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                         "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                         "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                         "Upgrade: websocket\r\n\r\n");
    CHECK_EQ(rig.requests, 2);
    CHECK(!server_rig_heard(&rig, "101"));
    CHECK(!server_rig_heard(&rig, "pgrade"));
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_upgrade), TEST(test_no_upgrade), TEST(test_only_in_on_request),
           TEST(test_other_protocols))
