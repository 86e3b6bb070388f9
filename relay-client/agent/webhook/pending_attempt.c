/* An attempt:
 *   1. journal_pending_begin, if this webhook may have killed us before: should it do so again,
 *      it is counted
 *   2. journal_pending_load; the signature is checked (we may have died before that)
 *   3. the handler is called (bot_call.h)
 *   4. an answer is recorded; the rest is for the owner to decide
 * What can go wrong:
 *   - the journal cannot write or read, or memory is out: no attempt was made
 *   - the user dropped the webhook meanwhile: it is gone
 *   - its signature is not valid: the handler does not get it */
#include "relay-client/agent/webhook/pending_attempt.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "relay-client/agent/webhook/webhook_check.h"

struct pending_attempt {
    struct agent_context *agent; /* held */
    struct pending_attempt_options options;
    struct recording recording; /* agent NULL: not loaded */
    struct journal_begin begin;
    struct journal_load load;
    unsigned awaited; /* of these two */
    bool is_stopped;
    enum err rc; /* the first failure in 1 or 2 */
    struct bot_call call;
};

static void end_with(struct pending_attempt *a, enum pending_attempt_result result,
                     const struct bot_call_end *bot)
{
    struct pending_attempt_end end = {.result = result, .bot = bot};

    end.attempts = a->recording.agent ? a->recording.attempts : a->options.attempts;
    a->options.on_end(a->options.owner, a, &end);
}

/* --- step 4 --- */

static void record(struct pending_attempt *a, const char *handler, const char *error)
{
    struct recording_end end = {.outcome = JOURNAL_FINAL, .handler = handler, .error = error};

    recording_finish(&a->recording, &end);
    end_with(a, PENDING_ATTEMPT_OVER, NULL);
}

static void on_bot_end(struct bot_call *c, const struct bot_call_end *end)
{
    struct pending_attempt *a = CONTAINER_OF(c, struct pending_attempt, call);

    if (end->result == BOT_CALL_ANSWERED || end->result == BOT_CALL_SPOILT)
        record(a, recording_handler_name(&a->recording), end->detail);
    else
        end_with(a, PENDING_ATTEMPT_FAILED, end);
}

/* --- step 3 --- */

static void call_bot(struct pending_attempt *a)
{
    struct bot_call_end end;

    if (bot_call_start(&a->call, &a->recording, on_bot_end, &end) != OK)
        on_bot_end(&a->call, &end);
}

static void go_on(struct pending_attempt *a)
{
    if (a->rc == ERR_NOT_FOUND || a->rc == ERR_CONFLICT)
        end_with(a, PENDING_ATTEMPT_GONE, NULL);
    else if (a->rc == ERR_CORRUPT)
        end_with(a, PENDING_ATTEMPT_DAMAGED, NULL);
    else if (a->rc != OK || a->is_stopped)
        end_with(a, PENDING_ATTEMPT_NOT_MADE, NULL);
    else if (!webhook_check_may_pass(&a->recording))
        record(a, "hookline", ""); /* the verdict says it */
    else
        call_bot(a);
}

/* --- step 1 and 2 --- */

static void hear(struct pending_attempt *a, enum err rc)
{
    if (a->rc == OK)
        a->rc = rc;
    if (--a->awaited == 0)
        go_on(a);
}

static void on_begun(struct journal_begin *b, enum err rc)
{
    hear(CONTAINER_OF(b, struct pending_attempt, begin), rc);
}

static enum err take(struct pending_attempt *a, const struct journal_request *request)
{
    enum err rc = recording_restore(&a->recording, a->agent, &a->load, request);

    if (rc != OK)
        return rc;
    a->recording.attempts = a->options.attempts;
    a->recording.is_again = a->options.was_told;
    return webhook_check_verify(&a->recording);
}

static void on_loaded(struct journal_load *l, enum err rc,
                      const struct journal_request *request, enum journal_outcome outcome)
{
    struct pending_attempt *a = CONTAINER_OF(l, struct pending_attempt, load);

    if (rc == OK && outcome != JOURNAL_PENDING)
        rc = ERR_CONFLICT;
    hear(a, rc == OK ? take(a, request) : rc);
}

static enum err ask_journal(struct pending_attempt *a)
{
    struct journal *j = a->agent->options->journal;
    enum err rc = OK;

    a->load.exchange = a->begin.exchange = a->options.exchange;
    a->load.loaded = on_loaded;
    a->begin.attempts = a->options.attempts + 1;
    a->begin.done = on_begun;
    if (a->options.is_suspect) {
        rc = journal_pending_begin(j, &a->begin);
        a->awaited += rc == OK;
    }
    if (rc == OK) {
        rc = journal_pending_load(j, &a->load);
        a->awaited += rc == OK;
    }
    a->rc = rc;
    return a->awaited > 0 ? OK : rc;
}

enum err pending_attempt_start(struct agent_context *agent,
                               const struct pending_attempt_options *options,
                               struct pending_attempt **out)
{
    struct pending_attempt *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->agent = agent;
    a->options = *options;
    enum err rc = ask_journal(a);
    if (rc != OK) {
        mem_free(a);
        return rc;
    }
    agent_context_hold(agent);
    *out = a;
    return OK;
}

void pending_attempt_stop(struct pending_attempt *a)
{
    a->is_stopped = true;
}

/* What cannot be read has no more to say than that. */
static void record_unread(struct pending_attempt *a, const struct recording_end *end)
{
    struct journal_answer answer = {
        .exchange = a->options.exchange,
        .provider = "",
        .secret_label = "",
        .explanation = "",
        .handler = "hookline",
        .by = a->load.by,
        .status = a->load.status,
        .answered_us = a->load.answered_us,
        .outcome = end->outcome,
        .attempts = a->options.attempts,
        .error = end->error,
        .stored_us = a->load.stored_us,
    };
    enum err rc = journal_answer(a->agent->options->journal, &answer);

    if (rc != OK)
        log_warn("agent", "exchange=%llu what became of it is not recorded: %s",
                 (unsigned long long)a->options.exchange, err_text(rc));
}

void pending_attempt_finish(struct pending_attempt *a, const struct recording_end *end)
{
    struct agent_context *agent = a->agent;

    if (end && a->recording.agent) {
        struct recording_end mine = *end;
        mine.handler = recording_handler_name(&a->recording);
        recording_finish(&a->recording, &mine);
    } else if (end && end->outcome != JOURNAL_PENDING) {
        record_unread(a, end);
    }
    bot_call_cancel(&a->call);
    recording_fini(&a->recording);
    mem_free(a);
    agent_context_release(agent);
}
