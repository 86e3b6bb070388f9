#ifndef CLIENT_JOURNAL_QUERY_TEXT_H
#define CLIENT_JOURNAL_QUERY_TEXT_H

#include "relay-client/journal/query/journal_query.h"

/* The text of a query as the parser reads it: full-width forms are the half-width ones, the
 * ideographic space is a space, curly quotes are straight ones; and where each byte of that
 * stands in what was typed. */
struct query_text {
    char chars[JOURNAL_QUERY_MAX];
    size_t len;
    uint16_t at[JOURNAL_QUERY_MAX + 1]; /* bytes of the source; at[len] is its length */
};

/* ERR_LIMIT: over JOURNAL_QUERY_MAX bytes; ERR_SYNTAX: no UTF-8, from source[*wrong] on. */
MUST_CHECK enum err query_text_read(struct span source, struct query_text *out, size_t *wrong);

/* UTF-16 units of so many bytes of UTF-8; a byte that is none counts as one. */
size_t query_text_units(struct span source, size_t bytes);
/* The byte at which so many UTF-16 units have passed, or the length. */
size_t query_text_offset(struct span source, size_t units);

#endif
