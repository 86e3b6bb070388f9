#include "relay-client/journal/insight/journal_summary_fill.h"

#include "base/container.h"
#include "codec/http/http_head_text.h"
#include "relay-client/journal/insight/journal_findings.h"

#define STEP 8192u /* rows of one transaction */

_Static_assert(JOURNAL_FLAG_WITHDRAWN == 32768, "SQL says it literally");

/* Oldest ones last, so that what is left is always below. */
struct fill {
    struct journal_summary *summary;
    struct statement rows, content;
    uint64_t left;
};

enum column { COLUMN_ID, COLUMN_EVENTS, COLUMN_REDELIVERED, COLUMN_IS_UNREAD };

static enum err init(struct fill *f, struct database *db)
{
    enum err rc = statement_init(
        &f->rows, db,
        "SELECT x.id, x.events_len, x.events_len > 0 AND EXISTS (SELECT 1 FROM event e"
        "    WHERE e.id >= x.id * 128 AND e.id < (x.id + 1) * 128 AND e.redelivery),"
        "  x.webhook AND x.events_len = 0 AND NOT x.body_truncated"
        " FROM exchange x WHERE x.id <= ?1 ORDER BY x.id DESC LIMIT ?2");

    return rc ? rc
              : statement_init(&f->content, db,
                               "SELECT head, body FROM request WHERE exchange = ?");
}

/* A webhook without events: why? */
static enum err read_content(struct fill *f, uint64_t exchange, struct journal_row *row)
{
    struct line_batch batch = {0};
    struct http_head head;
    bool has_row = false;

    statement_bind_u64(&f->content, 1, exchange);
    enum err rc = statement_step(&f->content, &has_row);
    struct span body = has_row ? statement_span(&f->content, 1) : SPAN("");
    if (!rc && has_row && http_head_text_parse(statement_span(&f->content, 0), &head) == OK) {
        struct journal_findings_content content = {&batch, body,
                                                   http_head_value(&head, "content-type")};

        rc = line_batch_parse(&batch, body);
        if (!rc)
            journal_findings_read(row, &content);
        line_batch_fini(&batch);
    }
    statement_reset(&f->content);
    return rc;
}

static enum err fill_row(struct fill *f)
{
    uint64_t id = statement_u64(&f->rows, COLUMN_ID);
    struct journal_row row = {0};
    enum err rc = OK;

    if (statement_u64(&f->rows, COLUMN_EVENTS) > 1)
        row.flags |= JOURNAL_FLAG_MULTI;
    if (statement_u64(&f->rows, COLUMN_REDELIVERED) > 0) {
        row.flags |= JOURNAL_FLAG_REDELIVERY;
        row.findings |= UINT64_C(1) << JOURNAL_FOUND_EVENT_REDELIVERED;
    }
    if (statement_u64(&f->rows, COLUMN_IS_UNREAD) > 0)
        rc = read_content(f, id, &row);
    if (!rc)
        rc = journal_summary_restore(f->summary, id, row.flags, row.findings);
    f->left = id - 1;
    return rc;
}

static enum err fill_some(struct fill *f, bool *is_over)
{
    bool has_row = true;
    size_t count = 0;

    statement_bind_u64(&f->rows, 1, f->left);
    statement_bind_u64(&f->rows, 2, STEP);
    enum err rc = statement_step(&f->rows, &has_row);
    while (!rc && has_row) {
        rc = fill_row(f);
        count++;
        if (!rc)
            rc = statement_step(&f->rows, &has_row);
    }
    statement_reset(&f->rows);
    *is_over = count < STEP;
    return rc;
}

static enum err note_left(struct database *db, uint64_t left)
{
    struct statement s;
    enum err rc = statement_init(&s, db, "UPDATE progress SET unsummarised = ?");

    if (!rc) {
        statement_bind_u64(&s, 1, left);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

static enum err mark_withdrawn(struct database *db)
{
    return database_exec(db, "UPDATE summary SET flags = flags | 32768 WHERE exchange IN"
                             "  (SELECT m.id / 128 FROM event u JOIN event m"
                             "    ON m.message_id = u.message_id AND m.message_id <> ''"
                             "    WHERE u.type = 'unsend' AND m.type <> 'unsend')");
}

static enum err fill_step(struct fill *f, struct database *db, bool *is_over)
{
    enum err rc = database_begin(db);

    if (rc)
        return rc;
    rc = fill_some(f, is_over);
    if (!rc && *is_over)
        rc = mark_withdrawn(db);
    if (!rc)
        rc = note_left(db, *is_over ? 0 : f->left);
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

enum err journal_summary_fill(struct journal_summary *s, struct database *db)
{
    struct fill f = {.summary = s};
    bool is_over = false;
    enum err rc =
        statement_query_u64(db, "SELECT coalesce(max(unsummarised), 0) FROM progress", &f.left);

    if (rc || f.left == 0)
        return rc;
    rc = init(&f, db);
    while (!rc && !is_over)
        rc = fill_step(&f, db, &is_over);
    statement_fini(&f.rows);
    statement_fini(&f.content);
    return rc;
}
