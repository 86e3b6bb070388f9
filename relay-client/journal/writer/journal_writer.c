#include "relay-client/journal/writer/journal_writer.h"

#include "base/mem.h"
#include "relay-client/journal/writer/journal_file.h"
#include "relay-client/journal/writer/journal_purge.h"
#include "store/database_upkeep.h"

#include <string.h>

struct journal_writer {
    struct journal_file file;
    uint64_t next_id;
    uint64_t begun_ms; /* of an agent's; 0: no agent */
    /* What was recorded when fewer than this were known is refused, for this reason. */
    unsigned failures;
    enum err refusal;
    /* the batch */
    struct journal_entry *first, **last;
    bool is_in_transaction;
    enum err rc;
};

enum err journal_writer_open(const struct journal_options *options, const struct clock *clock,
                             struct journal_writer **out, char detail[static DETAIL_MAX])
{
    struct journal_writer *w = mem_alloc(sizeof(*w));

    if (!w) {
        detail_write(detail, "%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    w->begun_ms = options->is_agent ? clock_wall_ms(clock) : 0;
    w->file.purges_unsent = options->purges_unsent;
    enum err rc = journal_file_init(&w->file, options->path, clock);
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
    if (w->file.db) {
        enum err rc = journal_presence_note(&w->file.presence, w->file.db,
                                            clock_wall_ms(w->file.clock), true);
        (void)rc; /* then the gap that comes looks longer */
    }
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
    enum err rc = w->file.db ? database_upkeep_log(w->file.db) : OK;

    if (rc)
        journal_file_fail(&w->file, rc);
    rc = journal_file_revive(&w->file);
    if (!rc)
        rc = database_begin(w->file.db);
    w->is_in_transaction = !rc;
    return rc;
}

static enum err insert_request(struct journal_writer *w, struct journal_entry *e)
{
    enum err rc = journal_insert_request(&w->file.insert, e, w->next_id);

    if (rc)
        return rc;
    w->next_id++;
    if (!e->import)
        return OK;
    e->import->answer.exchange = e->exchange;
    return journal_insert_answer(&w->file.insert, e->import);
}

static enum err insert(struct journal_writer *w, struct journal_entry *e)
{
    w->file.derived.changes = &e->changes;
    switch (e->kind) {
    case JOURNAL_ENTRY_REQUEST:
        return insert_request(w, e);
    case JOURNAL_ENTRY_ANSWER:
        return journal_insert_answer(&w->file.insert, e);
    case JOURNAL_ENTRY_TASK:
        return e->task->run(e->task, &w->file.backlog);
    case JOURNAL_ENTRY_CALL:
        return journal_call_insert(&w->file.calls, e, w->next_id - 1);
    case JOURNAL_ENTRY_PERSON:
        return journal_call_insert_person(&w->file.calls, e, w->next_id - 1);
    }
    return OK;
}

/* It was recorded before the loop heard that something ahead of it is not on the disk. */
static bool is_behind_a_gap(const struct journal_writer *w, const struct journal_entry *e)
{
    return e->kind == JOURNAL_ENTRY_REQUEST && e->failures < w->failures;
}

void journal_writer_add(struct journal_writer *w, struct journal_entry *e)
{
    e->next = NULL;
    *w->last = e;
    w->last = &e->next;
    if (is_behind_a_gap(w, e)) {
        e->rc = w->refusal;
        return;
    }
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
        if (e->kind == JOURNAL_ENTRY_REQUEST && e->failures >= w->failures) {
            w->failures = e->failures + 1;
            w->refusal = w->rc;
        }
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

/* The first one notes how long there was none. */
static enum err note_presence(struct journal_writer *w, struct journal_chore *chore)
{
    struct journal_presence *p = &w->file.presence;

    if (w->begun_ms == 0)
        return OK;
    if (p->noted_ms > 0)
        return journal_presence_note(p, w->file.db, chore->wall_ms, false);
    return journal_presence_begin(p, w->file.db, w->begun_ms, &chore->has_gap);
}

static enum err clean_up(struct journal_writer *w, struct journal_chore *chore)
{
    struct journal_file *f = &w->file;
    enum err rc = journal_purge_step(&f->retention, f->db, chore->wall_ms, &chore->has_more);

    if (!rc && !chore->has_more)
        rc = journal_retention_step(&f->retention, f->db, &chore->limits, chore->wall_ms,
                                    &chore->has_more);
    return rc;
}

void journal_writer_maintain(struct journal_writer *w, struct journal_chore *chore)
{
    chore->rc = OK;
    chore->has_more = chore->has_gap = false;
    if (w->first || !w->file.db)
        return;
    enum err rc = database_upkeep_log(w->file.db);
    if (!rc)
        rc = note_presence(w, chore);
    if (!rc)
        rc = clean_up(w, chore);
    if (!rc && !chore->has_more)
        rc = journal_backlog_advance(&w->file.backlog, w->file.kept_id);
    if (!rc && !chore->has_more)
        rc = journal_search_catch_up(&w->file.derived.search, w->file.db, &chore->has_more);
    if (!rc && !chore->has_more && chore->is_idle)
        rc = database_upkeep_rest(w->file.db, &chore->has_more);
    chore->rc = rc;
    if (!rc)
        return;
    chore->has_more = false;
    journal_file_fail(&w->file, rc);
    report(w, &chore->report);
}
