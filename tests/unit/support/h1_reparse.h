#ifndef TESTS_UNIT_SUPPORT_H1_REPARSE_H
#define TESTS_UNIT_SUPPORT_H1_REPARSE_H

#include "codec/http/http_head.h"

/* Prints a head that the parser accepted and parses that: aborts unless the second head
 * says the same, but for fields that belong to one connection.  `end` as in on_head.  Heads so
 * near the limits that our own fields (Connection, Transfer-Encoding) cross them are only
 * printed. */
void h1_reparse_check(const struct http_head *head, bool end);

#endif
