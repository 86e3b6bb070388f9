#include "relay-client/journal/writer/journal_insert.h"

#include "base/container.h"
#include "relay-client/journal/journal_schema_table.h"

_Static_assert(JOURNAL_BY_INBOX == 4, "SQL says it literally");

enum err journal_insert_init(struct journal_insert *ins, struct database *db,
                             struct journal_derived *derived)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&ins->exchange,
         "INSERT INTO exchange (id, delivery, tunnel, peer, method, target,"
         "  received_ms, arrived_ms, webhook, replay_of, duplicate_of, body_len,"
         "  body_truncated, events_len, answered, imported, simulated)"
         "  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&ins->request, "INSERT INTO request (exchange, head, body) VALUES (?,?,?)"},
        {&ins->answer,
         "INSERT OR REPLACE INTO answer (exchange, verdict, provider, secret_label,"
         "  explanation, handler, status, error, stored_us, handler_us, total_us,"
         "  body_truncated, head, body, answered_by, answered_us, outcome, attempts, crashes,"
         "  next_ms, unreachable, called_us, cause) VALUES "
         "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&ins->sender, "UPDATE answer SET status = ?2, answered_by = ?3, answered_us = ?4"
                       "  WHERE exchange = ?1"},
        {&ins->sender_before, "UPDATE exchange SET answered = ?2 WHERE id = ?1"},
        /* Of what came out of the inbox; the news may be older than the answer. */
        {&ins->sender_joins,
         "UPDATE answer SET status = x.answered, answered_by = 4, answered_us = 0"
         "  FROM exchange x WHERE x.id = ?1 AND answer.exchange = ?1 AND x.answered > 0"
         "  AND answer.answered_by <> 4"},
        {&ins->event, "INSERT INTO event (id, type, mode, timestamp_ms, source_type, source_id,"
                      "  user_id, webhook_event_id, reply_token, redelivery, duplicate_of,"
                      "  message_id, message_type, text) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&ins->find_delivery, "SELECT id FROM exchange WHERE delivery = ?"},
        /* What was imported never came here, and what was simulated or replayed not from
         * LINE: nothing is a duplicate of it. */
        {&ins->find_event,
         "SELECT x.id FROM event v JOIN exchange x ON x.id = v.id / 128"
         "  WHERE v.webhook_event_id = ? AND v.webhook_event_id <> ''"
         "  AND x.imported = 0 AND x.simulated = 0 AND x.replay_of = 0 AND NOT EXISTS"
         "  (SELECT 1 FROM summary s"
         "   WHERE s.exchange = x.id AND s.verdict IN (2, 3))"
         "  ORDER BY v.id LIMIT 1"},
        /* Its exchanges that are pending, or to which the bot has said 2xx: ":status: 2" */
        {&ins->find_done, "SELECT a.exchange FROM event v JOIN answer a"
                          "  ON a.exchange = v.id / 128 JOIN exchange x ON x.id = a.exchange"
                          "  WHERE v.webhook_event_id = ? AND v.webhook_event_id <> ''"
                          "  AND x.imported = 0 AND x.simulated = 0 AND x.replay_of = 0"
                          "  AND (a.outcome = 1 OR substr(a.head, 10, 1) = x'32') LIMIT 1"},
        {&ins->find_dropped, "SELECT exchange FROM answer WHERE exchange = ? AND outcome = 3"},
    };
    enum err rc = OK;

    *ins = (struct journal_insert){.derived = derived};
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc;
}

void journal_insert_fini(struct journal_insert *ins)
{
    statement_fini(&ins->exchange);
    statement_fini(&ins->request);
    statement_fini(&ins->answer);
    statement_fini(&ins->event);
    statement_fini(&ins->sender);
    statement_fini(&ins->sender_before);
    statement_fini(&ins->sender_joins);
    statement_fini(&ins->find_delivery);
    statement_fini(&ins->find_event);
    statement_fini(&ins->find_done);
    statement_fini(&ins->find_dropped);
}

static void bind_text(struct statement *s, int parameter, const char *text)
{
    statement_bind_text(s, parameter, span_text(text));
}

/* The exchange found by the one parameter `text`; 0: none. */
static enum err find(struct statement *s, const char *text, uint64_t *out)
{
    bool has_row;

    bind_text(s, 1, text);
    enum err rc = statement_step(s, &has_row);
    *out = !rc && has_row ? statement_u64(s, 0) : 0;
    statement_reset(s);
    return rc;
}

/* ---- events ---- */

struct events {
    struct line_batch batch;
    uint64_t duplicate_of[LINE_EVENTS_MAX];
    uint64_t first_duplicate;
    bool are_repeated;
};

static enum err find_duplicates(struct journal_insert *ins, struct events *events)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < events->batch.events_len; i++) {
        const char *identity = events->batch.events[i].webhook_event_id;

        events->duplicate_of[i] = 0;
        if (identity[0] != '\0')
            rc = find(&ins->find_event, identity, &events->duplicate_of[i]);
        if (events->first_duplicate == 0)
            events->first_duplicate = events->duplicate_of[i];
    }
    return rc;
}

/* Of all, those that the batch does not hold included. */
static enum err find_repeated(struct journal_insert *ins, struct events *events)
{
    const struct line_batch *b = &events->batch;
    uint64_t done = 1;
    enum err rc = OK;

    if (events->first_duplicate == 0 || b->events_total > b->events_len)
        return OK;
    for (size_t i = 0; !rc && done > 0 && i < b->events_len; i++)
        rc = find(&ins->find_done, b->events[i].webhook_event_id, &done);
    events->are_repeated = !rc && done > 0;
    return rc;
}

static enum err parse_events(struct journal_insert *ins, const struct journal_entry *e,
                             struct events *out)
{
    const struct journal_request *r = &e->request;

    out->batch = (struct line_batch){0};
    out->first_duplicate = 0;
    out->are_repeated = false;
    if (!r->webhook || r->body_truncated)
        return OK;
    enum err rc = line_batch_parse(&out->batch, r->body);
    if (rc)
        return rc;
    if (r->replay_of > 0 || r->is_simulated ||
        e->is_imported) { /* on purpose, and it says so already */
        memset(out->duplicate_of, 0, sizeof(out->duplicate_of));
        return OK;
    }
    rc = find_duplicates(ins, out);
    return rc ? rc : find_repeated(ins, out);
}

static enum err insert_event(struct statement *s, uint64_t id, const struct line_event *event,
                             uint64_t duplicate_of)
{
    statement_bind_u64(s, 1, id);
    bind_text(s, 2, event->type);
    bind_text(s, 3, event->mode);
    statement_bind_u64(s, 4, event->timestamp_ms);
    bind_text(s, 5, event->source_type);
    bind_text(s, 6, event->source_id);
    bind_text(s, 7, event->user_id);
    bind_text(s, 8, event->webhook_event_id);
    bind_text(s, 9, event->reply_token);
    statement_bind_u64(s, 10, event->is_redelivery);
    statement_bind_u64(s, 11, duplicate_of);
    bind_text(s, 12, event->message_id);
    bind_text(s, 13, event->message_type);
    bind_text(s, 14, event->text);
    return statement_run(s);
}

static enum err insert_events(struct journal_insert *ins, uint64_t exchange,
                              const struct events *events)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < events->batch.events_len; i++)
        rc = insert_event(&ins->event, exchange * JOURNAL_EVENTS_STRIDE + i,
                          &events->batch.events[i], events->duplicate_of[i]);
    return rc;
}

/* ---- requests ---- */

static enum err insert_exchange(struct statement *s, uint64_t id, const struct journal_entry *e,
                                const struct events *events)
{
    const struct journal_request *r = &e->request;

    statement_bind_u64(s, 1, id);
    bind_text(s, 2, r->delivery);
    bind_text(s, 3, r->tunnel);
    bind_text(s, 4, r->peer);
    statement_bind_text(s, 5, e->method);
    statement_bind_text(s, 6, e->target);
    statement_bind_u64(s, 7, r->received_ms);
    statement_bind_u64(s, 8, r->arrived_ms);
    statement_bind_u64(s, 9, r->webhook);
    statement_bind_u64(s, 10, r->replay_of);
    statement_bind_u64(s, 11, events->first_duplicate);
    statement_bind_u64(s, 12, r->body.len);
    statement_bind_u64(s, 13, r->body_truncated);
    statement_bind_u64(s, 14, events->batch.events_len);
    statement_bind_u64(s, 15, r->answered);
    statement_bind_u64(s, 16, e->is_imported);
    statement_bind_u64(s, 17, r->is_simulated);
    return statement_run(s);
}

static enum err insert_content(struct statement *s, uint64_t exchange,
                               const struct journal_entry *e)
{
    statement_bind_u64(s, 1, exchange);
    statement_bind_blob(s, 2, e->head);
    statement_bind_blob(s, 3, e->request.body);
    return statement_run(s);
}

/* The delivery is unique, and so is `id`: a conflict is the delivery's. */
static enum err report_conflict(struct journal_insert *ins, struct journal_entry *e)
{
    enum err rc = find(&ins->find_delivery, e->request.delivery, &e->exchange);

    if (rc)
        return rc;
    return e->exchange > 0 ? ERR_CONFLICT : ERR_CORRUPT;
}

enum err journal_insert_request(struct journal_insert *ins, struct journal_entry *e,
                                uint64_t id)
{
    struct events events;
    enum err rc = parse_events(ins, e, &events);

    if (!rc)
        rc = insert_exchange(&ins->exchange, id, e, &events);
    if (rc == ERR_CONFLICT) {
        rc = report_conflict(ins, e);
    } else if (!rc) {
        e->exchange = id;
        e->duplicate_of = events.first_duplicate;
        e->is_repeated = events.are_repeated;
        rc = insert_content(&ins->request, id, e);
        if (!rc)
            rc = insert_events(ins, id, &events);
        if (!rc)
            rc = journal_derived_insert(ins->derived, e, &events.batch);
        if (rc == ERR_CONFLICT) /* rows of an exchange that did not exist */
            rc = ERR_CORRUPT;
    }
    if (e->request.batch)
        *e->request.batch = events.batch;
    else
        line_batch_fini(&events.batch);
    return rc;
}

/* ---- answers ---- */

/* What came out of the inbox had its answer before it came, whatever becomes of it. */
static enum err update_sender(struct journal_insert *ins, const struct journal_answer *a)
{
    struct statement *s = &ins->sender;
    enum err rc = OK;

    if (a->by == JOURNAL_BY_INBOX) {
        statement_bind_u64(&ins->sender_before, 1, a->exchange);
        statement_bind_u64(&ins->sender_before, 2, a->status);
        rc = statement_run(&ins->sender_before);
    }
    if (rc)
        return rc;
    statement_bind_u64(s, 1, a->exchange);
    statement_bind_u64(s, 2, a->status);
    statement_bind_u64(s, 3, a->by);
    statement_bind_u64(s, 4, a->answered_us);
    rc = statement_run(s);
    return rc ? rc : journal_derived_update(ins->derived, a->exchange, false);
}

static enum err is_dropped(struct journal_insert *ins, const struct journal_answer *a,
                           bool *out)
{
    struct statement *s = &ins->find_dropped;

    *out = false;
    if (a->outcome != JOURNAL_PENDING && a->outcome != JOURNAL_ASIDE)
        return OK;
    statement_bind_u64(s, 1, a->exchange);
    enum err rc = statement_step(s, out);
    statement_reset(s);
    return rc;
}

static void bind_fate(struct statement *s, const struct journal_answer *a)
{
    statement_bind_u64(s, 15, a->by);
    statement_bind_u64(s, 16, a->answered_us);
    statement_bind_u64(s, 17, a->outcome);
    statement_bind_u64(s, 18, a->attempts);
    statement_bind_u64(s, 19, a->crashes);
    statement_bind_u64(s, 20, a->next_ms);
    statement_bind_u64(s, 21, a->is_unreachable);
    statement_bind_u64(s, 22, a->called_us);
    bind_text(s, 23, a->cause);
}

static enum err insert_answer(struct statement *s, const struct journal_entry *e)
{
    const struct journal_answer *a = &e->answer;

    statement_bind_u64(s, 1, a->exchange);
    statement_bind_u64(s, 2, a->verdict);
    bind_text(s, 3, a->provider);
    bind_text(s, 4, a->secret_label);
    bind_text(s, 5, a->explanation);
    bind_text(s, 6, a->handler);
    statement_bind_u64(s, 7, a->status);
    bind_text(s, 8, a->error);
    statement_bind_u64(s, 9, a->stored_us);
    statement_bind_u64(s, 10, a->handler_us);
    statement_bind_u64(s, 11, a->total_us);
    statement_bind_u64(s, 12, a->body_truncated);
    if (e->head.len > 0) /* else NULL */
        statement_bind_blob(s, 13, e->head);
    statement_bind_blob(s, 14, a->body);
    bind_fate(s, a);
    return statement_run(s);
}

enum err journal_insert_answer(struct journal_insert *ins, const struct journal_entry *e)
{
    bool dropped;

    if (e->answer.is_sender_only)
        return update_sender(ins, &e->answer);
    enum err rc = is_dropped(ins, &e->answer, &dropped);
    if (rc || dropped)
        return rc;
    rc = insert_answer(&ins->answer, e);
    if (rc)
        return rc;
    statement_bind_u64(&ins->sender_joins, 1, e->answer.exchange);
    rc = statement_run(&ins->sender_joins);
    return rc ? rc : journal_derived_update(ins->derived, e->answer.exchange, e->answer.is_now);
}
