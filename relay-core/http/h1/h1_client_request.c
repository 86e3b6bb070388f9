/* What the exchange's owner sends, on its way to the stream. */
#include "http/h1/h1_client_impl.h"

static struct h1_client_conn *conn_of(const struct exchange *x)
{
    return EXCHANGE_OBJECT(x, struct h1_client_conn);
}

static enum err request_head(struct exchange *x, const struct http_head *head, bool end)
{
    (void)x;
    (void)head;
    (void)end;
    return ERR_CLOSED; /* it is out since the beginning */
}

static enum err settle(struct h1_client_conn *c, enum err e)
{
    if (e == ERR_IO) {
        c->deaf = true;
        return OK;
    }
    if (e == ERR_PROTOCOL || c->writer.broken)
        h1_client_conn_give_up(c, e, "the request could not be sent as it was promised");
    return e;
}

static enum err request_body(struct exchange *x, const void *data, size_t len)
{
    struct h1_client_conn *c = conn_of(x);

    if (c->life == H1_CLIENT_CLOSED)
        return ERR_CLOSED;
    return c->deaf ? OK : settle(c, h1_writer_body(&c->writer, data, len));
}

static enum err request_end(struct exchange *x)
{
    struct h1_client_conn *c = conn_of(x);

    if (c->life == H1_CLIENT_CLOSED)
        return ERR_CLOSED;
    return c->deaf ? OK : settle(c, h1_writer_end(&c->writer));
}

static size_t request_queued(const struct exchange *x)
{
    const struct h1_client_conn *c = conn_of(x);

    return c->stream ? stream_queued(c->stream) : 0;
}

static void request_receiving(struct exchange *x, bool on)
{
    struct h1_client_conn *c = conn_of(x);

    if (on)
        h1_client_conn_post(c);
    h1_client_conn_update(c);
}

static void request_close(struct exchange *x)
{
    struct h1_client_conn *c = conn_of(x);

    if (!x->sent || !x->received || c->deaf)
        h1_client_conn_shut(c);
    c->slot = H1_CLIENT_CLOSING;
    h1_client_conn_post(c);
}

static const char *request_peer(const struct exchange *x)
{
    const struct h1_client_conn *c = conn_of(x);

    return c->stream ? stream_peer(c->stream) : "";
}

const struct exchange_ops h1_client_request_ops = {
    .send_head = request_head,
    .send_body = request_body,
    .send_end = request_end,
    .queued = request_queued,
    .receiving = request_receiving,
    .close = request_close,
    .peer = request_peer,
};

/* A request whose method is made for a body says that it has none (RFC 9110 §8.6). */
static bool lacks_length(const struct http_head *head, bool end)
{
    bool has_meaning = span_is(head->method, SPAN("POST")) ||
                       span_is(head->method, SPAN("PUT")) ||
                       span_is(head->method, SPAN("PATCH"));

    return end && has_meaning && !http_head_find(head, "content-length");
}

enum err h1_client_request_start(struct h1_client_conn *c, const struct http_head *head,
                                 bool end)
{
    uint64_t length;
    struct http_head out;

    if (end && http_parse_content_length(http_head_value(head, "content-length"), &length) &&
        length > 0)
        return ERR_SYNTAX;
    if (!lacks_length(head, end))
        return h1_writer_head(&c->writer, head, h1_framing_for(head, end, false), true);
    out = *head;
    enum err e = http_head_add(&out, SPAN("Content-Length"), SPAN("0"));
    return e ? e : h1_writer_head(&c->writer, &out, H1_NO_BODY, true);
}
