/* Bodies of any size in both directions: byte for byte, in bounded memory, the first
 * mebibyte of each in the journal. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

#define MIB   ((size_t)1024 * 1024)
#define PIECE ((size_t)64 * 1024)
/* What the kernel's buffers, the windows and our own may hold together. */
#define UNDER_WAY_MAX (20 * MIB)

/* The relay's end. */
static struct {
    struct exchange *x;
    size_t sent, received;
    bool is_wrong;
    int heads, completes, aborts, closeds;
    unsigned status;
} relay;

static uint8_t byte_at(size_t i)
{
    return (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

/* --- the relay's end --- */

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner, (void)end;
    relay.heads++;
    relay.status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    for (size_t i = 0; i < len; i++)
        relay.is_wrong = relay.is_wrong || data[i] != byte_at(relay.received + i);
    relay.received += len;
}

static void on_complete(void *owner)
{
    (void)owner;
    relay.completes++;
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)owner, (void)why, (void)detail;
    relay.aborts++;
}

static void on_closed(void *owner)
{
    (void)owner;
    relay.x = NULL;
    relay.closeds++;
}

static const struct exchange_events relay_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
    .on_closed = on_closed,
};

static void begin(const char *method)
{
    struct exchange_log log = {0};

    memset(&relay, 0, sizeof relay);
    agent_rig.plain = true;
    CHECK(agent_rig_link(16384));
    CHECK_EQ(agent_rig_begin(&log, &(struct agent_rig_request){.method = method,
                                                               .target = "/x",
                                                               .unsigned_ = true}),
             OK);
    relay.x = log.x;
    exchange_log_fini(&(struct exchange_log){.text = log.text});
    exchange_own(relay.x, &relay_events, NULL);
}

/* As much of `len` bytes as the other side takes now. */
static void send_some(size_t len)
{
    static uint8_t piece[PIECE];

    while (relay.sent < len && exchange_queued(relay.x) <= EXCHANGE_HIGH_WATER) {
        size_t n = len - relay.sent < PIECE ? len - relay.sent : PIECE;
        for (size_t i = 0; i < n; i++)
            piece[i] = byte_at(relay.sent + i);
        CHECK_EQ(exchange_send_body(relay.x, piece, n), OK);
        relay.sent += n;
    }
}

static void send_all(size_t len)
{
    while (relay.sent < len) {
        send_some(len);
        if (relay.sent < len)
            loop_turn(agent_rig.loop, true);
    }
    CHECK_EQ(exchange_send_end(relay.x), OK);
}

static void finish(void)
{
    while (!relay.completes && !relay.aborts)
        loop_turn(agent_rig.loop, true);
    CHECK(!relay.is_wrong);
    exchange_close(relay.x);
    agent_rig_wait(&relay.closeds, 1);
    agent_rig_wait(&agent_rig.summaries, 1);
    agent_rig_stop();
}

static void check_body(struct span body, size_t len)
{
    CHECK_EQ(body.len, len);
    for (size_t i = 0; i < len; i++)
        CHECK((uint8_t)body.ptr[i] == byte_at(i));
}

/* --- up --- */

static void upload(size_t len)
{
    struct handler_bot_connection *c = &agent_rig.bot.connections[0];

    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    begin("PUT");
    send_all(len);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    check_body(bytes_span(&c->body), len);
    finish();
    CHECK_EQ(relay.status, 200);
    struct journal_exchange *x = agent_rig_read("last");
    check_body(journal_exchange_request_body(x), len < MIB ? len : MIB);
    CHECK_EQ(journal_exchange_row(x)->body_truncated, len > MIB);
    CHECK_EQ(journal_exchange_row(x)->status, 200);
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_upload(void)
{
    static const size_t sizes[] = {1,       16384,       MIB - 1,      MIB,
                                   MIB + 1, MIB + PIECE, 2 * MIB + 17, 6 * MIB};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        upload(sizes[i]);
}

/* A bot that does not read stops the sender; it goes on when the bot does. */
static void test_upload_to_a_slow_bot(void)
{
    agent_rig_open_bot(HANDLER_BOT_SAYS);
    agent_rig.bot.is_deaf = true;
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    begin("PUT");
    while (!agent_rig.bot.accepted) {
        send_some(48 * MIB);
        loop_turn(agent_rig.loop, true);
    }
    size_t before = 0;
    while (relay.sent != before) {
        before = relay.sent;
        for (int i = 0; i < 10; i++) {
            send_some(48 * MIB);
            agent_rig_settle();
        }
    }
    CHECK(relay.sent < UNDER_WAY_MAX);
    agent_rig.bot.is_deaf = false;
    stream_resume(agent_rig.bot.connections[0].stream);
    send_all(48 * MIB);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    check_body(bytes_span(&agent_rig.bot.connections[0].body), 48 * MIB);
    finish();
    agent_rig_end();
}

/* The bot has read enough: its answer counts, the rest is not worth sending. */
static void test_answer_before_the_end_of_the_upload(void)
{
    agent_rig_open_bot(HANDLER_BOT_SAYS);
    agent_rig.bot.at_head = true;
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    begin("PUT");
    while (!relay.completes && !relay.aborts) {
        if (relay.sent < 8 * MIB)
            send_some(relay.sent + PIECE);
        loop_turn(agent_rig.loop, true);
    }
    CHECK_EQ(relay.status, 413);
    finish();
    CHECK_EQ(agent_rig.last.status, 413);
    agent_rig_end();
}

/* --- down --- */

/* As much of `len` bytes as the agent takes now. */
static size_t answer_some(size_t from, size_t len)
{
    static uint8_t piece[PIECE];
    struct handler_bot_connection *c = &agent_rig.bot.connections[0];

    while (from < len && stream_queued(c->stream) <= STREAM_HIGH_WATER) {
        size_t n = len - from < PIECE ? len - from : PIECE;
        for (size_t i = 0; i < n; i++)
            piece[i] = byte_at(from + i);
        handler_bot_write(c, piece, n);
        CHECK(c->stream != NULL);
        from += n;
    }
    return from;
}

static void download(size_t len)
{
    char head[128];
    size_t sent = 0;

    (void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, head);
    begin("GET");
    CHECK_EQ(exchange_send_end(relay.x), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    while (sent < len) {
        sent = answer_some(sent, len);
        if (sent < len)
            loop_turn(agent_rig.loop, true);
    }
    finish();
    CHECK_EQ(relay.received, len);
    struct journal_exchange *x = agent_rig_read("last");
    check_body(journal_exchange_answer_body(x), len < MIB ? len : MIB);
    CHECK_EQ(journal_exchange_row(x)->answer_truncated, len > MIB);
    CHECK_EQ(journal_exchange_row(x)->error.len, 0);
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_download(void)
{
    static const size_t sizes[] = {0, 1, MIB, MIB + 1, 6 * MIB};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        download(sizes[i]);
}

static void test_download_to_a_slow_relay(void)
{
    size_t sent = 0, before = 1;

    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 50331648\r\n\r\n");
    begin("GET");
    exchange_pause(relay.x);
    CHECK_EQ(exchange_send_end(relay.x), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    while (sent != before) {
        before = sent;
        for (int i = 0; i < 10; i++) {
            sent = answer_some(sent, 48 * MIB);
            agent_rig_settle();
        }
    }
    CHECK(sent < UNDER_WAY_MAX);
    exchange_resume(relay.x);
    while (sent < 48 * MIB) {
        sent = answer_some(sent, 48 * MIB);
        loop_turn(agent_rig.loop, true);
    }
    finish();
    CHECK_EQ(relay.received, 48 * MIB);
    agent_rig_end();
}

CHECK_MAIN(TEST(test_upload), TEST(test_upload_to_a_slow_bot),
           TEST(test_answer_before_the_end_of_the_upload), TEST(test_download),
           TEST(test_download_to_a_slow_relay))
