/* A request's way over the link:
 *   1. the head is written anew (forwarded.h) and opens a stream on the link
 *   2. a webhook's body follows at once; any other body streams through the splice
 *   3. the agent says *stored* (102): kept from the client, LINE knows no interim answers
 *   4. the handler's answer streams back
 * What can go wrong:
 *   - no stream to be had, or too many plain requests: 503, the link is busy
 *   - the link breaks: 503 before *stored*, 502 after it, a cut once the answer began
 *   - a webhook is answered with 2xx but was not *stored*: 503
 *   - the client goes away: the splice resets the stream, the agent sees it
 *   - no answer for 60 s since the last piece of the request: 504 */
#include "relay-server/delivery/forward.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/splice.h"
#include "loop/deadline.h"
#include "relay-server/ingress/forwarded.h"
#include "relay-server/problem_table.h"

struct forward {
    struct loop *loop;
    struct splice *splice; /* owned until on_done */
    struct deadline answer;
    char delivery[ULID_LEN + 1];
    struct links_place place; /* not for a webhook */
    bool webhook;
    bool stored;
    bool late;
};

/* The agent has nothing of it, and nobody has to fear that it comes twice. */
static const struct problem *problem_before_stream(const struct forward *f, enum err why)
{
    if (why == ERR_HEADERS_TOO_LARGE)
        return &problem_fields_too_large;
    if (why == ERR_NOMEM || why == ERR_LIMIT)
        return &problem_out_of_memory;
    if (why == ERR_BUSY)
        return &problem_link_busy;
    return f->webhook ? &problem_not_stored : &problem_no_agent;
}

/* ERR_TIMEOUT that is not our own deadline: the link fell silent, so it broke. */
static const struct problem *problem_for(const struct forward *f, enum err why)
{
    if (!f->splice)
        return problem_before_stream(f, why);
    if (f->late)
        return &problem_no_answer;
    if (why == ERR_PROTOCOL || why == ERR_SYNTAX || why == ERR_HEADERS_TOO_LARGE)
        return &problem_bad_answer;
    if (why == ERR_BUSY)
        return &problem_link_busy;
    if ((why == ERR_NOMEM || why == ERR_LIMIT) && !f->stored)
        return &problem_out_of_memory;
    return f->webhook && !f->stored ? &problem_not_stored : &problem_link_broke;
}

/* An agent that answers without having stored has not stored (docs/protocol.md §5):
 * whatever it says, nobody may be told that the webhook is safe. */
static bool is_empty_promise(const struct forward *f, unsigned status)
{
    return f->webhook && !f->stored && status >= 200 && status < 300;
}

static bool on_answer(void *owner, struct http_head *head)
{
    struct forward *f = owner;

    if (head->status == LINK_STATUS_STORED) {
        f->stored = true;
        return false;
    }
    if (is_empty_promise(f, head->status)) {
        splice_abort(f->splice, ERR_CANCELLED, "the agent answered 2xx without *stored*");
        return false;
    }
    if (head->status >= 200)
        deadline_clear(f->loop, &f->answer);
    return head->status >= 200 || !f->webhook;
}

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    struct forward *f = owner;

    if (why != OK)
        log_info("forward", "delivery=%s %s: %s %s", f->delivery,
                 server ? "answered by the relay" : "cut", err_text(why),
                 LOG_TEXT(span_text(detail)));
    if (server)
        problem_refuse(server, problem_for(f, why));
    deadline_clear(f->loop, &f->answer);
    links_leave_place(&f->place);
    mem_free(f);
}

static void on_answer_late(struct deadline *d)
{
    struct forward *f = CONTAINER_OF(d, struct forward, answer);

    f->late = true;
    splice_abort(f->splice, ERR_TIMEOUT, "no answer within 60 s");
}

/* Nobody can answer what has not arrived: an upload may take its time.  A deadline that is
 * set already is set again without fail; one that is not, has been met. */
static void wait_anew(struct forward *f)
{
    if (deadline_is_set(&f->answer) &&
        deadline_set(f->loop, &f->answer, FORWARD_ANSWER_MS, on_answer_late) != OK)
        splice_abort(f->splice, ERR_NOMEM, "the deadline of the answer cannot be set");
}

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    (void)data;
    (void)len;
    wait_anew(owner);
}

static void on_request_complete(void *owner)
{
    wait_anew(owner);
}

static const struct splice_events splice_events = {
    .on_answer = on_answer,
    .on_request_body = on_request_body,
    .on_request_complete = on_request_complete,
    .on_done = on_done,
};

/* Until the splice owns it, a new client exchange has no event to tell: nothing is
 * delivered from inside the calls that fill it. */
static enum err open_stream(const struct forward_options *o, const struct http_head *head,
                            struct exchange **out)
{
    bool end = o->webhook ? o->body.len == 0 : o->end;
    enum err rc = links_request(o->link, head, end, NULL, NULL, out);

    if (rc != OK || !o->webhook || end)
        return rc;
    rc = exchange_send_body(*out, o->body.ptr, o->body.len);
    if (rc == OK)
        rc = exchange_send_end(*out);
    return rc;
}

static enum err start(struct forward *f, struct exchange *server,
                      const struct forward_options *o, uint64_t now_ms)
{
    struct forwarded_info info = {
        .peer = exchange_peer(server),
        .delivery = f->delivery,
        .attempt = 1,
        .received_ms = now_ms,
    };
    struct forwarded head;
    struct exchange *client = NULL;
    enum err rc = forwarded_init(&head, o->request, o->route, &info);

    if (rc == OK && !o->webhook && !links_take_place(o->link, &f->place))
        rc = ERR_BUSY;
    if (rc == OK)
        rc = deadline_set(f->loop, &f->answer, FORWARD_ANSWER_MS, on_answer_late);
    if (rc == OK)
        rc = open_stream(o, &head.head, &client);
    if (rc == OK)
        rc = splice_start(f->loop, server, client, &splice_events, f, &f->splice);
    if (rc != OK && client)
        exchange_close(client);
    return rc;
}

void forward_start(struct relay_state *relay, struct exchange *server,
                   const struct forward_options *options)
{
    uint64_t now_ms = clock_wall_ms(loop_clock(relay->loop));
    struct forward *f = mem_alloc(sizeof *f);

    if (!f) {
        problem_refuse(server, &problem_out_of_memory);
        return;
    }
    f->loop = relay->loop;
    f->webhook = options->webhook;
    ulid_make(&relay->ids, now_ms, relay->random, f->delivery);
    enum err rc = start(f, server, options, now_ms);
    if (rc != OK)
        on_done(f, rc, "the stream could not be opened", server);
}
