/* Large bodies through a splice: everything arrives, and little of it ever waits. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/splice_rig.h"

#define TOTAL ((size_t)200 * 1024 * 1024)
#define PIECE ((size_t)60000)
/* What may wait above the mark: the piece that was on its way, and its framing. */
#define QUEUE_MAX (EXCHANGE_HIGH_WATER + 2 * 16384)

/* One raw end: writes a head and `to_send` bytes as fast as it may, counts what it gets. */
struct end {
    struct stream *stream;
    const char *head;
    size_t to_send, got;
    size_t stops_at; /* pauses when it has got so much; 0: never */
};

static struct end public, bot;
static size_t queued_max[2];
static unsigned long live_max;

static void send_more(struct end *e)
{
    static const char piece[PIECE];

    if (e->head) {
        CHECK_EQ(stream_write(e->stream, e->head, strlen(e->head)), OK);
        e->head = NULL;
    }
    while (e->to_send > 0 && stream_queued(e->stream) <= STREAM_HIGH_WATER) {
        size_t n = e->to_send < PIECE ? e->to_send : PIECE;

        CHECK_EQ(stream_write(e->stream, piece, n), OK);
        e->to_send -= n;
    }
}

static void on_open(void *owner)
{
    (void)owner;
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct end *e = owner;

    (void)data;
    e->got += len;
    if (e->stops_at > 0 && e->got >= e->stops_at)
        stream_pause(e->stream);
}

static void on_drain(void *owner)
{
    send_more(owner);
}

static void on_end(void *owner, enum err why)
{
    struct end *e = owner;

    (void)why;
    stream_close(e->stream);
}

static void on_closed(void *owner)
{
    struct end *e = owner;

    e->stream = NULL;
}

static const struct stream_events events = {on_open, on_data, on_drain, on_end, on_closed};

static void sit(struct end *e, struct stream *s)
{
    e->stream = s;
    stream_own(s, &events, e);
}

static void watch(struct splice_rig *rig, const char *event)
{
    (void)event;
    for (int i = 0; i < 2 && rig->splice; i++) {
        size_t queued = exchange_queued(rig->ends[i]);

        queued_max[i] = queued > queued_max[i] ? queued : queued_max[i];
    }
    live_max = mem_live() > live_max ? mem_live() : live_max;
}

static void open_rig(struct splice_rig *rig)
{
    queued_max[0] = queued_max[1] = 0;
    live_max = 0;
    rig->hook = watch;
    splice_rig_open(rig, 16384);
    sit(&public, rig->public_side);
    sit(&bot, rig->bot_side);
}

static void close_rig(struct splice_rig *rig)
{
    if (public.stream)
        stream_close(public.stream);
    if (bot.stream)
        stream_close(bot.stream);
    splice_rig_close(rig);
    CHECK(queued_max[0] <= QUEUE_MAX && queued_max[1] <= QUEUE_MAX);
    CHECK(live_max - rig->live < 40);
}

static void begin(struct splice_rig *rig, struct end *e, const char *head, size_t len)
{
    e->head = head;
    e->to_send = len;
    send_more(e);
    splice_rig_run(rig);
}

#define UPLOAD   "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 209715200\r\n\r\n"
#define DOWNLOAD "HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n"
#define OK_0     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static void test_upload(void)
{
    struct splice_rig rig = {0};

    public = bot = (struct end){0};
    open_rig(&rig);
    begin(&rig, &public, UPLOAD, TOTAL);
    CHECK_EQ(rig.request_bytes, TOTAL);
    CHECK(bot.got > TOTAL && bot.got < TOTAL + 200);
    CHECK_EQ(rig.dones, 0);
    begin(&rig, &bot, OK_0, 0);
    CHECK_EQ(rig.dones, 1);
    CHECK_EQ(rig.why, OK);
    CHECK_EQ(rig.idles, 1);
    close_rig(&rig);
}

static void test_download(void)
{
    struct splice_rig rig = {0};

    public = bot = (struct end){0};
    open_rig(&rig);
    begin(&rig, &public, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0);
    begin(&rig, &bot, DOWNLOAD, TOTAL);
    CHECK_EQ(rig.answer_bytes, TOTAL);
    CHECK(public.got > TOTAL && public.got < TOTAL + 200);
    CHECK_EQ(rig.dones, 1);
    CHECK_EQ(rig.why, OK);
    close_rig(&rig);
}

/* A reader who stops stops the writer, however much it has to send. */
static void check_stop(struct end *reader, struct end *writer)
{
    CHECK(reader->got < 3 * EXCHANGE_HIGH_WATER);
    CHECK(writer->to_send > TOTAL - 8 * EXCHANGE_HIGH_WATER);
}

static void test_stopped_upload(void)
{
    struct splice_rig rig = {0};

    public = bot = (struct end){0};
    bot.stops_at = 100000;
    open_rig(&rig);
    begin(&rig, &public, UPLOAD, TOTAL);
    check_stop(&bot, &public);
    CHECK(exchange_queued(rig.ends[1]) > EXCHANGE_HIGH_WATER &&
          exchange_queued(rig.ends[1]) <= QUEUE_MAX);
    bot.stops_at = 0;
    stream_resume(bot.stream);
    splice_rig_run(&rig);
    CHECK(bot.got > TOTAL);
    close_rig(&rig);
}

static void test_stopped_download(void)
{
    struct splice_rig rig = {0};

    public = bot = (struct end){0};
    public.stops_at = 100000;
    open_rig(&rig);
    begin(&rig, &public, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0);
    begin(&rig, &bot, DOWNLOAD, TOTAL);
    check_stop(&public, &bot);
    CHECK(exchange_queued(rig.ends[0]) > EXCHANGE_HIGH_WATER &&
          exchange_queued(rig.ends[0]) <= QUEUE_MAX);
    public.stops_at = 0;
    stream_resume(public.stream);
    splice_rig_run(&rig);
    CHECK(public.got > TOTAL);
    CHECK_EQ(rig.why, OK);
    close_rig(&rig);
}

static void test_both_ways(void)
{
    struct splice_rig rig = {0};

    public = bot = (struct end){0};
    open_rig(&rig);
    begin(&rig, &public, UPLOAD, TOTAL / 2);
    begin(&rig, &bot, DOWNLOAD, TOTAL / 2);
    CHECK_EQ(rig.request_bytes, TOTAL / 2);
    CHECK_EQ(rig.answer_bytes, TOTAL / 2);
    CHECK_EQ(rig.dones, 0);
    begin(&rig, &public, NULL, TOTAL / 2);
    begin(&rig, &bot, NULL, TOTAL / 2);
    CHECK_EQ(rig.request_bytes, TOTAL);
    CHECK_EQ(rig.answer_bytes, TOTAL);
    CHECK_EQ(rig.why, OK);
    CHECK_EQ(rig.idles, 1);
    close_rig(&rig);
}

CHECK_MAIN(TEST(test_upload), TEST(test_download), TEST(test_stopped_upload),
           TEST(test_stopped_download), TEST(test_both_ways))
