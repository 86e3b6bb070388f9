#include "codec/h1/h1_head.h"

#include "codec/h1/h1_judge.h"

struct parse {
    struct span rest; /* of the text */
    struct http_head *head;
    struct h1_facts *facts;
    const char *detail;
};

static enum err refuse(struct parse *p, enum err why, const char *detail)
{
    p->detail = detail;
    return why;
}

/* Up to `end` and past it; the scanner has seen that it is there. */
static struct span take_until(struct span *rest, char end)
{
    size_t at = span_find(*rest, end);
    struct span taken = span_slice(*rest, 0, at);

    *rest = span_slice(*rest, at + 1, rest->len);
    return taken;
}

/* A line without its CRLF. */
static struct span take_line(struct span *rest)
{
    struct span line = take_until(rest, '\n');

    return span_slice(line, 0, line.len - 1);
}

static enum err parse_version(struct parse *p, struct span s)
{
    bool is_version = s.len == 8 && span_starts(s, SPAN("HTTP/")) && s.ptr[6] == '.' &&
                      s.ptr[5] >= '0' && s.ptr[5] <= '9' && s.ptr[7] >= '0' && s.ptr[7] <= '9';

    if (!is_version)
        return refuse(p, ERR_SYNTAX, "malformed HTTP version");
    if (s.ptr[5] != '1' || s.ptr[7] > '1')
        return refuse(p, ERR_VERSION, "neither HTTP/1.1 nor HTTP/1.0");
    p->facts->minor_0 = s.ptr[7] == '0';
    return OK;
}

static enum err parse_fields(struct parse *p)
{
    for (;;) {
        struct span line = take_line(&p->rest);

        if (line.len == 0)
            return OK;
        struct span name = take_until(&line, ':');
        enum err e = http_head_add(p->head, name, span_trim(line));
        if (e)
            return refuse(p, e, "more than 100 header fields");
    }
}

/* The value exactly as it should be written: after one blank or none, and up to the
 * end of the line.  Asked of the fields that frame and route a message. */
static bool is_tight(const struct http_field *f)
{
    const char *colon = f->name.ptr + f->name.len;
    struct span before = span_of(colon + 1, (size_t)(f->value.ptr - colon - 1));

    return (before.len == 0 || span_is(before, SPAN(" "))) &&
           f->value.ptr[f->value.len] == '\r';
}

static enum err parse_host(struct parse *p)
{
    const struct http_field *host = http_head_find(p->head, "host");

    if (!host)
        return refuse(p, ERR_SYNTAX, "no Host field");
    if (http_head_count(p->head, "host") > 1)
        return refuse(p, ERR_SYNTAX, "more than one Host field");
    if (!is_tight(host) || !http_is_authority(host->value))
        return refuse(p, ERR_SYNTAX, "malformed Host field");
    p->head->authority = host->value;
    http_head_remove(p->head, "host");
    return OK;
}

/* http://authority/path: legal (RFC 9112 §3.2.2), and harmless as long as there is
 * only one authority.  What scheme it claims is not our concern: the connection
 * knows its own. */
static enum err parse_absolute_target(struct parse *p, struct span target)
{
    size_t colon = span_find(target, ':');
    struct span scheme = span_slice(target, 0, colon);
    struct span rest = span_slice(target, colon, target.len);

    if (!span_is_nocase(scheme, SPAN("http")) && !span_is_nocase(scheme, SPAN("https")))
        return refuse(p, ERR_SYNTAX, "malformed request target");
    if (!span_starts(rest, SPAN("://")))
        return refuse(p, ERR_SYNTAX, "malformed request target");
    rest = span_slice(rest, 3, rest.len);
    size_t slash = span_find(rest, '/');
    if (!span_is_nocase(span_slice(rest, 0, slash), p->head->authority))
        return refuse(p, ERR_SYNTAX, "the request target names another host than Host");
    p->head->target = slash < rest.len ? span_slice(rest, slash, rest.len) : SPAN("/");
    return OK;
}

static enum err parse_target(struct parse *p)
{
    struct span target = p->head->target;

    if (span_is(target, SPAN("*")) && span_is(p->head->method, SPAN("OPTIONS")))
        return refuse(p, ERR_UNSUPPORTED, "OPTIONS * is for the server, which has no options");
    if (http_is_target(target))
        return OK;
    return parse_absolute_target(p, target);
}

static enum err parse_transfer_encoding(struct parse *p, const struct http_field *f)
{
    if (http_head_count(p->head, "content-length") > 0)
        return refuse(p, ERR_SYNTAX, "Content-Length beside Transfer-Encoding");
    if (http_head_count(p->head, "transfer-encoding") > 1)
        return refuse(p, ERR_SYNTAX, "more than one Transfer-Encoding field");
    if (p->facts->minor_0)
        return refuse(p, ERR_SYNTAX, "Transfer-Encoding in HTTP/1.0");
    if (!is_tight(f) || !http_is_token(f->value))
        return refuse(p, ERR_SYNTAX, "Transfer-Encoding is not just \"chunked\"");
    if (!span_is_nocase(f->value, SPAN("chunked")))
        return refuse(p, ERR_UNSUPPORTED, "unknown transfer coding");
    p->facts->body = H1_BODY_CHUNKED;
    http_head_remove(p->head, "transfer-encoding");
    return OK;
}

static enum err parse_content_length(struct parse *p, const struct http_field *f)
{
    if (http_head_count(p->head, "content-length") > 1)
        return refuse(p, ERR_SYNTAX, "more than one Content-Length field");
    if (!is_tight(f) || !http_parse_content_length(f->value, &p->facts->length))
        return refuse(p, ERR_SYNTAX, "malformed Content-Length");
    p->facts->body = H1_BODY_LENGTH;
    return OK;
}

/* The body stays H1_BODY_NONE when the fields say nothing. */
static enum err parse_framing(struct parse *p)
{
    const struct http_field *coding = http_head_find(p->head, "transfer-encoding");
    const struct http_field *length = http_head_find(p->head, "content-length");

    if (coding)
        return parse_transfer_encoding(p, coding);
    return length ? parse_content_length(p, length) : OK;
}

static void parse_connection(struct parse *p)
{
    bool close = http_head_has_token(p->head, "connection", SPAN("close"));
    bool keep = http_head_has_token(p->head, "connection", SPAN("keep-alive"));

    p->facts->keep_alive = !close && (keep || !p->facts->minor_0);
}

/* Any other expectation stays in the head, for the connection to refuse (417). */
static void parse_expect(struct parse *p)
{
    if (http_head_count(p->head, "expect") != 1 ||
        !span_is_nocase(http_head_value(p->head, "expect"), SPAN("100-continue")))
        return;
    p->facts->expect_continue = !p->facts->minor_0 && p->facts->body != H1_BODY_NONE;
    http_head_remove(p->head, "expect");
}

/* PRI is how HTTP/2 begins (RFC 9113 §3.4). */
static bool is_refused(struct span method)
{
    return span_is(method, SPAN("CONNECT")) || span_is(method, SPAN("TRACE")) ||
           span_is(method, SPAN("PRI"));
}

static enum err parse_request(struct parse *p)
{
    struct span line = take_line(&p->rest);
    struct span method = take_until(&line, ' ');

    http_head_init_request(p->head, method, take_until(&line, ' '));
    enum err e = parse_version(p, line);
    if (!e)
        e = parse_fields(p);
    if (e)
        return e;
    if (is_refused(method))
        return refuse(p, ERR_UNSUPPORTED, "CONNECT, TRACE and PRI are not served");
    e = parse_host(p);
    if (!e)
        e = parse_target(p);
    return e ? e : parse_framing(p);
}

static enum err parse_status_line(struct parse *p)
{
    struct span line = take_line(&p->rest);
    struct span code = span_slice(line, 9, 12);
    uint64_t status;
    enum err e = parse_version(p, span_slice(line, 0, 8));

    if (e)
        return e;
    /* The blank before an absent reason is often forgotten. */
    if (line.len < 12 || line.ptr[8] != ' ' || (line.len > 12 && line.ptr[12] != ' '))
        return refuse(p, ERR_SYNTAX, "malformed status line");
    if (!span_parse_u64(code, &status) || status < 100 || status > 599)
        return refuse(p, ERR_SYNTAX, "status is not a number from 100 to 599");
    http_head_init_response(p->head, (unsigned)status);
    return OK;
}

static enum err parse_response(struct parse *p)
{
    enum err e = parse_status_line(p);

    if (!e)
        e = parse_fields(p);
    return e ? e : parse_framing(p);
}

static enum err finish(struct parse *p, enum err e, const char **detail)
{
    *detail = p->detail;
    if (e)
        return e;
    if (p->facts->body == H1_BODY_LENGTH && p->facts->length == 0)
        p->facts->body = H1_BODY_NONE;
    parse_connection(p);
    return OK;
}

enum err h1_head_parse_request(struct span text, struct http_head *out, struct h1_facts *facts,
                               const char **detail)
{
    struct parse p = {.rest = text, .head = out, .facts = facts};

    *facts = (struct h1_facts){0};
    enum err e = parse_request(&p);
    if (!e)
        e = h1_judge_request(text, facts, &p.detail);
    e = finish(&p, e, detail);
    if (!e)
        parse_expect(&p);
    return e;
}

static void frame_response(struct h1_facts *facts, unsigned status, bool to_head)
{
    if (to_head || status < 200 || status == 204 || status == 304)
        facts->body = H1_BODY_NONE;
    else if (facts->body == H1_BODY_NONE)
        facts->body = H1_BODY_CLOSE;
}

enum err h1_head_parse_response(struct span text, bool to_head, struct http_head *out,
                                struct h1_facts *facts, const char **detail)
{
    struct parse p = {.rest = text, .head = out, .facts = facts};

    *facts = (struct h1_facts){0};
    enum err e = parse_response(&p);
    if (!e)
        e = h1_judge_response(text, facts, &p.detail);
    if (!e)
        frame_response(facts, out->status, to_head);
    e = finish(&p, e, detail);
    if (!e && facts->body == H1_BODY_CLOSE)
        facts->keep_alive = false;
    return e;
}
