#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include "base/err.h"
#include "base/span.h"

/* Base64 for URLs and file names (RFC 4648 §5) as JOSE has it (RFC 7515 §2): no padding, no
 * white space, unused bits zero.  One text for one value: anything else is ERR_SYNTAX. */

#define BASE64URL_LEN(n) (((n)*4 + 2) / 3)

/* Writes BASE64URL_LEN(len) characters and a NUL; ERR_LIMIT when `size` is less. */
MUST_CHECK enum err base64url_format(char *out, size_t size, const void *src, size_t len);
/* Writes at most `size` bytes, ERR_LIMIT when they do not fit. */
MUST_CHECK enum err base64url_parse(struct span text, uint8_t *out, size_t size, size_t *len);

#endif
