#include "relay-client/journal/journal_writer.h"

#include "base/mem.h"
#include "relay-client/journal/journal_file.h"

#include <string.h>

#define LOG_BYTES    (4u * 1024 * 1024) /* of the write-ahead log, between checkpoints */
#define UNUSED_BYTES (4u * 1024 * 1024) /* of free pages that stay for the next exchanges */
#define SHRINK_PAGES 256u               /* at once: a few milliseconds */

struct journal_writer {
    struct journal_file file;
    uint64_t log_checked; /* the log's size at the last checkpoint, if readers hindered it */
    uint64_t next_id;
    /* the batch */
    struct journal_entry *first, **last;
    bool is_in_transaction;
    enum err rc;
};

enum err journal_writer_open(const char *path, const struct clock *clock,
                             struct journal_writer **out, char detail[static DETAIL_MAX])
{
    struct journal_writer *w = mem_alloc(sizeof(*w));

    if (!w) {
        detail_write(detail, "%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    enum err rc = journal_file_init(&w->file, path, clock);
    detail_write(detail, "%s", rc ? w->file.failure : w->file.notice);
    if (rc) {
        journal_writer_close(w);
        return rc;
    }
    w->next_id = w->file.kept_id + 1;
    *out = w;
    return OK;
}

void journal_writer_close(struct journal_writer *w)
{
    if (!w)
        return;
    journal_file_fini(&w->file);
    mem_free(w);
}

static char *take_text(char text[static DETAIL_MAX])
{
    char *copy = text[0] ? mem_text(text, strlen(text)) : NULL;

    if (copy)
        text[0] = '\0';
    return copy;
}

static void report(struct journal_writer *w, struct journal_report *out)
{
    out->failure = take_text(w->file.failure);
    out->notice = take_text(w->file.notice);
}

/* Between transactions.  A checkpoint that readers hinder is tried again when the log
 * has grown by as much again. */
static enum err bound_log(struct journal_writer *w)
{
    uint64_t size = database_wal_size(w->file.db);

    if (size < w->log_checked)
        w->log_checked = 0;
    if (size - w->log_checked < LOG_BYTES)
        return OK;
    enum err rc = database_checkpoint(w->file.db, false);
    w->log_checked = rc == ERR_BUSY ? size : 0;
    return rc == ERR_BUSY ? OK : rc;
}

/* ---- batches ---- */

void journal_writer_begin(struct journal_writer *w)
{
    w->first = NULL;
    w->last = &w->first;
    w->is_in_transaction = false;
    w->rc = OK;
}

static enum err begin_transaction(struct journal_writer *w)
{
    enum err rc = w->file.db ? bound_log(w) : OK;

    if (rc)
        journal_file_fail(&w->file, rc);
    rc = journal_file_revive(&w->file);
    if (!rc)
        rc = database_begin(w->file.db);
    w->is_in_transaction = !rc;
    return rc;
}

static enum err insert(struct journal_writer *w, struct journal_entry *e)
{
    if (!e->ticket)
        return journal_insert_answer(&w->file.insert, e);
    enum err rc = journal_insert_request(&w->file.insert, e, w->next_id);
    if (!rc)
        w->next_id++;
    return rc;
}

void journal_writer_add(struct journal_writer *w, struct journal_entry *e)
{
    e->next = NULL;
    *w->last = e;
    w->last = &e->next;
    if (!w->rc && !w->is_in_transaction)
        w->rc = begin_transaction(w);
    if (w->rc)
        return;
    e->rc = insert(w, e);
    if (e->rc != ERR_CONFLICT)
        w->rc = e->rc;
}

static enum err end_transaction(struct journal_writer *w)
{
    if (!w->is_in_transaction)
        return w->rc;
    if (!w->rc)
        return database_commit(w->file.db);
    database_rollback(w->file.db);
    return w->rc;
}

/* A duplicate of what was stored earlier stays one; of what is lost now, not. */
static void fail_batch(struct journal_writer *w)
{
    for (struct journal_entry *e = w->first; e; e = e->next) {
        if (e->rc == ERR_CONFLICT && e->exchange <= w->file.kept_id)
            continue;
        e->rc = w->rc;
        e->exchange = 0;
    }
    w->next_id = w->file.kept_id + 1;
}

void journal_writer_end(struct journal_writer *w)
{
    if (!w->first)
        return;
    w->rc = end_transaction(w);
    if (w->rc) {
        journal_file_fail(&w->file, w->rc);
        fail_batch(w);
    } else {
        w->file.kept_id = w->next_id - 1;
    }
    report(w, &w->first->report);
}

/* ---- maintenance ---- */

static enum err tidy(struct journal_writer *w, bool *has_more)
{
    struct database_size size;
    enum err rc = database_measure(w->file.db, &size);

    *has_more = !rc && size.unused > UNUSED_BYTES;
    if (*has_more)
        return database_shrink(w->file.db, SHRINK_PAGES);
    if (!rc && database_wal_size(w->file.db) > 0)
        rc = database_checkpoint(w->file.db, true);
    return rc == ERR_BUSY ? OK : rc; /* a reader: next time */
}

void journal_writer_maintain(struct journal_writer *w, struct journal_chore *chore)
{
    chore->rc = OK;
    chore->has_more = false;
    if (w->first || !w->file.db)
        return;
    enum err rc = bound_log(w);
    if (!rc)
        rc = journal_retention_step(&w->file.retention, w->file.db, &chore->limits,
                                    chore->wall_ms, &chore->has_more);
    if (!rc && !chore->has_more && chore->is_idle)
        rc = tidy(w, &chore->has_more);
    chore->rc = rc;
    if (!rc)
        return;
    chore->has_more = false;
    journal_file_fail(&w->file, rc);
    report(w, &chore->report);
}
