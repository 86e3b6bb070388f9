/* The happy path:
 *  1. inbox_open lets the engine tell what it holds, which fills the index.
 *  2. inbox_put looks at the quota, enters the record in the index and hands a copy to the
 *     engine; `stored` follows when that has an answer.
 *  3. Removals, notes and tunnels change the index at once and go behind (inbox_changes.h).
 *  4. inbox_fetch picks the seqs out of the index, in order, and the engine reads them.
 *     What was removed meanwhile is left out.
 *  5. A second after the last op the engine may tidy up.
 *  6. inbox_close hands over what waits; the engine does all of it and closes.
 *
 * What can go wrong:
 *  - The disk refuses a put: it leaves the index again before `stored` tells.
 *  - A record is damaged: it is set aside, with the reason; at the start as in a fetch.
 *  - The file is damaged: inbox_open says so, and under way every op fails.
 *  - `stored` or `fetched` closes the inbox: nothing is touched after the call. */
#include "relay-server/inbox/inbox_impl.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define TUNNEL_BYTES (64ull * 1024 * 1024)
#define TOTAL_BYTES  (1024ull * 1024 * 1024)

#define REST_MS      1000u /* after the last op */
#define REST_MORE_MS 25u

/* ---- rest ---- */

static void on_rest_due(struct deadline *d);

static void schedule_rest(struct inbox *b, uint64_t after_ms)
{
    if (b->is_closing || !b->rest || deadline_is_set(&b->rest_due))
        return;
    enum err rc = deadline_set(b->loop, &b->rest_due, after_ms, on_rest_due);
    (void)rc; /* out of memory: the next op tries again */
}

void inbox_impl_note_traffic(struct inbox *b)
{
    b->has_traffic = true;
    schedule_rest(b, REST_MS);
}

static void on_rest_done(struct inbox_op *op)
{
    struct inbox *b = op->owner;

    b->rest = op;
    if (op->rc)
        inbox_report_outcome(&b->report, op, inbox_impl_now_ms(b));
    if (op->has_more && !b->has_traffic)
        schedule_rest(b, REST_MORE_MS);
    else if (b->has_traffic)
        schedule_rest(b, REST_MS);
}

static void on_rest_due(struct deadline *d)
{
    struct inbox *b = CONTAINER_OF(d, struct inbox, rest_due);
    struct inbox_op *op = b->rest;

    if (b->has_traffic) {
        b->has_traffic = false;
        schedule_rest(b, REST_MS);
        return;
    }
    op->owner = b;
    op->done = on_rest_done;
    if (!b->kind->submit(b->engine, op))
        b->rest = NULL;
}

/* ---- tunnels ---- */

enum err inbox_impl_place(struct inbox *b, const char *name, struct inbox_place **out)
{
    enum err rc = inbox_index_open(&b->index, span_text(name), out);

    if (rc != ERR_LIMIT)
        return rc;
    struct inbox_place *old = inbox_index_oldest_empty(&b->index);
    struct inbox_op *op;
    if (!old)
        return ERR_LIMIT;
    const struct inbox_tunnel forgotten = {.name = old->name, .token_id = ""};
    rc = inbox_op_new_tunnel(INBOX_FORGET, &forgotten, &op);
    if (rc)
        return rc;
    rc = inbox_changes_add(&b->changes, op);
    if (rc) {
        inbox_op_free(op);
        return rc;
    }
    inbox_index_forget(&b->index, old);
    return inbox_index_open(&b->index, span_text(name), out);
}

/* ---- changes ---- */

static void on_settled(void *owner, struct inbox_op *op)
{
    struct inbox *b = owner;

    inbox_report_outcome(&b->report, op, inbox_impl_now_ms(b));
    inbox_impl_note_traffic(b);
}

static enum err add_change(struct inbox *b, struct inbox_op *op)
{
    enum err rc = b->is_closing ? ERR_CLOSED : inbox_changes_add(&b->changes, op);

    if (rc)
        inbox_op_free(op);
    return rc;
}

enum err inbox_remove(struct inbox *b, uint64_t seq, bool delivered)
{
    struct inbox_entry *e = inbox_index_get(&b->index, seq);

    if (!e)
        return OK;
    struct inbox_op *op = inbox_op_new(INBOX_REMOVE, 0);
    if (!op)
        return ERR_NOMEM;
    op->change.seq = seq;
    enum err rc = add_change(b, op);
    if (rc)
        return rc;
    e->place->counts.delivered += delivered;
    b->index.total.delivered += delivered;
    inbox_index_remove(&b->index, e);
    return OK;
}

enum err inbox_note(struct inbox *b, uint64_t seq, unsigned attempts, const char *reason)
{
    struct inbox_entry *e = inbox_index_get(&b->index, seq);
    struct inbox_op *op;

    if (!e)
        return OK;
    enum err rc = inbox_op_new_note(seq, attempts, reason, &op);
    if (!rc)
        rc = add_change(b, op);
    if (rc)
        return rc;
    e->attempts = attempts;
    inbox_index_set_aside(&b->index, e, reason != NULL);
    return OK;
}

enum err inbox_restore(struct inbox *b, uint64_t seq)
{
    const struct inbox_entry *e = inbox_index_get(&b->index, seq);

    return e && e->is_aside ? inbox_note(b, seq, 0, NULL) : OK;
}

static void take_tunnel(struct inbox *b, struct inbox_place *p, const struct inbox_tunnel *t)
{
    memcpy(p->token_id, t->token_id, strlen(t->token_id) + 1);
    p->answer = t->answer;
    p->offline = t->offline;
    p->linked_ms = t->linked_ms;
    p->is_remembered = true;
    inbox_index_touch(&b->index, p);
}

enum err inbox_remember(struct inbox *b, const struct inbox_tunnel *t)
{
    struct inbox_place *p;
    struct inbox_op *op;

    if (strlen(t->token_id) >= INBOX_TOKEN_ID_MAX)
        return ERR_LIMIT;
    enum err rc = b->is_closing ? ERR_CLOSED : inbox_impl_place(b, t->name, &p);
    if (!rc)
        rc = inbox_op_new_tunnel(INBOX_REMEMBER, t, &op);
    if (!rc)
        rc = add_change(b, op);
    if (!rc)
        take_tunnel(b, p, t);
    return rc;
}

/* ---- what is known ---- */

uint64_t inbox_next_seq(struct inbox *b)
{
    return ++b->last_seq;
}

struct inbox_counts inbox_counts_of(const struct inbox *b, const char *tunnel)
{
    const struct inbox_place *p = inbox_index_find(&b->index, span_text(tunnel));

    return p ? p->counts : (struct inbox_counts){0};
}

struct inbox_counts inbox_counts_all(const struct inbox *b)
{
    return b->index.total;
}

uint64_t inbox_oldest_ms(const struct inbox *b, const char *tunnel)
{
    const struct inbox_fetch oldest = {.tunnel = tunnel, .records_max = 1};
    uint64_t seq;

    if (inbox_index_select(&b->index, &oldest, &seq) == 0)
        return 0;
    return inbox_index_get(&b->index, seq)->received_ms;
}

const char *inbox_detail(const struct inbox *b)
{
    return b->report.detail;
}

/* A name that is known from damaged records only may be no tunnel's. */
static bool is_worth_telling(const struct inbox_place *p)
{
    return p->name[0] != '\0' && (p->is_remembered || p->counts.kept > 0);
}

void inbox_each_tunnel(struct inbox *b, void (*each)(void *owner, const struct inbox_tunnel *t),
                       void *owner)
{
    const struct list *all = &b->index.order;

    for (struct list_node *n = list_first(all); n; n = list_next(all, n)) {
        const struct inbox_place *p = CONTAINER_OF(n, struct inbox_place, in_order);
        const struct inbox_tunnel t = {
            .name = p->name,
            .token_id = p->token_id,
            .answer = p->answer,
            .offline = p->offline,
            .linked_ms = p->linked_ms,
            .kept = p->counts.kept,
            .kept_bytes = p->counts.bytes,
            .aside = p->counts.aside,
        };

        if (is_worth_telling(p))
            each(owner, &t);
    }
}

/* ---- life ---- */

static enum err on_found_tunnel(void *owner, const struct inbox_tunnel *t)
{
    struct inbox *b = owner;
    struct inbox_place *p;
    enum err rc = inbox_index_open(&b->index, span_text(t->name), &p);

    if (rc)
        return rc == ERR_LIMIT ? OK : rc; /* was forgotten, but for the disk */
    take_tunnel(b, p, t);
    return OK;
}

/* Is kept from being sent. */
static enum err set_aside(struct inbox *b, const struct inbox_found *f)
{
    char reason[DETAIL_MAX];
    struct inbox_op *op;

    (void)snprintf(reason, sizeof(reason), "damaged: %s", inbox_damage_text(f->damage));
    enum err rc = inbox_op_new_note(f->row.seq, f->row.attempts, reason, &op);
    if (rc)
        return rc;
    rc = inbox_changes_add(&b->changes, op);
    if (rc) /* too many: the rest is found in the fetches */
        inbox_op_free(op);
    return OK;
}

static enum err on_found_record(void *owner, const struct inbox_found *f)
{
    struct inbox *b = owner;
    bool is_named = link_tunnel_name_is_valid(f->row.tunnel);
    uint64_t bytes = INBOX_RECORD_EXTRA + (f->damage ? 0 : f->row.content_len);
    struct inbox_place *p;
    struct inbox_entry *e;
    enum err rc = inbox_index_open(&b->index, is_named ? f->row.tunnel : SPAN(""), &p);

    if (!rc)
        rc = inbox_index_add(&b->index, p, f->row.seq,
                             bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX, &e);
    if (rc)
        return rc;
    e->received_ms = f->row.received_ms;
    e->attempts = f->row.attempts;
    inbox_index_set_aside(&b->index, e, f->is_aside || f->damage != INBOX_WHOLE);
    if (!f->damage || f->is_aside)
        return OK;
    inbox_report_damage(f->row.seq, p->name, inbox_damage_text(f->damage));
    return set_aside(b, f);
}

static void free_inbox(struct inbox *b)
{
    inbox_changes_fini(&b->changes);
    inbox_index_fini(&b->index);
    inbox_op_free(b->rest);
    mem_free(b);
}

static enum err open_engine(struct inbox *b, const char *path, char detail[static DETAIL_MAX])
{
    const struct inbox_engine_options options = {
        .path = path,
        .found_tunnel = on_found_tunnel,
        .found_record = on_found_record,
        .owner = b,
    };

    b->kind = &inbox_sqlite;
    return b->kind->open(b->loop, &options, &b->engine, &b->last_seq, detail);
}

enum err inbox_open(struct loop *l, const struct inbox_options *options, struct inbox **out,
                    char detail[static DETAIL_MAX])
{
    struct inbox *b = mem_alloc(sizeof(*b));

    detail_write(detail, "%s", err_text(ERR_NOMEM));
    if (!b)
        return ERR_NOMEM;
    b->loop = l;
    b->tunnel_bytes = options->tunnel_bytes ? options->tunnel_bytes : TUNNEL_BYTES;
    b->total_bytes = options->total_bytes ? options->total_bytes : TOTAL_BYTES;
    inbox_changes_init(&b->changes, l, on_settled, b);
    b->rest = inbox_op_new(INBOX_REST, 0);
    enum err rc = b->rest ? inbox_index_init(&b->index) : ERR_NOMEM;
    if (!rc)
        rc = open_engine(b, options->path, detail);
    if (rc) {
        free_inbox(b);
        return rc;
    }
    inbox_changes_start(&b->changes, b->kind, b->engine);
    schedule_rest(b, REST_MS);
    *out = b;
    return OK;
}

static void on_engine_closed(void *owner)
{
    struct inbox *b = owner;
    void (*on_closed)(void *owner) = b->on_closed;
    void *closed_for = b->owner;

    free_inbox(b);
    if (on_closed)
        on_closed(closed_for);
}

void inbox_close(struct inbox *b, void (*on_closed)(void *owner), void *owner)
{
    if (b->is_closing)
        return;
    b->is_closing = true;
    b->on_closed = on_closed;
    b->owner = owner;
    deadline_clear(b->loop, &b->rest_due);
    inbox_changes_finish(&b->changes);
    b->kind->close(b->engine, on_engine_closed, b);
}
