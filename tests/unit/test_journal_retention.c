/* thread-test */
#include "relay-client/journal/writer/journal_retention.h"

#include "loop/deadline.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>

#define HOUR_MS 3600000u
#define MANY    (3 * JOURNAL_RETENTION_ROWS)

static struct journal_rig rig;

static char body[200000];
static struct journal_rig_ticket tickets[MANY];

static void submit(unsigned number, uint64_t arrived_ms, bool webhook,
                   struct journal_rig_ticket *t)
{
    char delivery[24];

    (void)snprintf(delivery, sizeof(delivery), "%08u", number);
    struct journal_request request = journal_rig_request(delivery, body);
    request.arrived_ms = arrived_ms;
    request.webhook = webhook;
    if (body[0] == '\0')
        request.body = span_text(journal_rig_body(delivery, "hello"));
    journal_rig_submit(&rig, &request, t);
}

/* `count` exchanges that arrived at `arrived_ms`, numbered from `first`; all but the last
 * one, which is no webhook, with answers.  `body_len` 0: real webhooks. */
static void record(unsigned first, unsigned count, uint64_t arrived_ms, size_t body_len)
{
    CHECK(count > 1 && count <= MANY && body_len < sizeof(body));
    memset(body, 'x', body_len);
    body[body_len] = '\0';
    for (unsigned i = 0; i < count - 1; i++)
        submit(first + i, arrived_ms, true, &tickets[i]);
    journal_rig_wait(&rig, &tickets[count - 2]);
    for (unsigned i = 0; i < count - 1; i++) {
        struct journal_answer answer = journal_rig_answer(tickets[i].exchange);

        CHECK_EQ(tickets[i].rc, OK);
        CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    }
    submit(first + count - 1, arrived_ms, false, &tickets[count - 1]);
    journal_rig_wait(&rig, &tickets[count - 1]);
}

static uint64_t lowest_id(void)
{
    struct journal_reader *r = journal_rig_reader();
    uint64_t id = 0;

    for (uint64_t i = 1; id == 0; i++) {
        struct journal_exchange *x = NULL;
        char text[24];

        (void)snprintf(text, sizeof(text), "%lu", (unsigned long)i);
        if (journal_reader_get(r, span_text(text), &x) == OK)
            id = i;
        journal_exchange_free(x);
    }
    journal_reader_close(r);
    return id;
}

/* Enough chores that the last ones have nothing left to do. */
static void clean_up(void)
{
    for (unsigned i = 0; i < 40; i++)
        journal_rig_chore(&rig, HOUR_MS);
}

static void test_age(void)
{
    struct journal_options options = {.keep_ms = 24 * HOUR_MS};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    record(0, MANY, JOURNAL_RIG_NOW_MS, 0);
    record(MANY, 10, JOURNAL_RIG_NOW_MS + HOUR_MS, 0);
    journal_rig_chore(&rig, 1000); /* after traffic */
    journal_rig_chore(&rig, 1000); /* in a quiet second */
    journal_rig_chore(&rig, 24 * HOUR_MS - 2000);
    CHECK_EQ(journal_rig_count(NULL), MANY + 10); /* just not too old */
    record(MANY + 10, 2, JOURNAL_RIG_NOW_MS + 24 * HOUR_MS, 0);
    journal_rig_chore(&rig, 1000); /* now they are, and one step is done under traffic */
    CHECK_EQ(journal_rig_count(NULL), MANY + 12 - JOURNAL_RETENTION_ROWS);
    CHECK_EQ(lowest_id(), JOURNAL_RETENTION_ROWS + 1);
    CHECK(journal_rig_is_intact());
    for (unsigned i = 0; i < 3; i++) /* the rest, and a look that finds nothing */
        journal_rig_chore(&rig, 1);
    CHECK_EQ(journal_rig_count(NULL), 12);
    CHECK(journal_rig_is_intact());
    journal_rig_chore(&rig, 25 * HOUR_MS); /* a quiet journal looks once an hour */
    /* the newest always stays, so that its number is not given again */
    CHECK_EQ(journal_rig_count(NULL), 1);
    journal_rig_stop(&rig);
    journal_rig_start(&rig, &options);
    CHECK_EQ(journal_rig_store(&rig, "next", "x"), MANY + 13);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

static off_t file_size(void)
{
    struct stat st;

    CHECK_EQ(stat(scratch_folder_path("journal.db"), &st), 0);
    return st.st_size;
}

static off_t log_size(void)
{
    struct stat st;

    return stat(scratch_folder_path("journal.db-wal"), &st) == 0 ? st.st_size : 0;
}

static void test_size(void)
{
    const off_t limit = 4 * 1024 * 1024;
    struct journal_options options = {.keep_bytes = (uint64_t)limit};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    record(0, 300, JOURNAL_RIG_NOW_MS, 60000);
    clean_up();
    size_t left = journal_rig_count(NULL);
    CHECK(left > 20 && left < 40);     /* each is there twice, once for searching */
    CHECK_EQ(lowest_id(), 301 - left); /* the oldest went */
    /* the file is given back, but for some room to breathe; the log is empty */
    CHECK(file_size() < 2 * limit + 100000);
    CHECK_EQ(log_size(), 0);
    CHECK(journal_rig_is_intact());
    CHECK_STR(journal_detail(rig.journal), "");
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* A step deletes at most this much, however large the journal is. */
static void test_steps_are_small(void)
{
    struct journal_options options = {.keep_bytes = 1};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    record(0, 100, JOURNAL_RIG_NOW_MS, 150000);
    journal_rig_chore(&rig, 1100);
    size_t left = journal_rig_count(NULL), gone = 100 - left;
    CHECK(gone > 10 && (gone - 1) * 150000 < JOURNAL_RETENTION_BYTES);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* Traffic that never stops: the log stays bounded, and retention keeps up. */
static void test_log_is_bounded(void)
{
    struct journal_options options = {.keep_bytes = 8 * 1024 * 1024};
    off_t largest = 0;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    for (unsigned i = 0; i < 200; i++) {
        record(i * 4, 4, JOURNAL_RIG_NOW_MS, 60000);
        largest = log_size() > largest ? log_size() : largest;
        if (i % 10 == 9)
            journal_rig_chore(&rig, 1100);
    }
    CHECK(largest > 3 * 1024 * 1024 && largest < 8 * 1024 * 1024);
    CHECK(file_size() < 24 * 1024 * 1024);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* A disk that fails during a chore stops nothing. */
static void test_failing_chore(void)
{
    struct journal_options options = {.keep_ms = HOUR_MS};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    record(0, 100, JOURNAL_RIG_NOW_MS, 0);
    CHECK_EQ(journal_rig_store(&rig, "last", "x"), 101);
    disk_faults_at(1, DISK_ANY, EIO, true);
    journal_rig_chore(&rig, 2 * HOUR_MS);
    CHECK(strstr(journal_detail(rig.journal), "Input/output error"));
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(journal_rig_count(NULL), 101);
    CHECK_EQ(journal_rig_store(&rig, "next", "x"), 102);
    CHECK_STR(journal_detail(rig.journal), "");
    clean_up();
    CHECK_EQ(journal_rig_count(NULL), 2); /* the newest, and "last": it has no answer */
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* ---- what is not finished ---- */

/* Old and over every limit, and it stays until it is finished. */
static void test_unfinished_stays(void)
{
    struct journal_options options = {.keep_ms = HOUR_MS, .keep_bytes = 1};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    CHECK_EQ(pending_rig_store(&rig, "over", JOURNAL_FINAL), 1);
    CHECK_EQ(pending_rig_store(&rig, "pending", JOURNAL_PENDING), 2);
    CHECK_EQ(pending_rig_store(&rig, "dropped", JOURNAL_DROPPED), 3);
    CHECK_EQ(pending_rig_store(&rig, "aside", JOURNAL_ASIDE), 4);
    CHECK_EQ(journal_rig_store(&rig, "under way", journal_rig_body("U", "hi")), 5);
    record(100, 10, JOURNAL_RIG_NOW_MS, 0);
    clean_up();
    CHECK_EQ(journal_rig_count(NULL), 4); /* with the newest */
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.pending_only = true}), 3);
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.text = "hi", .limit = 9}), 3);
    CHECK(journal_rig_is_intact());
    CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_DROP).count, 2);
    struct journal_answer answer = journal_rig_answer(5);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    clean_up();
    CHECK_EQ(journal_rig_count(NULL), 1);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* More of them than one step looks at, and what is to go behind all of them. */
static void test_behind_many_unfinished(void)
{
    const unsigned rounds = JOURNAL_RETENTION_LOOKS / (MANY - 1) + 1;
    struct journal_options options = {.keep_ms = HOUR_MS};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    for (unsigned i = 0; i < rounds; i++)
        record(i * MANY, MANY, JOURNAL_RIG_NOW_MS, 0);
    size_t last = (size_t)rounds * MANY;
    for (uint64_t id = 1; id <= last; id++) { /* each but what is no webhook */
        struct journal_answer a = pending_rig_failed(id, JOURNAL_PENDING);

        if (id % MANY != 0)
            CHECK_EQ(journal_answer(rig.journal, &a), OK);
        if (id % 1000 == 0)
            CHECK_EQ(pending_rig_find(&rig, 0, 1, false).rc, OK);
    }
    record(90000, 10, JOURNAL_RIG_NOW_MS, 0);
    record(91000, 2, JOURNAL_RIG_NOW_MS + 50 * HOUR_MS, 0);
    clean_up();
    CHECK_EQ(pending_rig_find(&rig, 0, 1, false).unfinished.pending, last - rounds);
    CHECK_EQ(journal_rig_count(NULL), last - rounds + 2);
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* What a replay opens must not lose its past: limits are for the agent that runs. */
static void test_without_limits_nothing_goes(void)
{
    struct journal_options options = {0};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    record(0, MANY, JOURNAL_RIG_NOW_MS, 0);
    for (unsigned i = 0; i < 3; i++)
        journal_rig_chore(&rig, 5000 * HOUR_MS);
    CHECK_EQ(journal_rig_count(NULL), MANY);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_without_limits_nothing_goes), TEST(test_age), TEST(test_size),
           TEST(test_steps_are_small), TEST(test_log_is_bounded), TEST(test_failing_chore),
           TEST(test_unfinished_stays), TEST(test_behind_many_unfinished))
