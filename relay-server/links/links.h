#ifndef SERVER_LINKS_H
#define SERVER_LINKS_H

#include "link/link_session.h"
#include "relay-server/links/tunnels.h"

/* The relay's end of one link, bound to a tunnel while it is the current one.
 *
 * Life: links_add -> current -> (replaced | lost | shut down) -> freed.
 * A link that is replaced or shut down gets GOAWAY; its streams finish. */
struct link;

/* A plain request's place on a link.  Anybody may ask anything, and answer the bot slowly:
 * the streams that are left (LINK_STREAMS_MAX) are for webhooks alone.  Embedded; zeroed is
 * no place.  It may outlive the link. */
#define LINKS_PLAIN_MAX 64u

struct links_place {
    struct list_node in_link;
    struct link *link; /* borrowed; NULL: none, or the link is gone */
};

struct links {
    struct loop *loop;
    struct list all;
    void (*on_empty)(void *owner); /* after links_shutdown or links_close: the last went */
    void *owner;
    bool closing;
};

void links_init(struct links *ls, struct loop *l, void (*on_empty)(void *owner), void *owner);

/* Takes the stream over and makes the link the tunnel's current one; the one before
 * it is told to go.  `token_id` is copied. */
MUST_CHECK enum err links_add(struct links *ls, struct stream *stream, struct tunnel *tunnel,
                              const char *token_id);
MUST_CHECK enum err links_request(struct link *k, const struct http_head *head, bool end,
                                  const struct exchange_events *events, void *owner,
                                  struct exchange **out);

/* False: LINKS_PLAIN_MAX are taken. */
bool links_take_place(struct link *k, struct links_place *place);
void links_leave_place(struct links_place *place);

/* Ends every link whose token `is_valid` denies (revoked, expired); those that end already
 * are not asked about. */
void links_end_invalid(struct links *ls, bool (*is_valid)(void *owner, const char *token_id),
                       void *owner);
/* GOAWAY to all; on_empty when the last is gone, never if there was none. */
void links_shutdown(struct links *ls);
void links_close(struct links *ls);
/* Those that finish included. */
size_t links_len(const struct links *ls);
size_t links_len_of(const struct links *ls, const char *token_id);

#endif
