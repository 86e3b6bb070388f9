#include "relay-server/inbox/inbox_op.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"

#include <string.h>

struct inbox_op *inbox_op_new(enum inbox_op_kind kind, size_t more)
{
    struct inbox_op *op = mem_alloc(sizeof(*op) + more);

    if (op)
        op->kind = kind;
    return op;
}

static struct span copy(char **at, struct span s)
{
    char *start = *at;

    if (s.len > 0)
        memcpy(start, s.ptr, s.len);
    *at += s.len;
    return span_of(start, s.len);
}

static const char *copy_text(char **at, const char *text)
{
    return copy(at, span_of(text, strlen(text) + 1)).ptr;
}

enum err inbox_op_new_put(const struct inbox_delivery *d, size_t head_size,
                          struct inbox_op **out)
{
    size_t size = strlen(d->tunnel) + strlen(d->id) + head_size + d->body.len;
    struct inbox_op *op = inbox_op_new(INBOX_PUT, size);

    if (!op)
        return ERR_NOMEM;
    char *at = op->copies;
    struct inbox_row *r = &op->put.row;
    op->put.size = size;
    *r = (struct inbox_row){
        .seq = d->seq,
        .tunnel = copy(&at, span_text(d->tunnel)),
        .id = copy(&at, span_text(d->id)),
        .received_ms = d->received_ms,
        .attempts = d->attempts,
        .answered = d->answered,
        .content_len = head_size + d->body.len,
        .head = span_of(at, head_size),
    };
    http_head_text_format(d->head, at);
    at += head_size;
    r->body = copy(&at, d->body);
    *out = op;
    return OK;
}

static void free_search(struct inbox_search *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->storage && i < s->seqs_len; i++)
        mem_free(s->storage[i]);
    mem_free(s->storage);
    mem_free(s->records);
    mem_free(s);
}

enum err inbox_op_new_fetch(struct inbox_fetch *f, const uint64_t *seqs, size_t seqs_len,
                            struct inbox_op **out)
{
    struct inbox_op *op = inbox_op_new(INBOX_FETCH, 0);
    struct inbox_search *s = op ? mem_alloc(sizeof(*s)) : NULL;

    if (!s) {
        mem_free(op);
        return ERR_NOMEM;
    }
    op->search = s;
    s->fetch = f;
    s->no_bodies = f->no_bodies;
    s->seqs_len = seqs_len;
    memcpy(s->seqs, seqs, seqs_len * sizeof(seqs[0]));
    s->records = mem_alloc((seqs_len + 1) * sizeof(s->records[0]));
    s->storage = mem_alloc((seqs_len + 1) * sizeof(s->storage[0]));
    if (!s->records || !s->storage) {
        inbox_op_free(op);
        return ERR_NOMEM;
    }
    *out = op;
    return OK;
}

enum err inbox_op_new_note(uint64_t seq, unsigned attempts, const char *reason,
                           struct inbox_op **out)
{
    struct inbox_op *op = inbox_op_new(INBOX_NOTE, reason ? strlen(reason) + 1 : 0);

    if (!op)
        return ERR_NOMEM;
    char *at = op->copies;
    op->change.seq = seq;
    op->change.attempts = attempts;
    op->change.reason = reason ? copy_text(&at, reason) : NULL;
    *out = op;
    return OK;
}

enum err inbox_op_new_tunnel(enum inbox_op_kind kind, const struct inbox_tunnel *t,
                             struct inbox_op **out)
{
    struct inbox_op *op = inbox_op_new(kind, strlen(t->name) + strlen(t->token_id) + 2);

    if (!op)
        return ERR_NOMEM;
    char *at = op->copies;
    op->tunnel = *t;
    op->tunnel.name = copy_text(&at, t->name);
    op->tunnel.token_id = copy_text(&at, t->token_id);
    *out = op;
    return OK;
}

void inbox_op_free(struct inbox_op *op)
{
    if (!op)
        return;
    if (op->kind == INBOX_FETCH)
        free_search(op->search);
    mem_free(op->detail);
    mem_free(op);
}
