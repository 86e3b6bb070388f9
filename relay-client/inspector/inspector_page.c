#include "relay-client/inspector/inspector_page.h"

#include "relay-client/inspector/inspector_reply.h"

#include <stdio.h>

static const char no_page[] =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Hookline</title>\n"
    "<h1>Hookline is running</h1>\n"
    "<p>This build has no inspector page: it was compiled without Node.js 18 or later. Install "
    "it, configure the build again, or take a released program.</p>\n"
    "<p>Everything else works: the API is described in <code>docs/inspector-api.yaml</code>, "
    "and <code>hookline list</code>, <code>show</code> and <code>tail</code> show the same "
    "journal.</p>\n</html>\n";

static const struct inspector_page_file no_page_file = {
    .path = "/index.html",
    .type = "text/html; charset=utf-8",
    .etag = "W/\"none\"",
    .data = no_page,
    .len = sizeof no_page - 1,
};

/* --- which file --- */

static const struct inspector_page_file *find_file(struct span path)
{
    for (const struct inspector_page_file *f = inspector_page_files; f->path; f++)
        if (span_is(path, span_text(f->path)))
            return f;
    return NULL;
}

static bool is_in(struct span path, struct span room)
{
    return span_is(path, room) ||
           (span_starts(path, room) &&
            span_starts(span_slice(path, room.len, path.len), SPAN("/")));
}

/* The rooms of the page: see inspector-ui/src/lib/router.svelte.ts. */
static bool is_room(struct span path)
{
    return span_is(path, SPAN("/")) || is_in(path, SPAN("/x")) ||
           is_in(path, SPAN("/compare")) || is_in(path, SPAN("/chat")) ||
           is_in(path, SPAN("/simulate")) || is_in(path, SPAN("/doctor"));
}

static const struct inspector_page_file *find(struct span target)
{
    struct span path = span_slice(target, 0, span_find(target, '?'));

    if (!is_room(path))
        return find_file(path);
    const struct inspector_page_file *index = find_file(SPAN("/index.html"));
    return index ? index : &no_page_file;
}

/* --- what is said of it --- */

/* Only a plain "gzip" counts, and none that is refused (q=0). */
static bool takes_gzip(const struct http_head *head)
{
    struct span list = http_head_value(head, "accept-encoding");

    while (list.len > 0) {
        size_t end = span_find(list, ',');
        struct span item = span_trim(span_slice(list, 0, end));
        struct span name = span_trim(span_slice(item, 0, span_find(item, ';')));
        if (span_is_nocase(name, SPAN("gzip")))
            return !span_ends(item, SPAN("q=0")) && !span_ends(item, SPAN("q=0.0"));
        list = span_slice(list, end + 1, list.len);
    }
    return false;
}

static bool is_known(const struct http_head *head, const struct inspector_page_file *f)
{
    struct span etag = span_text(f->etag);
    struct span known = http_head_value(head, "if-none-match");

    return known.len > 0 && span_find_span(known, etag) < known.len;
}

static enum err add(struct http_head *head, const char *name, const char *value)
{
    return http_head_add(head, span_text(name), span_text(value));
}

static enum err describe(struct http_head *head, const struct inspector_page_file *f,
                         const char *length, bool is_gzip)
{
    enum err rc = add(head, "Content-Type", f->type);

    if (rc == OK && head->status == 200)
        rc = add(head, "Content-Length", length);
    if (rc == OK)
        rc = add(head, "Cache-Control",
                 f->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (rc == OK)
        rc = add(head, "ETag", f->etag);
    if (rc == OK && f->gzip)
        rc = add(head, "Vary", "Accept-Encoding");
    if (rc == OK && is_gzip)
        rc = add(head, "Content-Encoding", "gzip");
    return rc == OK ? inspector_reply_add_fields(head, INSPECTOR_REPLY_PAGE) : rc;
}

/* --- the answer --- */

static void refuse(struct exchange *x)
{
    struct inspector_reply reply;

    inspector_reply_init(&reply);
    inspector_reply_problem(&reply, 404, "not_found", "the page has no such part");
    inspector_reply_send(x, &reply, NULL);
}

void inspector_page_serve(struct exchange *x, const struct http_head *head)
{
    const struct inspector_page_file *f = find(head->target);
    struct http_head answer;
    char length[24];

    if (!f) {
        refuse(x);
        return;
    }
    bool is_gzip = f->gzip && takes_gzip(head);
    bool is_same = is_known(head, f);
    struct span body = is_gzip ? span_of(f->gzip, f->gzip_len) : span_of(f->data, f->len);
    snprintf(length, sizeof length, "%zu", body.len);
    http_head_init_response(&answer, is_same ? 304 : 200);
    if (describe(&answer, f, length, is_gzip) == OK)
        inspector_reply_send_static(x, &answer, body,
                                    is_same || span_is(head->method, SPAN("HEAD")));
    else
        exchange_let_go(x);
}
