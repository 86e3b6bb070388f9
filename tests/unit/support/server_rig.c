#include "unit/support/server_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "unit/check.h"

void server_rig_echo(struct exchange_log *log, enum exchange_event event)
{
    char body[4096] = "";

    if (event == EXCHANGE_COMPLETE) {
        CHECK(bytes_len(&log->text) < sizeof body);
        memcpy(body, bytes_peek(&log->text), bytes_len(&log->text));
        exchange_log_answer(log, 200, body);
    }
    if (event == EXCHANGE_COMPLETE || event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void note_head(struct server_rig *rig, const struct http_head *head)
{
    size_t len = strlen(rig->heads);

    (void)snprintf(rig->heads + len, sizeof rig->heads - len, "%.*s %.*s %.*s|",
                   (int)head->method.len, head->method.ptr, (int)head->authority.len,
                   head->authority.ptr, (int)head->target.len, head->target.ptr);
    CHECK(span_is(head->scheme, SPAN("https")));
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct server_rig *rig = owner;
    struct exchange_log *log = &rig->logs[rig->requests % SERVER_RIG_LOGS];

    CHECK(!rig->closed && !log->x);
    rig->requests++;
    bytes_fini(&log->text);
    exchange_log_init(log);
    log->hook = rig->hook ? rig->hook : server_rig_echo;
    log->context = rig;
    note_head(rig, head);
    exchange_log_own(log, x);
    if (rig->on_request)
        rig->on_request(rig, log, head, end);
}

static void on_closed(void *owner)
{
    struct server_rig *rig = owner;

    for (size_t i = 0; i < SERVER_RIG_LOGS; i++)
        CHECK(!rig->logs[i].x); /* exchanges first */
    rig->closed++;
    rig->conn = NULL;
}

static const struct http_server_conn_events events = {on_request, on_closed};

static struct stream *open_pipe(struct server_rig *rig, size_t chunk)
{
    struct stream *a, *b;

    rig->live = mem_live();
    clock_fake_init(&rig->clock, 784111777000); /* RFC 9110's example of a date */
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    CHECK_EQ(pipe_stream_pair(rig->loop, chunk, &a, &b), OK);
    net_peer_sit(&rig->client, rig->loop, a);
    return b;
}

static void open_conn(struct server_rig *rig, struct stream *s)
{
    CHECK_EQ(h1_server_conn_open(rig->loop, s, "https", &events, rig, &rig->conn), OK);
    server_rig_run(rig);
}

void server_rig_open(struct server_rig *rig, size_t chunk)
{
    *rig = (struct server_rig){.on_request = rig->on_request, .hook = rig->hook};
    open_conn(rig, open_pipe(rig, chunk));
}

void server_rig_open_faulty(struct server_rig *rig, size_t chunk)
{
    struct stream *s;

    *rig = (struct server_rig){.on_request = rig->on_request, .hook = rig->hook};
    rig->lower = open_pipe(rig, chunk);
    CHECK_EQ(fault_stream_wrap(rig->loop, rig->lower, &rig->faults, &s), OK);
    open_conn(rig, s);
}

/* With a fake clock the loop has nothing to wait for but deferred work. */
void server_rig_run(struct server_rig *rig)
{
    loop_run(rig->loop);
}

void server_rig_advance(struct server_rig *rig, uint64_t ms)
{
    clock_fake_advance(&rig->clock, ms * 1000);
    deadline_run_due(rig->loop);
    server_rig_run(rig);
}

void server_rig_say(struct server_rig *rig, const char *text)
{
    net_peer_say(&rig->client, text);
    server_rig_run(rig);
}

static void take_out(char *text, const char *from, const char *until)
{
    char *at = strstr(text, from);

    while (at) {
        char *end = strstr(at, until);
        CHECK(end != NULL);
        memmove(at, end + strlen(until), strlen(end + strlen(until)) + 1);
        at = strstr(at, from);
    }
}

static char *received(struct server_rig *rig)
{
    char *text = calloc(1, rig->client.got_len + 1);

    CHECK(text != NULL);
    if (rig->client.got_len > 0)
        memcpy(text, rig->client.got, rig->client.got_len);
    return text;
}

void server_rig_forget(struct server_rig *rig)
{
    rig->client.got_len = 0;
}

void server_rig_check(struct server_rig *rig, const char *want)
{
    char *text = received(rig);

    take_out(text, "Date: ", "\r\n");
    CHECK_STR(text, want);
    free(text);
    server_rig_forget(rig);
}

bool server_rig_heard(struct server_rig *rig, const char *part)
{
    char *text = received(rig);
    bool heard = strstr(text, part) != NULL;

    free(text);
    return heard;
}

void server_rig_close(struct server_rig *rig)
{
    net_peer_close(&rig->client);
    server_rig_run(rig);
    for (size_t i = 0; i < SERVER_RIG_LOGS; i++) {
        if (rig->logs[i].x)
            exchange_close(rig->logs[i].x);
        server_rig_run(rig);
        exchange_log_fini(&rig->logs[i]);
    }
    if (rig->conn) {
        h1_server_conn_close(rig->conn);
        server_rig_run(rig);
    }
    CHECK_EQ(rig->closed, 1);
    net_peer_fini(&rig->client);
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}
