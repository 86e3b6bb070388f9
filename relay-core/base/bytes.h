#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/err.h"
#include "base/span.h"

#include <stddef.h>
#include <stdint.h>

/* A growable byte queue: append at the tail, consume from the head.
 * `max` is a hard limit and has no default on purpose. */
struct bytes {
    uint8_t *base;
    size_t head, tail, cap, max;
};

void bytes_init(struct bytes *b, size_t max);
void bytes_fini(struct bytes *b);

/* All or nothing: on failure (ERR_LIMIT, ERR_NOMEM) `b` is unchanged. */
MUST_CHECK enum err bytes_append(struct bytes *b, const void *src, size_t len);
MUST_CHECK enum err bytes_append_span(struct bytes *b, struct span s);
MUST_CHECK enum err bytes_append_text(struct bytes *b, const char *text);
/* printf into the queue; not for peers' bytes that may hold NUL. */
MUST_CHECK enum err bytes_printf(struct bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes at *out; call bytes_added with what was used. */
MUST_CHECK enum err bytes_reserve(struct bytes *b, size_t len, uint8_t **out);
void bytes_added(struct bytes *b, size_t len);

void bytes_consume(struct bytes *b, size_t len);
void bytes_clear(struct bytes *b);
/* Give memory back when the queue is empty (idle connections). */
void bytes_release(struct bytes *b);

static inline size_t bytes_len(const struct bytes *b)
{
    return b->tail - b->head;
}

/* Borrowed until the next call that changes `b`. */
static inline const uint8_t *bytes_peek(const struct bytes *b)
{
    return b->base ? b->base + b->head : (const uint8_t *)"";
}

static inline struct span bytes_span(const struct bytes *b)
{
    return span_of(bytes_peek(b), bytes_len(b));
}

#endif
