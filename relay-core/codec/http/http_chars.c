#include "codec/http/http_chars.h"

#define N 0                                                      /* never */
#define B HTTP_CHAR_VALUE                                        /* blank */
#define O HTTP_CHAR_VALUE                                        /* opaque, 0x80-0xFF */
#define V (HTTP_CHAR_VALUE | HTTP_CHAR_TARGET)                   /* visible */
#define H (HTTP_CHAR_VALUE | HTTP_CHAR_TOKEN)                    /* # */
#define T (HTTP_CHAR_VALUE | HTTP_CHAR_TARGET | HTTP_CHAR_TOKEN) /* token */

/* clang-format off */
const uint8_t http_chars[256] = {
    N, N, N, N, N, N, N, N, N, B, N, N, N, N, N, N, /* 00 */
    N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, /* 10 */
    B, T, V, H, T, T, T, T, V, V, T, T, V, T, T, V, /* 20 */
    T, T, T, T, T, T, T, T, T, T, V, V, V, V, V, V, /* 30 */
    V, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, /* 40 */
    T, T, T, T, T, T, T, T, T, T, T, V, V, V, T, T, /* 50 */
    T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, /* 60 */
    T, T, T, T, T, T, T, T, T, T, T, V, T, V, T, N, /* 70 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* 80 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* 90 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* A0 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* B0 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* C0 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* D0 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* E0 */
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* F0 */
};
