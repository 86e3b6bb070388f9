#include "base/slotmap.h"

#include "base/mem.h"

#include <assert.h>

#define CAP_FIRST 16u
#define IN_USE    UINT32_MAX

struct slotmap_slot {
    void *ptr;           /* borrowed until slotmap_remove */
    uint32_t generation; /* of the entry in it, or of the next one; never 0 */
    uint32_t next_free;  /* index + 1, 0 = the last; IN_USE: not free */
};

void slotmap_init(struct slotmap *m, uint32_t max)
{
    assert(max < IN_USE);
    *m = (struct slotmap){.max = max};
}

void slotmap_fini(struct slotmap *m)
{
    mem_free(m->slots);
    *m = (struct slotmap){.max = m->max};
}

static enum err grow(struct slotmap *m)
{
    uint32_t cap = m->cap ? m->cap : CAP_FIRST / 2;

    cap = cap > m->max / 2 ? m->max : cap * 2;
    struct slotmap_slot *grown = mem_grow(m->slots, cap * sizeof(*grown));
    if (!grown)
        return ERR_NOMEM;
    /* From the end, so that the lowest index is taken first. */
    for (uint32_t i = cap; i > m->cap; i--) {
        grown[i - 1] = (struct slotmap_slot){.generation = 1, .next_free = m->free_head};
        m->free_head = i;
    }
    m->slots = grown;
    m->cap = cap;
    return OK;
}

enum err slotmap_add(struct slotmap *m, void *ptr, slot_ref *out)
{
    if (m->len >= m->max)
        return ERR_LIMIT;
    if (m->free_head == 0) {
        enum err e = grow(m);
        if (e)
            return e;
    }
    uint32_t index = m->free_head - 1;
    struct slotmap_slot *slot = &m->slots[index];

    m->free_head = slot->next_free;
    m->len++;
    slot->ptr = ptr;
    slot->next_free = IN_USE;
    *out = (slot_ref)slot->generation << 32 | index;
    return OK;
}

static struct slotmap_slot *find(const struct slotmap *m, slot_ref ref)
{
    uint32_t index = (uint32_t)ref;
    struct slotmap_slot *slot = index < m->cap ? &m->slots[index] : NULL;

    if (!slot || slot->next_free != IN_USE || slot->generation != ref >> 32)
        return NULL;
    return slot;
}

void *slotmap_get(const struct slotmap *m, slot_ref ref)
{
    const struct slotmap_slot *slot = find(m, ref);

    return slot ? slot->ptr : NULL;
}

void slotmap_remove(struct slotmap *m, slot_ref ref)
{
    struct slotmap_slot *slot = find(m, ref);

    if (!slot)
        return;
    slot->ptr = NULL;
    slot->generation = slot->generation == UINT32_MAX ? 1 : slot->generation + 1;
    slot->next_free = m->free_head;
    m->free_head = (uint32_t)ref + 1;
    m->len--;
}

uint32_t slotmap_count(const struct slotmap *m)
{
    return m->len;
}
