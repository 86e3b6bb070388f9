#ifndef CLIENT_LINEAPI_TEXT_FORM_H
#define CLIENT_LINEAPI_TEXT_FORM_H

#include "base/span.h"

/* Texts of the forms that message objects ask for. */

/* Of UTF-8: code units in UTF-16. */
size_t text_form_utf16_len(struct span text);

/* https://host..., all of it ASCII, percent signs with two hex digits (RFC 3986; LINE asks for
 * percent-encoded UTF-8). */
bool text_form_is_https(struct span text);
/* What a tap may open: likewise http, https, line, tel. */
bool text_form_is_link(struct span text);
bool text_form_is_rgb(struct span text);  /* #RRGGBB */
bool text_form_is_rgba(struct span text); /* or #RRGGBBAA */
/* `prefix` and 32 lower-case hex digits. */
bool text_form_is_id(struct span text, char prefix);

/* One of "a,b,c"? */
bool text_form_is_among(struct span text, const char *values);

/* A decimal number at the beginning, "1", "0.5", at most 9 digits before the point; how long it
 * is, or 0. */
size_t text_form_decimal(struct span text, double *out);

#endif
