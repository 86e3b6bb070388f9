#ifndef CLIENT_JOURNAL_QUERY_PARSER_H
#define CLIENT_JOURNAL_QUERY_PARSER_H

#include "relay-client/journal/query/query_text.h"
#include "relay-client/journal/query/query_tree.h"

/* Recursive descent:
 *
 *     query = and { "OR" and }       and = item { item }
 *     item  = [ "-" ] ( "(" query ")" | key ":" values | flag | word )
 *
 * Fills `out`, which has its text and is otherwise zeroed.  ERR_SYNTAX with *error. */
MUST_CHECK enum err query_parser_run(const struct query_text *text, uint64_t now_ms,
                                     struct journal_query *out,
                                     struct journal_query_error *error);

#endif
