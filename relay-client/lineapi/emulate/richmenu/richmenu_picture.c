#include "relay-client/lineapi/emulate/richmenu/richmenu_picture.h"

static uint32_t number(struct span s, size_t at, size_t len)
{
    uint32_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | (uint8_t)s.ptr[at + i];
    return value;
}

static bool read_png(struct span s, struct richmenu_picture *out)
{
    if (s.len < 33 || !span_starts(s, SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")))
        return false;
    *out = (struct richmenu_picture){true, number(s, 16, 4), number(s, 20, 4)};
    return true;
}

/* Start of frame: all but the tables of Huffman, of arithmetic coding, and JPG. */
static bool begins_frame(uint32_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
           marker != 0xcc;
}

static bool read_jpeg(struct span s, struct richmenu_picture *out)
{
    size_t at = 2;

    if (!span_starts(s, SPAN("\xff\xd8\xff")))
        return false;
    while (at < s.len && s.len - at >= 9 && (uint8_t)s.ptr[at] == 0xff) {
        uint32_t marker = (uint8_t)s.ptr[at + 1];
        if (begins_frame(marker)) {
            *out = (struct richmenu_picture){false, number(s, at + 7, 2), number(s, at + 5, 2)};
            return true;
        }
        at += marker == 0xff ? 1 : 2 + number(s, at + 2, 2); /* a fill byte, or a segment */
    }
    return false;
}

bool richmenu_picture_read(struct span bytes, struct richmenu_picture *out)
{
    return read_png(bytes, out) || read_jpeg(bytes, out);
}

bool richmenu_picture_fits(const struct richmenu_picture *p)
{
    return p->width >= 800 && p->width <= 2500 && p->height >= 250 &&
           (uint64_t)p->width * 100 >= (uint64_t)p->height * 145;
}
