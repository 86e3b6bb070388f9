#include "relay-client/inspector/replay/run_news.h"

#include "base/container.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <inttypes.h>
#include <stdio.h>

#define PAUSE_MS 50u
#define JSON_MAX ((size_t)16 * 1024)

void run_news_init(struct run_news *n, struct inspector *i, uint64_t parent)
{
    const struct clock *clock = loop_clock(inspector_loop(i));
    struct ulid_maker ids = {0};

    *n = (struct run_news){.inspector = i, .parent = parent};
    ulid_make(&ids, clock_wall_ms(clock), inspector_options_of(i)->random, n->name);
}

void run_news_fini(struct run_news *n)
{
    deadline_clear(inspector_loop(n->inspector), &n->due);
}

/* --- the text --- */

static void write_ids(const struct run_news *n, struct json_writer *w)
{
    size_t from = n->ids_len > RUN_NEWS_IDS_MAX ? n->ids_len - RUN_NEWS_IDS_MAX : 0;
    char id[24];

    json_writer_key(w, "ids");
    json_writer_array(w);
    for (size_t i = from; i < n->ids_len; i++) {
        (void)snprintf(id, sizeof id, "%" PRIu64, n->ids[i % RUN_NEWS_IDS_MAX]);
        json_writer_text(w, id);
    }
    json_writer_array_end(w);
}

enum err run_news_write(const struct run_news *n, struct bytes *out)
{
    struct json_writer w;
    char parent[24];

    (void)snprintf(parent, sizeof parent, "%" PRIu64, n->parent);
    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "run", n->name);
    json_writer_member_text(&w, "parent", n->parent > 0 ? parent : NULL);
    json_writer_member_u64(&w, "times", n->count.times);
    json_writer_member_u64(&w, "sent", n->count.sent);
    json_writer_member_u64(&w, "done", n->count.done);
    json_writer_member_u64(&w, "failed", n->count.failed);
    write_ids(n, &w);
    json_writer_member_bool(&w, "over", n->is_over);
    json_writer_member_text(&w, "error", *n->error ? n->error : NULL);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

/* --- when --- */

static void publish(struct run_news *n)
{
    struct bytes json;

    bytes_init(&json, JSON_MAX);
    if (run_news_write(n, &json) == OK)
        inspector_publish(n->inspector, "run", bytes_span(&json));
    bytes_fini(&json);
}

static void on_due(struct deadline *d)
{
    publish(CONTAINER_OF(d, struct run_news, due));
}

/* An answer of Hookline's own says in words what went wrong. */
static void note_error(struct run_news *n, const struct agent_call_result *result)
{
    struct json_doc doc = {0};
    const char *detail = NULL;

    if (result->why != OK)
        detail = result->detail;
    else if (json_parse(&doc, result->body, result->body.len) == OK &&
             json_member(json_root(&doc), "title"))
        detail = json_string(json_member(json_root(&doc), "detail"));
    if (detail)
        text_escape(n->error, sizeof n->error, span_text(detail));
    else
        (void)snprintf(n->error, sizeof n->error, "answered %u", result->status);
    json_fini(&doc);
}

void run_news_result(struct run_news *n, struct replay_run_count count,
                     const struct agent_call_result *result)
{
    struct loop *l = inspector_loop(n->inspector);

    n->count = count;
    if (result->exchange)
        n->ids[n->ids_len++ % RUN_NEWS_IDS_MAX] = result->exchange;
    if (!replay_run_is_good(result))
        note_error(n, result);
    if (!deadline_is_set(&n->due) && deadline_set(l, &n->due, PAUSE_MS, on_due) != OK)
        publish(n);
}

void run_news_over(struct run_news *n)
{
    n->is_over = true;
    if (!inspector_is_closing(n->inspector))
        publish(n);
}
