/* 1. the body names exchanges, or a filter
 * 2. a filter's are found on the reader's thread
 * 3. the journal deletes them
 * 4. how many, and the number that brings them back, is the answer */
#include "relay-client/inspector/edit/edit_delete.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/edit/edit_request.h"
#include "relay-client/journal/journal_edit.h"
#include "relay-client/journal/query/journal_query.h"

#include <inttypes.h>
#include <stdio.h>

#define IDS_MAX 1000u /* named one by one */

struct deleting {
    struct inspector_request *request;
    struct journal_query *query; /* owned; NULL: they are named */
    struct inspector_job job;
    struct journal_delete work;
    size_t len;
    uint64_t ids[];
};

static void free_deleting(struct deleting *d)
{
    journal_query_free(d->query);
    mem_free(d);
}

static void fail(struct deleting *d, enum err why)
{
    struct inspector_request *r = d->request;

    free_deleting(d);
    edit_request_fail(r, why, NULL);
}

/* --- step 4 --- */

static enum err put_answer(struct inspector_reply *reply, const struct journal_delete *work)
{
    struct json_writer w;
    char undo[24];

    (void)snprintf(undo, sizeof undo, "%" PRIu64, work->undo);
    json_writer_init(&w, &reply->body);
    json_writer_object(&w);
    json_writer_member_text(&w, "undo", work->undo > 0 ? undo : NULL);
    json_writer_member_u64(&w, "count", work->count);
    json_writer_member_u64(&w, "left", work->left);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

static void on_deleted(struct journal_delete *work, enum err rc)
{
    struct deleting *d = CONTAINER_OF(work, struct deleting, work);
    struct inspector_request *r = d->request;

    if (rc != OK && work->undo > 0) { /* the disk broke off: what is gone can be undone */
        work->left = work->len - work->count;
        rc = OK;
    }
    if (rc == OK)
        rc = put_answer(inspector_request_prepare(r), work);
    if (rc != OK) {
        fail(d, rc);
        return;
    }
    free_deleting(d);
    inspector_request_reply(r);
}

/* --- step 3 --- */

static void start(struct deleting *d)
{
    struct inspector *i = inspector_request_owner(d->request);

    d->work.exchanges = d->ids;
    d->work.len = d->len;
    d->work.done = on_deleted;
    enum err rc = journal_edit_delete(inspector_options_of(i)->journal, &d->work);
    if (rc != OK)
        fail(d, rc);
}

/* --- step 2 --- */

static enum err find(struct inspector_job *job, struct journal_reader *reader)
{
    struct deleting *d = CONTAINER_OF(job, struct deleting, job);

    return journal_query_ids(reader, d->query, 0, d->ids, JOURNAL_DELETE_MAX, &d->len);
}

static void on_found(struct inspector_job *job, enum err rc)
{
    struct deleting *d = CONTAINER_OF(job, struct deleting, job);

    if (rc == OK)
        start(d);
    else
        fail(d, rc);
}

/* --- step 1 --- */

static struct deleting *make(struct inspector_request *r, size_t max)
{
    struct deleting *d = mem_alloc(sizeof *d + max * sizeof d->ids[0]);

    if (d)
        d->request = r;
    else
        edit_request_fail(r, ERR_NOMEM, NULL);
    return d;
}

static void delete_matches(struct inspector_request *r, const char *text)
{
    struct inspector *i = inspector_request_owner(r);
    struct journal_query_error error;
    struct deleting *d = make(r, JOURNAL_DELETE_MAX);

    if (!d)
        return;
    enum err rc = journal_query_parse(
        span_text(text), clock_wall_ms(inspector_facts_of(i)->clock), &d->query, &error);
    if (rc == ERR_SYNTAX) {
        free_deleting(d);
        inspector_reply_problem(inspector_request_prepare(r), 400, "bad_filter",
                                "The filter cannot be understood at character %zu: %s.",
                                error.offset + 1, error.code);
        inspector_request_reply(r);
        return;
    }
    d->job.run = find;
    d->job.done = on_found;
    if (rc == OK)
        rc = inspector_job_start(i, &d->job);
    if (rc != OK)
        fail(d, rc);
}

static void delete_named(struct inspector_request *r, const struct json_value *ids)
{
    struct deleting *d = make(r, IDS_MAX);
    const struct json_value *v = json_first(ids);

    if (!d)
        return;
    for (; v && d->len < IDS_MAX; v = json_next(v))
        if (!edit_request_number(json_string(v), &d->ids[d->len++]))
            break;
    if (!v) {
        start(d);
        return;
    }
    free_deleting(d);
    edit_request_refuse(r, "ids must be at most 1000 numbers, each as a text.");
}

void edit_delete_act(struct inspector_request *r)
{
    struct json_doc doc;

    if (!edit_request_parse(r, &doc))
        return;
    const struct json_value *ids = json_member(json_root(&doc), "ids");
    const struct json_value *q = json_member(json_root(&doc), "q");
    if (json_kind(ids) == JSON_ARRAY && !q)
        delete_named(r, ids);
    else if (json_string(q) && !ids)
        delete_matches(r, json_string(q));
    else
        edit_request_refuse(r, "Send either ids, a list, or q, a filter.");
    json_fini(&doc);
}
