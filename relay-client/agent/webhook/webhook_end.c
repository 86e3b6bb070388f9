#include "relay-client/agent/webhook/webhook_end.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "relay-client/agent/recording_problem.h"
#include "relay-client/agent/webhook/pending_queue.h"

void webhook_end_quietly(struct webhook *w)
{
    bot_call_cancel(&w->call);
    exchange_let_go(w->server);
    intake_leave(&w->place);
    recording_fini(&w->recording);
    mem_free(w);
}

static void finish(struct webhook *w, const struct recording_end *end)
{
    recording_finish(&w->recording, end);
    webhook_end_quietly(w);
}

void webhook_end_refuse(struct webhook *w, const struct problem *public, const char *handler,
                        const char *error)
{
    struct problem p = recording_problem(&w->recording, public, error);
    struct recording_end end = {.handler = handler, .error = error};

    if (w->server) {
        problem_refuse(w->server, &p);
        w->server = NULL;
        recording_note_sender(&w->recording, JOURNAL_BY_AGENT, p.status);
    }
    finish(w, &end);
}

static enum err send_answer(struct webhook *w)
{
    struct recording *r = &w->recording;
    struct span body = bytes_span(&r->answer_body);
    struct http_head head = r->answer;

    http_head_remove_prefixed(&head, SPAN(LINK_FIELDS)); /* no bot speaks for the agent */
    enum err rc = exchange_send_head(w->server, &head, body.len == 0);
    if (rc == OK && body.len > 0)
        rc = exchange_send_body(w->server, body.ptr, body.len);
    if (rc == OK && body.len > 0)
        rc = exchange_send_end(w->server);
    return rc;
}

void webhook_end_answer(struct webhook *w)
{
    struct recording *r = &w->recording;
    struct recording_end end = {.handler = recording_handler_name(r), .error = ""};

    if (w->server && send_answer(w) == OK)
        recording_note_sender(r, JOURNAL_BY_BOT, r->answer.status);
    else
        recording_note_gone(r, ERR_CLOSED);
    if (r->sender.by == JOURNAL_BY_NOBODY)
        end.error = "nobody waited any more: the bot's answer reached nobody";
    finish(w, &end);
}

void webhook_end_ok(struct webhook *w, const char *error)
{
    struct recording_end end = {.handler = "hookline", .error = error};
    struct http_head ok;

    end.is_silent = w->recording.id == 0; /* whoever watches has seen the first one */
    http_head_init_response(&ok, 200);
    if (w->server && exchange_send_head(w->server, &ok, true) == OK)
        recording_note_sender(&w->recording, JOURNAL_BY_AGENT, 200);
    else
        recording_note_gone(&w->recording, ERR_CLOSED);
    finish(w, &end);
}

/* It is stored, so the relay answers in the bot's place, unless only the bot may. */
static void answer_unanswered(struct webhook *w, const struct problem *p)
{
    struct recording *r = &w->recording;

    if (!w->server)
        return;
    recording_problem_unanswered(w->server, p);
    w->server = NULL;
    if (r->agent->options->answer == LINK_ANSWER_BOT)
        recording_note_sender(r, JOURNAL_BY_AGENT, p->status);
    else
        recording_note_sender(r, JOURNAL_BY_GUARD, 200);
}

void webhook_end_in_line(struct webhook *w, const struct problem *public,
                         const struct bot_call_end *last)
{
    struct recording *r = &w->recording;

    answer_unanswered(w, public);
    struct pending_place place = pending_queue_join(r->agent->queue, r, last);
    struct recording_end end = {
        .outcome = JOURNAL_PENDING,
        .handler = recording_handler_name(r),
        .error = last ? last->detail : "",
        .next_ms = place.next_ms,
        .is_silent = !place.is_worth_telling,
    };
    finish(w, &end);
}
