/* 1. on the reader's thread: the filter is read, and the first piece made
 * 2. the head is sent, the piece behind it
 * 3. the next piece is made, when little enough waits to be read
 * 4. behind the last one the message ends
 * What can go wrong:
 *   - the parameters are not understood, or the journal fails in 1: a problem
 *   - it fails later: the message is broken off, so that nobody takes it for complete
 *   - who asked goes away, or the inspector closes: no further pieces */
#include "relay-client/inspector/export/inspector_export.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/exchanges/exchange_list.h"
#include "relay-client/inspector/export/export_flag.h"
#include "relay-client/inspector/export/export_pieces.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/inspector_reply.h"

#include <stdio.h>

#define PART ((size_t)64 * 1024) /* handed to the connection at once */

struct download {
    struct inspector_activity activity;
    struct inspector_job job;
    struct inspector_request *request; /* in step 1 */
    struct exchange *x;                /* owned from step 2 on; NULL: gone */
    struct export_pieces pieces;       /* the reader's while a job runs */
    struct bytes piece;
    bool is_working; /* a job runs */
};

static void free_export(struct download *e)
{
    exchange_let_go(e->x);
    export_pieces_fini(&e->pieces);
    bytes_fini(&e->piece);
    inspector_activity_end(&e->activity);
    mem_free(e);
}

static enum err make_piece(struct inspector_job *job, struct journal_reader *reader)
{
    struct download *e = CONTAINER_OF(job, struct download, job);

    return export_pieces_next(&e->pieces, reader, &e->piece);
}

/* --- step 2 to 4 --- */

static enum err send_some(struct download *e)
{
    enum err rc = OK;

    while (rc == OK && bytes_len(&e->piece) > 0 &&
           exchange_queued(e->x) <= EXCHANGE_HIGH_WATER) {
        size_t len = bytes_len(&e->piece) < PART ? bytes_len(&e->piece) : PART;
        rc = exchange_send_body(e->x, bytes_peek(&e->piece), len);
        bytes_consume(&e->piece, len);
    }
    return rc;
}

/* Everything of the piece has been sent. */
static enum err make_next(struct download *e)
{
    bytes_release(&e->piece); /* it may have been a large one */
    enum err rc = inspector_job_start(e->activity.inspector, &e->job);
    e->is_working = rc == OK;
    return rc;
}

static void go_on(struct download *e)
{
    enum err rc = inspector_is_closing(e->activity.inspector) ? ERR_CLOSED : send_some(e);

    if (rc == OK && (bytes_len(&e->piece) > 0 || exchange_queued(e->x) > EXCHANGE_HIGH_WATER))
        return; /* on_drain */
    if (rc == OK && e->pieces.is_over)
        rc = exchange_send_end(e->x);
    else if (rc == OK && make_next(e) == OK)
        return;
    (void)rc; /* what is let go without its end is broken off */
    free_export(e);
}

static void on_piece(struct inspector_job *job, enum err rc)
{
    struct download *e = CONTAINER_OF(job, struct download, job);

    e->is_working = false;
    if (rc == OK && e->x)
        go_on(e);
    else
        free_export(e);
}

static void on_drain(void *owner)
{
    struct download *e = owner;

    if (!e->is_working)
        go_on(e);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct download *e = owner;

    (void)why, (void)detail;
    exchange_let_go(e->x);
    e->x = NULL;
    if (!e->is_working)
        free_export(e);
}

static const struct exchange_events events = {
    .on_drain = on_drain,
    .on_abort = on_abort,
};

static enum err send_head(struct download *e)
{
    struct http_head head;
    char disposition[80];

    (void)snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"",
                   export_pieces_file_name(e->pieces.kind));
    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("Content-Type"), SPAN("application/octet-stream"));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("Content-Disposition"), span_text(disposition));
    if (rc == OK)
        rc = inspector_reply_add_fields(&head, INSPECTOR_REPLY_DATA);
    return rc == OK ? exchange_send_head(e->x, &head, false) : rc;
}

/* --- step 1 --- */

static void refuse(struct download *e, enum err why)
{
    struct inspector_reply *reply = inspector_request_prepare(e->request);

    if (!reply->code)
        inspector_reply_error(reply, why, NULL);
    inspector_request_reply(e->request);
    free_export(e);
}

static void on_first(struct inspector_job *job, enum err rc)
{
    struct download *e = CONTAINER_OF(job, struct download, job);

    if (rc != OK) {
        refuse(e, rc);
        return;
    }
    e->x = inspector_request_take(e->request);
    e->job.run = make_piece;
    e->job.done = on_piece;
    if (!e->x) {
        free_export(e);
        return;
    }
    exchange_own(e->x, &events, e);
    if (send_head(e) == OK)
        go_on(e);
    else
        free_export(e);
}

static enum err make_first(struct inspector_job *job, struct journal_reader *reader)
{
    struct download *e = CONTAINER_OF(job, struct download, job);
    struct inspector_reading reading = {
        .facts = inspector_facts_of(e->activity.inspector),
        .params = inspector_request_params(e->request),
        .public_url = "",
        .reader = reader,
        .reply = inspector_request_prepare(e->request),
    };
    const char *filter = inspector_param(reading.params, "q");
    enum err rc = exchange_list_query(&reading, &e->pieces.query);

    e->pieces.is_everything = !filter || filter[0] == '\0';

    return rc == OK ? make_piece(job, reader) : rc;
}

/* Before the first piece there is nothing to cut; afterwards who reads it is. */
static void stop(struct inspector_activity *a)
{
    struct download *e = CONTAINER_OF(a, struct download, activity);

    if (e->x && !e->is_working)
        free_export(e);
}

static bool check(struct inspector_request *request, enum export_kind *kind,
                  bool *with_signature)
{
    struct inspector_reply *reply = inspector_request_prepare(request);
    const char *name = inspector_param(inspector_request_params(request), "kind");
    struct inspector *i = inspector_request_owner(request);

    if (!name || !export_pieces_kind_parse(span_text(name), kind))
        inspector_reply_problem(reply, 400, "bad_request",
                                "the parameter kind is har, jsonl, webhook_log or api_log");
    else if (inspector_activity_count(i, stop) >= INSPECTOR_EXPORTS_MAX)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u exports run already; wait for the end of one",
                                INSPECTOR_EXPORTS_MAX);
    return !reply->code &&
           export_flag_signature(inspector_request_params(request), reply, with_signature);
}

void inspector_export_act(struct inspector_request *request)
{
    enum export_kind kind = (enum export_kind)0;
    bool with_signature = false;
    struct download *e = check(request, &kind, &with_signature) ? mem_alloc(sizeof *e) : NULL;

    if (!e) {
        if (!inspector_request_prepare(request)->code)
            inspector_reply_error(inspector_request_prepare(request), ERR_NOMEM, NULL);
        inspector_request_reply(request);
        return;
    }
    e->request = request;
    e->pieces.kind = kind;
    e->pieces.with_signature = with_signature;
    bytes_init(&e->piece, EXPORT_PIECE_MAX);
    e->job.run = make_first;
    e->job.done = on_first;
    e->activity.stop = stop;
    inspector_activity_begin(inspector_request_owner(request), &e->activity);
    enum err rc = inspector_job_start(e->activity.inspector, &e->job);
    if (rc != OK)
        refuse(e, rc);
}
