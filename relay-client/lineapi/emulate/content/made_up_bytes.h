#ifndef CLIENT_LINEAPI_MADE_UP_BYTES_H
#define CLIENT_LINEAPI_MADE_UP_BYTES_H

#include "base/span.h"

/* Small files that are made here, byte by byte; numbers are big-endian, as PNG and MP4 have
 * them.  Zeroed is empty, nothing to free; what does not fit is a mistake in this program. */

#define MADE_UP_MAX 2048u

struct made_up_bytes {
    size_t len;
    uint8_t bytes[MADE_UP_MAX];
};

void made_up_bytes_put(struct made_up_bytes *b, const void *from, size_t len);
void made_up_bytes_fill(struct made_up_bytes *b, uint8_t value, size_t len);
void made_up_bytes_zeros(struct made_up_bytes *b, size_t len);
void made_up_bytes_u8(struct made_up_bytes *b, uint32_t value);
void made_up_bytes_u16(struct made_up_bytes *b, uint32_t value);
void made_up_bytes_u32(struct made_up_bytes *b, uint32_t value);
/* Over four bytes that are there already. */
void made_up_bytes_set_u32(struct made_up_bytes *b, size_t at, uint32_t value);

/* Always the same for a name; no part is near its ends. */
struct made_up_colour {
    uint8_t red, green, blue;
};
struct made_up_colour made_up_bytes_colour(struct span name);

#endif
