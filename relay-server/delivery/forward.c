/* A plain request's way over the link:
 *   1. the head is written anew (forwarded.h) and opens a stream on the link
 *   2. the body streams through the splice
 *   3. the agent may say *stored* (102): that is kept from the client
 *   4. the handler's answer streams back
 * What can go wrong:
 *   - no stream to be had, or too many plain requests: 503, the link is busy
 *   - the link breaks: 502, a cut once the answer began
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
    struct links_place place;
    bool late;
};

/* The agent has nothing of it, and nobody has to fear that it comes twice. */
static const struct problem *problem_before_stream(enum err why)
{
    if (why == ERR_HEADERS_TOO_LARGE)
        return &problem_fields_too_large;
    if (why == ERR_NOMEM || why == ERR_LIMIT)
        return &problem_out_of_memory;
    return why == ERR_BUSY ? &problem_link_busy : &problem_no_agent;
}

/* ERR_TIMEOUT that is not our own deadline: the link fell silent, so it broke. */
static const struct problem *problem_for(const struct forward *f, enum err why)
{
    if (!f->splice)
        return problem_before_stream(why);
    if (f->late)
        return &problem_no_answer;
    if (why == ERR_PROTOCOL || why == ERR_SYNTAX || why == ERR_HEADERS_TOO_LARGE)
        return &problem_bad_answer;
    if (why == ERR_BUSY)
        return &problem_link_busy;
    if (why == ERR_NOMEM || why == ERR_LIMIT)
        return &problem_out_of_memory;
    return &problem_link_broke;
}

static bool on_answer(void *owner, struct http_head *head)
{
    struct forward *f = owner;

    if (head->status >= 200)
        deadline_clear(f->loop, &f->answer);
    http_head_remove_prefixed(head, SPAN(LINK_FIELDS));
    return head->status != LINK_STATUS_STORED;
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

static enum err open_stream(const struct forward_options *o, const struct http_head *request,
                            const struct forwarded_info *info, struct exchange **out)
{
    struct forwarded stamped;
    enum err rc = forwarded_stamp(&stamped, request, info);

    return rc == OK ? links_request(o->link, &stamped.head, o->end, NULL, NULL, out) : rc;
}

static enum err start(struct forward *f, struct exchange *server,
                      const struct forward_options *o, uint64_t now_ms)
{
    struct forwarded_info info = {.delivery = f->delivery, .attempt = 1, .received_ms = now_ms};
    struct http_head head;
    struct exchange *client = NULL;
    enum err rc = forwarded_init(&head, o->request, o->route, exchange_peer(server));

    if (rc == OK && !links_take_place(o->link, &f->place))
        rc = ERR_BUSY;
    if (rc == OK)
        rc = deadline_set(f->loop, &f->answer, FORWARD_ANSWER_MS, on_answer_late);
    if (rc == OK)
        rc = open_stream(o, &head, &info, &client);
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
    ulid_make(&relay->ids, now_ms, relay->random, f->delivery);
    enum err rc = start(f, server, options, now_ms);
    if (rc != OK)
        on_done(f, rc, "the stream could not be opened", server);
}
