#include "relay-server/links/links.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct link {
    struct list_node in_links;
    struct links *links;          /* back-pointer */
    struct link_session *session; /* owned */
    struct tunnel *tunnel;        /* borrowed; NULL once it is not the current link */
    char name[LINK_TUNNEL_MAX + 1];
    char token_id[TUNNEL_ID_MAX];
    bool is_closing;    /* on_closed is on its way */
    struct list places; /* of plain requests */
    size_t places_len;
};

void links_init(struct links *ls, struct loop *l, void (*on_empty)(void *owner), void *owner)
{
    *ls = (struct links){.loop = l, .on_empty = on_empty, .owner = owner};
    list_init(&ls->all);
}

static void leave_tunnel(struct link *k)
{
    if (k->tunnel) {
        k->tunnel->link = NULL;
        k->tunnel->unlinked_ms = loop_now_ms(k->links->loop);
        k->tunnel->since_ms = clock_wall_ms(loop_clock(k->links->loop));
    }
    k->tunnel = NULL;
}

static void close_link(struct link *k)
{
    k->is_closing = true;
    leave_tunnel(k);
    link_session_close(k->session);
}

/* --- events of the session --- */

/* The agent says that it takes no more: it is going, or already dialling anew. */
static void on_goaway(void *owner, bool taken_over)
{
    struct link *k = owner;

    (void)taken_over; /* only a relay says that */
    log_info("link", "tunnel=%s agent takes no more requests", k->name);
    leave_tunnel(k);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct link *k = owner;

    log_info("link", "tunnel=%s lost: %s %s", k->name, err_text(why),
             LOG_TEXT(span_text(detail)));
    close_link(k);
}

static void on_closed(void *owner)
{
    struct link *k = owner;
    struct links *ls = k->links;
    struct list_node *n;

    while ((n = list_first(&k->places)) != NULL)
        links_leave_place(CONTAINER_OF(n, struct links_place, in_link));
    leave_tunnel(k);
    list_remove(&k->in_links);
    mem_free(k);
    if (ls->closing && list_is_empty(&ls->all))
        ls->on_empty(ls->owner);
}

static const struct link_session_events session_events = {
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

/* --- calls --- */

enum err links_add(struct links *ls, struct stream *stream, struct tunnel *tunnel,
                   const char *token_id)
{
    struct link *k = mem_alloc(sizeof *k);

    if (!k)
        return ERR_NOMEM;
    enum err rc =
        link_session_open(ls->loop, stream, LINK_RELAY, &session_events, k, &k->session);
    if (rc != OK) {
        mem_free(k);
        return rc;
    }
    k->links = ls;
    k->tunnel = tunnel;
    list_init(&k->places);
    snprintf(k->name, sizeof k->name, "%s", tunnel->name);
    snprintf(k->token_id, sizeof k->token_id, "%s", token_id);
    list_append(&ls->all, &k->in_links);

    struct link *before = tunnel->link;
    if (before) {
        log_info("link", "tunnel=%s taken over by a new link", k->name);
        leave_tunnel(before);
        link_session_replace(before->session);
    }
    tunnel->link = k;
    tunnel->since_ms = clock_wall_ms(loop_clock(ls->loop));
    snprintf(tunnel->token_id, sizeof tunnel->token_id, "%s", token_id);
    return OK;
}

enum err links_request(struct link *k, const struct http_head *head, bool end,
                       const struct exchange_events *events, void *owner, struct exchange **out)
{
    return link_session_request(k->session, head, end, events, owner, out);
}

bool links_take_place(struct link *k, struct links_place *place)
{
    if (k->places_len >= LINKS_PLAIN_MAX)
        return false;
    list_append(&k->places, &place->in_link);
    place->link = k;
    k->places_len++;
    return true;
}

void links_leave_place(struct links_place *place)
{
    if (!place->link)
        return;
    list_remove(&place->in_link);
    place->link->places_len--;
    place->link = NULL;
}

void links_end_invalid(struct links *ls, bool (*is_valid)(void *owner, const char *token_id),
                       void *owner)
{
    for (struct list_node *n = list_first(&ls->all); n; n = list_next(&ls->all, n)) {
        struct link *k = CONTAINER_OF(n, struct link, in_links);
        if (k->is_closing || is_valid(owner, k->token_id))
            continue;
        log_info("link", "tunnel=%s ended: token %s was revoked or expired", k->name,
                 k->token_id);
        close_link(k);
    }
}

static void shut_down_link(struct link *k)
{
    leave_tunnel(k);
    link_session_shutdown(k->session);
}

static void end_all(struct links *ls, void (*end)(struct link *))
{
    ls->closing = true;
    for (struct list_node *n = list_first(&ls->all); n; n = list_next(&ls->all, n)) {
        struct link *k = CONTAINER_OF(n, struct link, in_links);
        if (!k->is_closing)
            end(k);
    }
}

void links_shutdown(struct links *ls)
{
    end_all(ls, shut_down_link);
}

void links_close(struct links *ls)
{
    end_all(ls, close_link);
}

size_t links_len(const struct links *ls)
{
    size_t len = 0;

    for (struct list_node *n = list_first(&ls->all); n; n = list_next(&ls->all, n))
        len++;
    return len;
}

size_t links_len_of(const struct links *ls, const char *token_id)
{
    size_t len = 0;

    for (struct list_node *n = list_first(&ls->all); n; n = list_next(&ls->all, n))
        len += strcmp(CONTAINER_OF(n, struct link, in_links)->token_id, token_id) == 0;
    return len;
}
