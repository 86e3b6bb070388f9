#include "unit/support/public_client.h"

#include "base/mem.h"
#include "codec/h1/h1_codec.h"
#include "codec/json/json.h"
#include "unit/check.h"
#include "unit/support/field_text.h"

/* --- the answer --- */

static void note_head(struct public_answer *a, const struct http_head *head)
{
    if (head->status < 200 && head->status != 101) {
        a->interims++;
        return;
    }
    CHECK_EQ(a->status, 0);
    a->status = head->status;
    field_text_format(a->fields, sizeof a->fields, head);
}

static void note_body(struct public_answer *a, const uint8_t *data, size_t len)
{
    if (len > a->body_cap - a->body_len) {
        a->body_cap = (a->body_cap + len) * 2;
        a->body = realloc(a->body, a->body_cap);
        CHECK(a->body != NULL);
    }
    memcpy(a->body + a->body_len, data, len);
    a->body_len += len;
}

static void forget(struct public_client *c)
{
    free(c->answer.body);
    c->answer = (struct public_answer){0};
    c->peer.got_len = 0;
    c->is_aborted = false;
    c->why = OK;
}

/* --- HTTP/2: events of the exchange and of the connection --- */

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct public_client *c = owner;

    (void)end;
    note_head(&c->answer, head);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct public_client *c = owner;

    note_body(&c->answer, data, len);
}

static void on_complete(void *owner)
{
    struct public_client *c = owner;

    c->answer.is_complete = true;
    exchange_close(c->x);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct public_client *c = owner;

    (void)detail;
    c->is_aborted = true;
    c->why = why;
    exchange_close(c->x);
}

static void on_exchange_closed(void *owner)
{
    struct public_client *c = owner;

    c->x = NULL;
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
    .on_closed = on_exchange_closed,
};

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct public_client *c = owner;

    (void)why;
    (void)detail;
    c->is_lost = true;
    h2_conn_close(c->h2);
}

static void on_conn_closed(void *owner)
{
    struct public_client *c = owner;

    c->h2 = NULL;
}

static const struct h2_conn_events conn_events = {
    .on_lost = on_lost,
    .on_closed = on_conn_closed,
};

/* --- life --- */

bool public_client_sit(struct public_client *c, struct loop *l, struct stream *s, bool is_h2)
{
    static const struct h2_options options = {
        .role = H2_CLIENT,
        .streams_max = 100,
        .stream_window = 1024u * 1024u,
        .connection_window = 1024u * 1024u,
        .send_max = (size_t)4 * 1024 * 1024,
    };

    *c = (struct public_client){.loop = l, .is_h2 = is_h2};
    if (!is_h2) {
        net_peer_sit(&c->peer, l, s);
        return true;
    }
    if (h2_conn_open(l, s, &options, &conn_events, c, &c->h2) == OK)
        return true;
    stream_let_go(s);
    return false;
}

void public_client_close(struct public_client *c)
{
    net_peer_close(&c->peer);
    if (c->x)
        exchange_close(c->x);
    if (c->h2)
        h2_conn_close(c->h2);
}

bool public_client_is_closed(const struct public_client *c)
{
    return !c->peer.stream && !c->h2 && !c->x;
}

void public_client_fini(struct public_client *c)
{
    CHECK(public_client_is_closed(c));
    forget(c);
    net_peer_fini(&c->peer);
}

void public_client_reset(struct public_client *c)
{
    if (c->x)
        exchange_close(c->x);
}

/* --- sending --- */

static bool say(struct public_client *c, const void *data, size_t len)
{
    return c->peer.stream && (len == 0 || stream_write(c->peer.stream, data, len) == OK);
}

static bool say_body(struct public_client *c, const void *data, size_t len)
{
    char size[24];

    if (len == 0 || !c->chunked)
        return say(c, data, len);
    (void)snprintf(size, sizeof size, "%zx\r\n", len);
    return say(c, size, strlen(size)) && say(c, data, len) && say(c, "\r\n", 2);
}

static bool say_head(struct public_client *c, const struct public_request *r)
{
    static char text[65536];
    const char *field = r->fields ? r->fields : "";
    int len = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: %s\r\n", r->method,
                       r->target, r->authority);

    for (; *field; field = strchr(field, '\n') + 1)
        len += snprintf(text + len, sizeof text - (size_t)len, "%.*s\r\n",
                        (int)strcspn(field, "\n"), field);
    if (r->chunked)
        len +=
            snprintf(text + len, sizeof text - (size_t)len, "Transfer-Encoding: chunked\r\n");
    else if (r->has_body)
        len += snprintf(text + len, sizeof text - (size_t)len, "Content-Length: %zu\r\n",
                        r->body.len);
    len += snprintf(text + len, sizeof text - (size_t)len, "\r\n");
    CHECK((size_t)len < sizeof text);
    return say(c, text, (size_t)len);
}

static enum err add_fields(struct http_head *head, const char *fields)
{
    enum err rc = OK;

    for (const char *f = fields ? fields : ""; *f && rc == OK; f = strchr(f, '\n') + 1) {
        struct span line = span_of(f, strcspn(f, "\n"));
        size_t colon = span_find(line, ':');

        rc = http_head_add(head, span_slice(line, 0, colon),
                           span_trim(span_slice(line, colon + 1, line.len)));
    }
    return rc;
}

static bool send_h2(struct public_client *c, const struct public_request *r)
{
    struct http_head head;

    CHECK(!c->x);
    http_head_init_request(&head, span_text(r->method), span_text(r->target));
    head.scheme = SPAN("https");
    head.authority = span_text(r->authority);
    CHECK_EQ(add_fields(&head, r->fields), OK);
    return c->h2 &&
           h2_conn_request(c->h2, &head, !r->has_body, &exchange_events, c, &c->x) == OK;
}

bool public_client_more(struct public_client *c, const void *data, size_t len)
{
    if (!c->is_h2)
        return say_body(c, data, len);
    return c->x && exchange_send_body(c->x, data, len) == OK;
}

bool public_client_end(struct public_client *c)
{
    if (!c->is_h2)
        return !c->chunked || say(c, H1_LAST_CHUNK, strlen(H1_LAST_CHUNK));
    return c->x && exchange_send_end(c->x) == OK;
}

bool public_client_send(struct public_client *c, const struct public_request *request)
{
    forget(c);
    c->chunked = request->chunked;
    c->is_head = strcmp(request->method, "HEAD") == 0;
    if (!(c->is_h2 ? send_h2(c, request) : say_head(c, request)))
        return false;
    if (!request->has_body || request->is_begun)
        return true;
    return public_client_more(c, request->body.ptr, request->body.len) && public_client_end(c);
}

/* --- looking --- */

static void on_h1_head(void *owner, const struct http_head *head, bool end)
{
    on_head(owner, head, end);
}

static void on_h1_complete(void *owner)
{
    struct public_client *c = owner;

    c->answer.is_complete = true;
}

static const struct h1_events h1_events = {on_h1_head, on_body, on_h1_complete};

/* From the beginning each time: answers are short. */
static void parse(struct public_client *c)
{
    struct h1_codec codec;
    size_t at = 0, used;

    free(c->answer.body);
    c->answer = (struct public_answer){0};
    h1_codec_init(&codec, H1_CLIENT, &h1_events, c);
    codec.head_request = c->is_head;
    while (at < c->peer.got_len && !c->answer.is_complete) {
        CHECK_EQ(h1_codec_feed(&codec, c->peer.got + at, c->peer.got_len - at, &used), OK);
        at += used;
    }
    if (!c->answer.is_complete && c->peer.ended && c->peer.end == ERR_EOF) {
        enum err e = h1_codec_feed_eof(&codec); /* may complete it, or not */
        (void)e;
    }
    c->used = at;
    h1_codec_fini(&codec);
}

bool public_client_look(struct public_client *c)
{
    if (!c->is_h2)
        parse(c);
    return c->answer.is_complete;
}

struct stream *public_client_take(struct public_client *c, struct span *early)
{
    struct stream *s = c->peer.stream;

    CHECK(public_client_look(c) && c->answer.status == 101);
    c->peer.stream = NULL;
    *early = span_of(c->peer.got + c->used, c->peer.got_len - c->used);
    return s;
}

const char *public_client_field(const struct public_client *c, const char *name)
{
    return field_text_value(c->answer.fields, name);
}

static void check_json(const struct public_answer *a, const struct problem *want)
{
    struct json_doc doc;
    uint64_t status = 0;

    CHECK_EQ(json_parse(&doc, span_of(a->body, a->body_len), 16384), OK);
    CHECK(json_u64(json_member(json_root(&doc), "status"), &status));
    CHECK_EQ(status, want->status);
    CHECK_STR(json_string(json_member(json_root(&doc), "title")), want->title);
    CHECK_STR(json_string(json_member(json_root(&doc), "detail")), want->detail);
    CHECK_STR(json_string(json_member(json_root(&doc), "type")), "about:blank");
    json_fini(&doc);
}

void public_client_check_problem(struct public_client *c, const struct problem *want)
{
    CHECK(public_client_look(c));
    CHECK_EQ(c->answer.status, want->status);
    CHECK_STR(public_client_field(c, "content-type"), "application/problem+json");
    CHECK_STR(public_client_field(c, "cache-control"), "no-store");
    CHECK_STR(public_client_field(c, "retry-after"), want->retry_after);
    CHECK_EQ(c->answer.interims, 0);
    check_json(&c->answer, want);
}
