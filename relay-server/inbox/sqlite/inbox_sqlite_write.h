#ifndef SERVER_INBOX_SQLITE_WRITE_H
#define SERVER_INBOX_SQLITE_WRITE_H

#include "relay-server/inbox/inbox_op.h"
#include "store/statement.h"

/* The statements that change an inbox file.  In a transaction of the caller's.
 *
 * Life: inbox_sqlite_write_init -> ... -> inbox_sqlite_write_fini; zeroed is legal. */
struct inbox_sqlite_write {
    struct statement record, content, note, tunnel, mark;
    struct statement unrecord, uncontent, unnote, untunnel;
};

MUST_CHECK enum err inbox_sqlite_write_init(struct inbox_sqlite_write *w, struct database *db);
void inbox_sqlite_write_fini(struct inbox_sqlite_write *w);

/* What any of the changing ops says.  ERR_CONFLICT: a put whose seq is taken; the
 * transaction goes on without it. */
MUST_CHECK enum err inbox_sqlite_write_op(struct inbox_sqlite_write *w,
                                          const struct inbox_op *op);
MUST_CHECK enum err inbox_sqlite_write_put(struct inbox_sqlite_write *w,
                                           const struct inbox_row *row);
/* Without its content; content_sum is set. */
MUST_CHECK enum err inbox_sqlite_write_record(struct inbox_sqlite_write *w,
                                              const struct inbox_row *row);
MUST_CHECK enum err inbox_sqlite_write_content(struct inbox_sqlite_write *w,
                                               const struct inbox_row *row);
/* Does nothing if there is no such record. */
MUST_CHECK enum err inbox_sqlite_write_remove(struct inbox_sqlite_write *w, uint64_t seq);
/* `reason` zero: it is kept. */
MUST_CHECK enum err inbox_sqlite_write_note(struct inbox_sqlite_write *w, uint64_t seq,
                                            unsigned attempts, struct span reason);
MUST_CHECK enum err inbox_sqlite_write_tunnel(struct inbox_sqlite_write *w,
                                              const struct inbox_tunnel *t);
/* From now on no record may have a higher seq without raising it first. */
MUST_CHECK enum err inbox_sqlite_write_mark(struct inbox_sqlite_write *w, uint64_t seq);

#endif
