/* What the server says, through the codec, to the exchange's owner. */
#include "http/h1/h1_client_impl.h"

static void refuse(struct h1_client_conn *c, enum err why, const char *detail)
{
    if (c->life == H1_CLIENT_CLOSED)
        return;
    h1_client_conn_abort(c, why == ERR_NOMEM ? why : ERR_PROTOCOL,
                         "malformed answer: ", detail);
    h1_client_conn_shut(c);
}

static bool can_feed(const struct h1_client_conn *c)
{
    return c->life == H1_CLIENT_OPEN && c->slot == H1_CLIENT_OWNED && !c->base.paused &&
           !c->base.received;
}

static void stop_if_unwanted(struct h1_client_conn *c)
{
    if (!can_feed(c))
        h1_codec_stop(&c->codec);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct h1_client_conn *c = owner;

    if (head->status == 101)
        refuse(c, ERR_PROTOCOL, "it switches protocols, which nobody asked for");
    else if (head->status < 200 && ++c->interims > H1_CLIENT_INTERIMS_MAX)
        refuse(c, ERR_PROTOCOL, "more than 8 interim heads");
    else
        exchange_emit_head(&c->base, head, end);
    stop_if_unwanted(c);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct h1_client_conn *c = owner;

    exchange_emit_body(&c->base, data, len);
    stop_if_unwanted(c);
}

static void on_complete(void *owner)
{
    struct h1_client_conn *c = owner;

    c->used_up = c->used_up || !c->codec.keep_alive;
    exchange_emit_complete(&c->base);
}

const struct h1_events h1_client_answer_events = {on_head, on_body, on_complete};

/* Returns how many were taken; at least one call of the codec, which may have something
 * left to say without new bytes. */
static size_t feed(struct h1_client_conn *c, const uint8_t *data, size_t len)
{
    size_t taken = 0;

    while (can_feed(c)) {
        size_t used;
        enum err e = h1_codec_feed(&c->codec, data + taken, len - taken, &used);

        if (e) {
            refuse(c, e, h1_codec_detail(&c->codec));
            return len;
        }
        taken += used;
        if (taken == len)
            break;
    }
    return taken;
}

/* What is not taken is either wanted later, or more than one answer. */
static void keep_rest(struct h1_client_conn *c, const uint8_t *data, size_t len)
{
    if (len == 0 || c->life == H1_CLIENT_CLOSED)
        return;
    if (c->slot != H1_CLIENT_OWNED || c->base.received) {
        c->used_up = true;
        return;
    }
    enum err e = bytes_append(&c->pending, data, len);
    if (e)
        h1_client_conn_give_up(c, e, err_text(e));
}

void h1_client_answer_resume(struct h1_client_conn *c)
{
    size_t len = bytes_len(&c->pending);

    if (!can_feed(c))
        return;
    bytes_consume(&c->pending, feed(c, bytes_peek(&c->pending), len));
    if (c->base.received && bytes_len(&c->pending) > 0) {
        c->used_up = true;
        bytes_clear(&c->pending);
    }
    bytes_release(&c->pending);
}

void h1_client_answer_take(struct h1_client_conn *c, const uint8_t *data, size_t len)
{
    size_t taken = 0;

    c->answer_begun = true;
    if (bytes_len(&c->pending) == 0)
        taken = feed(c, data, len);
    keep_rest(c, data + taken, len - taken);
}

/* The end may be what completes the answer. */
void h1_client_answer_cut(struct h1_client_conn *c, enum err why)
{
    if (!c->answer_begun)
        h1_client_conn_give_up(c, why, "the connection ended before the answer began");
    else if (why != ERR_EOF || h1_codec_feed_eof(&c->codec) != OK)
        h1_client_conn_give_up(c, why, "the connection ended in the middle of the answer");
}
