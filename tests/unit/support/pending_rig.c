#include "tests/unit/support/pending_rig.h"

#include "tests/unit/check.h"

/* ---- find ---- */

struct find {
    struct journal_pending_query query;
    struct pending_rig_found found;
    bool is_done;
};

static void on_found(struct journal_pending_query *q, enum err rc,
                     const struct journal_pending *found, size_t len)
{
    struct find *f = (struct find *)q; /* its first member */

    CHECK(!f->is_done && len <= PENDING_RIG_MAX);
    f->is_done = true;
    f->found.rc = rc;
    f->found.len = len;
    f->found.unfinished = q->unfinished;
    for (size_t i = 0; i < len; i++)
        f->found.list[i] = found[i];
}

struct pending_rig_found pending_rig_find(struct journal_rig *rig, uint64_t after, size_t max,
                                          bool is_start)
{
    struct find f = {
        .query = {.after = after, .max = max, .is_start = is_start, .found = on_found}};

    CHECK(max <= PENDING_RIG_MAX);
    f.found.rc = journal_pending_find(rig->journal, &f.query);
    while (!f.found.rc && !f.is_done)
        loop_turn(rig->loop, true);
    return f.found;
}

/* ---- begin ---- */

struct begin {
    struct journal_begin base;
    bool is_done;
    enum err rc;
};

static void on_begun(struct journal_begin *base, enum err rc)
{
    struct begin *b = (struct begin *)base; /* its first member */

    CHECK(!b->is_done);
    b->is_done = true;
    b->rc = rc;
}

enum err pending_rig_begin(struct journal_rig *rig, uint64_t exchange, unsigned attempts)
{
    struct begin b = {.base = {exchange, attempts, on_begun}};

    b.rc = journal_pending_begin(rig->journal, &b.base);
    while (!b.rc && !b.is_done)
        loop_turn(rig->loop, true);
    return b.rc;
}

/* ---- settle ---- */

struct settle {
    struct journal_settle base;
    bool is_done;
    struct pending_rig_settled settled;
};

static void on_settled(struct journal_settle *base, enum err rc, uint64_t count)
{
    struct settle *s = (struct settle *)base; /* its first member */

    CHECK(!s->is_done);
    s->is_done = true;
    s->settled = (struct pending_rig_settled){rc, count};
}

struct pending_rig_settled pending_rig_settle(struct journal_rig *rig, uint64_t exchange,
                                              enum journal_decision decision)
{
    struct settle s = {.base = {exchange, decision, on_settled}};

    s.settled.rc = journal_pending_settle(rig->journal, &s.base);
    while (!s.settled.rc && !s.is_done)
        loop_turn(rig->loop, true);
    return s.settled;
}

/* ---- what there is ---- */

struct journal_answer pending_rig_failed(uint64_t exchange, enum journal_outcome outcome)
{
    struct journal_answer a = journal_rig_answer(exchange);

    a.head = NULL;
    a.body = (struct span){0};
    a.by = JOURNAL_BY_GUARD;
    a.answered_us = 1500000;
    a.outcome = outcome;
    a.attempts = 1;
    a.error = "connection refused";
    return a;
}

uint64_t pending_rig_store(struct journal_rig *rig, const char *delivery,
                           enum journal_outcome outcome)
{
    uint64_t exchange = journal_rig_store(rig, delivery, journal_rig_body(delivery, "hi"));
    struct journal_answer a = pending_rig_failed(exchange, outcome);

    CHECK_EQ(journal_answer(rig->journal, &a), OK);
    return exchange;
}

static bool keep_row(void *owner, const struct journal_row *row)
{
    *(struct journal_row *)owner = *row;
    return false;
}

struct journal_row pending_rig_row(uint64_t exchange)
{
    struct journal_filter f = {.after = exchange - 1, .limit = 1, .oldest_first = true};
    struct journal_reader *r = journal_rig_reader();
    struct journal_row row = {0};

    CHECK_EQ(journal_reader_list(r, &f, keep_row, &row), OK);
    CHECK_EQ(row.id, exchange);
    journal_reader_close(r);
    return row;
}
