/* Calls of the bot to LINE's API: how long they stay, who is in them, and too much of them. */
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/scratch_folder.h"

#define CHAT "Ufedcba9876543210fedcba9876543210"

static struct journal_rig rig;

/* ---- people ---- */

struct somebody {
    size_t len;
    char name[32], language[32], type[16];
    enum journal_person_source source;
    bool is_test;
};

static void take_person(void *owner, const struct journal_person *p)
{
    struct somebody *s = owner;

    s->len++;
    s->source = p->source;
    s->is_test = p->is_test;
    (void)snprintf(s->name, sizeof(s->name), "%s", p->name);
    (void)snprintf(s->language, sizeof(s->language), "%s", p->language);
    (void)snprintf(s->type, sizeof(s->type), "%s", p->type);
    CHECK_STR(p->id, CHAT);
    CHECK_STR(p->picture_url, "");
}

static struct somebody person(void)
{
    struct somebody s = {0};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_calls_person(r, SPAN(CHAT), take_person, &s), OK);
    journal_reader_close(r);
    return s;
}

static void test_people(void)
{
    struct journal_person p = {.id = CHAT, .type = "user", .name = "made up"};

    edit_rig_start(&rig);
    CHECK_EQ(person().len, 0);
    line_call_rig_person(&rig, &p);
    CHECK_STR(person().name, "made up");
    p.name = "made up again";
    p.is_test = true;
    line_call_rig_person(&rig, &p);
    CHECK_STR(person().name, "made up again");
    p.is_test = false;
    p.name = "太郎";
    p.language = "ja";
    p.source = JOURNAL_PERSON_LINE;
    line_call_rig_person(&rig, &p);
    CHECK_STR(person().name, "太郎");
    CHECK_STR(person().language, "ja");
    CHECK(person().is_test);
    p.source = JOURNAL_PERSON_MADE_UP;
    p.name = "no";
    line_call_rig_person(&rig, &p);
    CHECK_STR(person().name, "太郎");
    p.source = JOURNAL_PERSON_USER;
    line_call_rig_person(&rig, &p);
    CHECK_STR(person().name, "no");
    CHECK_EQ(person().source, JOURNAL_PERSON_USER);
    edit_rig_stop(&rig);
}

/* ---- how long ---- */

#define HOUR_MS (3600u * 1000u)

static void test_deletion(void)
{
    const uint64_t ids[] = {1};
    struct line_call_rig c;
    size_t count;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    line_call_rig_init(&c, 1, CHAT);
    line_call_rig_record(&rig, &c);
    line_call_rig_init(&c, 0, CHAT);
    line_call_rig_record(&rig, &c);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 1);
    CHECK_EQ(line_call_rig_of_exchange(1).len, 0); /* out of sight at once */
    CHECK_EQ(line_call_rig_in_chat(CHAT, 0, 0, 9).len, 1);
    CHECK_EQ(line_call_rig_since(0, 9).len, 1);
    CHECK_EQ(line_call_rig_get(1, ERR_NOT_FOUND).len, 0);
    CHECK_EQ(edit_rig_undo(&rig, d.undo, &count), OK);
    CHECK_EQ(line_call_rig_get(1, OK).len, 1);
    (void)edit_rig_delete(&rig, ids, 1);
    for (unsigned i = 0; i < 8; i++)
        journal_rig_chore(&rig, HOUR_MS);
    CHECK_EQ(line_call_rig_since(0, 9).len, 1);
    line_call_rig_record(&rig, &c);
    CHECK_EQ(line_call_rig_since(0, 9).ids[1], 3); /* numbers are not given again */
    edit_rig_stop(&rig);
}

static void test_age(void)
{
    struct journal_options options = {.keep_ms = 24 * HOUR_MS};
    struct line_call_rig c;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    line_call_rig_init(&c, 0, CHAT);
    for (unsigned i = 0; i < 300; i++)
        CHECK_EQ(journal_call_record(rig.journal, &c.call), OK);
    line_call_rig_settle(&rig);
    journal_rig_chore(&rig, 1000);
    CHECK_EQ(line_call_rig_since(0, 999).len, 300);
    for (unsigned i = 0; i < 3; i++)
        journal_rig_chore(&rig, 25 * HOUR_MS);
    CHECK_EQ(line_call_rig_since(0, 999).len, 0);
    CHECK_EQ(line_call_rig_in_chat(CHAT, 0, 0, 999).len, 0);
    CHECK(journal_rig_is_intact());
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* Calls alone do not grow for ever either. */
static void test_size(void)
{
    static char body[64 * 1024];
    struct journal_options options = {.keep_bytes = 1024 * 1024};
    struct line_call_rig c;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    memset(body, 'x', sizeof(body));
    line_call_rig_init(&c, 0, CHAT);
    c.call.is_sending = false;
    c.call.request_body = span_of(body, sizeof(body));
    for (unsigned i = 0; i < 64; i++)
        CHECK_EQ(journal_call_record(rig.journal, &c.call), OK);
    line_call_rig_settle(&rig);
    for (unsigned i = 0; i < 20; i++)
        journal_rig_chore(&rig, HOUR_MS);
    struct journal_reader *r = journal_rig_reader();
    struct line_call_rig_found f = {0};
    CHECK_EQ(journal_calls_log(r, 0, 99, line_call_rig_take_row, &f), OK);
    journal_reader_close(r);
    CHECK(f.len < 16);
    CHECK(f.len == 0 || f.ids[f.len - 1] == 64); /* the newest ones stay */
    CHECK(journal_rig_is_intact());
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* ---- what can go wrong ---- */

static void test_limits(void)
{
    struct line_call_rig c;
    unsigned n = 0;

    edit_rig_start(&rig);
    line_call_rig_init(&c, 0, CHAT);
    while (journal_call_record(rig.journal, &c.call) == OK) /* the loop does not turn */
        n++;
    CHECK_EQ(n, 4096);
    CHECK_EQ(journal_call_record(rig.journal, &c.call), ERR_BUSY);
    line_call_rig_settle(&rig);
    CHECK_EQ(journal_call_record(rig.journal, &c.call), OK);
    line_call_rig_settle(&rig);
    struct line_call_rig_found f = {0};
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_calls_log(r, 0, 10000, line_call_rig_take_row, &f), OK);
    CHECK_EQ(f.len, 4097);
    journal_reader_close(r);
    edit_rig_stop(&rig);
}

static enum err record_both(const struct line_call_rig *c)
{
    const struct journal_person p = {.id = CHAT, .type = "user", .name = "a", .language = ""};
    enum err rc = journal_call_record(rig.journal, &c->call);

    return rc ? rc : journal_call_person(rig.journal, &p);
}

/* What cannot be recorded for want of memory is not, and nothing else happens. */
static void test_out_of_memory(void)
{
    struct journal_options options = {.path = ":memory:"};
    struct line_call_rig c;
    unsigned long n = 0, live = mem_live();
    enum err rc = ERR_NOMEM;

    journal_rig_start(&rig, &options);
    CHECK_EQ(journal_rig_store(&rig, "a", "{}"), 1);
    line_call_rig_init(&c, 1, CHAT);
    c.request.target = SPAN("/oauth2/v2.1/verify?access_token=x");
    for (bool is_over = false; !is_over;) {
        mem_fail_at(++n);
        rc = record_both(&c);
        loop_turn(rig.loop, false);
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
    }
    CHECK_EQ(rc, OK);
    CHECK(n > 5);
    journal_rig_stop(&rig);
    CHECK_EQ(mem_live(), live);
}

/* A reader that finds no memory says so, and leaves nothing behind. */
static void test_readers_out_of_memory(void)
{
    struct line_call_rig c;
    struct somebody s;
    enum err rc = ERR_NOMEM;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    line_call_rig_init(&c, 0, CHAT);
    line_call_rig_record(&rig, &c);
    journal_rig_stop(&rig);
    unsigned long n = 0, live = mem_live();
    struct journal_reader *r = journal_rig_reader();
    for (bool is_over = false; !is_over;) {
        struct line_call_rig_found f = {0};

        mem_fail_at(++n);
        rc = journal_calls_since(r, 0, 9, line_call_rig_take, &f);
        if (!rc)
            rc = journal_calls_person(r, SPAN(CHAT), take_person, &s);
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
    }
    CHECK_EQ(rc, OK);
    journal_reader_close(r);
    CHECK_EQ(mem_live(), live);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_people), TEST(test_deletion), TEST(test_age), TEST(test_size),
           TEST(test_limits), TEST(test_out_of_memory), TEST(test_readers_out_of_memory))
