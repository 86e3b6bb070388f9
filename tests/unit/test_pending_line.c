/* Who waits for the handler: order, strays, and how far the list is complete when there is
 * no room or memory. */
#include "relay-client/agent/webhook/pending_line.h"

#include "base/mem.h"
#include "unit/check.h"

static struct pending_line line;

static void open_complete(void)
{
    pending_line_init(&line);
    line.known_to = PENDING_LINE_ALL;
}

static void put(uint64_t exchange)
{
    CHECK(pending_line_put(&line, exchange) != NULL);
}

/* Empties the line. */
static void check_order(const uint64_t *want, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        struct pending_entry *head = pending_line_head(&line);
        CHECK(head != NULL);
        CHECK_EQ(head->exchange, want[i]);
        pending_line_remove(&line, head);
    }
    CHECK(pending_line_head(&line) == NULL);
    CHECK_EQ(line.line_len, 0);
}

static void test_oldest_first(void)
{
    open_complete();
    CHECK(pending_line_is_empty(&line));
    put(5);
    put(2);
    put(9);
    put(3);
    put(1);
    CHECK(!pending_line_is_empty(&line));
    check_order((const uint64_t[]){1, 2, 3, 5, 9}, 5);
    CHECK(pending_line_is_empty(&line));
    pending_line_fini(&line);
}

static void test_each_once(void)
{
    open_complete();
    for (uint64_t id = 1; id <= 3; id++)
        put(id);
    struct pending_entry *e = pending_line_find(&line, 2);
    CHECK(pending_line_put(&line, 2) == e);
    CHECK(pending_line_step_out(&line, e));
    CHECK(pending_line_put(&line, 2) == e);
    CHECK(pending_line_find(&line, 2) == e);
    CHECK(pending_line_find(&line, 4) == NULL);
    CHECK_EQ(line.line_len, 2);
    CHECK_EQ(line.strays_len, 1);
    pending_line_fini(&line);
}

static void test_strays_stand_beside_the_line(void)
{
    open_complete();
    CHECK(pending_line_stray(&line) == NULL);
    for (uint64_t id = 1; id <= 3; id++) {
        put(id);
        pending_line_find(&line, id)->due_ms = 100 - id;
    }
    for (uint64_t id = 1; id <= 3; id++)
        CHECK(pending_line_step_out(&line, pending_line_find(&line, id)));
    CHECK(pending_line_is_empty(&line)); /* nobody waits behind them */
    CHECK_EQ(pending_line_stray(&line)->exchange, 3);
    pending_line_remove(&line, pending_line_stray(&line));
    CHECK_EQ(pending_line_stray(&line)->exchange, 2);
    CHECK_EQ(line.strays_len, 2);
    pending_line_fini(&line);
}

static void test_strays_have_a_limit(void)
{
    open_complete();
    for (uint64_t id = 1; id <= PENDING_STRAYS_MAX + 1; id++)
        put(id);
    for (uint64_t id = 1; id <= PENDING_STRAYS_MAX; id++)
        CHECK(pending_line_step_out(&line, pending_line_find(&line, id)));
    struct pending_entry *last = pending_line_head(&line);
    CHECK(!pending_line_step_out(&line, last));
    CHECK(pending_line_head(&line) == last);
    CHECK(pending_line_step_out(&line, pending_line_stray(&line))); /* it is one already */
    pending_line_fini(&line);
}

static void test_beyond_what_is_known(void)
{
    pending_line_init(&line);
    CHECK(!pending_line_is_empty(&line)); /* nobody knows */
    CHECK(pending_line_put(&line, 1) == NULL);
    line.known_to = 10;
    put(10);
    CHECK(pending_line_put(&line, 11) == NULL);
    check_order((const uint64_t[]){10}, 1);
    CHECK(!pending_line_is_empty(&line));
    pending_line_fini(&line);
}

static void fill(void)
{
    open_complete();
    for (uint64_t id = 1; id <= PENDING_LINE_MAX; id++)
        put(10 * id);
    CHECK_EQ(line.known_to, PENDING_LINE_ALL);
}

static void test_full_for_a_younger_one(void)
{
    fill();
    CHECK(pending_line_put(&line, 10 * PENDING_LINE_MAX + 5) == NULL);
    CHECK_EQ(line.known_to, 10 * PENDING_LINE_MAX + 4);
    CHECK_EQ(line.line_len, PENDING_LINE_MAX);
    pending_line_fini(&line);
}

static void test_full_for_an_older_one(void)
{
    fill();
    put(15);
    CHECK_EQ(line.line_len, PENDING_LINE_MAX);
    CHECK_EQ(line.known_to, 10 * PENDING_LINE_MAX - 1); /* the youngest went */
    CHECK(pending_line_find(&line, 10 * PENDING_LINE_MAX) == NULL);
    CHECK(pending_line_find(&line, 15) != NULL);
    pending_line_fini(&line);
}

/* The youngest is with the handler, and stays. */
static void test_full_of_one_that_is_tried(void)
{
    fill();
    pending_line_find(&line, 10 * PENDING_LINE_MAX)->is_trying = true;
    CHECK(pending_line_put(&line, 15) == NULL);
    CHECK_EQ(line.known_to, 14);
    pending_line_fini(&line);
}

static void test_no_memory(void)
{
    open_complete();
    put(5);
    put(9);
    mem_fail_at(1);
    CHECK(pending_line_put(&line, 7) == NULL);
    mem_fail_at(0);
    CHECK_EQ(line.known_to, 6);
    CHECK(pending_line_find(&line, 9) != NULL);
    CHECK(pending_line_put(&line, 9) != NULL); /* what is here is here */
    CHECK(pending_line_put(&line, 8) == NULL);
    put(6);
    pending_line_fini(&line);
}

static void test_forgetting_keeps_what_is_tried(void)
{
    open_complete();
    for (uint64_t id = 1; id <= 6; id++)
        put(id);
    CHECK(pending_line_step_out(&line, pending_line_find(&line, 1)));
    CHECK(pending_line_step_out(&line, pending_line_find(&line, 2)));
    pending_line_find(&line, 2)->is_trying = true;
    pending_line_find(&line, 3)->is_trying = true;
    pending_line_forget(&line);
    CHECK_EQ(line.line_len, 1);
    CHECK_EQ(line.strays_len, 1);
    CHECK_EQ(line.known_to, 0);
    CHECK(pending_line_find(&line, 2) && pending_line_find(&line, 3));
    pending_line_fini(&line);
}

static void test_zeroed(void)
{
    static struct pending_line zeroed;

    pending_line_fini(&zeroed);
}

CHECK_MAIN(TEST(test_oldest_first), TEST(test_each_once),
           TEST(test_strays_stand_beside_the_line), TEST(test_strays_have_a_limit),
           TEST(test_beyond_what_is_known), TEST(test_full_for_a_younger_one),
           TEST(test_full_for_an_older_one), TEST(test_full_of_one_that_is_tried),
           TEST(test_no_memory), TEST(test_forgetting_keeps_what_is_tried), TEST(test_zeroed))
