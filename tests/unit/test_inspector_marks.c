/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "base/container.h"
#include "relay-client/journal/journal_edit.h"
#include "tests/unit/support/reading_rig.h"

/* What the user has done to an exchange, as the inspector tells it: pins, notes, and that
 * nothing is told of what is deleted. */

static struct reading_rig rig;

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

struct marking {
    struct journal_remark base;
    bool is_done;
};

static void on_marked(struct journal_remark *r, enum err rc)
{
    struct marking *m = CONTAINER_OF(r, struct marking, base);

    CHECK_EQ(rc, OK);
    m->is_done = true;
}

static void mark(uint64_t id, bool pinned, const char *note)
{
    struct marking m = {.base = {.exchange = id,
                                 .sets_pinned = true,
                                 .pinned = pinned,
                                 .note = note,
                                 .done = on_marked}};

    CHECK_EQ(journal_edit_remark(rig.journal.journal, &m.base), OK);
    while (!m.is_done)
        loop_turn(rig.journal.loop, true);
}

struct deleting {
    struct journal_delete base;
    bool is_done;
};

static void on_deleted(struct journal_delete *d, enum err rc)
{
    struct deleting *x = CONTAINER_OF(d, struct deleting, base);

    CHECK_EQ(rc, OK);
    CHECK_EQ(d->count, 1);
    x->is_done = true;
}

static void delete_one(uint64_t id)
{
    struct deleting d = {.base = {.exchanges = &id, .len = 1, .done = on_deleted}};

    CHECK_EQ(journal_edit_delete(rig.journal.journal, &d.base), OK);
    while (!d.is_done)
        loop_turn(rig.journal.loop, true);
}

static uint64_t store(const char *delivery, const char *event)
{
    uint64_t id = reading_rig_store(&rig, delivery, journal_rig_body(event, "x"));

    reading_rig_answer(&rig, id);
    return id;
}

static void test_note(void)
{
    reading_rig_begin(&rig);
    uint64_t id = store("d1", "E1");
    mark(id, true, "お客様の\n\"質問\"");
    reading_rig_start(&rig);
    reading_rig_exchange(&rig, id);
    check("pinned", "true");
    check("note", "true");
    check("note_text", "\"お客様の\\n\\\"質問\\\"\"");
    check("flags", "[\"pinned\"]");
    mark(id, false, "");
    reading_rig_exchange(&rig, id);
    check("pinned", "false");
    check("note", "false");
    check("note_text", "\"\"");
    mark(id, true, NULL);
    reading_rig_exchange(&rig, id);
    check("pinned", "true");
    check("note_text", "\"\"");
    reading_rig_end(&rig);
}

static void test_deleted(void)
{
    reading_rig_begin(&rig);
    uint64_t first = store("d1", "E1"), second = store("d2", "E2");
    struct journal_request r = journal_rig_request("d3", journal_rig_body("E1", "x"));
    r.replay_of = first;
    uint64_t replay = reading_rig_record(&rig, &r);
    reading_rig_answer(&rig, replay);
    delete_one(replay);
    delete_one(second);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/exchanges?q=is%3Areplay");
    check("items", "[]");
    check("total", "0");
    reading_rig_get(&rig, "/api/exchanges?q=type%3Amessage");
    check("total", "1");
    reading_rig_exchange(&rig, first);
    check("replays", "[]");
    reading_rig_refused(&rig, "/api/exchanges/3", 404, "not_found");
    reading_rig_refused(&rig, "/api/exchanges/3/request/body", 404, "not_found");
    reading_rig_refused(&rig, "/api/compare?a=1&b=3", 404, "not_found");
    reading_rig_get(&rig, "/api/chats");
    check("items[0].count", "1");
    reading_rig_get(&rig, "/api/chats/Ufedcba9876543210fedcba9876543210/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("items[0].exchange", "\"1\"");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_note), TEST(test_deleted))
