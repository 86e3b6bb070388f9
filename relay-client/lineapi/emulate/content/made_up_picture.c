#include "relay-client/lineapi/emulate/content/made_up_picture.h"

#include "relay-client/lineapi/emulate/content/made_up_bytes.h"

#define SIDE      96u
#define LINE_LEN  (1u + SIDE / 8u) /* a byte of filter, a bit for each pixel */
#define IMAGE_LEN (SIDE * LINE_LEN)

/* CRC-32 of type and data, as PNG has it. */
static uint32_t crc_of(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0xffffffffu;

    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static size_t begin_chunk(struct made_up_bytes *b, const char *type)
{
    made_up_bytes_u32(b, 0);
    made_up_bytes_put(b, type, 4);
    return b->len;
}

static void end_chunk(struct made_up_bytes *b, size_t begin)
{
    made_up_bytes_set_u32(b, begin - 8, (uint32_t)(b->len - begin));
    made_up_bytes_u32(b, crc_of(b->bytes + begin - 4, b->len - begin + 4));
}

static void put_head(struct made_up_bytes *b)
{
    size_t chunk = begin_chunk(b, "IHDR");

    made_up_bytes_u32(b, SIDE);
    made_up_bytes_u32(b, SIDE);
    made_up_bytes_put(b, "\x01\x03\0\0\0", 5); /* one bit for a pixel, of a palette */
    end_chunk(b, chunk);
}

/* zlib (RFC 1950) around one stored block (RFC 1951 §3.2.4) of zeros: the first colour. */
static void put_image(struct made_up_bytes *b)
{
    size_t chunk = begin_chunk(b, "IDAT");

    made_up_bytes_put(b, "\x78\x01\x01", 3);
    made_up_bytes_u8(b, IMAGE_LEN & 0xff);
    made_up_bytes_u8(b, IMAGE_LEN >> 8);
    made_up_bytes_u8(b, ~IMAGE_LEN & 0xff);
    made_up_bytes_u8(b, ~IMAGE_LEN >> 8 & 0xff);
    made_up_bytes_zeros(b, IMAGE_LEN);
    made_up_bytes_u32(b, IMAGE_LEN << 16 | 1); /* Adler-32 of so many zeros */
    end_chunk(b, chunk);
}

enum err made_up_picture(struct span message_id, struct bytes *out)
{
    struct made_up_bytes b = {.len = 0};
    struct made_up_colour colour = made_up_bytes_colour(message_id);

    made_up_bytes_put(&b, "\x89PNG\r\n\x1a\n", 8);
    put_head(&b);
    size_t chunk = begin_chunk(&b, "PLTE");
    made_up_bytes_u8(&b, colour.red);
    made_up_bytes_u8(&b, colour.green);
    made_up_bytes_u8(&b, colour.blue);
    end_chunk(&b, chunk);
    put_image(&b);
    end_chunk(&b, begin_chunk(&b, "IEND"));
    return bytes_append(out, b.bytes, b.len);
}
