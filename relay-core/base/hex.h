#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/err.h"
#include "base/span.h"

/* Lower-case hexadecimal; `out` gets 2 * len characters and a NUL. */
void hex_format(char *out, const void *src, size_t len);
/* Either case, exactly 2 * len digits, else ERR_SYNTAX. */
MUST_CHECK enum err hex_parse(struct span text, uint8_t *out, size_t len);

#endif
