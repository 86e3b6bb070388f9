#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define MMAP_FROM (1 << 20) /* bytes; larger blocks go back to the system when freed */

static atomic_ulong countdown; /* allocations until the one that fails, 0 = off */
static atomic_ulong live;

static bool should_fail(void)
{
    unsigned long left = atomic_load(&countdown);

    /* Never below zero: exactly one of several threads meets the last count. */
    while (left != 0)
        if (atomic_compare_exchange_weak(&countdown, &left, left - 1))
            return left == 1;
    return false;
}

/* The C library may answer NULL for a size of 0, which is not a failure. */
static size_t at_least_one(size_t size)
{
    return size ? size : 1;
}

void *mem_alloc(size_t size)
{
    void *p = should_fail() ? NULL : calloc(1, at_least_one(size));

    if (p)
        atomic_fetch_add(&live, 1);
    return p;
}

void *mem_grow(void *old, size_t size)
{
    void *p = should_fail() ? NULL : realloc(old, at_least_one(size));

    if (p && !old)
        atomic_fetch_add(&live, 1);
    return p;
}

void mem_free(void *ptr)
{
    if (!ptr)
        return;
    atomic_fetch_sub(&live, 1);
    free(ptr);
}

char *mem_text(const char *src, size_t len)
{
    char *copy = len < SIZE_MAX ? mem_grow(NULL, len + 1) : NULL;

    if (!copy)
        return NULL;
    if (len > 0)
        memcpy(copy, src, len);
    copy[len] = '\0';
    return copy;
}

void mem_wipe(void *ptr, size_t len)
{
    if (len == 0)
        return;
    memset(ptr, 0, len);
    /* The compiler must assume that this reads the zeroes. */
    __asm__ __volatile__("" : : "r"(ptr) : "memory");
}

/* What mem_secret_free needs to know stands before the bytes, aligned for anything. */
union secret_header {
    size_t size;
    max_align_t aligned;
};

void *mem_secret_alloc(size_t size)
{
    union secret_header *header =
        size <= SIZE_MAX - sizeof *header ? mem_alloc(sizeof *header + size) : NULL;

    if (!header)
        return NULL;
    header->size = size;
    return header + 1;
}

void mem_secret_free(void *ptr)
{
    union secret_header *header = ptr;

    if (!ptr)
        return;
    header--;
    mem_wipe(ptr, header->size);
    mem_free(header);
}

bool mem_equal_secret(const void *a, const void *b, size_t len)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    unsigned difference = 0;

    for (size_t i = 0; i < len; i++)
        difference |= (unsigned)(x[i] ^ y[i]);
    return difference == 0;
}

/* Memory that the heap has in reserve may have been used before, so glibc's calloc clears
 * it, which makes all of it resident.  Without a reserve what is cleared is only what was
 * in use: 7 KiB less for each quiet TLS connection.  The other two are what glibc would
 * arrive at by itself, had we not fixed the first. */
void mem_spare(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_TOP_PAD, 0);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * MMAP_FROM);
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
#endif
}

void mem_fail_at(unsigned long n)
{
    atomic_store(&countdown, n);
}

unsigned long mem_live(void)
{
    return atomic_load(&live);
}
