#ifndef SERVER_INBOX_INDEX_H
#define SERVER_INBOX_INDEX_H

#include "base/list.h"
#include "relay-server/inbox/inbox.h"

/* What the inbox holds, as known on the loop: the order, the size and the state of each
 * record, without its content.  About 100 bytes a record; quotas bound how many.
 *
 * Life: inbox_index_init -> inbox_index_fini; zeroed is legal for _fini. */

#define INBOX_TOKEN_ID_MAX 32u
#define INBOX_PLACES_MAX   10000u
#define INBOX_BUCKETS      1024u /* of places */

/* A tunnel. */
struct inbox_place {
    struct list_node in_bucket, in_order; /* `in_order`: linked last comes last */
    struct list entries;                  /* by seq */
    char name[LINK_TUNNEL_MAX + 1];       /* "": of damaged records without a name */
    char token_id[INBOX_TOKEN_ID_MAX];
    enum link_answer answer;
    enum link_offline offline;
    uint64_t linked_ms;
    bool is_remembered; /* was linked; else only its records are known */
    struct inbox_counts counts;
    uint64_t full_told_ms; /* when the log was told last that it is full; 0: never */
};

/* A record. */
struct inbox_entry {
    struct list_node in_place, in_all; /* both by seq */
    struct inbox_entry *next_in_bucket;
    struct inbox_place *place; /* back-pointer */
    uint64_t seq, received_ms;
    uint32_t bytes; /* as the quota counts */
    bool is_aside;
    unsigned attempts;
};

struct inbox_index {
    struct list *places; /* INBOX_BUCKETS of them, owned */
    struct list order;
    size_t places_len;
    struct inbox_entry **entries; /* buckets by seq, owned, with all that is in them */
    size_t entries_len, entries_cap;
    struct list all;
    struct inbox_counts total;
};

MUST_CHECK enum err inbox_index_init(struct inbox_index *ix);
void inbox_index_fini(struct inbox_index *ix);

/* NULL: not known. */
struct inbox_place *inbox_index_find(const struct inbox_index *ix, struct span name);
/* Finds or makes.  ERR_LIMIT: there are INBOX_PLACES_MAX, or the name is too long. */
MUST_CHECK enum err inbox_index_open(struct inbox_index *ix, struct span name,
                                     struct inbox_place **out);
/* It is the one linked last, from now on. */
void inbox_index_touch(struct inbox_index *ix, struct inbox_place *p);
/* The one without records whose link is the longest ago; NULL: each has some. */
struct inbox_place *inbox_index_oldest_empty(const struct inbox_index *ix);
/* It must be without records. */
void inbox_index_forget(struct inbox_index *ix, struct inbox_place *p);

/* Kept, without attempts.  Owned by the index.  ERR_CONFLICT: the seq is taken. */
MUST_CHECK enum err inbox_index_add(struct inbox_index *ix, struct inbox_place *p, uint64_t seq,
                                    uint32_t bytes, struct inbox_entry **out);
/* NULL: not there. */
struct inbox_entry *inbox_index_get(const struct inbox_index *ix, uint64_t seq);
void inbox_index_remove(struct inbox_index *ix, struct inbox_entry *e);
void inbox_index_set_aside(struct inbox_index *ix, struct inbox_entry *e, bool is_aside);

/* The seqs that a fetch asks for, oldest first; returns how many. */
size_t inbox_index_select(const struct inbox_index *ix, const struct inbox_fetch *f,
                          uint64_t *seqs);

#endif
