/* The happy path:
 *   1. head and body go out at once, as one stream of the link
 *   2. the agent says *stored* (102): on_stored
 *   3. its final response is read to the end: on_answer
 * What can go wrong:
 *   - the stream cannot be opened: told by transmit_start
 *   - a final head without 102 before it: the agent has not stored (on_answer tells)
 *   - the stream is reset, the link breaks, the answer is too long or malformed, or is
 *     not there after 60 s: on_failed
 *   - nobody waits for the answer any more: transmit_end resets the stream */
#include "relay-server/delivery/transmit.h"

#include "base/container.h"
#include "link/link_handshake.h"

#include <assert.h>

static void move(struct transmit *t, enum transmit_state to)
{
    static const bool allowed[][5] = {
        [TRANSMIT_OVER] = {[TRANSMIT_SENT] = true},
        [TRANSMIT_SENT] =
            {[TRANSMIT_OVER] = true, [TRANSMIT_STORED] = true, [TRANSMIT_REFUSED] = true},
        [TRANSMIT_STORED] = {[TRANSMIT_OVER] = true, [TRANSMIT_ANSWERED] = true},
        [TRANSMIT_ANSWERED] = {[TRANSMIT_OVER] = true},
        [TRANSMIT_REFUSED] = {[TRANSMIT_OVER] = true},
    };

    assert(allowed[t->state][to]);
    t->state = to;
}

/* The exchange goes, the answer stays for the receiver of the last event. */
static void leave(struct transmit *t, enum err why)
{
    struct exchange *x = t->x;

    move(t, TRANSMIT_OVER);
    t->x = NULL;
    deadline_clear(t->relay->loop, &t->deadline);
    exchange_own(x, NULL, NULL);
    exchange_close_because(x, why);
}

void transmit_end(struct transmit *t, enum err why)
{
    if (!transmit_is_over(t))
        leave(t, why);
    answer_free(transmit_take_answer(t));
}

void transmit_give_up(struct transmit *t, enum err why, const char *detail)
{
    if (transmit_is_over(t))
        return;
    leave(t, ERR_IO);
    t->events->on_failed(t, why, detail);
}

struct answer *transmit_take_answer(struct transmit *t)
{
    struct answer *a = t->answer;

    t->answer = NULL;
    return a;
}

/* --- events of the stream --- */

static void on_final_head(struct transmit *t, const struct http_head *head)
{
    enum err rc = OK;

    move(t, t->state == TRANSMIT_STORED ? TRANSMIT_ANSWERED : TRANSMIT_REFUSED);
    t->status = head->status;
    if (t->keeps_answer)
        rc = answer_new(t->relay, head, &t->answer);
    if (rc != OK)
        transmit_give_up(t, rc, "no memory for the answer");
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct transmit *t = owner;

    (void)end;
    if (head->status >= 200) {
        on_final_head(t, head);
    } else if (head->status == LINK_STATUS_STORED && t->state == TRANSMIT_SENT) {
        move(t, TRANSMIT_STORED);
        t->events->on_stored(t);
    }
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct transmit *t = owner;
    enum err rc = t->answer ? answer_add(t->answer, data, len) : OK;

    if (rc != OK)
        transmit_give_up(t, rc,
                         rc == ERR_LIMIT ? "the answer is longer than 1 MiB"
                                         : "no memory for the answer");
}

static void on_complete(void *owner)
{
    struct transmit *t = owner;

    leave(t, ERR_CANCELLED);
    t->events->on_answer(t);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    transmit_give_up(owner, why, detail);
}

static const struct exchange_events link_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

static void on_late(struct deadline *d)
{
    transmit_give_up(CONTAINER_OF(d, struct transmit, deadline), ERR_EXPIRED,
                     "no answer within 60 s");
}

/* --- the start --- */

/* In one piece: a link has room for a whole webhook on each of its streams. */
static enum err open_stream(struct transmit *t, struct link *link,
                            const struct transmit_request *request, struct exchange **out)
{
    struct forwarded forwarded;
    enum err rc = forwarded_stamp(&forwarded, request->head, &request->info);

    if (rc == OK)
        rc = links_request(link, &forwarded.head, request->body.len == 0, &link_events, t, out);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_body(*out, request->body.ptr, request->body.len);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_end(*out);
    return rc;
}

enum err transmit_start(struct transmit *t, struct relay_state *relay, struct link *link,
                        const struct transmit_request *request,
                        const struct transmit_events *events)
{
    struct exchange *x = NULL;
    enum err rc = deadline_set(relay->loop, &t->deadline, TRANSMIT_ANSWER_MS, on_late);

    if (rc == OK)
        rc = open_stream(t, link, request, &x);
    if (rc != OK) {
        deadline_clear(relay->loop, &t->deadline);
        exchange_let_go(x);
        return rc;
    }
    t->relay = relay;
    t->x = x;
    t->events = events;
    t->keeps_answer = request->keeps_answer;
    t->status = 0;
    move(t, TRANSMIT_SENT);
    return OK;
}
