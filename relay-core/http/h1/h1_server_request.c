/* What the codec says of the peer's bytes, on its way to the exchange's owner. */
#include "http/h1/h1_server_impl.h"

static void stop_if_unwanted(struct h1_server_conn *c)
{
    if (!h1_server_conn_can_feed(c))
        h1_codec_stop(&c->codec);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct h1_server_conn *c = owner;

    c->turn = (struct h1_server_turn){
        .received = H1_RECEIVED_HEAD,
        .ended = end,
        .is_head = span_is(head->method, SPAN("HEAD")),
        .expects = c->codec.expect_continue && c->codec.ahead == 0,
    };
    exchange_base_init(&c->exchange, &h1_server_answer_ops);
    if (http_head_find(head, "expect")) {
        h1_server_refuse(c, 417, ERR_UNSUPPORTED, "only 100-continue can be expected");
        h1_codec_stop(&c->codec);
        return;
    }
    c->turn.slot = H1_SLOT_OWNED;
    c->turn.in_on_request = true;
    c->events->on_request(c->owner, &c->exchange, head, end);
    c->turn.in_on_request = false;
    h1_server_answer_continue(c);
    stop_if_unwanted(c);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct h1_server_conn *c = owner;

    c->watch.received += len;
    c->turn.expects = false;
    if (c->turn.slot == H1_SLOT_OWNED)
        exchange_emit_body(&c->exchange, data, len);
    else
        c->turn.drained += len;
    if (c->turn.drained > H1_SERVER_DRAIN_MAX)
        h1_server_conn_finish(c);
    stop_if_unwanted(c);
}

static void on_complete(void *owner)
{
    struct h1_server_conn *c = owner;

    c->turn.received = H1_RECEIVED_ALL;
    if (c->turn.slot == H1_SLOT_OWNED)
        exchange_emit_complete(&c->exchange);
    h1_server_conn_post(c);
}

const struct h1_events h1_server_request_events = {on_head, on_body, on_complete};

size_t h1_server_request_feed(struct h1_server_conn *c, const uint8_t *data, size_t len)
{
    size_t taken = 0;

    while (h1_server_conn_can_feed(c)) {
        size_t used;
        enum err e = h1_codec_feed(&c->codec, data + taken, len - taken, &used);

        if (e) {
            h1_server_refuse_message(c, e);
            return len;
        }
        taken += used;
        if (taken == len)
            break;
    }
    return taken;
}
