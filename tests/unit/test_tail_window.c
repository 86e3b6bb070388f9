/* A journal has a worker thread: thread-test. */
#include "relay-client/commands/tail_window.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;
static struct tail_window *window;
static struct journal_reader *reader;
static char printed[65536]; /* "1 2 5!": ids in order, "!" without an answer */
static size_t printed_max;  /* rows, then `print` says stop */

static void begin(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &(struct journal_options){0});
    window = mem_alloc(sizeof(*window));
    CHECK(window);
    tail_window_init(window, 0);
    reader = journal_rig_reader();
}

static void end(void)
{
    journal_reader_close(reader);
    mem_free(window);
    journal_rig_stop(&rig);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static bool print(void *owner, const struct journal_row *row)
{
    size_t *left = owner;

    (void)snprintf(printed + strlen(printed), sizeof(printed) - strlen(printed), "%s%llu%s",
                   printed[0] ? " " : "", (unsigned long long)row->id,
                   row->answered ? "" : "!");
    return --*left > 0;
}

static const char *look_at(const struct journal_filter *filter, uint64_t now_ms)
{
    size_t left = printed_max ? printed_max : SIZE_MAX;
    const struct tail_window_reader r = {reader, filter, print, &left};

    printed[0] = '\0';
    CHECK_EQ(tail_window_look(window, &r, now_ms), OK);
    return printed;
}

static const char *look(void)
{
    return look_at(&(struct journal_filter){0}, JOURNAL_RIG_NOW_MS);
}

static uint64_t store(void)
{
    static unsigned number;
    char delivery[32];

    (void)snprintf(delivery, sizeof(delivery), "%026u", ++number);
    return journal_rig_store(&rig, delivery, "{}");
}

static bool on_row(void *owner, const struct journal_row *row)
{
    *(bool *)owner = row->answered;
    return false;
}

static void wait_for_answer(uint64_t id)
{
    const struct journal_filter f = {.after = id - 1, .before = id + 1};
    bool is_answered = false;

    while (!is_answered) {
        CHECK_EQ(journal_reader_list(reader, &f, on_row, &is_answered), OK);
        if (!is_answered)
            loop_turn(rig.loop, true);
    }
}

static void answer(uint64_t id, unsigned status)
{
    struct journal_answer a = journal_rig_answer(id);

    a.status = status;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    wait_for_answer(id);
}

static uint64_t store_answered(void)
{
    uint64_t id = store();

    answer(id, 200);
    return id;
}

static void test_each_once_in_order(void)
{
    begin();
    CHECK_STR(look(), "");
    store_answered();
    store_answered();
    CHECK_STR(look(), "1 2");
    CHECK_STR(look(), "");
    store_answered();
    CHECK_STR(look(), "3");
    CHECK_EQ(window->low, 3);
    end();
}

static void test_printed_when_answered(void)
{
    begin();
    store();
    store_answered();
    CHECK_STR(look(), "2");
    CHECK_EQ(window->low, 0);
    store();
    CHECK_STR(look(), "");
    answer(3, 200);
    CHECK_STR(look(), "3");
    answer(1, 200);
    CHECK_STR(look(), "1");
    CHECK_EQ(window->low, 3);
    CHECK_STR(look(), "");
    end();
}

/* Whether it matches is known when it is answered. */
static void test_filters_of_answers(void)
{
    const struct journal_filter bad = {.status_min = 500};

    begin();
    store();
    store_answered();
    CHECK_STR(look_at(&bad, JOURNAL_RIG_NOW_MS), "");
    store();
    answer(3, 503);
    CHECK_STR(look_at(&bad, JOURNAL_RIG_NOW_MS), "3");
    answer(1, 500);
    CHECK_STR(look_at(&bad, JOURNAL_RIG_NOW_MS), "1");
    end();
}

static void test_a_lost_one_holds_nothing_up(void)
{
    begin();
    store();
    store_answered();
    CHECK_STR(look(), "2");
    const uint64_t arrived_ms = JOURNAL_RIG_NOW_MS;

    CHECK_STR(look_at(&(struct journal_filter){0}, arrived_ms + TAIL_WINDOW_LOST_MS), "");
    CHECK_STR(look_at(&(struct journal_filter){0}, arrived_ms + 2 * TAIL_WINDOW_LOST_MS), "1!");
    CHECK_EQ(window->low, 2);
    end();
}

/* ---- pending ones ---- */

static void store_outcome(uint64_t id, enum journal_outcome outcome)
{
    struct journal_answer a = journal_rig_answer(id);
    uint64_t version = journal_reader_version(reader);

    a.outcome = outcome;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    while (journal_reader_version(reader) == version)
        loop_turn(rig.loop, true);
}

static void test_pending_ones_are_printed_twice(void)
{
    begin();
    store_outcome(store(), JOURNAL_PENDING);
    store_answered();
    CHECK_STR(look(), "1 2");
    store_outcome(1, JOURNAL_PENDING); /* another attempt */
    CHECK_STR(look(), "");
    store_answered();
    CHECK_STR(look(), "3");
    CHECK_EQ(window->low, 0);
    store_outcome(1, JOURNAL_ASIDE);
    CHECK_STR(look(), "1");
    CHECK_EQ(window->low, 3);
    store_outcome(1, JOURNAL_PENDING); /* the user wants it tried: that is over for us */
    CHECK_STR(look(), "");
    end();
}

static void test_open_before_pending(void)
{
    begin();
    store();
    store_outcome(store(), JOURNAL_PENDING);
    CHECK_STR(look(), "2");
    answer(1, 200);
    CHECK_STR(look(), "1");
    CHECK_EQ(window->low, 1);
    store_outcome(2, JOURNAL_FINAL);
    CHECK_STR(look(), "2");
    CHECK_EQ(window->low, 2);
    end();
}

static void test_print_may_stop(void)
{
    begin();
    for (unsigned i = 0; i < 3; i++)
        store_answered();
    printed_max = 2;
    CHECK_STR(look(), "1 2");
    printed_max = 0;
    end();
}

#define BATCH 512u

/* As many exchanges in a few commits; all but the first one of all are answered. */
static void store_batch_of(unsigned first, enum journal_outcome outcome)
{
    static struct journal_rig_ticket tickets[BATCH];
    char delivery[32];

    for (unsigned i = 0; i < BATCH; i++) {
        (void)snprintf(delivery, sizeof(delivery), "x%025u", first + i);
        const struct journal_request r = journal_rig_request(delivery, "{}");

        journal_rig_submit(&rig, &r, &tickets[i]);
    }
    for (unsigned i = 0; i < BATCH; i++) {
        struct journal_answer a = journal_rig_answer(first + i);

        a.outcome = outcome;
        journal_rig_wait(&rig, &tickets[i]);
        CHECK_EQ(tickets[i].exchange, first + i);
        if (first + i > 1)
            CHECK_EQ(journal_answer(rig.journal, &a), OK);
    }
}

static void store_batch(unsigned first)
{
    store_batch_of(first, JOURNAL_FINAL);
}

/* However many are pending, what is new is printed. */
static void test_a_full_window_waits_for_no_pending_one(void)
{
    char want[16];

    begin();
    store_answered();
    for (unsigned first = 2; first <= TAIL_WINDOW_MAX + 1; first += BATCH)
        store_batch_of(first, JOURNAL_PENDING);
    CHECK_EQ(store_answered(), TAIL_WINDOW_MAX + 2);
    CHECK(strncmp(look(), "1 2 3 4", 7) == 0);
    CHECK_EQ(window->low, TAIL_WINDOW_MAX);
    (void)snprintf(want, sizeof(want), "%u %u", TAIL_WINDOW_MAX + 1, TAIL_WINDOW_MAX + 2);
    CHECK_STR(look(), want);
    CHECK_EQ(window->low, TAIL_WINDOW_MAX);
    end();
}

/* The first one is open: it is given up when the window is full. */
static void test_a_full_window_gives_up_its_oldest(void)
{
    begin();
    for (unsigned first = 1; first <= TAIL_WINDOW_MAX; first += BATCH)
        store_batch(first);
    CHECK_EQ(store(), TAIL_WINDOW_MAX + 1);
    answer(TAIL_WINDOW_MAX + 1, 200);
    CHECK(strncmp(look(), "1! 2 3 4", 8) == 0);
    CHECK_EQ(window->low, 1);
    char want[16];

    (void)snprintf(want, sizeof(want), "%u", TAIL_WINDOW_MAX + 1);
    CHECK_STR(look(), want);
    CHECK_EQ(window->low, TAIL_WINDOW_MAX + 1);
    end();
}

static void test_starts_behind_an_id(void)
{
    begin();
    for (unsigned i = 0; i < 3; i++)
        store_answered();
    tail_window_init(window, 1);
    CHECK_STR(look(), "2 3");
    end();
}

CHECK_MAIN(TEST(test_each_once_in_order), TEST(test_printed_when_answered),
           TEST(test_filters_of_answers), TEST(test_a_lost_one_holds_nothing_up),
           TEST(test_pending_ones_are_printed_twice), TEST(test_open_before_pending),
           TEST(test_print_may_stop), TEST(test_a_full_window_waits_for_no_pending_one),
           TEST(test_a_full_window_gives_up_its_oldest), TEST(test_starts_behind_an_id))
