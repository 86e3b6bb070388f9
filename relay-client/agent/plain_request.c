/* A plain request's way:
 *   1. its body is read until it is complete, or until 1 MiB of it is here
 *   2. that much is recorded; when it is on disk: *stored* (102) goes back
 *   3. the handler gets head and body; what is still to come streams behind it
 *   4. the answer streams back; the first 1 MiB of it is kept
 *   5. the answer is recorded
 * What can go wrong:
 *   - the disk refuses: 503
 *   - the link breaks: the request to the handler is cut
 *   - the handler does not answer, or not in HTTP: 500, 502 or 504 without the reason,
 *     which is recorded; once its answer has begun it is cut, so that nobody takes it for
 *     complete */
#include "relay-client/agent/plain_request.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/splice.h"
#include "link/link_handshake.h"
#include "relay-client/agent/announced.h"
#include "relay-client/agent/recording_problem.h"
#include "relay-client/agent/webhook/bot_guard.h"

#include <stdio.h>

struct plain_request {
    struct recording recording;
    struct exchange *server; /* owned until the splice has it; NULL once it broke */
    struct splice *splice;   /* owned from 3 on */
    struct journal_ticket ticket;
    struct bytes overflow; /* of body: what came in one piece beyond what is kept */
    bool complete;         /* the request's body is here as a whole */
    bool is_guarded;       /* the bot has it, and it is a replay */
};

static void free_request(struct plain_request *p)
{
    bytes_fini(&p->overflow);
    recording_fini(&p->recording);
    mem_free(p);
}

static void finish(struct plain_request *p, enum journal_answerer by, unsigned status,
                   const char *error)
{
    struct recording_end end = {.handler = recording_handler_name(&p->recording),
                                .error = error};

    bot_guard_leave(&p->recording, &p->is_guarded);
    recording_note_sender(&p->recording, status == 0 ? JOURNAL_BY_NOBODY : by, status);
    recording_finish(&p->recording, &end);
    free_request(p);
}

static void refuse_with(struct plain_request *p, unsigned status, const char *error)
{
    struct problem public = {
        .status = status,
        .title = "The request could not be handed to the bot",
        .detail = "There is no answer from the bot. Why: `hookline show last` on the bot's "
                  "machine, or what `hookline up` says there.",
    };
    struct problem problem = recording_problem(&p->recording, &public, error);

    if (!p->server)
        status = 0;
    else
        problem_refuse(p->server, &problem);
    finish(p, JOURNAL_BY_AGENT, status, error);
}

static void refuse(struct plain_request *p, enum err why, const char *detail)
{
    bool cannot_now = why == ERR_BUSY || why == ERR_NOMEM;

    refuse_with(p, cannot_now ? 503 : recording_problem_status(why),
                *detail ? detail : err_text(why));
}

static void refuse_unstored(struct plain_request *p, enum err why)
{
    const char *detail = journal_detail(p->recording.agent->options->journal);

    refuse_with(p, 503, *detail ? detail : err_text(why));
}

/* --- step 4 and 5 --- */

static bool on_answer(void *owner, struct http_head *head)
{
    struct plain_request *p = owner;

    /* An answer that cannot be kept still passes: it is the record that lacks it. */
    if (head->status >= 200 && recording_keep_answer(&p->recording, head) != OK)
        log_warn("agent", "exchange=%llu out of memory: its answer is not recorded",
                 (unsigned long long)p->recording.id);
    http_head_remove_prefixed(head, SPAN(LINK_FIELDS)); /* no handler speaks for the agent */
    return true;
}

static void on_answer_body(void *owner, const uint8_t *data, size_t len)
{
    struct plain_request *p = owner;

    (void)recording_keep_answer_body(&p->recording, data, len);
}

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    struct plain_request *p = owner;

    p->server = server;
    if (why != OK && server)
        refuse(p, why, detail);
    else
        finish(p, JOURNAL_BY_BOT, p->recording.answer.status, why == OK ? "" : detail);
}

static const struct splice_events splice_events = {
    .on_answer = on_answer,
    .on_answer_body = on_answer_body,
    .on_done = on_done,
};

/* --- step 3 --- */

static enum err send_kept(struct plain_request *p, struct exchange *client)
{
    struct span kept = bytes_span(&p->recording.body);
    struct span more = bytes_span(&p->overflow);
    enum err rc = OK;

    if (kept.len > 0)
        rc = exchange_send_body(client, kept.ptr, kept.len);
    if (rc == OK && more.len > 0)
        rc = exchange_send_body(client, more.ptr, more.len);
    if (rc == OK && p->complete)
        rc = exchange_send_end(client);
    return rc;
}

static void call_handler(struct plain_request *p)
{
    struct recording *r = &p->recording;
    bool empty = p->complete && bytes_len(&r->body) == 0;
    struct exchange *client = NULL;
    struct handler_request request = {
        .head = &r->head,
        .end = empty,
        .verdict = VERDICT_UNCHECKED,
        .replay_of = r->replay_of,
        .delivery = r->delivery,
    };
    /* What looks like no webhook may make the bot push as well: a clock's call, say. */
    if (r->replay_of > 0 || r->is_simulated)
        bot_guard_enter(r, &p->is_guarded);
    enum err rc = handler_request(r->handler, &request, NULL, NULL, &client);

    if (rc == OK && !empty)
        rc = send_kept(p, client);
    exchange_resume(p->server);
    if (rc == OK)
        rc = splice_start(r->agent->loop, p->server, client, &splice_events, p, &p->splice);
    if (rc != OK) {
        exchange_let_go(client);
        refuse(p, rc, rc == ERR_BUSY ? "too many requests are under way at the handler" : "");
        return;
    }
    p->server = NULL;
}

/* --- step 2 --- */

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct plain_request *p = CONTAINER_OF(t, struct plain_request, ticket);

    if (rc == OK)
        p->recording.id = exchange;
    announced_stored(&p->recording);
    if (!p->server)
        finish(p, JOURNAL_BY_NOBODY, 0, "the link broke before the handler was called");
    else if (rc != OK)
        refuse_unstored(p, rc);
    else if ((rc = recording_tell_stored(&p->recording, exchange, p->server)) != OK)
        refuse(p, rc, "the link broke before the handler was called");
    else
        call_handler(p);
}

static void store(struct plain_request *p)
{
    p->ticket.stored = on_stored;
    exchange_pause(p->server);
    if (p->complete)
        announced_recognise(&p->recording);
    enum err rc = recording_store(&p->recording, &p->ticket);
    if (rc != OK)
        refuse_unstored(p, rc);
}

/* --- step 1 --- */

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    struct plain_request *p = owner;
    size_t kept = bytes_len(&p->recording.body);

    if (recording_keep_body(&p->recording, data, len))
        return;
    kept = bytes_len(&p->recording.body) - kept;
    if (bytes_append(&p->overflow, data + kept, len - kept) != OK)
        refuse(p, ERR_NOMEM, "out of memory");
    else
        store(p);
}

static void on_request_complete(void *owner)
{
    struct plain_request *p = owner;

    p->complete = true;
    store(p);
}

static void on_link_gone(void *owner, enum err why, const char *detail)
{
    struct plain_request *p = owner;

    (void)why;
    (void)detail;
    exchange_let_go(p->server);
    p->server = NULL;
    if (!p->ticket.stored)
        free_request(p);
}

static const struct exchange_events server_events = {
    .on_body = on_request_body,
    .on_complete = on_request_complete,
    .on_abort = on_link_gone,
};

void plain_request_start(struct agent_context *agent, struct exchange *x,
                         const struct http_head *head, enum agent_origin origin)
{
    struct plain_request *p = mem_alloc(sizeof *p);

    enum err rc = p ? recording_init(&p->recording, agent, head, origin) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(p);
        recording_problem_refuse(x, rc);
        return;
    }
    bytes_init(&p->overflow, RECORDING_BODY_MAX);
    p->server = x;
    exchange_own(x, &server_events, p);
}
