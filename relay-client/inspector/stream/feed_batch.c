#include "relay-client/inspector/stream/feed_batch.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/journal/query/journal_query.h"

#include <inttypes.h>
#include <stdio.h>

/* --- on the reader's thread --- */

struct writing {
    struct feed_batch *batch;
    enum err rc;
};

static enum err begin_event(struct feed_batch *b, const char *type)
{
    b->last_at = bytes_len(&b->events);
    return bytes_printf(&b->events, "event: %s\ndata: ", type);
}

static void note_found(struct feed_batch *b, uint64_t id)
{
    for (size_t i = 0; i < b->ids_len; i++)
        b->is_found[i] |= b->ids[i] == id;
}

static bool write_row(void *owner, const struct journal_row *row)
{
    struct writing *writing = owner;
    struct feed_batch *b = writing->batch;
    struct json_writer w;

    note_found(b, row->id);
    writing->rc = begin_event(b, "row");
    if (writing->rc == OK) {
        json_writer_init(&w, &b->events);
        exchange_row_json(&w, row);
        writing->rc = json_writer_end(&w);
    }
    if (writing->rc == OK)
        writing->rc = bytes_append_text(&b->events, "\n\n");
    return writing->rc == OK;
}

static enum err write_gone(struct feed_batch *b)
{
    struct json_writer w;
    char id[24];
    bool has_one = false;

    for (size_t i = 0; i < b->ids_len; i++)
        has_one |= !b->is_found[i];
    if (!has_one)
        return OK;
    enum err rc = begin_event(b, "gone");
    if (rc != OK)
        return rc;
    json_writer_init(&w, &b->events);
    json_writer_object(&w);
    json_writer_key(&w, "ids");
    json_writer_array(&w);
    for (size_t i = 0; i < b->ids_len; i++) {
        snprintf(id, sizeof id, "%" PRIu64, b->ids[i]);
        if (!b->is_found[i])
            json_writer_text(&w, id);
    }
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    rc = json_writer_end(&w);
    return rc == OK ? bytes_append_text(&b->events, "\n\n") : rc;
}

static enum err run(struct inspector_job *job, struct journal_reader *reader)
{
    struct feed_batch *b = CONTAINER_OF(job, struct feed_batch, job);
    struct writing writing = {.batch = b};
    struct journal_query_error error;
    struct journal_query *query;
    enum err rc = journal_query_parse(span_text(b->filter), b->now_ms, &query, &error);

    if (rc != OK)
        return rc;
    rc = journal_query_match(reader, query, b->ids, b->ids_len, write_row, &writing);
    journal_query_free(query);
    if (rc == OK)
        rc = writing.rc;
    return rc == OK ? write_gone(b) : rc;
}

/* --- on the loop --- */

static void on_done(struct inspector_job *job, enum err rc)
{
    struct feed_batch *b = CONTAINER_OF(job, struct feed_batch, job);

    b->on_done(b, rc);
}

struct feed_batch *feed_batch_new(struct feed_hub *hub, const char *filter)
{
    struct feed_batch *b = mem_alloc(sizeof *b);

    if (b)
        b->filter = mem_text(filter, strlen(filter));
    if (!b || !b->filter) {
        mem_free(b);
        return NULL;
    }
    b->hub = hub;
    bytes_init(&b->events, FEED_BATCH_BYTES);
    inspector_hold(hub->inspector);
    return b;
}

enum err feed_batch_start(struct feed_batch *b, void (*done)(struct feed_batch *b, enum err rc))
{
    b->job.run = run;
    b->job.done = on_done;
    b->on_done = done;
    b->now_ms = clock_wall_ms(loop_clock(inspector_loop(b->hub->inspector)));
    return inspector_job_start(b->hub->inspector, &b->job);
}

void feed_batch_free(struct feed_batch *b)
{
    struct inspector *i = b->hub->inspector;

    mem_free(b->filter);
    bytes_fini(&b->events);
    mem_free(b);
    inspector_release(i);
}
