#include "relay-client/inspector/stream/feed_call.h"

#include "codec/json/json_writer.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/stream/feed_stream.h"

#include "base/container.h"

#define WINDOW_MS 1000u
#define JSON_MAX  ((size_t)64 * 1024)

static size_t count_chats(struct span chats)
{
    size_t count = 0;

    for (size_t at = 0; at < chats.len; at += span_text(chats.ptr + at).len + 1)
        count++;
    return count;
}

static void chats_member(struct json_writer *w, struct span chats)
{
    json_writer_key(w, "chats");
    json_writer_array(w);
    if (count_chats(chats) > FEED_CALL_CHATS)
        json_writer_text(w, "*");
    else
        for (size_t at = 0; at < chats.len; at += span_text(chats.ptr + at).len + 1)
            json_writer_text(w, chats.ptr + at);
    json_writer_array_end(w);
}

/* What was not told is asked for again. */
static void miss(struct feed_hub *h)
{
    for (struct list_node *n = list_first(&h->streams); n; n = list_next(&h->streams, n))
        CONTAINER_OF(n, struct feed_stream, in_hub)->has_missed = true;
    feed_hub_wake(h);
}

static void on_calls_due(struct deadline *d)
{
    miss(CONTAINER_OF(d, struct feed_hub, calls_due));
}

/* Once in a second, however many there are. */
static void miss_later(struct feed_hub *h)
{
    if (deadline_is_set(&h->calls_due))
        return;
    if (deadline_set(h->inspector->loop, &h->calls_due, WINDOW_MS, on_calls_due) != OK)
        miss(h);
}

static bool has_room(struct feed_hub *h)
{
    uint64_t now_ms = loop_now_ms(h->inspector->loop);

    if (now_ms - h->calls_window_ms >= WINDOW_MS) {
        h->calls_window_ms = now_ms;
        h->calls_len = 0;
    }
    return h->calls_len++ < FEED_CALL_MAX;
}

void feed_call_tell(struct feed_hub *h, const struct journal_news_call *news)
{
    struct json_writer w;
    struct bytes json;

    if (h->streams_len == 0)
        return;
    if (!has_room(h)) {
        miss_later(h);
        return;
    }
    bytes_init(&json, JSON_MAX);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    exchange_json_member_id(&w, "id", news->id);
    exchange_json_member_id(&w, "exchange", news->exchange);
    chats_member(&w, news->chats);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        feed_hub_publish(h, "call", bytes_span(&json));
    else
        miss_later(h);
    bytes_fini(&json);
}
