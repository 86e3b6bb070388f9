#include "relay-client/journal/writer/journal_call_insert.h"

#include "base/container.h"
#include "relay-client/journal/calls/call_said.h"
#include "relay-client/journal/calls/call_verdict.h"

_Static_assert(JOURNAL_PERSON_MADE_UP == 0, "SQL says it literally");

enum err journal_call_insert_init(struct journal_call_insert *ins, struct database *db,
                                  struct journal_derived *derived)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&ins->summary, "UPDATE summary SET calls = calls + 1,"
                        "  calls_worst = max(calls_worst, ?2), calls_found = calls_found | ?3,"
                        "  findings = findings | ?3, flags = flags | ?4"
                        "  WHERE exchange = ?1 RETURNING"
                        "  (SELECT iif(x.received_ms > 0, x.received_ms, x.arrived_ms)"
                        "    FROM exchange x WHERE x.id = ?1)"},
        {&ins->call, "INSERT INTO call (at_ms, took_us, mode, tie, exchange, event, place,"
                     "  status, sending, size, operation, method, target, host, request_id,"
                     "  problem, explanation, user_agent, said_type, said_text, said_len)"
                     "  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id"},
        {&ins->body, "INSERT INTO call_body (call, request_head, request_body,"
                     "  request_truncated, answer_head, answer_body, answer_truncated)"
                     "  VALUES (?,?,?,?,?,?,?)"},
        {&ins->chat,
         "INSERT OR IGNORE INTO call_chat (chat, place, call, sending) VALUES (?,?,?,?)"},
        /* What LINE or the user says is not replaced by what was made up, and nobody who was
         * made as a test becomes real. */
        {&ins->person, "INSERT INTO person (id, type, name, language, picture_url, source,"
                       "  test, at_ms, place) VALUES (?,?,?,?,?,?,?,?,?)"
                       " ON CONFLICT (id) DO UPDATE SET type = excluded.type,"
                       "  name = excluded.name, language = excluded.language,"
                       "  picture_url = excluded.picture_url, source = excluded.source,"
                       "  test = max(test, excluded.test)"
                       "  WHERE excluded.source <> 0 OR source = 0"},
    };
    enum err rc = OK;

    *ins = (struct journal_call_insert){.derived = derived};
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc;
}

void journal_call_insert_fini(struct journal_call_insert *ins)
{
    statement_fini(&ins->summary);
    statement_fini(&ins->call);
    statement_fini(&ins->body);
    statement_fini(&ins->chat);
    statement_fini(&ins->person);
}

static void bind_text(struct statement *s, int parameter, const char *text)
{
    statement_bind_text(s, parameter, span_text(text));
}

/* Its exchange learns of it; 0 if that is gone. */
static enum err tie(struct journal_call_insert *ins, struct journal_entry *e)
{
    const struct journal_call *call = &e->call;
    const struct call_verdict verdict = {call->mode, e->answer_status, call->is_sending,
                                         e->method, span_text(call->problem)};
    uint64_t found = call_verdict_findings(&verdict);
    bool has_row = false;

    e->exchange = 0;
    if (call->exchange == 0)
        return OK;
    statement_bind_u64(&ins->summary, 1, call->exchange);
    statement_bind_u64(&ins->summary, 2, call_verdict_worst(&verdict));
    statement_bind_u64(&ins->summary, 3, found);
    statement_bind_u64(&ins->summary, 4, found > 0 ? JOURNAL_FLAG_PROBLEM : 0);
    enum err rc = statement_step(&ins->summary, &has_row);
    e->received_ms = !rc && has_row ? statement_u64(&ins->summary, 0) : 0;
    statement_reset(&ins->summary);
    if (rc || !has_row)
        return rc;
    e->exchange = call->exchange;
    return journal_changes_add(ins->derived->changes, call->exchange);
}

static void bind_numbers(struct statement *s, const struct journal_entry *e, uint64_t place)
{
    const struct journal_call *call = &e->call;

    statement_bind_u64(s, 1, call->at_ms);
    statement_bind_u64(s, 2, call->took_us);
    statement_bind_u64(s, 3, call->mode);
    statement_bind_u64(s, 4, e->exchange > 0 ? call->tie : JOURNAL_CALL_UNTIED);
    statement_bind_u64(s, 5, e->exchange);
    statement_bind_u64(s, 6, e->exchange > 0 ? call->event : 0);
    statement_bind_u64(s, 7, place);
    statement_bind_u64(s, 8, e->answer_status);
    statement_bind_u64(s, 9, call->is_sending);
    statement_bind_u64(s, 10,
                       e->head.len + e->answer_head.len + call->request_body.len +
                           call->answer_body.len);
}

static enum err insert_call(struct journal_call_insert *ins, struct journal_entry *e,
                            uint64_t place)
{
    const struct journal_call *call = &e->call;
    struct statement *s = &ins->call;
    struct call_said said = {0};
    bool has_row;

    if (call->is_sending)
        call_said_read(call->request_body, &said);
    bind_numbers(s, e, place);
    bind_text(s, 11, call->operation);
    statement_bind_text(s, 12, e->method);
    statement_bind_text(s, 13, e->target);
    bind_text(s, 14, call->host);
    bind_text(s, 15, call->request_id);
    bind_text(s, 16, call->problem);
    bind_text(s, 17, call->explanation);
    statement_bind_text(s, 18, e->user_agent);
    statement_bind_text(s, 19, span_of(said.type, said.type_len));
    statement_bind_text(s, 20, span_of(said.text, said.text_len));
    statement_bind_u64(s, 21, said.len);
    enum err rc = statement_step(s, &has_row);
    if (!rc)
        e->call_id = statement_u64(s, 0);
    statement_reset(s);
    return rc;
}

static enum err insert_body(struct journal_call_insert *ins, const struct journal_entry *e)
{
    const struct journal_call *call = &e->call;
    struct statement *s = &ins->body;

    statement_bind_u64(s, 1, e->call_id);
    statement_bind_blob(s, 2, e->head);
    statement_bind_blob(s, 3, call->request_body);
    statement_bind_u64(s, 4, call->request_truncated);
    if (e->answer_head.len > 0) /* else NULL */
        statement_bind_blob(s, 5, e->answer_head);
    statement_bind_blob(s, 6, call->answer_body);
    statement_bind_u64(s, 7, call->answer_truncated);
    return statement_run(s);
}

static enum err insert_chats(struct journal_call_insert *ins, const struct journal_entry *e,
                             uint64_t place)
{
    enum err rc = OK;

    for (size_t at = 0; !rc && at < e->chats.len;) {
        struct span chat = span_text(e->chats.ptr + at);

        statement_bind_text(&ins->chat, 1, chat);
        statement_bind_u64(&ins->chat, 2, place);
        statement_bind_u64(&ins->chat, 3, e->call_id);
        statement_bind_u64(&ins->chat, 4, e->call.is_sending);
        rc = statement_run(&ins->chat);
        at += chat.len + 1;
    }
    return rc;
}

enum err journal_call_insert(struct journal_call_insert *ins, struct journal_entry *e,
                             uint64_t place)
{
    enum err rc = tie(ins, e);

    if (!rc)
        rc = insert_call(ins, e, place);
    if (!rc)
        rc = insert_body(ins, e);
    if (!rc)
        rc = insert_chats(ins, e, place);
    return rc == ERR_CONFLICT ? ERR_CORRUPT : rc; /* its id was never given before */
}

enum err journal_call_insert_person(struct journal_call_insert *ins,
                                    const struct journal_entry *e, uint64_t place)
{
    const struct journal_person *p = &e->person;
    struct statement *s = &ins->person;

    bind_text(s, 1, p->id);
    bind_text(s, 2, p->type);
    bind_text(s, 3, p->name);
    bind_text(s, 4, p->language);
    bind_text(s, 5, p->picture_url);
    statement_bind_u64(s, 6, p->source);
    statement_bind_u64(s, 7, p->is_test);
    statement_bind_u64(s, 8, e->wall_ms);
    statement_bind_u64(s, 9, place);
    return statement_run(s);
}
