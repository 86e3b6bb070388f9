#ifndef SERVER_INBOX_SQLITE_READ_H
#define SERVER_INBOX_SQLITE_READ_H

#include "relay-server/inbox/inbox_engine.h"
#include "store/statement.h"

/* What is read out of an inbox file, with every checksum compared.  For the engine and,
 * beside it, for commands that only look.
 *
 * Life: inbox_sqlite_read_init -> ... -> inbox_sqlite_read_fini; zeroed is legal. */
struct inbox_sqlite_read {
    struct statement record, content, head;
};

MUST_CHECK enum err inbox_sqlite_read_init(struct inbox_sqlite_read *r, struct database *db);
void inbox_sqlite_read_fini(struct inbox_sqlite_read *r);

/* One record with what was found of its content; `out` is borrowed until `done`, which
 * follows in any case.  Damage is no error.  ERR_NOT_FOUND: no such record. */
MUST_CHECK enum err inbox_sqlite_read_one(struct inbox_sqlite_read *r, uint64_t seq,
                                          bool no_body, struct inbox_found *out);
void inbox_sqlite_read_done(struct inbox_sqlite_read *r);

/* What is noted about a record. */
struct inbox_sqlite_note {
    uint64_t seq;
    unsigned attempts;
    struct span reason; /* zero: the record is kept; else why it is set aside */
    bool is_good;       /* its checksum fits */
};
/* Of the current row, whose columns from `first` on are seq, attempts, reason, sum. */
void inbox_sqlite_read_note(const struct statement *s, int first,
                            struct inbox_sqlite_note *out);

/* All records, by seq, without their contents, which are not looked at.  What `each` returns
 * other than OK ends it and is returned. */
MUST_CHECK enum err inbox_sqlite_read_records(struct database *db,
                                              enum err (*each)(void *owner,
                                                               const struct inbox_found *f),
                                              void *owner);
/* Tunnels whose checksum fits, the one linked last at the end; `damaged` counts others. */
MUST_CHECK enum err inbox_sqlite_read_tunnels(struct database *db,
                                              enum err (*each)(void *owner,
                                                               const struct inbox_tunnel *t),
                                              void *owner, size_t *damaged);

#endif
