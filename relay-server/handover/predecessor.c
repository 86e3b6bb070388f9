#include "relay-server/handover/predecessor.h"

#include "base/log.h"
#include "base/mem.h"
#include "link/link_session.h"
#include "relay-server/handover/handover_text.h"
#include "relay-server/ingress/front.h"

struct predecessor {
    struct relay_state *relay;    /* borrowed */
    struct link_session *session; /* owned */
    void (*on_closed)(void *owner);
    void *owner;
};

/* Forwarded heads leave all fields of this family out, so the peer's stays here.  An upgrade
 * has no connection to change (see ingress_request). */
static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct predecessor *p = owner;
    struct ingress_request request = {
        .exchange = x, .head = head, .server_name = "", .end = end};

    exchange_set_peer(x, http_head_value(head, HANDOVER_FIELD_PEER));
    front_request(p->relay, &request);
}

static void on_goaway(void *owner, bool taken_over)
{
    (void)owner;
    (void)taken_over;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct predecessor *p = owner;

    (void)detail;
    log_info("takeover", "the relay before has ended (%s)", err_text(why));
    link_session_close(p->session);
}

static void on_closed(void *owner)
{
    struct predecessor *p = owner;
    void (*closed)(void *) = p->on_closed;
    void *its_owner = p->owner;

    mem_free(p);
    closed(its_owner);
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

enum err predecessor_open(struct relay_state *relay, struct stream *stream,
                          void (*closed)(void *owner), void *owner, struct predecessor **out)
{
    struct predecessor *p = mem_alloc(sizeof *p);

    if (!p)
        return ERR_NOMEM;
    p->relay = relay;
    p->on_closed = closed;
    p->owner = owner;
    enum err rc =
        link_session_open(relay->loop, stream, LINK_AGENT, &session_events, p, &p->session);
    if (rc != OK) {
        mem_free(p);
        return rc;
    }
    *out = p;
    return OK;
}

void predecessor_shutdown(struct predecessor *p)
{
    link_session_shutdown(p->session);
}

void predecessor_close(struct predecessor *p)
{
    link_session_close(p->session);
}
