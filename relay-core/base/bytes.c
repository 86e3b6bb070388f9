#include "base/bytes.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CAP_FIRST 256u

void bytes_init(struct bytes *b, size_t max)
{
    *b = (struct bytes){.max = max};
}

void bytes_fini(struct bytes *b)
{
    mem_free(b->base);
    bytes_init(b, b->max);
}

static void slide_to_front(struct bytes *b)
{
    if (b->head == 0)
        return;
    memmove(b->base, b->base + b->head, bytes_len(b));
    b->tail -= b->head;
    b->head = 0;
}

/* Half as much again as `max`: a full queue that is refilled as it drains then
 * slides once per max / 2 consumed bytes, not once per append. */
static size_t cap_ceiling(const struct bytes *b)
{
    if (b->max < CAP_FIRST)
        return CAP_FIRST;
    return b->max > SIZE_MAX / 2 ? SIZE_MAX : b->max + b->max / 2;
}

static size_t cap_for(const struct bytes *b, size_t need)
{
    size_t ceiling = cap_ceiling(b);
    size_t cap = b->cap > 0 ? b->cap : CAP_FIRST / 2;

    do
        cap = cap > ceiling / 2 ? ceiling : cap * 2;
    while (cap < need);
    return cap;
}

/* Makes `cap - tail >= len`.  The caller has checked the limit. */
static enum err make_room(struct bytes *b, size_t len)
{
    size_t used = bytes_len(b);

    if (len <= b->cap - b->tail)
        return OK;
    /* Sliding is paid for by what was consumed, so that no byte moves often. */
    if (len <= b->cap - used && b->head >= used / 2) {
        slide_to_front(b);
        return OK;
    }
    if (len > SIZE_MAX - used)
        return ERR_NOMEM;
    size_t cap = cap_for(b, used + len);
    uint8_t *grown = mem_grow(b->base, cap);
    if (!grown)
        return ERR_NOMEM;
    b->base = grown;
    b->cap = cap;
    slide_to_front(b);
    return OK;
}

enum err bytes_reserve(struct bytes *b, size_t len, uint8_t **out)
{
    if (len > b->max - bytes_len(b))
        return ERR_LIMIT;
    enum err e = make_room(b, len > 0 ? len : 1);
    if (e)
        return e;
    *out = b->base + b->tail;
    return OK;
}

void bytes_added(struct bytes *b, size_t len)
{
    assert(len <= b->cap - b->tail && len <= b->max - bytes_len(b));
    b->tail += len;
}

enum err bytes_append(struct bytes *b, const void *src, size_t len)
{
    if (len == 0)
        return OK;
    if (len > b->max - bytes_len(b))
        return ERR_LIMIT;
    enum err e = len <= b->cap - b->tail ? OK : make_room(b, len);
    if (e)
        return e;
    memcpy(b->base + b->tail, src, len);
    b->tail += len;
    return OK;
}

enum err bytes_append_span(struct bytes *b, struct span s)
{
    return bytes_append(b, s.ptr, s.len);
}

enum err bytes_append_text(struct bytes *b, const char *text)
{
    return bytes_append(b, text, strlen(text));
}

/* What vsnprintf wants to write, without the NUL; it puts what fits behind the
 * tail, where it does no harm if it turns out to be too much. */
__attribute__((format(printf, 2, 0))) static int
print_behind_tail(struct bytes *b, const char *format, va_list args)
{
    char none[1];
    size_t spare = b->cap - b->tail;

    if (spare == 0)
        return vsnprintf(none, 0, format, args);
    return vsnprintf((char *)b->base + b->tail, spare, format, args);
}

__attribute__((format(printf, 2, 0))) static enum err
append_printed(struct bytes *b, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int printed = print_behind_tail(b, format, again);
    va_end(again);
    if (printed < 0 || (size_t)printed > b->max - bytes_len(b))
        return ERR_LIMIT;
    size_t len = (size_t)printed;
    if (len >= b->cap - b->tail) {
        enum err e = make_room(b, len + 1); /* and the NUL */
        if (e)
            return e;
        print_behind_tail(b, format, args);
    }
    b->tail += len;
    return OK;
}

enum err bytes_printf(struct bytes *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    enum err e = append_printed(b, format, args);
    va_end(args);
    return e;
}

void bytes_consume(struct bytes *b, size_t len)
{
    assert(len <= bytes_len(b));
    b->head += len;
    if (b->head == b->tail)
        b->head = b->tail = 0;
}

void bytes_clear(struct bytes *b)
{
    b->head = b->tail = 0;
}

void bytes_release(struct bytes *b)
{
    if (bytes_len(b) == 0)
        bytes_fini(b);
}
