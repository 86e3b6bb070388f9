#include "http/problem.h"

#include "codec/json/json_writer.h"

#include <stdio.h>

#define JSON_MAX ((size_t)16 * 1024)

enum err problem_format(struct bytes *out, const struct problem *p)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "about:blank");
    json_writer_member_text(&w, "title", p->title);
    json_writer_member_u64(&w, "status", p->status);
    json_writer_member_text(&w, "detail", p->detail);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

enum err problem_head(struct http_head *out, const struct problem *p, size_t body_len,
                      char length[static PROBLEM_LENGTH_SIZE])
{
    int len = snprintf(length, PROBLEM_LENGTH_SIZE, "%zu", body_len);

    http_head_init_response(out, p->status);
    enum err e = http_head_add(out, SPAN("Content-Type"), SPAN("application/problem+json"));
    if (!e)
        e = http_head_add(out, SPAN("Content-Length"), span_of(length, (size_t)len));
    if (!e)
        e = http_head_add(out, SPAN("Cache-Control"), SPAN("no-store"));
    if (!e && p->retry_after)
        e = http_head_add(out, SPAN("Retry-After"), span_text(p->retry_after));
    return e;
}

static enum err send_with(struct exchange *x, const struct problem *p, const struct bytes *json)
{
    char length[PROBLEM_LENGTH_SIZE];
    struct http_head head;
    enum err e = problem_head(&head, p, bytes_len(json), length);

    if (!e)
        e = exchange_send_head(x, &head, false);
    if (!e)
        e = exchange_send_body(x, bytes_peek(json), bytes_len(json));
    return e ? e : exchange_send_end(x);
}

enum err problem_send(struct exchange *x, const struct problem *p)
{
    struct bytes json;

    bytes_init(&json, JSON_MAX);
    enum err e = problem_format(&json, p);
    if (!e)
        e = send_with(x, p, &json);
    bytes_fini(&json);
    return e;
}

void problem_refuse(struct exchange *x, const struct problem *p)
{
    /* Failed: closing an exchange without an answer breaks it off, which is all that
     * is left to do. */
    enum err e = problem_send(x, p);

    (void)e;
    exchange_let_go(x);
}
