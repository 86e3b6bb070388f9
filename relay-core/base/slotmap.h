#ifndef BASE_SLOTMAP_H
#define BASE_SLOTMAP_H

#include "base/err.h"

#include <stdint.h>

/* Numbered places for pointers that may vanish while a reply is on its way.
 * A reference carries index and generation; a stale one finds NULL. */
struct slotmap {
    struct slotmap_slot *slots; /* owned */
    uint32_t len, cap, max, free_head;
};

/* 0 is never a valid reference. */
typedef uint64_t slot_ref;

void slotmap_init(struct slotmap *m, uint32_t max);
void slotmap_fini(struct slotmap *m);
/* ERR_LIMIT at `max` entries. `ptr` is borrowed until slotmap_remove. */
MUST_CHECK enum err slotmap_add(struct slotmap *m, void *ptr, slot_ref *out);
void *slotmap_get(const struct slotmap *m, slot_ref ref);
/* A stale reference is legal and does nothing. */
void slotmap_remove(struct slotmap *m, slot_ref ref);
uint32_t slotmap_count(const struct slotmap *m);

#endif
