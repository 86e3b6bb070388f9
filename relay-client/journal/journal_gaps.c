#include "relay-client/journal/journal_gaps.h"

#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_row.h"

_Static_assert(JOURNAL_FLAG_KEPT == 32, "SQL says it literally");
struct gaps {
    struct journal_gap list[JOURNAL_GAPS_MAX];
    size_t len;
};

static enum err read_gaps(struct journal_reader *r, uint64_t after_ms, uint64_t until_ms,
                          struct gaps *out)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, r->db,
                                 "SELECT id, kind, from_ms, to_ms FROM gap"
                                 "  WHERE from_ms > ?1 AND from_ms <= ?2 ORDER BY id DESC");

    if (!rc) {
        statement_bind_u64(&s, 1, after_ms);
        statement_bind_u64(&s, 2, until_ms);
    }
    while (!rc && out->len < JOURNAL_GAPS_MAX) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        bool is_link = statement_u64(&s, 1) == JOURNAL_GAP_LINK;
        out->list[out->len++] =
            (struct journal_gap){.id = statement_u64(&s, 0),
                                 .kind = is_link ? JOURNAL_GAP_LINK : JOURNAL_GAP_AGENT,
                                 .from_ms = statement_u64(&s, 2),
                                 .to_ms = statement_u64(&s, 3)};
    }
    statement_fini(&s);
    return rc;
}

static void count(struct gaps *gaps, uint64_t received_ms)
{
    for (size_t i = 0; i < gaps->len; i++) {
        struct journal_gap *gap = &gaps->list[i];

        gap->kept +=
            received_ms >= gap->from_ms && (gap->to_ms == 0 || received_ms <= gap->to_ms);
    }
}

/* Once through what was kept, however many gaps there are. */
static enum err count_kept(struct journal_reader *r, struct gaps *gaps)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, r->db,
                                 "SELECT x.received_ms FROM summary s"
                                 "  CROSS JOIN exchange x ON x.id = s.exchange"
                                 "  WHERE s.flags & 32 <> 0 AND " JOURNAL_ROW_IS_THERE);

    while (!rc) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        count(gaps, statement_u64(&s, 0));
    }
    statement_fini(&s);
    return rc;
}

enum err journal_gaps_list(struct journal_reader *r, uint64_t after_ms, uint64_t until_ms,
                           bool (*each)(void *owner, const struct journal_gap *gap),
                           void *owner)
{
    struct gaps gaps = {0};
    enum err rc = read_gaps(r, after_ms, until_ms, &gaps);

    if (!rc && gaps.len > 0)
        rc = count_kept(r, &gaps);
    for (size_t i = 0; !rc && i < gaps.len; i++)
        if (!each(owner, &gaps.list[i]))
            break;
    return rc;
}
