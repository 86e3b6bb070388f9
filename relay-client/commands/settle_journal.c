/* 1. the journal is opened
 * 2. journal_pending_find: what an agent left under way becomes pending
 * 3. journal_pending_settle
 * 4. the journal is closed, the loop ends
 * What can go wrong: any of it; then 4. */
#include "relay-client/commands/settle_journal.h"

#include "base/container.h"

#include <stdio.h>

struct settling {
    struct journal *journal;
    struct journal_pending_query query;
    struct journal_settle settle;
    struct settle_journal_result *result; /* borrowed */
    enum err rc;
};

/* ---- step 4 ---- */

static void end(struct settling *s, enum err rc)
{
    const char *detail = journal_detail(s->journal);

    s->rc = rc;
    if (detail[0] != '\0')
        (void)snprintf(s->result->detail, sizeof(s->result->detail), "%s", detail);
    journal_close(s->journal, NULL, NULL);
}

/* ---- step 3 ---- */

static void on_settled(struct journal_settle *settle, enum err rc, uint64_t count)
{
    struct settling *s = CONTAINER_OF(settle, struct settling, settle);

    s->result->count = count;
    end(s, rc);
}

/* ---- step 2 ---- */

static void on_found(struct journal_pending_query *query, enum err rc,
                     const struct journal_pending *found, size_t len)
{
    struct settling *s = CONTAINER_OF(query, struct settling, query);

    (void)found;
    (void)len;
    if (!rc)
        rc = journal_pending_settle(s->journal, &s->settle);
    if (rc)
        end(s, rc);
}

/* ---- step 1 ---- */

static enum err run(struct loop *l, struct settling *s, const char *path)
{
    const struct journal_options options = {.path = path};
    enum err rc = journal_open(l, &options, &s->journal, s->result->detail);

    if (rc) {
        loop_run(l); /* what was opened closes there */
        return rc;
    }
    rc = journal_pending_find(s->journal, &s->query);
    if (rc)
        end(s, rc);
    loop_run(l);
    return s->rc;
}

enum err settle_journal(const char *path, uint64_t exchange, enum journal_decision decision,
                        struct settle_journal_result *out)
{
    struct settling s = {
        .query = {.is_start = true, .max = 1, .found = on_found},
        .settle = {exchange, decision, on_settled},
        .result = out,
    };
    struct loop *l;

    *out = (struct settle_journal_result){0};
    enum err rc = loop_new(clock_system(), &l);
    if (rc)
        return rc;
    rc = run(l, &s, path);
    loop_free(l);
    if (rc && out->detail[0] == '\0')
        (void)snprintf(out->detail, sizeof(out->detail), "%s", err_text(rc));
    return rc;
}
