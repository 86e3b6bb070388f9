#include "relay-server/inbox/inbox_impl.h"

#include "codec/http/http_head_text.h"

#define PUTS_MAX    4096u /* waiting for the disk */
#define WAITING_MAX (64u * 1024 * 1024)

static void on_put_done(struct inbox_op *op)
{
    struct inbox *b = op->owner;
    struct inbox_ticket *ticket = op->put.ticket;
    enum err rc = op->rc;
    struct inbox_entry *e = rc ? inbox_index_get(&b->index, op->put.row.seq) : NULL;

    inbox_report_outcome(&b->report, op, inbox_impl_now_ms(b));
    if (e)
        inbox_index_remove(&b->index, e);
    b->puts--;
    b->waiting_bytes -= op->put.size;
    inbox_impl_note_traffic(b);
    inbox_op_free(op);
    ticket->stored(ticket, rc);
}

static bool has_room(const struct inbox *b, const struct inbox_place *p, uint64_t bytes)
{
    uint64_t used = p->counts.bytes, total = b->index.total.bytes;

    return used <= b->tunnel_bytes && bytes <= b->tunnel_bytes - used &&
           total <= b->total_bytes && bytes <= b->total_bytes - total;
}

static enum err submit_put(struct inbox *b, struct inbox_op *op, struct inbox_place *p,
                           uint32_t bytes)
{
    struct inbox_entry *e;
    enum err rc = inbox_index_add(&b->index, p, op->put.row.seq, bytes, &e);

    if (rc)
        return rc;
    e->received_ms = op->put.row.received_ms;
    e->attempts = op->put.row.attempts;
    rc = b->kind->submit(b->engine, op);
    if (rc)
        inbox_index_remove(&b->index, e);
    return rc;
}

enum err inbox_put(struct inbox *b, const struct inbox_delivery *d, struct inbox_ticket *ticket)
{
    size_t head_size = http_head_text_size(d->head);
    uint64_t bytes = (uint64_t)head_size + d->body.len + INBOX_RECORD_EXTRA;
    struct inbox_place *p;
    struct inbox_op *op;

    if (b->is_closing)
        return ERR_CLOSED;
    enum err rc = inbox_impl_place(b, d->tunnel, &p);
    if (rc)
        return rc;
    if (bytes > UINT32_MAX || !has_room(b, p, bytes)) {
        inbox_report_full(p, inbox_impl_now_ms(b));
        return ERR_LIMIT;
    }
    if (b->puts >= PUTS_MAX || b->waiting_bytes >= WAITING_MAX)
        return ERR_BUSY;
    rc = inbox_op_new_put(d, head_size, &op);
    if (rc)
        return rc;
    op->owner = b;
    op->done = on_put_done;
    op->put.ticket = ticket;
    rc = submit_put(b, op, p, (uint32_t)bytes);
    if (rc) {
        inbox_op_free(op);
        return rc;
    }
    b->puts++;
    b->waiting_bytes += op->put.size;
    return OK;
}
