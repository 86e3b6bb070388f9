#include "relay-client/journal/insight/journal_derived.h"

enum err journal_derived_init(struct journal_derived *d, struct database *db)
{
    enum err rc = journal_summary_init(&d->summary, db);

    if (!rc)
        rc = journal_search_init(&d->search, db);
    return rc ? rc : journal_withdrawal_init(&d->withdrawal, db);
}

void journal_derived_fini(struct journal_derived *d)
{
    journal_summary_fini(&d->summary);
    journal_search_fini(&d->search);
    journal_withdrawal_fini(&d->withdrawal);
}

enum err journal_derived_insert(struct journal_derived *d, const struct journal_entry *e,
                                const struct line_batch *batch)
{
    struct journal_search_source source = {.target = e->target, .body = e->request.body};
    enum err rc = journal_summary_insert(&d->summary, e, batch);

    return rc ? rc : journal_search_insert(&d->search, e->exchange, &source);
}

enum err journal_derived_update(struct journal_derived *d, uint64_t exchange, bool is_now)
{
    bool takes_back = false;
    enum err rc = journal_summary_refresh(&d->summary, exchange, is_now, &takes_back);

    if (!rc && takes_back)
        rc = journal_withdrawal_apply(&d->withdrawal, exchange, d->changes);
    return rc ? rc : journal_withdrawal_finish(&d->withdrawal, exchange);
}
