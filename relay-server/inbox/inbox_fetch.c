#include "relay-server/inbox/inbox_impl.h"

#include <stdio.h>

#define FETCHES_MAX 256u

/* They are out of the engine's hands, so this is the last word on them. */
static void finish_record(struct inbox_record *r, const struct inbox_entry *e)
{
    r->delivery.head = &r->head;
    r->delivery.attempts = e->attempts;
}

/* It was there when the index was made: somebody has changed the file beneath us. */
static void forget_missing(struct inbox *b, struct inbox_entry *e)
{
    inbox_report_missing(e->seq, e->place->name);
    inbox_index_remove(&b->index, e);
}

/* Records that were removed since they were asked for are left out; those that the engine
 * did not find, although they were not, are told. */
static void match(struct inbox *b, struct inbox_search *s)
{
    size_t found = 0, len = 0;

    for (size_t i = 0; i < s->seqs_len && s->seqs[i] != s->damaged; i++) {
        struct inbox_entry *e = inbox_index_get(&b->index, s->seqs[i]);
        bool is_found = found < s->records_len && s->records[found].delivery.seq == s->seqs[i];

        found += is_found;
        if (!e)
            continue;
        if (!is_found) {
            forget_missing(b, e);
            continue;
        }
        if (e->is_aside != s->fetch->aside)
            continue;
        if (len != found - 1)
            s->records[len] = s->records[found - 1];
        finish_record(&s->records[len++], e);
    }
    s->records_len = len;
}

static void set_aside(struct inbox *b, const struct inbox_op *op)
{
    struct inbox_entry *e = inbox_index_get(&b->index, op->search->damaged);
    enum inbox_damage damage = op->search->damage;
    const char *text = op->detail ? op->detail : err_text(op->rc);
    char reason[DETAIL_MAX];

    if (!e || e->is_aside)
        return;
    if (damage)
        text = inbox_damage_text(damage);
    inbox_report_damage(e->seq, e->place->name, text);
    (void)snprintf(reason, sizeof(reason), "damaged: %.480s", text);
    if (inbox_note(b, e->seq, e->attempts, reason))
        inbox_index_set_aside(&b->index, e, true); /* until the restart finds it again */
}

static void on_fetch_done(struct inbox_op *op)
{
    struct inbox *b = op->owner;
    struct inbox_search *s = op->search;

    inbox_report_outcome(&b->report, op, inbox_impl_now_ms(b));
    if (!op->rc || s->damaged)
        match(b, s);
    else
        s->records_len = 0;
    if (s->damaged)
        set_aside(b, op);
    b->fetches--;
    inbox_impl_note_traffic(b);
    s->fetch->fetched(s->fetch, op->rc, s->records, s->records_len);
    inbox_op_free(op);
}

enum err inbox_fetch(struct inbox *b, struct inbox_fetch *f)
{
    uint64_t seqs[INBOX_FETCH_MAX];
    struct inbox_fetch wanted = *f;
    struct inbox_op *op;

    if (b->is_closing)
        return ERR_CLOSED;
    if (b->fetches >= FETCHES_MAX)
        return ERR_BUSY;
    if (wanted.records_max > INBOX_FETCH_MAX)
        wanted.records_max = INBOX_FETCH_MAX;
    enum err rc =
        inbox_op_new_fetch(f, seqs, inbox_index_select(&b->index, &wanted, seqs), &op);
    if (rc)
        return rc;
    op->owner = b;
    op->done = on_fetch_done;
    rc = b->kind->submit(b->engine, op);
    if (rc)
        inbox_op_free(op);
    else
        b->fetches++;
    return rc;
}
