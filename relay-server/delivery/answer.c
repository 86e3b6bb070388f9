/* An answer's way:
 *   1. answer_new, answer_add: head and body come from the link, counted in the room
 *   2. answer_pass_on: head, then the body in pieces, the next one on on_drain
 *   3. the end: the sender's exchange is let go, everything is freed
 * What can go wrong:
 *   - too long, no room, no memory: whoever collects it gives up
 *   - the sender goes away in the middle, or cannot take the head: cut off */
#include "relay-server/delivery/answer.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "relay-server/delivery/room.h"

#define PIECE ((size_t)64 * 1024)

static enum err copy_head(struct answer *a, const struct http_head *head)
{
    size_t size = sizeof *a + http_head_size(head);

    if (!room_take(a->relay, size))
        return ERR_NOMEM;
    a->held = size;
    enum err rc = http_head_copy(&a->head, head, &a->storage);
    if (rc != OK)
        return rc;
    a->is_unanswered = http_head_find(&a->head, LINK_FIELD_UNANSWERED) != NULL;
    http_head_remove_prefixed(&a->head, SPAN(LINK_FIELDS));
    return OK;
}

enum err answer_new(struct relay_state *relay, const struct http_head *head,
                    struct answer **out)
{
    struct answer *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->relay = relay;
    bytes_init(&a->body, ANSWER_BODY_MAX);
    enum err rc = copy_head(a, head);
    if (rc != OK) {
        answer_free(a);
        return rc;
    }
    *out = a;
    return OK;
}

enum err answer_add(struct answer *a, const void *data, size_t len)
{
    if (len > ANSWER_BODY_MAX - bytes_len(&a->body))
        return ERR_LIMIT;
    if (!room_take(a->relay, len))
        return ERR_NOMEM;
    a->held += len;
    return bytes_append(&a->body, data, len);
}

void answer_free(struct answer *a)
{
    if (!a)
        return;
    room_give(a->relay, a->held);
    bytes_fini(&a->body);
    mem_free(a->storage);
    mem_free(a);
}

/* --- to the sender --- */

static void finish(struct answer *a)
{
    exchange_let_go(a->sender);
    answer_free(a);
}

static enum err send_pieces(struct answer *a)
{
    enum err rc = OK;

    while (rc == OK && bytes_len(&a->body) > 0 &&
           exchange_queued(a->sender) <= EXCHANGE_HIGH_WATER) {
        size_t len = bytes_len(&a->body) < PIECE ? bytes_len(&a->body) : PIECE;

        rc = exchange_send_body(a->sender, bytes_peek(&a->body), len);
        bytes_consume(&a->body, len);
    }
    return rc;
}

static void go_on(struct answer *a)
{
    enum err rc = send_pieces(a);

    if (rc == OK && bytes_len(&a->body) > 0)
        return;
    if (rc == OK)
        rc = exchange_send_end(a->sender);
    (void)rc; /* failed: letting go breaks it off, which is all that is left to do */
    finish(a);
}

static void on_drain(void *owner)
{
    go_on(owner);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)why;
    (void)detail;
    finish(owner);
}

static const struct exchange_events sender_events = {
    .on_drain = on_drain,
    .on_abort = on_abort,
};

void answer_pass_on(struct answer *a, struct exchange *sender)
{
    bool is_bare = bytes_len(&a->body) == 0;

    a->sender = sender;
    exchange_own(sender, &sender_events, a);
    if (exchange_send_head(sender, &a->head, is_bare) != OK || is_bare)
        finish(a);
    else
        go_on(a);
}

void answer_accepted(struct exchange *sender)
{
    struct http_head head;

    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("Content-Length"), SPAN("0"));
    if (rc == OK)
        rc = exchange_send_head(sender, &head, true);
    (void)rc; /* failed: letting go breaks it off */
    exchange_let_go(sender);
}
