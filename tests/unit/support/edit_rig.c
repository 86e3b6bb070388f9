#include "tests/unit/support/edit_rig.h"

#include "tests/unit/check.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

void edit_rig_start(struct journal_rig *rig)
{
    (void)journal_rig_make_folder();
    journal_rig_start(rig, NULL);
}

void edit_rig_stop(struct journal_rig *rig)
{
    journal_rig_stop(rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

void edit_rig_answer(struct journal_rig *rig, const struct journal_answer *answer)
{
    CHECK_EQ(journal_answer(rig->journal, answer), OK);
    edit_rig_settle(rig);
}

uint64_t edit_rig_store(struct journal_rig *rig, const char *delivery, const char *text)
{
    uint64_t id = journal_rig_store(rig, delivery, journal_rig_body(delivery, text));
    struct journal_answer a = journal_rig_answer(id);

    edit_rig_answer(rig, &a);
    return id;
}

size_t edit_rig_count_text(const char *text)
{
    struct journal_filter f = {.text = text};

    return journal_rig_count(&f);
}

/* ---- remarks ---- */

struct remark {
    struct journal_remark base;
    bool is_done;
    enum err rc;
};

static void on_remarked(struct journal_remark *base, enum err rc)
{
    struct remark *r = (struct remark *)base; /* its first member */

    CHECK(!r->is_done);
    r->is_done = true;
    r->rc = rc;
}

static enum err remark(struct journal_rig *rig, struct remark *r)
{
    r->base.done = on_remarked;
    r->rc = journal_edit_remark(rig->journal, &r->base);
    while (!r->rc && !r->is_done)
        loop_turn(rig->loop, true);
    return r->rc;
}

enum err edit_rig_pin(struct journal_rig *rig, uint64_t exchange, bool pinned)
{
    struct remark r = {.base = {.exchange = exchange, .sets_pinned = true, .pinned = pinned}};

    return remark(rig, &r);
}

enum err edit_rig_note(struct journal_rig *rig, uint64_t exchange, const char *note)
{
    struct remark r = {.base = {.exchange = exchange, .note = note}};

    return remark(rig, &r);
}

/* ---- deletions ---- */

struct deletion {
    struct journal_delete base;
    bool is_done;
    enum err rc;
};

static void on_deleted(struct journal_delete *base, enum err rc)
{
    struct deletion *d = (struct deletion *)base; /* its first member */

    CHECK(!d->is_done);
    d->is_done = true;
    d->rc = rc;
}

struct edit_rig_deleted edit_rig_delete(struct journal_rig *rig, const uint64_t *ids,
                                        size_t len)
{
    struct deletion d = {.base = {.exchanges = ids, .len = len, .done = on_deleted}};

    d.rc = journal_edit_delete(rig->journal, &d.base);
    while (!d.rc && !d.is_done)
        loop_turn(rig->loop, true);
    return (struct edit_rig_deleted){d.rc, d.base.undo, d.base.count, d.base.left};
}

struct undoing {
    struct journal_undo base;
    bool is_done;
    enum err rc;
};

static void on_undone(struct journal_undo *base, enum err rc)
{
    struct undoing *u = (struct undoing *)base; /* its first member */

    CHECK(!u->is_done);
    u->is_done = true;
    u->rc = rc;
}

enum err edit_rig_undo(struct journal_rig *rig, uint64_t undo, size_t *count)
{
    struct undoing u = {.base = {.undo = undo, .done = on_undone}};

    u.rc = journal_edit_undo(rig->journal, &u.base);
    while (!u.rc && !u.is_done)
        loop_turn(rig->loop, true);
    *count = u.base.count;
    return u.rc;
}

/* ---- imports ---- */

struct import {
    struct journal_import base;
    bool is_done;
    enum err rc;
};

static void on_imported(struct journal_import *base, enum err rc)
{
    struct import *i = (struct import *)base; /* its first member */

    CHECK(!i->is_done);
    i->is_done = true;
    i->rc = rc;
}

enum err edit_rig_import(struct journal_rig *rig, const struct journal_request *request,
                         struct journal_answer *answer, uint64_t *id)
{
    struct import i = {.base = {.request = request, .answer = answer, .done = on_imported}};

    i.rc = journal_edit_import(rig->journal, &i.base);
    while (!i.rc && !i.is_done)
        loop_turn(rig->loop, true);
    *id = i.base.id;
    return i.rc;
}

void edit_rig_settle(struct journal_rig *rig)
{
    CHECK_EQ(pending_rig_find(rig, 0, 1, false).rc, OK);
}
