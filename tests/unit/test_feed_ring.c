/* The last changes, and what a page that comes back still has to hear. */
#include "relay-client/inspector/stream/feed_ring.h"

#include "unit/check.h"

static struct feed_ring ring;
static uint64_t ids[FEED_RING_LEN];

static void begin(void)
{
    memset(&ring, 0, sizeof ring);
}

static void test_empty(void)
{
    begin();
    CHECK(feed_ring_knows(&ring, 0));
    CHECK(!feed_ring_knows(&ring, 1));
    CHECK_EQ(feed_ring_since(&ring, 0, ids), 0);
}

static void test_each_once_in_order(void)
{
    static const uint64_t changes[] = {9, 3, 9, 9, 4, 3, UINT64_MAX, 1};

    begin();
    for (size_t i = 0; i < 8; i++)
        feed_ring_add(&ring, changes[i]);
    CHECK_EQ(ring.head, 8);
    CHECK_EQ(feed_ring_since(&ring, 0, ids), 5);
    CHECK(ids[0] == 1 && ids[1] == 3 && ids[2] == 4 && ids[3] == 9 && ids[4] == UINT64_MAX);
    CHECK_EQ(feed_ring_since(&ring, 5, ids), 3);
    CHECK(ids[0] == 1 && ids[1] == 3 && ids[2] == UINT64_MAX);
    CHECK_EQ(feed_ring_since(&ring, 7, ids), 1);
    CHECK_EQ(ids[0], 1);
    CHECK_EQ(feed_ring_since(&ring, 8, ids), 0);
}

static void test_its_length(void)
{
    begin();
    for (uint64_t i = 1; i <= FEED_RING_LEN; i++)
        feed_ring_add(&ring, i);
    CHECK(feed_ring_knows(&ring, 0));
    CHECK_EQ(feed_ring_since(&ring, 0, ids), FEED_RING_LEN);
    CHECK(ids[0] == 1 && ids[FEED_RING_LEN - 1] == FEED_RING_LEN);
    feed_ring_add(&ring, FEED_RING_LEN + 1);
    CHECK(!feed_ring_knows(&ring, 0));
    CHECK(feed_ring_knows(&ring, 1));
    CHECK_EQ(feed_ring_since(&ring, 1, ids), FEED_RING_LEN);
    CHECK(ids[0] == 2 && ids[FEED_RING_LEN - 1] == FEED_RING_LEN + 1);
    CHECK(!feed_ring_knows(&ring, FEED_RING_LEN + 2));
}

CHECK_MAIN(TEST(test_empty), TEST(test_each_once_in_order), TEST(test_its_length))
