#include "relay-client/journal/writer/journal_changes.h"

#include "base/mem.h"

/* A start that finds as many deliveries unfinished is the most that one entry changes. */
#define CHANGES_MAX ((size_t)16 * 1024 * 1024)

void journal_changes_fini(struct journal_changes *c)
{
    mem_free(c->ids);
    *c = (struct journal_changes){0};
}

enum err journal_changes_add(struct journal_changes *c, uint64_t exchange)
{
    if (c->len == c->capacity) {
        size_t capacity = c->capacity > 0 ? 2 * c->capacity : 8;

        if (capacity > CHANGES_MAX)
            return ERR_LIMIT;
        uint64_t *ids = mem_grow(c->ids, capacity * sizeof(*ids));
        if (!ids)
            return ERR_NOMEM;
        c->ids = ids;
        c->capacity = capacity;
    }
    c->ids[c->len++] = exchange;
    return OK;
}
