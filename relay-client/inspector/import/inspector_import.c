/* 1. on the reader's thread: the file is checked as a whole, and some entries are read
 * 2. the journal gets them, in their order; they share a commit
 * 3. when the last of them is on the disk: back to 1 for the next ones
 * 4. there are no more: the numbers are told
 * What can go wrong:
 *   - it is no HAR: a problem with the place; nothing is imported
 *   - an entry is no exchange, or here already: it is counted and left out
 *   - the journal cannot: a problem; what it has taken before stays
 *   - who asked goes away: everything goes on; the inspector closes: no further entries */
#include "relay-client/inspector/import/inspector_import.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/import/har_exchange.h"
#include "relay-client/inspector/import/har_reader.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/journal/journal_edit.h"

#include <stdio.h>

#define BATCH       32u
#define BATCH_BYTES ((size_t)4 * 1024 * 1024) /* of bodies */

struct har_import;

struct import_item {
    struct har_import *import; /* back-pointer */
    struct har_exchange exchange;
    struct journal_import task;
};

struct har_import {
    struct inspector_activity activity;
    struct inspector_job job;
    struct inspector_request *request;
    struct har_reader reader;
    bool has_begun, is_over;
    struct import_item *items[BATCH]; /* owned */
    size_t items_len;
    size_t under_way; /* of them, at the journal */
    size_t count, skipped;
    enum err rc;      /* the journal's first failure */
    char detail[160]; /* of the file */
};

static void free_items(struct har_import *m)
{
    for (size_t i = 0; i < m->items_len; i++) {
        har_exchange_fini(&m->items[i]->exchange);
        mem_free(m->items[i]);
    }
    m->items_len = 0;
}

/* --- step 4 --- */

static void free_import(struct har_import *m)
{
    free_items(m);
    inspector_activity_end(&m->activity);
    mem_free(m);
}

static void finish(struct har_import *m)
{
    struct inspector_reply *reply = inspector_request_prepare(m->request);
    struct json_writer w;

    json_writer_init(&w, &reply->body);
    json_writer_object(&w);
    json_writer_member_u64(&w, "count", m->count);
    json_writer_member_u64(&w, "skipped", m->skipped);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc != OK)
        inspector_reply_error(reply, rc, NULL);
    inspector_request_reply(m->request);
    free_import(m);
}

static void fail(struct har_import *m, enum err why)
{
    const struct inspector_options *o = inspector_options_of(m->activity.inspector);
    struct inspector_reply *reply = inspector_request_prepare(m->request);
    const char *detail = journal_detail(o->journal);

    if (*m->detail)
        inspector_reply_problem(reply, 400, "bad_request", "%s", m->detail);
    else if (why == ERR_NOMEM || why == ERR_BUSY || why == ERR_CLOSED)
        inspector_reply_error(reply, why, NULL);
    else
        inspector_reply_problem(reply, 503, "journal", "%s; %zu were imported before",
                                *detail ? detail : err_text(why), m->count);
    inspector_request_reply(m->request);
    free_import(m);
}

/* --- step 1 --- */

static enum err read_one(struct har_import *m, struct span entry, size_t *bytes)
{
    struct import_item *item = mem_alloc(sizeof *item);

    if (!item)
        return ERR_NOMEM;
    enum err rc = har_exchange_read(entry, &item->exchange);
    if (rc == OK) {
        item->import = m;
        m->items[m->items_len++] = item;
        *bytes += item->exchange.request.body.len + item->exchange.answer.body.len;
        return OK;
    }
    har_exchange_fini(&item->exchange);
    mem_free(item);
    m->skipped += rc == ERR_NOT_FOUND;
    return rc == ERR_NOT_FOUND ? OK : rc;
}

static enum err read_some(struct inspector_job *job, struct journal_reader *reader)
{
    struct har_import *m = CONTAINER_OF(job, struct har_import, job);
    size_t bytes = 0;
    struct span entry;
    enum err rc = OK;

    (void)reader;
    if (!m->has_begun)
        rc = har_reader_open(&m->reader, inspector_request_body(m->request), m->detail);
    m->has_begun = true;
    while (rc == OK && m->items_len < BATCH && bytes < BATCH_BYTES) {
        m->is_over = !har_reader_next(&m->reader, &entry);
        if (m->is_over)
            break;
        rc = read_one(m, entry, &bytes);
    }
    return rc;
}

static void read_more(struct har_import *m)
{
    enum err rc = inspector_is_closing(m->activity.inspector) ? ERR_CLOSED : m->rc;

    free_items(m);
    if (rc == OK && m->is_over) {
        finish(m);
        return;
    }
    if (rc == OK)
        rc = inspector_job_start(m->activity.inspector, &m->job);
    if (rc != OK)
        fail(m, rc);
}

/* --- step 2 and 3 --- */

static void note(struct har_import *m, enum err rc)
{
    if (rc == OK)
        m->count++;
    else if (rc == ERR_CONFLICT)
        m->skipped++;
    else if (m->rc == OK)
        m->rc = rc;
}

static void on_imported(struct journal_import *task, enum err rc)
{
    struct har_import *m = CONTAINER_OF(task, struct import_item, task)->import;

    note(m, rc);
    if (--m->under_way == 0)
        read_more(m);
}

static void submit(struct har_import *m, struct import_item *item)
{
    const struct inspector_options *o = inspector_options_of(m->activity.inspector);
    struct har_exchange *x = &item->exchange;

    item->task = (struct journal_import){
        .request = &x->request,
        .answer = x->has_answer ? &x->answer : NULL,
        .done = on_imported,
    };
    enum err rc = journal_edit_import(o->journal, &item->task);
    if (rc == OK)
        m->under_way++;
    else
        note(m, rc);
}

static void on_read(struct inspector_job *job, enum err rc)
{
    struct har_import *m = CONTAINER_OF(job, struct har_import, job);

    if (rc != OK) {
        fail(m, rc);
        return;
    }
    for (size_t i = 0; i < m->items_len; i++)
        submit(m, m->items[i]);
    if (m->under_way == 0)
        read_more(m);
}

/* --- the beginning --- */

/* The present batch ends, and then it looks whether to go on. */
static void stop(struct inspector_activity *a)
{
    (void)a;
}

void inspector_import_act(struct inspector_request *request)
{
    struct inspector *i = inspector_request_owner(request);
    struct inspector_reply *reply = inspector_request_prepare(request);
    struct har_import *m = NULL;

    if (inspector_activity_count(i, stop) >= INSPECTOR_IMPORTS_MAX)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u imports run already; wait for the end of one",
                                INSPECTOR_IMPORTS_MAX);
    else if (!(m = mem_alloc(sizeof *m)))
        inspector_reply_error(reply, ERR_NOMEM, NULL);
    if (!m) {
        inspector_request_reply(request);
        return;
    }
    m->request = request;
    m->job.run = read_some;
    m->job.done = on_read;
    m->activity.stop = stop;
    inspector_activity_begin(i, &m->activity);
    enum err rc = inspector_job_start(i, &m->job);
    if (rc != OK)
        fail(m, rc);
}
