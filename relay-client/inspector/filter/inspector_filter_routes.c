#include "relay-client/inspector/inspector_route.h"

#include "base/clock.h"
#include "codec/json/json_writer.h"
#include "relay-client/journal/query/query_suggest.h"

#include <stdio.h>

#define LABEL_MAX 64u

static struct span query_of(const struct inspector_reading *r)
{
    const char *q = inspector_param(r->params, "q");

    return span_text(q ? q : "");
}

/* ---- suggest ---- */

static bool put_suggestion(void *owner, const struct query_suggestion *s)
{
    struct json_writer *w = owner;
    char label[LABEL_MAX];

    (void)snprintf(label, sizeof(label), "%s%s%s", s->kind, s->name ? "." : "",
                   s->name ? s->name : "");
    json_writer_object(w);
    json_writer_member_string(w, "insert", s->insert);
    json_writer_member_text(w, "label_code", label);
    json_writer_member_u64(w, "from", s->from);
    json_writer_member_u64(w, "to", s->to);
    if (s->has_count)
        json_writer_member_u64(w, "count", s->count);
    else
        json_writer_member_null(w, "count");
    json_writer_object_end(w);
    return true;
}

static enum err suggest(struct inspector_reading *r)
{
    uint64_t at = JOURNAL_QUERY_MAX;
    struct json_writer w;

    if (inspector_param(r->params, "at") && !inspector_param_u64(r->params, "at", &at)) {
        inspector_reply_problem(r->reply, 400, "bad_request", "\"at\" is a number from 0 on");
        return OK;
    }
    json_writer_init(&w, &r->reply->body);
    json_writer_object(&w);
    json_writer_key(&w, "items");
    json_writer_array(&w);
    enum err e = query_suggest(r->reader, query_of(r), at, put_suggestion, &w);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    return e ? e : json_writer_end(&w);
}

/* ---- explain ---- */

/* A part of a query that has been parsed is a query. */
static enum err put_part(struct inspector_reading *r, struct json_writer *w, struct span text)
{
    struct journal_query_error error;
    struct journal_query *q;
    uint64_t count;
    enum err e = journal_query_parse(text, clock_wall_ms(r->facts->clock), &q, &error);

    if (e)
        return e;
    e = journal_query_count(r->reader, q, &count);
    journal_query_free(q);
    if (e)
        return e;
    json_writer_object(w);
    json_writer_member_string(w, "text", text);
    json_writer_member_u64(w, "count", count);
    json_writer_object_end(w);
    return OK;
}

static enum err put_parts(struct inspector_reading *r, struct json_writer *w,
                          const struct journal_query *q)
{
    struct span parts[JOURNAL_QUERY_TERMS];
    size_t len = journal_query_parts(q, parts, JOURNAL_QUERY_TERMS);
    enum err e = OK;

    for (size_t i = 0; !e && i < len; i++)
        e = put_part(r, w, parts[i]);
    return e;
}

static void put_error(struct json_writer *w, const struct journal_query_error *error)
{
    json_writer_object(w);
    json_writer_member_u64(w, "offset", error->offset);
    json_writer_member_u64(w, "length", error->length);
    json_writer_member_text(w, "code", error->code);
    json_writer_member_text(w, "hint", error->hint);
    json_writer_object_end(w);
}

static enum err explain(struct inspector_reading *r)
{
    struct journal_query_error error;
    struct journal_query *q = NULL;
    struct json_writer w;
    enum err parsed =
        journal_query_parse(query_of(r), clock_wall_ms(r->facts->clock), &q, &error);

    if (parsed && parsed != ERR_SYNTAX)
        return parsed;
    json_writer_init(&w, &r->reply->body);
    json_writer_object(&w);
    json_writer_key(&w, "parts");
    json_writer_array(&w);
    enum err e = q ? put_parts(r, &w, q) : OK;
    json_writer_array_end(&w);
    json_writer_key(&w, "error");
    if (parsed)
        put_error(&w, &error);
    else
        json_writer_null(&w);
    json_writer_object_end(&w);
    journal_query_free(q);
    return e ? e : json_writer_end(&w);
}

const struct inspector_route inspector_filter_routes[] = {
    {.method = "GET", .pattern = "/api/filter/suggest", .read = suggest},
    {.method = "GET", .pattern = "/api/filter/explain", .read = explain},
    {0},
};
