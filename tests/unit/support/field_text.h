/* Fields of a head as text that tests can search: "name: value\n", names in lower case. */
#ifndef TESTS_UNIT_SUPPORT_FIELD_TEXT_H
#define TESTS_UNIT_SUPPORT_FIELD_TEXT_H

#include "codec/http/http_head.h"

/* They must fit. */
void field_text_format(char *out, size_t size, const struct http_head *head);
/* The value of the first field of that name, up to its line end; NULL if there is none. */
const char *field_text_find(const char *text, const char *name);
size_t field_text_count(const char *text, const char *name);
/* The value as a text of its own, or NULL; until the next call. */
const char *field_text_value(const char *text, const char *name);

#endif
