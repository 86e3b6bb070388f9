/* 1. the journal says what has changed; a note is taken, and the tick set
 * 2. at the tick, pages with the same filter that are equally far become one batch
 * 3. the batch is read on the reader's thread, and sent to those pages that still are there
 * What can go wrong:
 *   - too much changes: above FEED_STREAM_ROWS in a second a page only hears how much
 *   - a page does not read, or the batch cannot be read: the same, once it can
 *   - a page comes back too late, or from another run: `reset` */
#include "relay-client/inspector/stream/feed_hub.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/exchanges/exchange_list.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/stream/feed_batch.h"
#include "relay-client/inspector/stream/feed_call.h"
#include "relay-client/inspector/stream/feed_gap.h"
#include "relay-client/inspector/stream/feed_stream.h"
#include "relay-client/journal/journal_watch.h"
#include "relay-client/journal/query/journal_query.h"

#include <inttypes.h>
#include <stdio.h>

#define WINDOW_MS 1000u

static struct feed_stream *stream_of(struct list_node *n)
{
    return CONTAINER_OF(n, struct feed_stream, in_hub);
}

static void on_tick(struct deadline *d);

bool feed_hub_has_streams(const struct feed_hub *h)
{
    return h->streams_len > 0;
}

void feed_hub_wake(struct feed_hub *h)
{
    struct loop *l = h->inspector->loop;

    if (h->is_closed || h->streams_len == 0 || deadline_is_set(&h->tick))
        return;
    if (deadline_set(l, &h->tick, FEED_HUB_PAUSE_MS, on_tick) != OK)
        return; /* the next change, or the heartbeat, tries again */
}

/* --- step 3 --- */

static void send_batch(struct feed_stream *s, const struct feed_batch *b)
{
    struct span events = bytes_span(&b->events);
    char id[64];
    int len = snprintf(id, sizeof id, "id: %s-%" PRIu64 "\n", s->hub->run, b->upto);

    s->seq = b->upto;
    feed_stream_send(s, span_slice(events, 0, b->last_at));
    feed_stream_send(s, span_of(id, (size_t)len));
    feed_stream_send(s, span_slice(events, b->last_at, events.len));
}

static void finish_batch(struct feed_batch *b, enum err rc)
{
    struct feed_hub *h = b->hub;

    for (struct list_node *n = list_first(&h->streams); n; n = list_next(&h->streams, n)) {
        struct feed_stream *s = stream_of(n);
        if (s->batch != b)
            continue;
        s->batch = NULL;
        if (rc == OK && feed_stream_may_send(s))
            send_batch(s, b);
        else if (rc != OK && rc != ERR_BUSY && feed_stream_may_send(s))
            feed_stream_more(s, b->ids_len);
    }
    feed_batch_free(b);
    feed_hub_wake(h);
}

/* --- step 2 --- */

struct making {
    struct feed_hub *hub;
    struct list batches;
    uint64_t now_ms;
    uint64_t seq; /* what `ids` are behind of; UINT64_MAX: of nothing yet */
    size_t ids_len;
    uint64_t ids[FEED_RING_LEN];
};

static struct feed_batch *find_batch(struct making *m, const struct feed_stream *s)
{
    for (struct list_node *n = list_first(&m->batches); n; n = list_next(&m->batches, n)) {
        struct feed_batch *b = CONTAINER_OF(n, struct feed_batch, in_making);
        if (b->from == s->seq && strcmp(b->filter, s->filter) == 0)
            return b;
    }
    struct feed_batch *b = feed_batch_new(m->hub, s->filter);
    if (!b)
        return NULL;
    b->from = s->seq;
    b->upto = m->hub->ring.head;
    b->ids_len = m->ids_len;
    memcpy(b->ids, m->ids, m->ids_len * sizeof *m->ids);
    list_append(&m->batches, &b->in_making);
    return b;
}

/* How many exchanges have changed for this page; m->ids are those, if they are known. */
static uint64_t count_news(struct making *m, const struct feed_stream *s)
{
    const struct feed_ring *ring = &m->hub->ring;

    if (!feed_ring_knows(ring, s->seq))
        return ring->head - s->seq;
    if (m->seq != s->seq)
        m->ids_len = feed_ring_since(ring, s->seq, m->ids);
    m->seq = s->seq;
    return m->ids_len;
}

/* False: it has to wait for the next tick. */
static bool serve(struct making *m, struct feed_stream *s)
{
    uint64_t n = count_news(m, s);

    if (m->now_ms - s->window_ms >= WINDOW_MS) {
        s->window_ms = m->now_ms;
        s->rows = 0;
    }
    if (s->has_missed || (n > FEED_STREAM_ROWS && s->rows == 0)) {
        feed_stream_more(s, n);
        s->rows = FEED_STREAM_ROWS;
        return true;
    }
    if (n > FEED_STREAM_ROWS - s->rows)
        return false;
    struct feed_batch *b = find_batch(m, s);
    if (!b)
        return false;
    s->batch = b;
    s->rows += n;
    return true;
}

static void start_batches(struct making *m)
{
    for (struct list_node *n = list_first(&m->batches), *next; n; n = next) {
        struct feed_batch *b = CONTAINER_OF(n, struct feed_batch, in_making);
        next = list_next(&m->batches, n);
        enum err rc = feed_batch_start(b, finish_batch);
        if (rc != OK)
            finish_batch(b, rc);
    }
}

static void sweep_broken(struct feed_hub *h)
{
    for (struct list_node *n = list_first(&h->streams), *next; n; n = next) {
        next = list_next(&h->streams, n);
        if (stream_of(n)->is_broken)
            feed_stream_close(stream_of(n));
    }
}

static void on_tick(struct deadline *d)
{
    struct feed_hub *h = CONTAINER_OF(d, struct feed_hub, tick);
    struct making m = {.hub = h, .seq = UINT64_MAX, .now_ms = loop_now_ms(h->inspector->loop)};
    bool is_waiting = false;

    list_init(&m.batches);
    sweep_broken(h);
    for (struct list_node *n = list_first(&h->streams); n; n = list_next(&h->streams, n)) {
        struct feed_stream *s = stream_of(n);
        bool has_news = s->seq != h->ring.head || s->has_missed;
        if (has_news && !s->batch && feed_stream_may_send(s) && !serve(&m, s))
            is_waiting = true;
    }
    start_batches(&m);
    if (is_waiting)
        feed_hub_wake(h);
}

/* --- step 1 --- */

static void on_changed(void *owner, const uint64_t *ids, size_t len)
{
    struct inspector *i = owner;

    for (size_t at = 0; at < len; at++)
        feed_ring_add(&i->feed.ring, ids[at]);
    feed_hub_wake(&i->feed);
    inspector_status_changed(&i->board);
}

static void on_call(void *owner, const struct journal_news_call *news)
{
    struct inspector *i = owner;

    feed_call_tell(&i->feed, news);
}

static void on_gap(void *owner)
{
    feed_gap_tell(owner);
}

/* --- heartbeat, and events for everybody --- */

static void on_beat(struct deadline *d)
{
    struct feed_hub *h = CONTAINER_OF(d, struct feed_hub, beat);

    for (struct list_node *n = list_first(&h->streams); n; n = list_next(&h->streams, n))
        if (feed_stream_may_send(stream_of(n)))
            feed_stream_send(stream_of(n), SPAN(": \n\n"));
    feed_hub_wake(h);
    if (h->streams_len == 0)
        return;
    enum err rc = deadline_set(h->inspector->loop, d, FEED_HUB_BEAT_MS, on_beat);
    (void)rc; /* one that has been set needs no memory */
}

void feed_hub_publish(struct feed_hub *h, const char *type, struct span json)
{
    for (struct list_node *n = list_first(&h->streams); n; n = list_next(&h->streams, n)) {
        struct feed_stream *s = stream_of(n);
        if (feed_stream_may_send(s))
            feed_stream_event(s, type, json, false);
        else
            s->has_missed = true;
    }
}

/* --- life --- */

void feed_hub_init(struct feed_hub *h, struct inspector *i)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t run[(FEED_HUB_RUN - 1) / 2];

    h->inspector = i;
    list_init(&h->streams);
    random_fill(i->options.random, run, sizeof run);
    for (size_t at = 0; at < sizeof run; at++) {
        h->run[2 * at] = digits[run[at] >> 4];
        h->run[2 * at + 1] = digits[run[at] & 15];
    }
    const struct journal_watcher watcher = {
        .on_changed = on_changed, .on_gap = on_gap, .on_call = on_call, .owner = i};
    journal_watch(i->options.journal, &watcher);
}

void feed_hub_close(struct feed_hub *h)
{
    struct list_node *n;

    h->is_closed = true;
    deadline_clear(h->inspector->loop, &h->tick);
    deadline_clear(h->inspector->loop, &h->beat);
    deadline_clear(h->inspector->loop, &h->calls_due);
    while ((n = list_first(&h->streams)) != NULL)
        feed_stream_close(stream_of(n));
}

/* --- a page comes --- */

/* "RUN-17", of this run, and not too long ago. */
static bool parse_id(const struct feed_hub *h, struct span id, uint64_t *out)
{
    size_t len = strlen(h->run);

    return id.len > len + 1 && span_is(span_slice(id, 0, len), span_text(h->run)) &&
           id.ptr[len] == '-' && span_parse_u64(span_slice(id, len + 1, id.len), out) &&
           feed_ring_knows(&h->ring, *out);
}

static struct span last_id(const struct inspector_request *r)
{
    struct span id = http_head_value(inspector_request_head(r), "last-event-id");
    const char *after = inspector_param(inspector_request_params(r), "after");

    return id.len > 0 ? id : span_text(after);
}

static void welcome(struct feed_hub *h, struct feed_stream *s, struct span id)
{
    char text[80];

    s->seq = h->ring.head;
    bool is_known = id.len == 0 || parse_id(h, id, &s->seq);
    int len =
        snprintf(text, sizeof text, "retry: 1000\nid: %s-%" PRIu64 "\n\n", h->run, s->seq);
    feed_stream_send(s, span_of(text, (size_t)len));
    if (!is_known)
        feed_stream_event(s, "reset", SPAN("{}"), true);
    if (!deadline_is_set(&h->beat) &&
        deadline_set(h->inspector->loop, &h->beat, FEED_HUB_BEAT_MS, on_beat) != OK)
        s->is_broken = true; /* nobody would notice that it is gone */
    feed_hub_wake(h);
    inspector_status_changed(&h->inspector->board);
}

/* False: the reply says where it is wrong. */
static bool check_filter(struct inspector_request *r)
{
    struct inspector_reading reading = {
        .facts = inspector_facts_of(inspector_request_owner(r)),
        .params = inspector_request_params(r),
        .reply = inspector_request_prepare(r),
    };
    struct journal_query *query = NULL;
    enum err rc = exchange_list_query(&reading, &query);

    if (rc != OK && rc != ERR_SYNTAX)
        inspector_reply_error(reading.reply, rc, NULL);
    journal_query_free(query);
    return rc == OK;
}

static bool check(struct inspector_request *r)
{
    struct feed_hub *h = &inspector_request_owner(r)->feed;
    struct inspector_reply *reply = inspector_request_prepare(r);

    if (h->is_closed)
        inspector_reply_problem(reply, 503, "busy", "hookline is stopping");
    else if (h->streams_len >= FEED_HUB_STREAMS)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u pages are open already; close one of them",
                                FEED_HUB_STREAMS);
    else if (span_is(inspector_request_head(r)->method, SPAN("HEAD")))
        reply->type = "text/event-stream";
    else
        return check_filter(r);
    return false;
}

void feed_hub_open(struct inspector_request *r)
{
    struct feed_hub *h = &inspector_request_owner(r)->feed;
    const char *filter = inspector_param(inspector_request_params(r), "q");
    struct feed_stream *s;

    if (!check(r)) {
        inspector_request_reply(r);
        return;
    }
    struct span id = last_id(r);
    char copy[64];
    id = span_slice(id, 0, sizeof copy);
    if (id.len > 0)
        memcpy(copy, id.ptr, id.len);
    id.ptr = copy;
    inspector_hold(h->inspector);
    char *text = mem_text(filter ? filter : "", filter ? strlen(filter) : 0);
    struct exchange *x = inspector_request_take(r);
    if (!text)
        exchange_let_go(x);
    else if (feed_stream_open(h, x, text, &s) == OK)
        welcome(h, s, id);
    mem_free(text);
    inspector_release(h->inspector);
}
