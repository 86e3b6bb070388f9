#include "codec/fold.h"

#include <stdbool.h>
#include <utf8proc.h>

#define OPTIONS                                                                                \
    (UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)
#define EXPANSION_MAX 32u   /* one character becomes at most 18 */
#define PIECE_AIM     128u  /* characters; then it ends as soon as it may */
#define PIECE_MAX     512u  /* then it ends wherever it is: nobody writes so many marks */
#define PLAIN_MAX     4096u /* bytes that are looked at in one go */
#define REPLACEMENT   0xFFFD

/* Characters that may become one, decomposed.  Sorting their marks takes time with the
 * square of their number, so that it must be small. */
struct piece {
    int32_t chars[PIECE_MAX];
    size_t len;
};

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

/* ---- one character after the other ---- */

static int32_t next_char(struct span text, size_t *at)
{
    int32_t c;
    utf8proc_ssize_t len = utf8proc_iterate((const uint8_t *)text.ptr + *at,
                                            (utf8proc_ssize_t)(text.len - *at), &c);

    *at += len > 0 ? (size_t)len : 1;
    return len > 0 && c > 0 ? c : REPLACEMENT;
}

static bool is_jamo(int32_t c)
{
    return (c >= 0x1100 && c <= 0x11FF) || (c >= 0x3130 && c <= 0x318F) ||
           (c >= 0xA960 && c <= 0xA97F) || (c >= 0xD7B0 && c <= 0xD7FF) ||
           (c >= 0xFFA0 && c <= 0xFFDC);
}

/* Does it never become one with what stands before it?  Marks do, parts of Hangul
 * syllables, half-width voicing marks (letters by their category), and what stands behind
 * an ignorable. */
static bool begins_anew(int32_t c)
{
    const utf8proc_property_t *p = utf8proc_get_property(c);

    switch ((utf8proc_category_t)p->category) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
        return false;
    default:
        return p->combining_class == 0 && !p->ignorable && !is_jamo(c);
    }
}

static void add_char(struct piece *p, int32_t c)
{
    int last_boundary = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(c, p->chars + p->len, EXPANSION_MAX, OPTIONS, &last_boundary);

    if (n >= 0 && n <= (utf8proc_ssize_t)EXPANSION_MAX)
        p->len += (size_t)n;
}

/* Takes characters from text[*at] on, at least one. */
static void take_piece(struct span text, size_t *at, struct piece *out)
{
    out->len = 0;
    add_char(out, next_char(text, at));
    while (*at < text.len && !is_ascii(text.ptr[*at]) && out->len + EXPANSION_MAX < PIECE_MAX) {
        size_t behind = *at;
        int32_t c = next_char(text, &behind);

        if (out->len >= PIECE_AIM && begins_anew(c))
            return;
        add_char(out, c);
        *at = behind;
    }
}

/* ---- a piece ---- */

/* Marks of one character in their canonical order (UAX #15, 3.11 D109). */
static void sort_marks(struct piece *p)
{
    for (size_t i = 1; i < p->len; i++) {
        int32_t c = p->chars[i];
        int order = utf8proc_get_property(c)->combining_class;
        size_t to = i;

        while (order > 0 && to > 0 &&
               utf8proc_get_property(p->chars[to - 1])->combining_class > order) {
            p->chars[to] = p->chars[to - 1];
            to--;
        }
        p->chars[to] = c;
    }
}

static enum err append_piece(struct piece *p, struct bytes *out)
{
    sort_marks(p);
    utf8proc_ssize_t len =
        utf8proc_normalize_utf32(p->chars, (utf8proc_ssize_t)p->len, OPTIONS);
    for (utf8proc_ssize_t i = 0; i < len; i++) {
        uint8_t utf8[4];
        utf8proc_ssize_t n = utf8proc_encode_char(p->chars[i], utf8);
        enum err rc = bytes_append(out, utf8, (size_t)n);

        if (rc)
            return rc;
    }
    return OK;
}

/* ---- ASCII ---- */

/* Bytes from text[at] on that no other character can change. */
static size_t plain_len(struct span text, size_t at)
{
    size_t end = text.len - at > PLAIN_MAX ? at + PLAIN_MAX : text.len;
    size_t to = at;

    while (to < end && is_ascii(text.ptr[to]) && text.ptr[to] != '\0')
        to++;
    if (to > at && to < text.len && !is_ascii(text.ptr[to])) /* a mark may follow it */
        to--;
    return to - at;
}

static enum err append_plain(struct span text, struct bytes *out)
{
    uint8_t *to;
    enum err rc = bytes_reserve(out, text.len, &to);

    if (rc)
        return rc;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        to[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
    }
    bytes_added(out, text.len);
    return OK;
}

enum err fold_append(struct span text, struct bytes *out)
{
    struct piece piece;
    enum err rc = OK;
    size_t at = 0;

    while (!rc && at < text.len) {
        size_t len = plain_len(text, at);

        if (len > 0) {
            rc = append_plain(span_slice(text, at, at + len), out);
            at += len;
        } else {
            take_piece(text, &at, &piece);
            rc = append_piece(&piece, out);
        }
    }
    return rc;
}
