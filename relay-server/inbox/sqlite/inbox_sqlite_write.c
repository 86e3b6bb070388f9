#include "relay-server/inbox/sqlite/inbox_sqlite_write.h"

#include "base/container.h"
#include "relay-server/inbox/inbox_checksum.h"

enum err inbox_sqlite_write_init(struct inbox_sqlite_write *w, struct database *db)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&w->record, "INSERT INTO record (seq, tunnel, id, received_ms, answered, content_len,"
                     "  content_sum, sum) VALUES (?,?,?,?,?,?,?,?)"},
        {&w->content, "INSERT OR REPLACE INTO content (seq, head, body) VALUES (?,?,?)"},
        {&w->note,
         "INSERT OR REPLACE INTO note (seq, attempts, reason, sum)"
         "  SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM record WHERE seq = ?1)"},
        {&w->tunnel, "INSERT OR REPLACE INTO tunnel (name, token_id, answer, offline,"
                     "  linked_ms, sum) VALUES (?,?,?,?,?,?)"},
        {&w->mark, "INSERT OR REPLACE INTO mark (id, seq) VALUES (1, ?)"},
        {&w->unrecord, "DELETE FROM record WHERE seq = ?"},
        {&w->uncontent, "DELETE FROM content WHERE seq = ?"},
        {&w->unnote, "DELETE FROM note WHERE seq = ?"},
        {&w->untunnel, "DELETE FROM tunnel WHERE name = ?"},
    };
    enum err rc = OK;

    *w = (struct inbox_sqlite_write){0};
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc;
}

void inbox_sqlite_write_fini(struct inbox_sqlite_write *w)
{
    statement_fini(&w->record);
    statement_fini(&w->content);
    statement_fini(&w->note);
    statement_fini(&w->tunnel);
    statement_fini(&w->mark);
    statement_fini(&w->unrecord);
    statement_fini(&w->uncontent);
    statement_fini(&w->unnote);
    statement_fini(&w->untunnel);
}

static struct span sum_span(const uint8_t sum[static INBOX_CHECKSUM_LEN])
{
    return span_of(sum, INBOX_CHECKSUM_LEN);
}

static enum err run_with_seq(struct statement *s, uint64_t seq)
{
    statement_bind_u64(s, 1, seq);
    return statement_run(s);
}

/* ---- records ---- */

enum err inbox_sqlite_write_record(struct inbox_sqlite_write *w, const struct inbox_row *row)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];
    struct statement *s = &w->record;

    inbox_checksum_record(row, sum);
    statement_bind_u64(s, 1, row->seq);
    statement_bind_text(s, 2, row->tunnel);
    statement_bind_text(s, 3, row->id);
    statement_bind_u64(s, 4, row->received_ms);
    statement_bind_u64(s, 5, row->answered);
    statement_bind_u64(s, 6, row->content_len);
    statement_bind_blob(s, 7, row->content_sum);
    statement_bind_blob(s, 8, sum_span(sum));
    return statement_run(s);
}

enum err inbox_sqlite_write_content(struct inbox_sqlite_write *w, const struct inbox_row *row)
{
    struct statement *s = &w->content;

    statement_bind_u64(s, 1, row->seq);
    statement_bind_blob(s, 2, row->head);
    statement_bind_blob(s, 3, row->body);
    return statement_run(s);
}

enum err inbox_sqlite_write_put(struct inbox_sqlite_write *w, const struct inbox_row *row)
{
    struct inbox_row summed = *row;
    uint8_t content_sum[INBOX_CHECKSUM_LEN];

    inbox_checksum_content(row->head, row->body, content_sum);
    summed.content_sum = sum_span(content_sum);
    enum err rc = inbox_sqlite_write_record(w, &summed);
    if (!rc)
        rc = inbox_sqlite_write_content(w, row);
    if (!rc && row->attempts > 0)
        rc = inbox_sqlite_write_note(w, row->seq, row->attempts, (struct span){0});
    return rc;
}

enum err inbox_sqlite_write_remove(struct inbox_sqlite_write *w, uint64_t seq)
{
    enum err rc = run_with_seq(&w->unrecord, seq);

    if (!rc)
        rc = run_with_seq(&w->uncontent, seq);
    return rc ? rc : run_with_seq(&w->unnote, seq);
}

enum err inbox_sqlite_write_note(struct inbox_sqlite_write *w, uint64_t seq, unsigned attempts,
                                 struct span reason)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];

    if (attempts == 0 && !reason.ptr)
        return run_with_seq(&w->unnote, seq);
    inbox_checksum_note(seq, attempts, reason, sum);
    statement_bind_u64(&w->note, 1, seq);
    statement_bind_u64(&w->note, 2, attempts);
    if (reason.ptr) /* else NULL */
        statement_bind_text(&w->note, 3, reason);
    statement_bind_blob(&w->note, 4, sum_span(sum));
    return statement_run(&w->note);
}

/* ---- all else ---- */

enum err inbox_sqlite_write_tunnel(struct inbox_sqlite_write *w, const struct inbox_tunnel *t)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];
    struct statement *s = &w->tunnel;

    inbox_checksum_tunnel(t, sum);
    statement_bind_text(s, 1, span_text(t->name));
    statement_bind_text(s, 2, span_text(t->token_id));
    statement_bind_u64(s, 3, t->answer);
    statement_bind_u64(s, 4, t->offline);
    statement_bind_u64(s, 5, t->linked_ms);
    statement_bind_blob(s, 6, sum_span(sum));
    return statement_run(s);
}

static enum err forget_tunnel(struct statement *s, const char *name)
{
    statement_bind_text(s, 1, span_text(name));
    return statement_run(s);
}

enum err inbox_sqlite_write_mark(struct inbox_sqlite_write *w, uint64_t seq)
{
    return run_with_seq(&w->mark, seq);
}

enum err inbox_sqlite_write_op(struct inbox_sqlite_write *w, const struct inbox_op *op)
{
    switch (op->kind) {
    case INBOX_PUT:
        return inbox_sqlite_write_put(w, &op->put.row);
    case INBOX_REMOVE:
        return inbox_sqlite_write_remove(w, op->change.seq);
    case INBOX_NOTE:
        return inbox_sqlite_write_note(w, op->change.seq, op->change.attempts,
                                       span_text(op->change.reason));
    case INBOX_REMEMBER:
        return inbox_sqlite_write_tunnel(w, &op->tunnel);
    case INBOX_FORGET:
        return forget_tunnel(&w->untunnel, op->tunnel.name);
    case INBOX_FETCH:
    case INBOX_REST:
        break; /* change nothing */
    }
    return OK;
}
