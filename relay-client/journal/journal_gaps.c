#include "relay-client/journal/journal_gaps.h"

#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_row.h"

_Static_assert(JOURNAL_FLAG_KEPT == 32, "SQL says it literally");
_Static_assert(JOURNAL_GAPS_MAX == 200, "SQL says it literally");

/* What was kept is gone through once, and only if there is a gap at all: the gaps come
 * first, and CROSS JOIN keeps SQLite from counting for each of them. */
static const char sql[] =
    "WITH wanted AS MATERIALIZED (SELECT id, kind, from_ms, to_ms FROM gap"
    "    WHERE from_ms > ?1 AND from_ms <= ?2 ORDER BY id DESC LIMIT 200),"
    "  counted AS MATERIALIZED (SELECT g.id AS id, count(*) AS n FROM summary s"
    "    CROSS JOIN exchange x ON x.id = s.exchange"
    "    CROSS JOIN wanted g ON x.received_ms >= g.from_ms"
    "      AND (g.to_ms = 0 OR x.received_ms <= g.to_ms)"
    "    WHERE s.flags & 32 <> 0 AND EXISTS (SELECT 1 FROM wanted)"
    "      AND " JOURNAL_ROW_IS_THERE " GROUP BY g.id)"
    " SELECT g.id, g.kind, g.from_ms, g.to_ms, coalesce(c.n, 0)"
    "  FROM wanted g LEFT JOIN counted c ON c.id = g.id ORDER BY g.id DESC";

static void read_gap(const struct statement *s, struct journal_gap *out)
{
    out->id = statement_u64(s, 0);
    out->kind = statement_u64(s, 1) == JOURNAL_GAP_LINK ? JOURNAL_GAP_LINK : JOURNAL_GAP_AGENT;
    out->from_ms = statement_u64(s, 2);
    out->to_ms = statement_u64(s, 3);
    out->kept = statement_u64(s, 4);
}

enum err journal_gaps_list(struct journal_reader *r, uint64_t after_ms, uint64_t until_ms,
                           bool (*each)(void *owner, const struct journal_gap *gap),
                           void *owner)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, r->db, sql);

    if (!rc) {
        statement_bind_u64(&s, 1, after_ms);
        statement_bind_u64(&s, 2, until_ms <= INT64_MAX ? until_ms : INT64_MAX);
    }
    while (!rc && has_row) {
        struct journal_gap gap;

        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        read_gap(&s, &gap);
        has_row = each(owner, &gap);
    }
    statement_fini(&s);
    return rc;
}
