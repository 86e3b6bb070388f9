#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include "base/span.h"
#include "store/database.h"

/* One prepared SQL statement, used again and again.  Parameters count from 1, columns
 * from 0, as in SQL.
 *
 * Life:  statement_init -> (bind ... -> step ... -> reset) ... -> statement_fini
 * A statement that was begun and not reset keeps its transaction open. */
struct statement {
    struct database *db; /* borrowed */
    struct sqlite3_stmt *handle;
    int bind_failure; /* the first since the last reset, told by the next step */
};

/* `sql` is constant text or built from constant text; what comes from outside is bound.
 * Beside SQLite's functions there is contains(a, b): are the bytes b somewhere in a? */
MUST_CHECK enum err statement_init(struct statement *s, struct database *db, const char *sql);
/* Zeroed is legal. */
void statement_fini(struct statement *s);

/* Texts and blobs are borrowed until statement_reset.  A failure (out of memory) is
 * told by the next step.  An empty span is an empty value, never NULL. */
void statement_bind_u64(struct statement *s, int parameter, uint64_t value);
void statement_bind_text(struct statement *s, int parameter, struct span text);
void statement_bind_blob(struct statement *s, int parameter, struct span bytes);

/* To the next row: true in `has_row`, or false behind the last one. */
MUST_CHECK enum err statement_step(struct statement *s, bool *has_row);
/* For statements without rows: steps to the end and resets.
 * ERR_CONFLICT: a constraint; the transaction goes on without this statement. */
MUST_CHECK enum err statement_run(struct statement *s);
/* Ready for new parameters; unbound ones are NULL. */
void statement_reset(struct statement *s);

/* Of the current row; NULL is 0, and the empty span. Borrowed until the next call. */
uint64_t statement_u64(const struct statement *s, int column);
struct span statement_span(const struct statement *s, int column);
bool statement_is_null(const struct statement *s, int column);

/* The first column of the first row, ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err statement_query_u64(struct database *db, const char *sql, uint64_t *out);

#endif
