#ifndef SERVER_TUNNELS_H
#define SERVER_TUNNELS_H

#include "base/err.h"
#include "base/list.h"
#include "base/span.h"
#include "link/link_handshake.h"
#include "relay-server/delivery/dispatch.h"

#include <stdbool.h>

/* The directory of tunnels: name -> who serves it now.  A tunnel comes into being with its
 * first link, or when the relay starts and remembers it, and lives on while no agent is
 * there, so that senders are told to come again, not that there is no such name, even if
 * its token is gone. */

#define TUNNELS_MAX    10000u
#define TUNNEL_ID_MAX  16u /* of a token's public id, with NUL */
#define TUNNEL_BUCKETS 1024u

struct link;

struct tunnel {
    struct list_node in_bucket;
    struct list_node in_order;
    char name[LINK_TUNNEL_MAX + 1];
    char token_id[TUNNEL_ID_MAX]; /* of the current or last link */
    struct link *link;            /* borrowed, NULL: no agent */
    enum link_answer answer;      /* as the last link wanted it */
    enum link_offline offline;
    uint64_t since_ms;    /* wall clock: linked, or not, since then; 0: not known */
    uint64_t unlinked_ms; /* monotonic: its agent may be back at any moment; 0: never had one */
    size_t waiting;       /* requests, see agent_wait.h */
    struct dispatch dispatch; /* see dispatch_of */
};

struct tunnels {
    struct list buckets[TUNNEL_BUCKETS];
    struct list order; /* of all, the one linked last at the end */
    size_t len;
};

void tunnels_init(struct tunnels *t);
/* Every link and delivery must be gone. */
void tunnels_fini(struct tunnels *t);
/* Names compare without case, as host names do.  NULL: never linked. */
struct tunnel *tunnels_find(struct tunnels *t, struct span name);
/* Finds or makes, for a link.  At TUNNELS_MAX the one without an agent whose last link is
 * the longest ago is forgotten; ERR_LIMIT if all have one. */
MUST_CHECK enum err tunnels_open(struct tunnels *t, struct span name, struct tunnel **out);
/* How many links does this token hold? */
size_t tunnels_links_of(const struct tunnels *t, const char *token_id);

#endif
