#ifndef SERVER_INBOX_H
#define SERVER_INBOX_H

#include "codec/http/http_head.h"
#include "codec/ulid.h"
#include "link/link_handshake.h"
#include "loop/loop.h"
#include "store/detail.h"

/* The relay's durable store of deliveries that no agent has confirmed yet, and of what is
 * to be known about tunnels while no agent is linked.  One file, one writer on a worker
 * thread, commits in groups (each within 5 ms of the first call in it, no artificial
 * wait), each with an fsync.  Quotas are kept on the loop: nobody waits to hear no.
 *
 * Life:  inbox_open -> calls ... -> inbox_close -> on_closed (freed)
 * Order: the engine does things in the order of the calls.
 * How it is kept is the engine's affair (inbox_engine.h). */
struct inbox;

/* A record counts with the text of its head, its body, and this. */
#define INBOX_RECORD_EXTRA 512u

struct inbox_options {
    const char *path;      /* file, 0600 in a 0700 folder; ":memory:" for tests */
    uint64_t tunnel_bytes; /* quota of each tunnel; 0 = 64 MiB */
    uint64_t total_bytes;  /* of all tunnels together; 0 = 1 GiB */
};

/* A tunnel as it is remembered. */
struct inbox_tunnel {
    const char *name;
    const char *token_id; /* of its last link */
    enum link_answer answer;
    enum link_offline offline;
    uint64_t linked_ms;               /* wall clock of the last link */
    uint64_t kept, kept_bytes, aside; /* as in inbox_counts */
};

/* ERR_BUSY: another relay writes it (its process id in `detail`); ERR_DENIED
 * (others may read or replace it, or it is read-only), ERR_CONFIG (foreign), ERR_VERSION
 * (newer), ERR_CORRUPT (names `hookline-relay inbox repair`; the file is never replaced by
 * itself).  A single damaged record is set aside, and logged.  Synchronous. */
MUST_CHECK enum err inbox_open(struct loop *l, const struct inbox_options *options,
                               struct inbox **out, char detail[static DETAIL_MAX]);
/* Finishes what waits first. */
void inbox_close(struct inbox *b, void (*on_closed)(void *owner), void *owner);

/* What was found at inbox_open, once for each tunnel; for the start only. */
void inbox_each_tunnel(struct inbox *b, void (*each)(void *owner, const struct inbox_tunnel *t),
                       void *owner);

/* --- keeping --- */

/* A delivery as it will go over the link. */
struct inbox_delivery {
    uint64_t seq; /* place in the order of arrival, from inbox_next_seq; unique */
    const char *tunnel;
    char id[ULID_LEN + 1];
    uint64_t received_ms;         /* wall clock of the request's last byte */
    const struct http_head *head; /* as forwarded, without Hookline's own fields */
    struct span body;
    unsigned attempts; /* over a link so far */
    unsigned answered; /* the status that the sender got or will get on success: 200 */
};

/* Above everything ever stored, and above what was given out in this process. */
uint64_t inbox_next_seq(struct inbox *b);

/* Embedded in the caller's object, lives until `stored`. */
struct inbox_ticket {
    /* OK: on the disk, safe against a power cut.  Anything else (ERR_NO_SPACE, ERR_IO,
     * ERR_CORRUPT, ERR_NOMEM): it is not, and nobody may be told that it is. */
    void (*stored)(struct inbox_ticket *t, enum err rc);
};

/* Copies everything.  ERR_LIMIT: the tunnel's quota or the total is used up (told in one
 * log line per tunnel and ten minutes, not a flood); ERR_BUSY: 4,096 or 64 MiB wait for
 * the disk; ERR_CLOSED. */
MUST_CHECK enum err inbox_put(struct inbox *b, const struct inbox_delivery *d,
                              struct inbox_ticket *ticket);

/* The agent has it, or its owner dropped it.  Not awaited: while the disk refuses it is
 * tried again; if we die before that, the delivery goes out again and the agent knows it.
 * `delivered`: an agent confirmed it (counted). */
MUST_CHECK enum err inbox_remove(struct inbox *b, uint64_t seq, bool delivered);
/* One more attempt was spent on it; `reason` not NULL: it is set aside, kept but not sent
 * until inbox_restore. */
MUST_CHECK enum err inbox_note(struct inbox *b, uint64_t seq, unsigned attempts,
                               const char *reason);
/* Set aside -> kept again, attempts 0.  ERR_NOT_FOUND is not told. */
MUST_CHECK enum err inbox_restore(struct inbox *b, uint64_t seq);

/* --- reading --- */

/* A copy out of the store; all spans live as long as the batch. */
struct inbox_record {
    struct inbox_delivery delivery;
    const char *reason; /* why it is set aside, or "" */
    struct http_head head;
};

struct inbox_fetch {
    const char *tunnel; /* NULL: of all.  Borrowed until `fetched`, as is all of this */
    uint64_t after;     /* seqs above this */
    size_t records_max; /* 1 .. 256 */
    size_t bytes_max;   /* of heads and bodies; one record comes in any case */
    bool aside;         /* those set aside instead of those kept */
    bool no_bodies;     /* lists only */
    /* Oldest first, on the loop; valid for the call.  ERR_CORRUPT: a record is damaged; it
     * was set aside with the reason, and the good ones before it are given. */
    void (*fetched)(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                    size_t len);
};
MUST_CHECK enum err inbox_fetch(struct inbox *b, struct inbox_fetch *f);
/* The first `max` seqs above `after`, of all tunnels, of those set aside or those kept: known
 * without reading.  Returns how many. */
size_t inbox_seqs(const struct inbox *b, bool aside, uint64_t after, uint64_t *out, size_t max);

/* --- tunnels --- */

/* Remembers name, token, answer, offline and linked_ms.  Not awaited. */
MUST_CHECK enum err inbox_remember(struct inbox *b, const struct inbox_tunnel *t);

/* As known on the loop: what was put and not removed, waiting for the disk included. */
struct inbox_counts {
    uint64_t kept, bytes, aside; /* `bytes`: of both, as quotas count */
    uint64_t delivered;          /* removed since the start, because an agent confirmed */
};
struct inbox_counts inbox_counts_of(const struct inbox *b, const char *tunnel);
struct inbox_counts inbox_counts_all(const struct inbox *b);
/* When the one that waits longest was received; 0: none is kept.  NULL: of all. */
uint64_t inbox_oldest_ms(const struct inbox *b, const char *tunnel);
/* The last failure of the disk, "" when all is well. */
const char *inbox_detail(const struct inbox *b);

#endif
