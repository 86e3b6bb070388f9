#ifndef CODEC_HTTP_CHARS_H
#define CODEC_HTTP_CHARS_H

#include <stdbool.h>
#include <stdint.h>

/* Which byte may stand where in an HTTP message (RFC 9110 §5.5, §5.6.2). */
enum http_char {
    HTTP_CHAR_TOKEN = 1,  /* methods, field names */
    HTTP_CHAR_TARGET = 2, /* request targets: visible ASCII but # */
    HTTP_CHAR_VALUE = 4,  /* field values: TAB, SP, visible, 0x80-0xFF */
};

extern const uint8_t http_chars[256];

static inline bool http_char_is(uint8_t byte, enum http_char kind)
{
    return (http_chars[byte] & (unsigned)kind) != 0;
}

#endif
