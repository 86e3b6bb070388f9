#include "relay-client/view/json_line.h"

#include "base/text.h"
#include "codec/json/json_text.h"

#include <stdio.h>
#include <string.h>

/* Longest: a surrogate pair for four bytes, \u007f for one. */
#define GROWTH_MAX 6u

static bool is_plain(char c)
{
    return (uint8_t)c < 0x7f;
}

static size_t plain_len(struct span s)
{
    size_t len = 0;

    while (len < s.len && is_plain(s.ptr[len]))
        len++;
    return len;
}

/* The bytes of the first character. */
static size_t character_len(struct span s)
{
    size_t len = 1;

    while (len < s.len && ((uint8_t)s.ptr[len] & 0xc0) == 0x80)
        len++;
    return len;
}

static bool is_shown_as_it_is(struct span character)
{
    char text[16];

    return span_is(span_text(text_escape(text, sizeof(text), character)), character);
}

/* Writes \uNNNN, two of them above U+FFFF; returns the bytes. */
static size_t put_escape(struct span character, char out[static 13])
{
    size_t at = 0;
    uint32_t c = json_text_next_char(character, &at);

    if (c < 0x10000)
        return (size_t)snprintf(out, 13, "\\u%04x", (unsigned)c);
    c -= 0x10000;
    return (size_t)snprintf(out, 13, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)),
                            (unsigned)(0xdc00 + (c & 0x3ff)));
}

/* One that is not plain.  At most GROWTH_MAX times as long; returns the bytes. */
static size_t put_character(struct span character, uint8_t *out)
{
    char text[13];
    size_t len = character.len;

    if (is_shown_as_it_is(character)) {
        memcpy(out, character.ptr, len);
        return len;
    }
    len = put_escape(character, text);
    memcpy(out, text, len);
    return len;
}

enum err json_line_append(struct bytes *out, struct span json)
{
    uint8_t *room;
    size_t used = 0;
    size_t risky = 0;

    for (size_t i = 0; i < json.len; i++)
        risky += !is_plain(json.ptr[i]);
    enum err e = bytes_reserve(out, json.len + risky * (GROWTH_MAX - 1) + 1, &room);

    if (e)
        return e;
    for (size_t at = 0; at < json.len;) {
        struct span rest = span_slice(json, at, json.len);
        size_t plain = plain_len(rest);

        memcpy(room + used, rest.ptr, plain);
        used += plain;
        at += plain;
        rest = span_slice(rest, plain, rest.len);
        if (rest.len == 0)
            break;
        size_t len = character_len(rest);

        used += put_character(span_slice(rest, 0, len), room + used);
        at += len;
    }
    room[used++] = '\n';
    bytes_added(out, used);
    return OK;
}
