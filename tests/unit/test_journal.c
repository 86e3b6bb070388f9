/* thread-test */
#include "relay-client/journal/journal.h"

#include "relay-client/journal/journal_entry.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

#define BODY "{\"events\":[]}"

static const char *delivery_name(unsigned i)
{
    static char names[8][32];
    char *name = names[i % 8];

    (void)snprintf(name, sizeof(names[0]), "delivery-%05u", i);
    return name;
}

/* ---- on the disk, in order ---- */

struct seen {
    struct journal_rig_ticket ticket;
    bool was_in_file;
};

static void on_stored_look(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct seen *seen = (struct seen *)t; /* its first member's first member */
    struct journal_reader *r = journal_rig_reader();

    seen->was_in_file = journal_rig_count_delivery(r, "seen") == 1;
    journal_reader_close(r);
    seen->ticket.rc = rc;
    seen->ticket.exchange = exchange;
    seen->ticket.is_answered = true;
}

/* Another process could read it when `stored` is called, and the disk was synced. */
static void test_stored_means_on_disk(void)
{
    struct journal_rig rig;
    struct seen seen = {.ticket.base = {.stored = on_stored_look}};
    struct journal_request request = journal_rig_request("seen", BODY);

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_STR(rig.detail, "");
    disk_faults_at(1000, DISK_SYNC, EIO, false);
    CHECK_EQ(journal_record(rig.journal, &request, &seen.ticket.base), OK);
    journal_rig_wait(&rig, &seen.ticket);
    CHECK_EQ(seen.ticket.rc, OK);
    CHECK(seen.was_in_file);
    CHECK(atomic_load(&disk_faults.steps) >= 1);
    CHECK_STR(journal_detail(rig.journal), "");
    disk_faults_at(0, DISK_SYNC, 0, false);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

static void test_order_and_groups(void)
{
    enum { LEN = 2000 };
    static struct journal_rig_ticket tickets[LEN];
    struct journal_rig rig;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    disk_faults_at(1000000, DISK_SYNC, EIO, false);
    for (unsigned i = 0; i < LEN; i++) {
        struct journal_request request = journal_rig_request(delivery_name(i), BODY);

        journal_rig_submit(&rig, &request, &tickets[i]);
    }
    journal_rig_wait(&rig, &tickets[LEN - 1]);
    for (unsigned i = 0; i < LEN; i++) {
        CHECK(tickets[i].is_answered);
        CHECK_EQ(tickets[i].rc, OK);
        CHECK_EQ(tickets[i].exchange, i + 1);
        CHECK_EQ(tickets[i].order, tickets[0].order + i);
    }
    /* many of them shared one sync */
    CHECK(atomic_load(&disk_faults.steps) < LEN / 4);
    disk_faults_at(0, DISK_SYNC, 0, false);
    CHECK_EQ(journal_rig_count(NULL), LEN);
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* The clock stands still: a lone record waits for no timer. */
static void test_ids_go_on_after_reopening(void)
{
    struct journal_rig rig;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "a", BODY), 1);
    CHECK_EQ(journal_rig_store(&rig, "b", BODY), 2);
    journal_rig_stop(&rig);
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "c", BODY), 3);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* ---- the same delivery again ---- */

static void test_duplicates(void)
{
    enum { LEN = 9 };
    static const char *const names[LEN] = {"a", "b", "a", "c", "b", "b", "d", "a", "e"};
    static const uint64_t ids[LEN] = {1, 2, 1, 3, 2, 2, 4, 1, 5};
    struct journal_rig_ticket tickets[LEN];
    struct journal_rig rig;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    for (unsigned i = 0; i < LEN; i++) { /* one batch, more or less */
        struct journal_request request = journal_rig_request(names[i], i ? "later" : "first");

        journal_rig_submit(&rig, &request, &tickets[i]);
    }
    journal_rig_wait(&rig, &tickets[LEN - 1]);
    for (unsigned i = 0, highest = 0; i < LEN; i++) {
        CHECK_EQ(tickets[i].rc, ids[i] > highest ? OK : ERR_CONFLICT);
        CHECK_EQ(tickets[i].exchange, ids[i]);
        highest = ids[i] > highest ? (unsigned)ids[i] : highest;
    }
    CHECK_STR(journal_detail(rig.journal), "");
    journal_rig_stop(&rig);

    journal_rig_start(&rig, NULL); /* and over a restart */
    struct journal_request again = journal_rig_request("c", "again");
    uint64_t exchange = 0;
    CHECK_EQ(journal_rig_record(&rig, &again, &exchange), ERR_CONFLICT);
    CHECK_EQ(exchange, 3);
    CHECK_EQ(journal_rig_count(NULL), 5);
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* ---- answers ---- */

static unsigned status_of(const char *id)
{
    struct journal_reader *r = journal_rig_reader();
    struct journal_exchange *x = NULL;

    CHECK_EQ(journal_reader_get(r, span_text(id), &x), OK);
    const struct journal_row *row = journal_exchange_row(x);
    unsigned status = row->answered ? row->status : 999;
    journal_exchange_free(x);
    journal_reader_close(r);
    return status;
}

static void test_answers(void)
{
    struct journal_rig rig;
    struct journal_answer unknown = journal_rig_answer(77);

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    uint64_t id = journal_rig_store(&rig, "a", BODY);
    CHECK_EQ(status_of("a"), 999);
    struct journal_answer answer = journal_rig_answer(id);
    answer.status = 502;
    answer.head = NULL;
    answer.body = (struct span){0};
    answer.error = "connection refused";
    journal_rig_store_answer(&rig, &answer);
    CHECK_EQ(status_of("a"), 502);
    answer = journal_rig_answer(id); /* tried again, with success */
    journal_rig_store_answer(&rig, &answer);
    CHECK_EQ(status_of("a"), 200);
    journal_rig_store_answer(&rig, &unknown); /* spoils nothing */
    CHECK_STR(journal_detail(rig.journal), "");
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* ---- limits ---- */

static void test_at_most_4096_wait(void)
{
    enum { LEN = 4096 };
    static struct journal_rig_ticket tickets[LEN + 1];
    struct journal_request request = journal_rig_request("one more", BODY);
    struct journal_answer answer = journal_rig_answer(1);
    struct journal_rig rig;

    journal_rig_start(&rig, &(struct journal_options){.path = ":memory:"});
    for (unsigned i = 0; i < LEN; i++) {
        struct journal_request next = journal_rig_request(delivery_name(i), BODY);

        journal_rig_submit(&rig, &next, &tickets[i]);
    }
    journal_rig_ticket_init(&tickets[LEN]);
    CHECK_EQ(journal_record(rig.journal, &request, &tickets[LEN].base), ERR_BUSY);
    for (unsigned i = 0; i < LEN; i++) /* answers have room of their own */
        CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    CHECK_EQ(journal_answer(rig.journal, &answer), ERR_BUSY);
    journal_rig_wait(&rig, &tickets[LEN - 1]);
    CHECK(!tickets[LEN].is_answered);
    journal_rig_submit(&rig, &request, &tickets[LEN]);
    journal_rig_wait(&rig, &tickets[LEN]);
    CHECK_EQ(tickets[LEN].rc, OK);
    journal_rig_stop(&rig);
}

static void test_at_most_64_mib_wait(void)
{
    const size_t half = 32u * 1024 * 1024;
    struct journal_rig_ticket tickets[3];
    struct journal_request request = journal_rig_request("large 1", BODY);
    struct journal_rig rig;
    char *body = calloc(1, JOURNAL_BODY_MAX + 1);

    CHECK(body);
    journal_rig_start(&rig, &(struct journal_options){.path = ":memory:"});
    request.webhook = false;
    request.body = span_of(body, JOURNAL_BODY_MAX + 1);
    journal_rig_ticket_init(&tickets[0]);
    CHECK_EQ(journal_record(rig.journal, &request, &tickets[0].base), ERR_LIMIT);

    request.body.len = half - 8192;
    journal_rig_submit(&rig, &request, &tickets[0]);
    request.delivery = "large 2";
    request.body.len = half;
    journal_rig_submit(&rig, &request, &tickets[1]);
    request.delivery = "small";
    request.body.len = 8192;
    journal_rig_submit(&rig, &request, &tickets[2]); /* with which it is full */
    CHECK_EQ(journal_record(rig.journal, &request, &tickets[2].base), ERR_BUSY);
    journal_rig_wait(&rig, &tickets[2]);
    request.delivery = "alone";
    request.body.len = JOURNAL_BODY_MAX;
    journal_rig_submit(&rig, &request, &tickets[0]);
    journal_rig_wait(&rig, &tickets[0]);
    CHECK_EQ(tickets[0].rc, OK);
    journal_rig_stop(&rig);
    free(body);
}

/* ---- closing ---- */

static void test_close_finishes_what_waits(void)
{
    enum { LEN = 300 };
    static struct journal_rig_ticket tickets[LEN];
    struct journal_rig rig;
    struct journal_request request = journal_rig_request("too late", BODY);
    struct journal_answer answer = journal_rig_answer(1);

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    for (unsigned i = 0; i < LEN; i++) {
        struct journal_request next = journal_rig_request(delivery_name(i), BODY);

        journal_rig_submit(&rig, &next, &tickets[i]);
    }
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    journal_rig_stop(&rig);
    for (unsigned i = 0; i < LEN; i++)
        CHECK(tickets[i].is_answered && tickets[i].rc == OK);
    CHECK_EQ(journal_rig_count(NULL), LEN);
    CHECK_EQ(status_of("1"), 200);
    CHECK_EQ(scratch_folder_count(""), 4); /* the reader left its log behind */
    (void)request;
    scratch_folder_remove();
}

struct closing {
    struct journal_ticket ticket;
    struct journal_rig *rig;
    bool is_answered;
    enum err refused, refused_answer;
};

static void on_closed(void *owner)
{
    struct closing *c = owner;

    CHECK(c->is_answered);
    c->rig->journal = NULL;
}

static void on_stored_close(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct closing *c = (struct closing *)t; /* its first member */
    struct journal_request request = journal_rig_request("too late", BODY);
    struct journal_answer answer = journal_rig_answer(exchange);

    CHECK_EQ(rc, OK);
    c->is_answered = true;
    journal_close(c->rig->journal, on_closed, c);
    journal_close(c->rig->journal, NULL, NULL); /* once is enough */
    c->refused = journal_record(c->rig->journal, &request, t);
    c->refused_answer = journal_answer(c->rig->journal, &answer);
}

static void test_close_inside_stored(void)
{
    struct journal_rig rig;
    struct closing closing = {.ticket = {.stored = on_stored_close}, .rig = &rig};
    struct journal_request request = journal_rig_request("a", BODY);

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_record(rig.journal, &request, &closing.ticket), OK);
    while (rig.journal)
        loop_turn(rig.loop, true);
    CHECK_EQ(closing.refused, ERR_CLOSED);
    CHECK_EQ(closing.refused_answer, ERR_CLOSED);
    journal_rig_stop(&rig);
    CHECK_EQ(journal_rig_count(NULL), 1);
    scratch_folder_remove();
}

struct chain {
    struct journal_ticket ticket;
    struct journal_rig *rig;
    unsigned left;
};

static void on_stored_next(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct chain *c = (struct chain *)t; /* its first member */
    struct journal_answer answer = journal_rig_answer(exchange);

    CHECK_EQ(rc, OK);
    CHECK_EQ(journal_answer(c->rig->journal, &answer), OK);
    if (c->left-- == 0)
        return;
    struct journal_request request = journal_rig_request(delivery_name(c->left), BODY);
    CHECK_EQ(journal_record(c->rig->journal, &request, t), OK);
}

static void test_record_inside_stored(void)
{
    struct journal_rig rig;
    struct chain chain = {.ticket = {.stored = on_stored_next}, .rig = &rig, .left = 50};
    struct journal_request request = journal_rig_request("first", BODY);

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_record(rig.journal, &request, &chain.ticket), OK);
    while (chain.left < 51) /* below zero at the end */
        loop_turn(rig.loop, true);
    journal_rig_stop(&rig);
    CHECK_EQ(journal_rig_count(NULL), 51);
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.status_min = 200}), 51);
    scratch_folder_remove();
}

/* ---- one writer ---- */

static void test_second_agent(void)
{
    struct journal_rig rig, second;
    struct journal *none = NULL;
    char detail[512], mine[32];
    struct journal_options options;

    (void)journal_rig_make_folder();
    options = (struct journal_options){.path = scratch_folder_path("journal.db")};
    journal_rig_start(&rig, NULL);
    (void)snprintf(mine, sizeof(mine), "process %ld", (long)getpid());
    CHECK_EQ(journal_open(rig.loop, &options, &none, detail), ERR_BUSY);
    CHECK(!none && strstr(detail, mine));
    CHECK_EQ(journal_rig_store(&rig, "a", BODY), 1);
    journal_rig_stop(&rig);
    journal_rig_start(&second, NULL);
    CHECK_EQ(journal_rig_store(&second, "b", BODY), 2);
    journal_rig_stop(&second);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_stored_means_on_disk), TEST(test_order_and_groups),
           TEST(test_ids_go_on_after_reopening), TEST(test_duplicates), TEST(test_answers),
           TEST(test_at_most_4096_wait), TEST(test_at_most_64_mib_wait),
           TEST(test_close_finishes_what_waits), TEST(test_close_inside_stored),
           TEST(test_record_inside_stored), TEST(test_second_agent))
