#include "relay-server/inbox/inbox_impl.h"

size_t inbox_seqs(const struct inbox *b, bool aside, uint64_t after, uint64_t *out, size_t max)
{
    const struct inbox_fetch wanted = {
        .after = after, .records_max = max, .aside = aside, .no_bodies = true};

    return max > 0 ? inbox_index_select(&b->index, &wanted, out) : 0;
}
