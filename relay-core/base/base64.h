#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/err.h"
#include "base/span.h"

/* Base64 of RFC 4648 §4: standard alphabet, padding required, no white space,
 * unused bits zero.  One text for one value: anything else is ERR_SYNTAX. */

#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Writes BASE64_LEN(len) characters and a NUL; ERR_LIMIT when `size` is less. */
MUST_CHECK enum err base64_format(char *out, size_t size, const void *src, size_t len);
/* Writes at most `size` bytes, ERR_LIMIT when they do not fit. */
MUST_CHECK enum err base64_parse(struct span text, uint8_t *out, size_t size, size_t *len);

#endif
