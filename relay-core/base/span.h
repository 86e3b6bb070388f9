#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed piece of bytes; never NUL-terminated, never owned.  The object it
 * points into says how long it lives.  The zero span is empty and legal. */
struct span {
    const char *ptr;
    size_t len;
};

#define SPAN(literal) ((struct span){("" literal), sizeof(literal) - 1})

static inline struct span span_of(const void *ptr, size_t len)
{
    return (struct span){ptr, len};
}

static inline struct span span_text(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

static inline bool span_is(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Of `len` bytes at both. */
bool span_letters_match(const char *a, const char *b, size_t len);

/* ASCII letters compare without case (header names, schemes, hosts).  Inline, like what
 * follows: most names that are compared differ in length already. */
static inline bool span_is_nocase(struct span a, struct span b)
{
    return a.len == b.len && span_letters_match(a.ptr, b.ptr, a.len);
}

bool span_starts(struct span s, struct span prefix);
bool span_ends(struct span s, struct span suffix);
/* Offset of the first `byte`, or s.len. */
size_t span_find(struct span s, char byte);
/* Offset of the first occurrence of `what`, or s.len. */
size_t span_find_span(struct span s, struct span what);

static inline struct span span_slice(struct span s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (struct span){0};
    return span_of(s.ptr + from, to - from);
}

/* Without spaces and tabs at both ends (OWS, RFC 9110 §5.6.3). */
struct span span_trim(struct span s);
/* Decimal digits only, no sign, no spaces; false on overflow or anything else. */
bool span_parse_u64(struct span s, uint64_t *out);

#endif
