#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"

#include "relay-server/inbox/inbox_checksum.h"
#include "relay-server/inbox/inbox_index.h"
#include "relay-server/inbox/sqlite/inbox_schema_table.h"

#include <limits.h>

#define RECORD                                                                                 \
    "SELECT r.seq, r.tunnel, r.id, r.received_ms, r.answered, r.content_len, r.content_sum,"   \
    "  r.sum, n.seq, n.attempts, n.reason, n.sum"                                              \
    "  FROM record r LEFT JOIN note n ON n.seq = r.seq "

enum column { SEQ, TUNNEL, ID, RECEIVED, ANSWERED, LEN, CONTENT_SUM, SUM, NOTE };

enum err inbox_sqlite_read_init(struct inbox_sqlite_read *r, struct database *db)
{
    *r = (struct inbox_sqlite_read){0};
    enum err rc = statement_init(&r->record, db, RECORD "WHERE r.seq = ?");

    if (!rc)
        rc = statement_init(&r->content, db, "SELECT head, body FROM content WHERE seq = ?");
    if (!rc)
        rc = statement_init(&r->head, db, "SELECT head FROM content WHERE seq = ?");
    return rc;
}

void inbox_sqlite_read_fini(struct inbox_sqlite_read *r)
{
    statement_fini(&r->record);
    statement_fini(&r->content);
    statement_fini(&r->head);
}

/* ---- records ---- */

static bool fits(const uint8_t sum[static INBOX_CHECKSUM_LEN], struct span stored)
{
    return span_is(stored, span_of(sum, INBOX_CHECKSUM_LEN));
}

static unsigned small(uint64_t value)
{
    return value > UINT_MAX ? UINT_MAX : (unsigned)value;
}

static bool is_record_good(const struct statement *s, const struct inbox_row *row)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];

    inbox_checksum_record(row, sum);
    return row->seq <= INBOX_SEQ_MAX && row->tunnel.len <= LINK_TUNNEL_MAX &&
           row->id.len == ULID_LEN && fits(sum, statement_span(s, SUM));
}

void inbox_sqlite_read_note(const struct statement *s, int first, struct inbox_sqlite_note *out)
{
    bool is_aside = !statement_is_null(s, first + 2);
    struct span reason = statement_span(s, first + 2);
    uint8_t sum[INBOX_CHECKSUM_LEN];

    *out = (struct inbox_sqlite_note){
        .seq = statement_u64(s, first),
        .attempts = small(statement_u64(s, first + 1)),
        .reason = is_aside && !reason.ptr ? SPAN("") : reason,
    };
    inbox_checksum_note(out->seq, out->attempts, out->reason, sum);
    out->is_good = fits(sum, statement_span(s, first + 3));
}

static void take_note(const struct statement *s, struct inbox_found *f)
{
    struct inbox_sqlite_note note;

    inbox_sqlite_read_note(s, NOTE, &note);
    f->row.attempts = note.attempts;
    f->is_aside = note.reason.ptr != NULL;
    f->reason = note.reason;
    if (!f->damage && !note.is_good)
        f->damage = INBOX_NOTE_DAMAGED;
}

static void take_record(const struct statement *s, struct inbox_found *f)
{
    *f = (struct inbox_found){.row = {.seq = statement_u64(s, SEQ),
                                      .tunnel = statement_span(s, TUNNEL),
                                      .id = statement_span(s, ID),
                                      .received_ms = statement_u64(s, RECEIVED),
                                      .answered = small(statement_u64(s, ANSWERED)),
                                      .content_len = statement_u64(s, LEN),
                                      .content_sum = statement_span(s, CONTENT_SUM)}};
    if (!is_record_good(s, &f->row))
        f->damage = INBOX_RECORD_DAMAGED;
    if (!statement_is_null(s, NOTE))
        take_note(s, f);
}

/* A checksum of the whole content cannot be compared when half of it is not read. */
static void take_content(const struct statement *s, bool no_body, struct inbox_found *f)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];

    f->row.head = statement_span(s, 0);
    if (no_body)
        return;
    f->row.body = statement_span(s, 1);
    inbox_checksum_content(f->row.head, f->row.body, sum);
    bool is_good = f->row.head.len + f->row.body.len == f->row.content_len &&
                   fits(sum, f->row.content_sum);
    if (!is_good && f->damage <= INBOX_NOTE_DAMAGED)
        f->damage = INBOX_CONTENT_DAMAGED;
}

enum err inbox_sqlite_read_one(struct inbox_sqlite_read *r, uint64_t seq, bool no_body,
                               struct inbox_found *out)
{
    struct statement *content = no_body ? &r->head : &r->content;
    bool has_row = false;

    *out = (struct inbox_found){0};
    statement_bind_u64(&r->record, 1, seq);
    enum err rc = statement_step(&r->record, &has_row);
    if (rc || !has_row)
        return rc ? rc : ERR_NOT_FOUND;
    take_record(&r->record, out);
    statement_bind_u64(content, 1, seq);
    rc = statement_step(content, &has_row);
    if (rc)
        return rc;
    if (has_row)
        take_content(content, no_body, out);
    else if (out->damage <= INBOX_NOTE_DAMAGED)
        out->damage = INBOX_CONTENT_MISSING;
    return OK;
}

void inbox_sqlite_read_done(struct inbox_sqlite_read *r)
{
    statement_reset(&r->record);
    statement_reset(&r->content);
    statement_reset(&r->head);
}

enum err inbox_sqlite_read_records(struct database *db,
                                   enum err (*each)(void *owner, const struct inbox_found *f),
                                   void *owner)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, db, RECORD "ORDER BY r.seq");

    while (!rc && has_row) {
        struct inbox_found f;

        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        take_record(&s, &f);
        rc = each(owner, &f);
    }
    statement_fini(&s);
    return rc;
}

/* ---- tunnels ---- */

static bool copy_text(char *out, size_t size, struct span s)
{
    if (s.len >= size || span_find(s, '\0') < s.len)
        return false;
    if (s.ptr)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
    return true;
}

static bool take_tunnel(const struct statement *s, char name[static LINK_TUNNEL_MAX + 1],
                        char token_id[static INBOX_TOKEN_ID_MAX], struct inbox_tunnel *t)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];

    *t = (struct inbox_tunnel){
        .name = name,
        .token_id = token_id,
        .answer = (enum link_answer)(statement_u64(s, 2) % 3),
        .offline = (enum link_offline)(statement_u64(s, 3) % 2),
        .linked_ms = statement_u64(s, 4),
    };
    if (!copy_text(name, LINK_TUNNEL_MAX + 1, statement_span(s, 0)) ||
        !copy_text(token_id, INBOX_TOKEN_ID_MAX, statement_span(s, 1)))
        return false;
    inbox_checksum_tunnel(t, sum);
    return statement_u64(s, 2) == t->answer && statement_u64(s, 3) == t->offline &&
           link_tunnel_name_is_valid(span_text(name)) && fits(sum, statement_span(s, 5));
}

enum err inbox_sqlite_read_tunnels(struct database *db,
                                   enum err (*each)(void *owner, const struct inbox_tunnel *t),
                                   void *owner, size_t *damaged)
{
    char name[LINK_TUNNEL_MAX + 1], token_id[INBOX_TOKEN_ID_MAX];
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, db,
                                 "SELECT name, token_id, answer, offline, linked_ms, sum"
                                 "  FROM tunnel ORDER BY linked_ms, name");

    *damaged = 0;
    while (!rc && has_row) {
        struct inbox_tunnel t;

        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        if (take_tunnel(&s, name, token_id, &t))
            rc = each(owner, &t);
        else
            ++*damaged;
    }
    statement_fini(&s);
    return rc;
}
