/* 1. the journal's reader says which exchange is meant
 * 2. the running agent is asked to settle it; if none runs, settle_journal.h does
 * 3. what came of it is printed */
#include "relay-client/commands/settle_command.h"

#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-client/agent_question.h"
#include "relay-client/commands/settle_journal.h"
#include "relay-client/journal_access.h"

#include <inttypes.h>

struct settling {
    struct command_call *call;          /* borrowed */
    const struct settle_command *words; /* borrowed */
    struct journal_access journal;
    uint64_t exchange; /* 0: all */
    uint64_t count;
    bool is_alone; /* no agent runs */
};

/* ---- step 3 ---- */

static void print_json(const struct settling *s)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", s->words->type);
    if (s->exchange > 0)
        json_writer_member_u64(&w, "exchange", s->exchange);
    else
        json_writer_member_null(&w, "exchange");
    json_writer_member_u64(&w, "count", s->count);
    json_writer_member_bool(&w, "agent", !s->is_alone);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(s->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

static void print_text(const struct settling *s)
{
    const struct settle_command *words = s->words;

    if (s->exchange > 0)
        (void)fprintf(s->call->out, "%" PRIu64 " %s\n", s->exchange,
                      s->is_alone ? words->one_alone : words->one);
    else if (s->count == 0)
        (void)fprintf(s->call->out, "%s\n", words->none);
    else if (s->count == 1)
        (void)fprintf(s->call->out, "1 delivery %s\n",
                      s->is_alone ? words->one_alone : words->one);
    else
        (void)fprintf(s->call->out, "%" PRIu64 " deliveries %s\n", s->count,
                      s->is_alone ? words->many_alone : words->many);
}

static enum command_exit print(const struct settling *s)
{
    if (settings_bool(s->call->settings, "json"))
        print_json(s);
    else
        print_text(s);
    return COMMAND_OK;
}

/* ---- step 2 ---- */

static enum command_exit complain(const struct settling *s, enum err why, const char *detail)
{
    char shown[600];

    if (why == ERR_CONFLICT)
        command_complain(s->call,
                         "exchange %" PRIu64
                         " is neither pending nor set aside: `hookline list "
                         "--pending` shows what is, `hookline replay` sends it once more",
                         s->exchange);
    else if (why == ERR_NOT_FOUND)
        command_complain(s->call, "exchange %" PRIu64 " is not in the journal any more",
                         s->exchange);
    else
        command_complain(s->call, "the journal cannot be changed: %s",
                         text_escape(shown, sizeof(shown), span_text(detail)));
    return COMMAND_FAILED;
}

static enum command_exit settle_alone(struct settling *s)
{
    struct settle_journal_result result;
    enum err rc = settle_journal(s->journal.path, s->exchange, s->words->decision, &result);

    s->is_alone = true;
    s->count = result.count;
    return rc ? complain(s, rc, result.detail) : print(s);
}

static bool take_count(struct settling *s, const struct agent_answer *a)
{
    struct json_doc doc = {0};
    bool is_there = json_parse(&doc, bytes_span(&a->body), bytes_len(&a->body)) == OK &&
                    json_u64(json_member(json_root(&doc), "count"), &s->count);

    json_fini(&doc);
    return is_there;
}

static enum command_exit read_answer(struct settling *s, const struct agent_answer *a)
{
    char shown[400];

    if (a->status == 200 && take_count(s, a))
        return print(s);
    command_complain(s->call, "%s",
                     a->status == 200
                         ? "the running agent has answered what is not understood here"
                         : text_escape(shown, sizeof(shown), span_text(a->detail)));
    return COMMAND_FAILED;
}

static enum command_exit settle(struct settling *s)
{
    struct agent_answer answer;
    enum command_exit result;
    char question[64], shown[400];

    if (s->exchange > 0)
        (void)snprintf(question, sizeof(question), "{\"exchange\":%" PRIu64 "}", s->exchange);
    else
        (void)snprintf(question, sizeof(question), "{\"exchange\":null}");
    enum err rc = agent_question_ask(s->call, s->words->path, question, &answer);
    if (rc == ERR_NOT_FOUND) {
        result = settle_alone(s);
    } else if (rc) {
        command_complain(s->call, "the running agent: %s",
                         text_escape(shown, sizeof(shown), span_text(answer.detail)));
        result = COMMAND_FAILED;
    } else {
        result = read_answer(s, &answer);
    }
    agent_question_fini(&answer);
    return result;
}

/* ---- step 1 ---- */

static enum command_exit find(struct settling *s, const char *id)
{
    struct journal_exchange *x = NULL;
    enum err rc = journal_reader_get(s->journal.reader, span_text(id), &x);

    if (rc)
        return journal_access_complain_of(s->call, id, rc);
    s->exchange = journal_exchange_row(x)->id;
    journal_exchange_free(x);
    return COMMAND_OK;
}

enum command_exit settle_command_run(struct command_call *call,
                                     const struct settle_command *words)
{
    struct settling s = {.call = call, .words = words};
    const char *id = settings_text(call->settings, "exchange");

    if (settings_bool(call->settings, "all") == (id != NULL)) {
        command_complain(call,
                         id ? "say which one, or --all, but not both"
                            : "say which one: an ID of `hookline list --pending`, or --all");
        return COMMAND_USAGE;
    }
    enum command_exit result = journal_access_open(call, &s.journal);
    if (result == COMMAND_OK && id)
        result = find(&s, id);
    journal_access_close(&s.journal); /* a reader in between would hinder the writer */
    return result == COMMAND_OK ? settle(&s) : result;
}
