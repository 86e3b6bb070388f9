#include "codec/h2/h2_codec_memory.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdalign.h>
#include <stdint.h>

struct block {
    struct list_node node;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static struct block *block_of(void *ptr)
{
    return ptr ? CONTAINER_OF(ptr, struct block, bytes) : NULL;
}

static void *keep(struct h2_codec_memory *m, struct block *b, size_t size)
{
    b->size = size;
    m->used += size;
    list_append(&m->blocks, &b->node);
    return b->bytes;
}

static void let_go(struct h2_codec_memory *m, struct block *b)
{
    m->used -= b->size;
    list_remove(&b->node);
}

static bool may_have(struct h2_codec_memory *m, size_t size)
{
    if (size <= m->max - m->used)
        return true;
    m->has_failed = true;
    return false;
}

static void *keep_new(struct h2_codec_memory *m, struct block *b, size_t size)
{
    if (b)
        return keep(m, b, size);
    m->has_failed = true;
    return NULL;
}

static void *on_malloc(size_t size, void *user)
{
    return may_have(user, size)
               ? keep_new(user, mem_grow(NULL, sizeof(struct block) + size), size)
               : NULL;
}

/* Not malloc and memset: fresh pages stay untouched until they are needed. */
static void *on_calloc(size_t count, size_t size, void *user)
{
    size_t all = size > 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size;

    return may_have(user, all) ? keep_new(user, mem_alloc(sizeof(struct block) + all), all)
                               : NULL;
}

/* On failure the old block keeps its place and contents. */
static void *on_realloc(void *ptr, size_t size, void *user)
{
    struct h2_codec_memory *m = user;
    struct block *old = block_of(ptr);

    if (!old)
        return on_malloc(size, user);
    let_go(m, old);
    struct block *b = may_have(m, size) ? mem_grow(old, sizeof(struct block) + size) : NULL;
    if (!b)
        keep(m, old, old->size);
    return keep_new(m, b, size);
}

static void on_free(void *ptr, void *user)
{
    struct block *b = block_of(ptr);

    if (!b)
        return;
    let_go(user, b);
    mem_free(b);
}

void h2_codec_memory_init(struct h2_codec_memory *m, size_t max)
{
    /* Nothing within the budget may overflow when a block's header is added. */
    *m = (struct h2_codec_memory){.max = max < PTRDIFF_MAX / 2 ? max : PTRDIFF_MAX / 2};
    list_init(&m->blocks);
}

void h2_codec_memory_fini(struct h2_codec_memory *m)
{
    if (!m->blocks.root.next)
        return;
    for (struct list_node *n = list_first(&m->blocks); n; n = list_first(&m->blocks)) {
        list_remove(n);
        mem_free(CONTAINER_OF(n, struct block, node));
    }
    m->used = 0;
}

nghttp2_mem h2_codec_memory_hooks(struct h2_codec_memory *m)
{
    return (nghttp2_mem){m, on_malloc, on_free, on_calloc, on_realloc};
}
