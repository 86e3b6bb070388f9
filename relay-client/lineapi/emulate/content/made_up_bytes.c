#include "relay-client/lineapi/emulate/content/made_up_bytes.h"

#include <stdlib.h>

void made_up_bytes_put(struct made_up_bytes *b, const void *from, size_t len)
{
    if (len > MADE_UP_MAX - b->len)
        abort(); /* all of them are of known sizes */
    memcpy(b->bytes + b->len, from, len);
    b->len += len;
}

void made_up_bytes_fill(struct made_up_bytes *b, uint8_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        made_up_bytes_put(b, &value, 1);
}

void made_up_bytes_zeros(struct made_up_bytes *b, size_t len)
{
    made_up_bytes_fill(b, 0, len);
}

void made_up_bytes_u8(struct made_up_bytes *b, uint32_t value)
{
    uint8_t byte = (uint8_t)value;

    made_up_bytes_put(b, &byte, 1);
}

void made_up_bytes_u16(struct made_up_bytes *b, uint32_t value)
{
    made_up_bytes_u8(b, value >> 8);
    made_up_bytes_u8(b, value);
}

void made_up_bytes_u32(struct made_up_bytes *b, uint32_t value)
{
    made_up_bytes_u16(b, value >> 16);
    made_up_bytes_u16(b, value);
}

void made_up_bytes_set_u32(struct made_up_bytes *b, size_t at, uint32_t value)
{
    size_t len = b->len;

    b->len = at;
    made_up_bytes_u32(b, value);
    b->len = len;
}

struct made_up_colour made_up_bytes_colour(struct span name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (uint8_t)name.ptr[i]) * 16777619u;
    hash ^= hash >> 15;
    return (struct made_up_colour){
        .red = (uint8_t)(64 + hash % 160),
        .green = (uint8_t)(64 + (hash >> 8) % 160),
        .blue = (uint8_t)(64 + (hash >> 16) % 160),
    };
}
