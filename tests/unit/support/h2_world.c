#include "unit/support/h2_world.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"

#define PIECE 16384

static void happened(struct h2_side *side, struct h2_call *call)
{
    struct h2_world *w = side->world;

    if (++w->events == w->act_at && w->act)
        w->act(w, side, call);
}

/* --- exchanges --- */

void h2_world_end(struct h2_call *call)
{
    if (!call->x || call->is_closing)
        return;
    call->is_closing = true;
    exchange_close(call->x);
}

static void close_if_done(struct h2_call *call)
{
    if (!call->side->keeps && call->is_complete && call->is_begun && call->left == 0)
        h2_world_end(call);
}

static void fill(struct h2_call *call)
{
    static const uint8_t piece[PIECE];
    enum err e = OK;

    if (call->left == 0)
        return;
    while (e == OK && call->left > 0 && exchange_queued(call->x) < EXCHANGE_HIGH_WATER) {
        size_t len = call->left < PIECE ? call->left : PIECE;

        e = exchange_send_body(call->x, piece, len);
        if (e == OK)
            call->left -= len;
    }
    if (e == OK && call->left == 0)
        e = exchange_send_end(call->x);
    if (e)
        h2_world_end(call);
}

void h2_world_answer(struct h2_call *call, size_t len)
{
    struct http_head head;

    http_head_init_response(&head, 200);
    call->left = len;
    call->is_begun = true;
    if (exchange_send_head(call->x, &head, len == 0) != OK)
        h2_world_end(call);
    else
        fill(call);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct h2_call *call = owner;

    (void)end;
    CHECK(!call->is_complete && !call->is_aborted && !call->is_closing);
    if (head->status < 200)
        call->interims++;
    call->status = head->status;
    happened(call->side, call);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct h2_call *call = owner;
    uint8_t sum = 0;

    CHECK(!call->is_complete && !call->is_aborted && !call->is_closing);
    for (size_t i = 0; i < len; i += 512)
        sum |= data[i];
    CHECK_EQ(sum, 0);
    call->received += len;
    happened(call->side, call);
}

static void on_complete(void *owner)
{
    struct h2_call *call = owner;
    struct h2_side *side = call->side;

    CHECK(!call->is_complete && !call->is_aborted && !call->is_closing);
    call->is_complete = true;
    happened(side, call);
    if (call->is_closing)
        return;
    if (side == &side->world->server && !side->is_silent)
        h2_world_answer(call, side->answer);
    close_if_done(call);
}

static void on_drain(void *owner)
{
    struct h2_call *call = owner;

    CHECK(!call->is_aborted && !call->is_closing);
    call->drains++;
    happened(call->side, call);
    if (call->is_closing)
        return;
    fill(call);
    close_if_done(call);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct h2_call *call = owner;

    CHECK(!call->is_aborted && !call->is_closing && why != OK);
    call->is_aborted = true;
    call->why = why;
    snprintf(call->detail, sizeof call->detail, "%s", detail);
    happened(call->side, call);
    if (!call->side->keeps)
        h2_world_end(call);
}

static void on_exchange_closed(void *owner)
{
    struct h2_call *call = owner;

    CHECK(call->is_closing);
    call->x = NULL;
    happened(call->side, NULL);
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_exchange_closed,
};

static struct h2_call *new_call(struct h2_side *side)
{
    CHECK(side->calls_len < H2_CALLS_MAX);
    struct h2_call *call = &side->calls[side->calls_len++];

    *call = (struct h2_call){.side = side};
    return call;
}

/* --- connections --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct h2_side *side = owner;
    struct h2_call *call = new_call(side);

    (void)end;
    CHECK(side == &side->world->server);
    call->x = x;
    snprintf(call->target, sizeof call->target, "%.*s", (int)head->target.len,
             head->target.ptr);
    exchange_own(x, &exchange_events, call);
    CHECK_STR(exchange_peer(x), "pipe");
    if (side->pauses)
        exchange_pause(x);
    happened(side, call);
}

static void on_ping_ack(void *owner, uint64_t opaque)
{
    struct h2_side *side = owner;

    CHECK_EQ(opaque, 77);
    side->pongs++;
    happened(side, NULL);
}

static void on_heard(void *owner)
{
    struct h2_side *side = owner;

    side->heard++;
}

static void on_goaway(void *owner, uint32_t code)
{
    struct h2_side *side = owner;

    (void)code;
    side->goaways++;
    happened(side, NULL);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct h2_side *side = owner;

    CHECK(side->lost == 0);
    CHECK(detail[0]);
    side->lost++;
    side->why = why;
    snprintf(side->detail, sizeof side->detail, "%s", detail);
    happened(side, NULL);
}

static void on_closed(void *owner)
{
    struct h2_side *side = owner;

    for (size_t i = 0; i < side->calls_len; i++)
        CHECK(!side->calls[i].x);
    side->conn = NULL;
    happened(side, NULL);
}

static const struct h2_conn_events conn_events = {
    .on_request = on_request,
    .on_ping_ack = on_ping_ack,
    .on_heard = on_heard,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

/* --- the world --- */

void h2_world_init(struct h2_world *w)
{
    const struct h2_options options = {
        .streams_max = 100,
        .stream_window = 256 * 1024,
        .connection_window = 1024 * 1024,
        .send_max = 512 * 1024,
    };

    *w = (struct h2_world){.client_options = options, .server_options = options};
    w->client_options.role = H2_CLIENT;
    w->server_options.role = H2_SERVER;
    w->server.answer = 3;
    w->client.world = w->server.world = w;
    clock_fake_init(&w->clock, 1700000000000);
}

static bool seat(struct h2_world *w, struct h2_side *side, struct stream *stream,
                 const struct h2_options *options)
{
    if (h2_conn_open(w->loop, stream, options, &conn_events, side, &side->conn) == OK)
        return true;
    stream_own(stream, NULL, NULL);
    stream_close(stream);
    return false;
}

bool h2_world_open(struct h2_world *w, size_t chunk)
{
    struct stream *a, *b;

    if (loop_new(&w->clock.base, &w->loop) != OK)
        return false;
    if (pipe_stream_pair(w->loop, chunk, &a, &b) != OK)
        return false;
    bool is_client = seat(w, &w->client, a, &w->client_options);
    bool is_server = seat(w, &w->server, b, &w->server_options);
    return is_client && is_server;
}

struct stream *h2_world_open_server(struct h2_world *w)
{
    struct stream *a, *b;

    CHECK_EQ(loop_new(&w->clock.base, &w->loop), OK);
    CHECK_EQ(pipe_stream_pair(w->loop, 16384, &a, &b), OK);
    CHECK(seat(w, &w->server, b, &w->server_options));
    h2_world_settle(w);
    return a;
}

void h2_world_settle(struct h2_world *w)
{
    unsigned before;
    int quiet = 0;

    for (int turns = 0; quiet < 40; turns++) {
        CHECK(turns < 2000000);
        before = w->events + w->client.heard + w->server.heard;
        loop_turn(w->loop, false);
        quiet = before == w->events + w->client.heard + w->server.heard ? quiet + 1 : 0;
    }
}

void h2_world_pass(struct h2_world *w, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        clock_fake_advance(&w->clock, 1000000);
        loop_turn(w->loop, false); /* the loop caches the time once per turn */
        deadline_run_due(w->loop);
        h2_world_settle(w);
    }
}

static void end_side(struct h2_side *side)
{
    if (side->conn)
        h2_conn_close(side->conn);
    for (size_t i = 0; i < side->calls_len; i++)
        h2_world_end(&side->calls[i]);
}

void h2_world_close(struct h2_world *w)
{
    if (w->loop) {
        w->act = NULL;
        end_side(&w->client);
        end_side(&w->server);
        h2_world_settle(w);
    }
    CHECK(!w->client.conn && !w->server.conn);
    loop_free(w->loop);
    w->loop = NULL;
    CHECK_EQ(mem_live(), 0);
}

static struct h2_call *begin(struct h2_world *w, const char *target, bool end, enum err *why)
{
    struct h2_side *side = &w->client;
    struct h2_call *call = new_call(side);
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), span_text(target));
    head.authority = SPAN("a.test");
    *why = h2_conn_request(side->conn, &head, end, &exchange_events, call, &call->x);
    if (*why) {
        side->calls_len--;
        return NULL;
    }
    if (side->pauses)
        exchange_pause(call->x);
    return call;
}

struct h2_call *h2_world_begin(struct h2_world *w, const char *target)
{
    enum err why;
    struct h2_call *call = begin(w, target, false, &why);

    CHECK(call);
    return call;
}

struct h2_call *h2_world_request(struct h2_world *w, const char *target, size_t body,
                                 enum err *why)
{
    enum err ignored;
    struct h2_call *call = begin(w, target, body == 0, why ? why : &ignored);

    if (!call)
        return NULL;
    call->left = body;
    call->is_begun = true;
    fill(call);
    return call;
}

struct h2_call *h2_world_find(struct h2_world *w, const char *target)
{
    for (size_t i = 0; i < w->server.calls_len; i++)
        if (strcmp(w->server.calls[i].target, target) == 0)
            return &w->server.calls[i];
    return NULL;
}
