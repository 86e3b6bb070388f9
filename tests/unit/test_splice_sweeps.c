/* A splice when anything may fail or end at any moment: every allocation, every event. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/splice_rig.h"

#define REQUEST                                                                                \
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
#define ANSWER                                                                                 \
    "HTTP/1.1 103 Early Hints\r\n\r\n"                                                         \
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\nyou\r\n0\r\n\r\n"

enum action {
    CANCEL,
    ABORT,
    SERVER_CLOSE,
    SERVER_SHUTDOWN,
    CLIENT_CLOSE,
    PUBLIC_CLOSE,
    PUBLIC_RESET,
    BOT_CLOSE,
    BOT_FINISH,
    ACTIONS,
};

static struct stream *public, *bot;
static size_t public_got, bot_got;

static void ignore(void *owner)
{
    (void)owner;
}

static void on_public_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    public_got += len;
}

/* Says the answer to the first bytes that it hears. */
static void on_bot_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    if (bot_got == 0 && stream_write(bot, ANSWER, strlen(ANSWER)) != OK)
        stream_close(bot);
    bot_got += len;
}

static void on_public_end(void *owner, enum err why)
{
    (void)owner;
    (void)why;
    stream_close(public);
}

static void on_bot_end(void *owner, enum err why)
{
    (void)owner;
    (void)why;
    stream_close(bot);
}

static void on_public_closed(void *owner)
{
    (void)owner;
    public = NULL;
}

static void on_bot_closed(void *owner)
{
    (void)owner;
    bot = NULL;
}

static const struct stream_events public_events = {ignore, on_public_data, ignore,
                                                   on_public_end, on_public_closed};
static const struct stream_events bot_events = {ignore, on_bot_data, ignore, on_bot_end,
                                                on_bot_closed};

static void act_on_streams(enum action action)
{
    if (action == PUBLIC_CLOSE && public)
        stream_close(public);
    else if (action == PUBLIC_RESET && public)
        stream_reset(public);
    else if (action == BOT_CLOSE && bot)
        stream_close(bot);
    else if (action == BOT_FINISH && bot)
        stream_finish(bot);
}

static void on_event(struct splice_rig *rig, const char *event)
{
    bool is_done = strcmp(event, "done") == 0;

    if (rig->events != rig->act_at)
        return;
    if (rig->action == CANCEL && !is_done) {
        splice_cancel(rig->splice);
        rig->splice = NULL;
        rig->starts--; /* no on_done comes */
    } else if (rig->action == ABORT && !is_done) {
        splice_abort(rig->splice, ERR_TIMEOUT, "sweep");
    } else if (rig->action == SERVER_CLOSE && rig->server) {
        h1_server_conn_close(rig->server);
    } else if (rig->action == SERVER_SHUTDOWN && rig->server) {
        h1_server_conn_shutdown(rig->server);
    } else if (rig->action == CLIENT_CLOSE && rig->client) {
        h1_client_conn_close(rig->client);
    } else {
        act_on_streams((enum action)rig->action);
    }
}

static void play(struct splice_rig *rig, size_t chunk, unsigned long fail_at)
{
    public_got = bot_got = 0;
    rig->hook = on_event;
    splice_rig_open(rig, chunk);
    public = rig->public_side;
    bot = rig->bot_side;
    stream_own(public, &public_events, NULL);
    stream_own(bot, &bot_events, NULL);
    CHECK_EQ(stream_write(public, REQUEST, strlen(REQUEST)), OK);
    mem_fail_at(fail_at);
    splice_rig_run(rig);
    mem_fail_at(0);
    if (public)
        stream_close(public);
    if (bot)
        stream_close(bot);
    splice_rig_run(rig);
    splice_rig_close(rig);
    CHECK_EQ(rig->dones, rig->starts);
    CHECK(!public && !bot);
}

static void do_everything_at(int at, size_t chunk)
{
    for (int action = 0; action < ACTIONS; action++) {
        struct splice_rig s = {.act_at = at, .action = action};

        play(&s, chunk, 0);
    }
}

static void test_everything_in_every_event(void)
{
    static const size_t chunks[] = {1, 60, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct splice_rig whole = {.act_at = -1};

        play(&whole, chunks[i], 0);
        CHECK_EQ(whole.why, OK);
        CHECK_EQ(whole.dones, 1);
        for (int at = 1; at <= whole.events; at++)
            do_everything_at(at, chunks[i]);
    }
}

static void test_every_allocation_fails(void)
{
    static const size_t chunks[] = {7, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        int incomplete = 0, complete = 0;

        for (unsigned long n = 1; complete < 20; n++) {
            struct splice_rig rig = {.act_at = -1};

            play(&rig, chunks[i], n);
            if (rig.dones == 1 && rig.why == OK && rig.answer_bytes == 5)
                complete++;
            else
                incomplete++, complete = 0;
        }
        CHECK(incomplete >= 5);
    }
}

CHECK_MAIN(TEST(test_everything_in_every_event), TEST(test_every_allocation_fails))
