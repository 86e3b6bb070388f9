#ifndef SERVER_INBOX_OP_H
#define SERVER_INBOX_OP_H

#include "base/list.h"
#include "loop/worker.h"
#include "relay-server/inbox/inbox.h"
#include "relay-server/inbox/inbox_damage.h"

/* One thing that an engine is to do: a single allocation with a copy of all that it
 * needs.  Belongs to the loop, but while it is submitted to the engine.
 *
 * Life: inbox_op_new_... -> submit -> done -> inbox_op_free */

enum inbox_op_kind {
    INBOX_PUT,
    INBOX_REMOVE,
    INBOX_NOTE,
    INBOX_REMEMBER,
    INBOX_FORGET, /* a tunnel without records */
    INBOX_FETCH,
    INBOX_REST, /* there is a quiet moment: tidy up */
};

#define INBOX_FETCH_MAX 256u /* records at once */

/* A record as it is stored. */
struct inbox_row {
    uint64_t seq;
    struct span tunnel, id;
    uint64_t received_ms;
    unsigned attempts, answered;
    uint64_t content_len;    /* of head and body together */
    struct span content_sum; /* inbox_checksum_content of them */
    struct span head;        /* the text of http_head_text.h */
    struct span body;
};

/* A fetch on its way. */
struct inbox_search {
    struct inbox_fetch *fetch; /* borrowed until `fetched` */
    uint64_t seqs[INBOX_FETCH_MAX];
    size_t seqs_len;
    bool no_bodies;
    /* what the engine found; records that are gone are left out */
    struct inbox_record *records; /* owned, room for seqs_len; delivery.head is NULL */
    char **storage;               /* owned, as each is: where the record's spans point to */
    size_t records_len;
    uint64_t damaged;         /* with ERR_CORRUPT: the seq of the record behind them; else 0 */
    enum inbox_damage damage; /* what is wrong with it; INBOX_WHOLE: its page, see `detail` */
};

struct inbox_engine;

struct inbox_op {
    struct worker_job job;       /* the engine's, as are the next two */
    struct inbox_engine *engine; /* that it was submitted to */
    struct inbox_op *next;       /* in its batch */
    struct list_node in_queue;   /* of changes that nobody awaits */
    bool is_with_engine;
    void *owner;                       /* back-pointer, for `done` */
    void (*done)(struct inbox_op *op); /* on the loop, in the order of submission */
    enum inbox_op_kind kind;
    union {
        struct {
            struct inbox_row row;
            struct inbox_ticket *ticket; /* borrowed until `stored` */
            size_t size;                 /* bytes of the row */
        } put;
        struct {
            uint64_t seq;
            unsigned attempts;
            const char *reason;      /* NULL: it is kept */
        } change;                    /* remove, note */
        struct inbox_tunnel tunnel;  /* remember, forget */
        struct inbox_search *search; /* owned */
        bool has_more;               /* rest: another one has something to do */
    };
    /* the outcome, by the engine */
    enum err rc;
    char *detail; /* owned; for people; may be NULL although it failed */
    char copies[];
};

/* Zeroed but for the kind, with room for `more` bytes; NULL when memory is out. */
struct inbox_op *inbox_op_new(enum inbox_op_kind kind, size_t more);
MUST_CHECK enum err inbox_op_new_put(const struct inbox_delivery *d, size_t head_size,
                                     struct inbox_op **out);
/* `reason` NULL: it is kept. */
MUST_CHECK enum err inbox_op_new_note(uint64_t seq, unsigned attempts, const char *reason,
                                      struct inbox_op **out);
/* Room for `seqs_len` records. */
MUST_CHECK enum err inbox_op_new_fetch(struct inbox_fetch *f, const uint64_t *seqs,
                                       size_t seqs_len, struct inbox_op **out);
MUST_CHECK enum err inbox_op_new_tunnel(enum inbox_op_kind kind, const struct inbox_tunnel *t,
                                        struct inbox_op **out);
void inbox_op_free(struct inbox_op *op);

#endif
