#include "relay-client/journal/journal_reader_impl.h"

#include "base/clock.h"
#include "base/mem.h"
#include "relay-client/journal/journal_filter.h"
#include "relay-client/journal/journal_row.h"
#include "relay-client/journal/journal_schema_table.h"
#include "relay-client/journal/query/query_match.h"

#define LIMIT_DEFAULT 20u

enum err journal_reader_open(const char *path, struct journal_reader **out,
                             char detail[static 512])
{
    struct database_options options = {
        .path = path, .schema = &journal_schema, .clock = clock_system(), .is_reader = true};
    struct journal_reader *r = mem_alloc(sizeof(*r));

    detail_write(detail, "%s", err_text(ERR_NOMEM));
    if (!r)
        return ERR_NOMEM;
    enum err rc = database_open(&options, &r->db, detail);
    if (!rc) {
        rc = query_match_define(r->db);
        if (!rc)
            rc = statement_init(&r->version, r->db, "PRAGMA data_version");
        if (rc)
            detail_write(detail, "%s", database_detail(r->db));
    }
    if (rc) {
        journal_reader_close(r);
        return rc;
    }
    *out = r;
    return OK;
}

void journal_reader_close(struct journal_reader *r)
{
    if (!r)
        return;
    statement_fini(&r->version);
    database_close(r->db);
    mem_free(r);
}

enum err journal_reader_list(struct journal_reader *r, const struct journal_filter *f,
                             bool (*each)(void *owner, const struct journal_row *row),
                             void *owner)
{
    struct journal_filter_query q;
    struct journal_row row = {0};
    size_t left = f->limit > 0 ? f->limit : LIMIT_DEFAULT;
    bool has_row = true;
    enum err rc = journal_filter_prepare(f, r->db, &q);

    while (!rc && left > 0) {
        uint64_t previous = row.id;

        rc = statement_step(&q.statement, &has_row);
        if (rc || !has_row)
            break;
        journal_row_read(&q.statement, &row);
        if (row.id != previous)
            left = each(owner, &row) ? left - 1 : 0;
    }
    journal_filter_finish(&q);
    return rc;
}

uint64_t journal_reader_version(struct journal_reader *r)
{
    bool has_row;
    enum err rc = statement_step(&r->version, &has_row);

    if (!rc && has_row)
        r->version_last = statement_u64(&r->version, 0);
    statement_reset(&r->version);
    return r->version_last;
}

enum err journal_reader_count_unfinished(struct journal_reader *r,
                                         struct journal_unfinished *out)
{
    struct journal_unfinished n;
    enum err rc = statement_query_u64(
        r->db,
        "SELECT (SELECT count(*) FROM answer WHERE outcome IN (1, 2) AND outcome = 1) +"
        "  (SELECT count(*) FROM exchange x WHERE x.id > (SELECT answered_up_to FROM progress)"
        "    AND x.webhook <> 0 AND x.replay_of = 0 AND x.simulated = 0"
        "    AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.exchange = x.id))",
        &n.pending);

    if (!rc)
        rc = statement_query_u64(
            r->db, "SELECT count(*) FROM answer WHERE outcome IN (1, 2) AND outcome = 2",
            &n.aside);
    if (!rc)
        *out = n;
    return rc;
}
