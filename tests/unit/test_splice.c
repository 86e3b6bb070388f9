/* Two exchanges back to back, over HTTP/1 on both sides. */
#include "base/container.h"
#include "check.h"
#include "net/pipe_stream.h"
#include "unit/support/exchange_log.h"
#include "unit/support/splice_rig.h"

#define REQUEST                                                                                \
    "POST /x HTTP/1.1\r\nHost: a\r\nX-Line-Signature: s\r\nContent-Length: 5\r\n\r\nhello"
#define FORWARDED                                                                              \
    "POST /x HTTP/1.1\r\nHost: a\r\nX-Line-Signature: s\r\nContent-Length: 5\r\n"              \
    "Connection: keep-alive\r\n\r\nhello"
#define ANSWER "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\n\r\nhi"
#define PASSED                                                                                 \
    "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi"

static struct net_peer public, bot;

static void open_rig(struct splice_rig *rig, size_t chunk)
{
    splice_rig_open(rig, chunk);
    net_peer_sit(&public, rig->loop, rig->public_side);
    net_peer_sit(&bot, rig->loop, rig->bot_side);
}

static void close_rig(struct splice_rig *rig)
{
    net_peer_close(&public);
    net_peer_close(&bot);
    splice_rig_close(rig);
    CHECK_EQ(rig->starts, rig->dones);
    net_peer_fini(&public);
    net_peer_fini(&bot);
}

static void say(struct splice_rig *rig, struct net_peer *peer, const char *text)
{
    net_peer_say(peer, text);
    splice_rig_run(rig);
}

static void check_got(struct net_peer *peer, const char *want)
{
    CHECK_EQ(peer->got_len, strlen(want));
    CHECK_MEM(peer->got, want, strlen(want));
    peer->got_len = 0;
}

static bool got(struct net_peer *peer, const char *part)
{
    return span_find_span(span_of(peer->got, peer->got_len), span_text(part)) < peer->got_len;
}

static void test_there_and_back(void)
{
    static const size_t chunks[] = {1, 7, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct splice_rig rig = {0};

        open_rig(&rig, chunks[i]);
        for (int n = 1; n <= 3; n++) {
            say(&rig, &public, REQUEST);
            check_got(&bot, FORWARDED);
            CHECK_EQ(rig.dones, n - 1);
            say(&rig, &bot, ANSWER);
            check_got(&public, PASSED);
            CHECK_EQ(rig.dones, n);
            CHECK_EQ(rig.why, OK);
            CHECK_EQ(rig.idles, n); /* both connections go on */
        }
        CHECK_EQ(rig.request_bytes, 15);
        CHECK_EQ(rig.answer_bytes, 6);
        close_rig(&rig);
    }
}

/* Each event of a stream of events leaves at once. */
static void test_events_pass_unbuffered(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    say(&rig, &bot, "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n");
    check_got(&public, "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n"
                       "Connection: keep-alive\r\n\r\n");
    for (int i = 0; i < 3; i++) {
        say(&rig, &bot, "9\r\ndata: 1\n\n\r\n");
        check_got(&public, "9\r\ndata: 1\n\n\r\n");
    }
    say(&rig, &bot, "0\r\n\r\n");
    check_got(&public, "0\r\n\r\n");
    CHECK_EQ(rig.why, OK);
    close_rig(&rig);
}

static bool keep_102_back(struct splice_rig *rig, struct http_head *head)
{
    (void)rig;
    http_head_remove(head, "x-secret");
    CHECK_EQ(http_head_add(head, SPAN("X-Added"), SPAN("y")), OK);
    return head->status != 102 && head->status != 200; /* no final head is kept back */
}

static void test_heads_are_edited(void)
{
    struct splice_rig rig = {.on_answer = keep_102_back};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    say(&rig, &bot, "HTTP/1.1 102 Processing\r\n\r\n");
    check_got(&public, "");
    say(&rig, &bot, "HTTP/1.1 103 Early Hints\r\nX-Secret: z\r\n\r\n");
    check_got(&public, "HTTP/1.1 103 Early Hints\r\nX-Added: y\r\n\r\n");
    say(&rig, &bot, "HTTP/1.1 200 OK\r\nDate: d\r\nX-Secret: z\r\nContent-Length: 0\r\n\r\n");
    check_got(&public, "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 0\r\nX-Added: y\r\n"
                       "Connection: keep-alive\r\n\r\n");
    close_rig(&rig);
}

/* --- what goes wrong --- */

static void test_bot_leaves_before_the_head(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    stream_close(bot.stream);
    splice_rig_run(&rig);
    CHECK_EQ(rig.why, ERR_EOF);
    CHECK_STR(rig.detail, "the connection ended before the answer began");
    CHECK(rig.handed_over);
    CHECK(got(&public, "HTTP/1.1 502 Bad Gateway\r\n"));
    CHECK_EQ(public.ended, 0); /* this connection may go on */
    close_rig(&rig);
}

static void test_bot_leaves_in_the_body(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    say(&rig, &bot, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    stream_close(bot.stream);
    splice_rig_run(&rig);
    CHECK_EQ(rig.why, ERR_EOF);
    CHECK(!rig.handed_over);
    CHECK_EQ(public.end, ERR_IO); /* nobody can take this for the whole */
    close_rig(&rig);
}

static void test_bot_talks_nonsense(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    say(&rig, &bot, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi");
    CHECK_EQ(rig.why, ERR_PROTOCOL);
    CHECK(rig.handed_over);
    CHECK(got(&public, "HTTP/1.1 502 "));
    close_rig(&rig);
}

static void test_public_client_leaves(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    stream_close(public.stream);
    splice_rig_run(&rig);
    CHECK_EQ(rig.why, ERR_EOF);
    CHECK(!rig.handed_over);
    CHECK_EQ(bot.ended, 1);
    close_rig(&rig);
}

static void test_abort(void)
{
    for (int begun = 0; begun < 2; begun++) {
        struct splice_rig rig = {0};

        open_rig(&rig, 16384);
        say(&rig, &public, REQUEST);
        if (begun)
            say(&rig, &bot, "HTTP/1.1 200 OK\r\n\r\nhe");
        splice_abort(rig.splice, ERR_TIMEOUT, "too slow");
        CHECK_EQ(rig.dones, 0); /* not from inside the call */
        splice_rig_run(&rig);
        CHECK_EQ(rig.why, ERR_TIMEOUT);
        CHECK_STR(rig.detail, "too slow");
        CHECK_EQ(rig.handed_over, !begun);
        CHECK_EQ(bot.ended, 1);
        close_rig(&rig);
    }
}

static void test_cancel(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, REQUEST);
    splice_cancel(rig.splice);
    splice_cancel(rig.splice);
    rig.splice = NULL;
    splice_rig_run(&rig);
    CHECK_EQ(rig.dones, 0);
    CHECK_EQ(public.ended + bot.ended, 2);
    rig.dones++;
    close_rig(&rig);
}

static void test_early_answer(void)
{
    struct splice_rig rig = {0};

    open_rig(&rig, 16384);
    say(&rig, &public, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    say(&rig, &bot, "HTTP/1.1 403 Forbidden\r\nDate: d\r\nContent-Length: 0\r\n\r\n");
    CHECK_EQ(rig.why, OK);
    check_got(&public, "HTTP/1.1 403 Forbidden\r\nDate: d\r\nContent-Length: 0\r\n"
                       "Connection: keep-alive\r\n\r\n");
    CHECK_EQ(bot.ended, 1); /* it could take what follows for a body */
    CHECK_EQ(public.ended, 0);
    close_rig(&rig);
}

/* --- beginning in the middle --- */

struct middle {
    struct exchange_log log;
    struct splice_rig *rig;
    struct h1_server_conn *server;
};

static bool on_answer(void *owner, struct http_head *head)
{
    (void)owner;
    (void)head;
    return true;
}

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    struct splice_rig *rig = owner;

    (void)detail;
    CHECK(!server);
    rig->dones++;
    rig->why = why;
}

static const struct splice_events bare_events = {.on_answer = on_answer, .on_done = on_done};

/* A webhook: its body is read whole before there is anybody to send it to. */
static void on_read(struct exchange_log *log, enum exchange_event event)
{
    struct splice_rig *rig = log->context;
    struct exchange *x = log->x, *client;
    struct http_head head;
    struct splice *s;

    if (event != EXCHANGE_COMPLETE)
        return;
    log->x = NULL; /* the splice owns it from now on */
    http_head_init_request(&head, SPAN("POST"), SPAN("/x"));
    head.authority = SPAN("a");
    CHECK_EQ(h1_client_conn_request(rig->client, &head, false, NULL, NULL, &client), OK);
    CHECK_EQ(exchange_send_body(client, "hello", 5), OK);
    if (rig->action)
        CHECK_EQ(exchange_send_end(client), OK);
    CHECK_EQ(splice_start(rig->loop, x, client, &bare_events, rig, &s), OK);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct middle *m = owner;

    (void)head;
    (void)end;
    m->log.hook = on_read;
    m->log.context = m->rig;
    exchange_log_own(&m->log, x);
}

static void on_closed(void *owner)
{
    struct middle *m = owner;

    m->server = NULL;
}

static const struct http_server_conn_events middle_events = {on_request, on_closed};

static void test_begin_in_the_middle(void)
{
    for (int sent = 0; sent < 2; sent++) {
        struct splice_rig rig = {.action = sent};
        struct middle m = {.rig = &rig};
        struct net_peer late = {0};
        struct stream *a, *b;

        open_rig(&rig, 16384);
        exchange_log_init(&m.log);
        CHECK_EQ(pipe_stream_pair(rig.loop, 100, &a, &b), OK);
        net_peer_sit(&late, rig.loop, a);
        CHECK_EQ(h1_server_conn_open(rig.loop, b, "https", &middle_events, &m, &m.server), OK);
        splice_rig_run(&rig);
        say(&rig, &late, REQUEST);
        check_got(&bot, "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        "Connection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        say(&rig, &bot, ANSWER);
        check_got(&late, PASSED);
        CHECK_EQ(rig.dones, 1);
        CHECK_EQ(rig.why, OK);
        net_peer_close(&late);
        splice_rig_run(&rig);
        net_peer_fini(&late);
        exchange_log_fini(&m.log);
        rig.starts++;
        close_rig(&rig);
    }
}

CHECK_MAIN(TEST(test_there_and_back), TEST(test_events_pass_unbuffered),
           TEST(test_heads_are_edited), TEST(test_bot_leaves_before_the_head),
           TEST(test_bot_leaves_in_the_body), TEST(test_bot_talks_nonsense),
           TEST(test_public_client_leaves), TEST(test_abort), TEST(test_cancel),
           TEST(test_early_answer), TEST(test_begin_in_the_middle))
