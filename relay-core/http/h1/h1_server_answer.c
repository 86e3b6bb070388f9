/* What the exchange's owner sends, on its way to the stream.  The last byte of an
 * answer posts the connection, which goes on with the next request from there. */
#include "http/h1/h1_server_impl.h"
#include "http/http_date.h"

static struct h1_server_conn *conn_of(const struct exchange *x)
{
    return CONTAINER_OF((uintptr_t)x, struct h1_server_conn, exchange);
}

/* The owner may try again, or send something else instead. */
static bool is_forgiven(const struct h1_server_conn *c, enum err e)
{
    return !c->writer.broken && (e == ERR_NOMEM || e == ERR_LIMIT || e == ERR_SYNTAX);
}

static enum err settle(struct h1_server_conn *c, enum err e)
{
    if (!e)
        h1_server_conn_update(c);
    else if (!is_forgiven(c, e))
        h1_server_conn_break(c, e, "the answer could not be sent as it was promised");
    return e;
}

static void on_answered(struct h1_server_conn *c)
{
    c->turn.answered = true;
    h1_server_conn_post(c);
}

/* --- heads --- */

static bool has_no_body(const struct h1_server_conn *c, unsigned status)
{
    return c->turn.is_head || status == 204 || status == 304;
}

/* A head that promises a body which does not come, or the other way round. */
static bool breaks_promise(const struct http_head *head, bool end)
{
    uint64_t length;

    return end && http_parse_content_length(http_head_value(head, "content-length"), &length) &&
           length > 0;
}

/* May another request come after this answer?  Not when we would have to read long
 * for it, or cannot know whether the body comes at all. */
static bool keeps_alive(const struct h1_server_conn *c, enum h1_framing framing)
{
    return c->codec.keep_alive && !c->shutting && !c->peer_ended && framing != H1_CLOSE &&
           !c->turn.expects && h1_codec_body_left(&c->codec) <= H1_SERVER_DRAIN_MAX;
}

static void copy_head(struct http_head *out, const struct http_head *h)
{
    http_head_init_response(out, h->status);
    memcpy(out->fields, h->fields, h->fields_len * sizeof h->fields[0]);
    out->fields_len = h->fields_len;
}

/* Date, unless it is there; and a length where silence would mean "until I close".
 * No room for them in a head with 100 fields: then it goes out as it is. */
static enum err complete_head(struct h1_server_conn *c, struct http_head *head, bool no_length,
                              char date[static HTTP_DATE_LEN])
{
    enum err e = OK;

    if (no_length && !http_head_find(head, "content-length"))
        e = http_head_add(head, SPAN("Content-Length"), SPAN("0"));
    if (e || http_head_find(head, "date") || head->fields_len == HTTP_FIELDS_MAX)
        return e;
    return http_head_add(head, SPAN("Date"),
                         http_date_format(date, clock_wall_ms(loop_clock(c->loop))));
}

static enum err send_final(struct h1_server_conn *c, const struct http_head *head, bool end)
{
    bool no_body = has_no_body(c, head->status);
    enum h1_framing framing = h1_framing_for(head, end || no_body, c->codec.minor_0);
    char date[HTTP_DATE_LEN];
    struct http_head out;

    if (!no_body && breaks_promise(head, end))
        return ERR_PROTOCOL;
    copy_head(&out, head);
    enum err e = complete_head(c, &out, end && !no_body, date);
    c->turn.keep_alive = keeps_alive(c, framing);
    if (!e)
        e = h1_writer_head(&c->writer, &out, framing, c->turn.keep_alive);
    if (e)
        return e;
    c->writer.drops_body = no_body;
    if (end)
        on_answered(c);
    return OK;
}

/* HTTP/1.0 does not know them. */
static enum err send_interim(struct h1_server_conn *c, const struct http_head *head)
{
    if (c->codec.minor_0)
        return OK;
    if (head->status == 100)
        c->turn.expects = false;
    return h1_writer_head(&c->writer, head, H1_NO_BODY, true);
}

static enum err answer_head(struct exchange *x, const struct http_head *head, bool end)
{
    struct h1_server_conn *c = conn_of(x);

    if (c->life != H1_SERVER_OPEN)
        return ERR_CLOSED;
    if (head->status < 100 || head->status == 101)
        return ERR_SYNTAX;
    return settle(c, head->status < 200 ? send_interim(c, head) : send_final(c, head, end));
}

void h1_server_answer_continue(struct h1_server_conn *c)
{
    struct http_head head;
    bool wanted = c->turn.expects && c->turn.slot == H1_SLOT_OWNED && !c->exchange.paused &&
                  !c->exchange.head_sent && c->life == H1_SERVER_OPEN;

    if (!wanted)
        return;
    http_head_init_response(&head, 100);
    enum err e = send_interim(c, &head);
    if (e)
        h1_server_conn_break(c, e, err_text(e));
}

/* --- body --- */

static enum err answer_body(struct exchange *x, const void *data, size_t len)
{
    struct h1_server_conn *c = conn_of(x);

    if (c->life != H1_SERVER_OPEN)
        return ERR_CLOSED;
    return settle(c, h1_writer_body(&c->writer, data, len));
}

static enum err answer_end(struct exchange *x)
{
    struct h1_server_conn *c = conn_of(x);

    if (c->life != H1_SERVER_OPEN)
        return ERR_CLOSED;
    enum err e = settle(c, h1_writer_end(&c->writer));
    if (!e)
        on_answered(c);
    return e;
}

static size_t answer_queued(const struct exchange *x)
{
    const struct h1_server_conn *c = conn_of(x);

    return c->stream ? stream_queued(c->stream) : 0;
}

/* --- the request's side of it --- */

static void answer_receiving(struct exchange *x, bool on)
{
    struct h1_server_conn *c = conn_of(x);

    if (on) {
        h1_server_answer_continue(c);
        h1_server_conn_post(c);
    }
    h1_server_conn_update(c);
}

/* Letting go before the answer is complete: the client must see that. */
static void answer_close(struct exchange *x)
{
    struct h1_server_conn *c = conn_of(x);

    c->turn.slot = H1_SLOT_CLOSING;
    if (c->life == H1_SERVER_OPEN && !c->turn.answered)
        h1_server_conn_break(c, ERR_CANCELLED, "");
    h1_server_conn_update(c);
    h1_server_conn_post(c);
}

static const char *answer_peer(const struct exchange *x)
{
    const struct h1_server_conn *c = conn_of(x);

    return c->stream ? stream_peer(c->stream) : "";
}

const struct exchange_ops h1_server_answer_ops = {
    .send_head = answer_head,
    .send_body = answer_body,
    .send_end = answer_end,
    .queued = answer_queued,
    .receiving = answer_receiving,
    .close = answer_close,
    .peer = answer_peer,
};
