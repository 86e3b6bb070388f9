#include "codec/line/line_reply_token.h"

#include "unit/check.h"

#define NOW 1795894305000u

static bool is_dead_after(uint64_t since_receipt_ms)
{
    return line_reply_token_is_dead(NOW - 1000, false, NOW, NOW + since_receipt_ms);
}

static void test_a_minute(void)
{
    CHECK(!is_dead_after(0));
    CHECK(!is_dead_after(LINE_REPLY_TOKEN_MS - 1));
    CHECK(!is_dead_after(LINE_REPLY_TOKEN_MS));
    CHECK(is_dead_after(LINE_REPLY_TOKEN_MS + 1));
    CHECK(is_dead_after(UINT64_MAX - NOW));
}

/* The age of the event counts for redelivered ones only. */
static void test_twenty_minutes(void)
{
    const uint64_t limit = LINE_REPLY_TOKEN_REDELIVERED_MS;

    for (uint64_t age = limit - 1; age <= limit + 1; age++) {
        CHECK_EQ(line_reply_token_is_dead(NOW, true, NOW + age - 500, NOW + age), age > limit);
        CHECK(!line_reply_token_is_dead(NOW, false, NOW + age - 500, NOW + age));
    }
    CHECK(!line_reply_token_is_dead(NOW, true, NOW, NOW + LINE_REPLY_TOKEN_MS));
    CHECK(line_reply_token_is_dead(NOW, true, NOW, NOW + LINE_REPLY_TOKEN_MS + 1));
    CHECK(!line_reply_token_is_dead(0, true, NOW, NOW)); /* without a timestamp */
}

/* A clock that is behind makes nothing old. */
static void test_clocks_that_differ(void)
{
    CHECK(!line_reply_token_is_dead(NOW, true, NOW, NOW - 5000000));
    CHECK(!line_reply_token_is_dead(NOW, true, UINT64_MAX, 0));
    CHECK(!line_reply_token_is_dead(UINT64_MAX, true, NOW, NOW));
}

CHECK_MAIN(TEST(test_a_minute), TEST(test_twenty_minutes), TEST(test_clocks_that_differ))
