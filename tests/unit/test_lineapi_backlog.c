/* A bot that calls faster than the journal writes, and a journal that writes nothing at all. */
#include "relay-client/lineapi/lineapi_backlog.h"

#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/lineapi_rig.h"

#define PUSH "/v2/bot/message/push"

static const char push[] = "{\"to\":\"" LINEAPI_RIG_USER "\",\"messages\":[{\"type\":\"text\","
                           "\"text\":\"hello\"}]}";

static const struct public_request request = {
    .method = "POST",
    .authority = "localhost",
    .target = PUSH,
    .fields = "authorization: Bearer t\ncontent-type: application/json\n",
    .body = {push, sizeof push - 1},
    .has_body = true,
};

static size_t filled;

/* The disk does not come back from its sync, and the journal's queue is full. */
static void open_full(void)
{
    struct line_call_rig call;

    lineapi_rig_open();
    lineapi_rig.options.is_configured = false;
    CHECK_EQ(lineapi_rig_start(), OK);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_records(), 1);
    disk_faults_hold();
    line_call_rig_init(&call, 0, LINEAPI_RIG_USER);
    for (filled = 0; journal_call_record(lineapi_rig.journal.journal, &call.call) == OK;)
        filled++;
    CHECK(filled > 1000);
}

static bool is_answered(void)
{
    for (int turn = 0; turn < 200 && !public_client_look(&lineapi_rig.client); turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    return public_client_look(&lineapi_rig.client);
}

/* The call has its answer, but the connection's next one waits for room. */
static void test_waits(void)
{
    open_full();
    lineapi_rig_send(&request);
    CHECK(is_answered());
    CHECK_EQ(lineapi_rig.client.answer.status, 200);
    lineapi_rig_send(&request);
    CHECK(!is_answered());
    lineapi_rig_advance(LINEAPI_BACKLOG_WAIT_MS - 100);
    CHECK(!is_answered());
    disk_faults_release();
    loop_turn(lineapi_rig.journal.loop, true); /* the journal has room again */
    lineapi_rig_advance(5);
    CHECK(is_answered());
    CHECK_EQ(lineapi_rig.client.answer.status, 200);
    CHECK(lineapi_rig_records() >= 1 + filled);
    lineapi_rig_advance(5); /* the other one may have met a full queue as well */
    CHECK_EQ(lineapi_rig_records(), 1 + filled + 2);
    lineapi_rig_close();
}

/* A disk that takes nothing: after 2 s no call waits any more. */
static void test_gives_up(void)
{
    open_full();
    lineapi_rig_send(&request);
    CHECK(is_answered());
    lineapi_rig_advance(LINEAPI_BACKLOG_WAIT_MS);
    for (int times = 0; times < 20; times++) {
        lineapi_rig_send(&request);
        CHECK(is_answered());
    }
    disk_faults_release();
    CHECK_EQ(lineapi_rig_records(), 1 + filled);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_records(), 1 + filled + 1);
    lineapi_rig_close();
}

static void test_close(void)
{
    open_full();
    lineapi_rig_send(&request);
    CHECK(is_answered());
    lineapi_rig_end();
    CHECK_EQ(lineapi_rig.closed, 1);
    disk_faults_release();
    lineapi_rig_close();
}

/* The bot hangs up while its call waits. */
static void test_bot_leaves(void)
{
    open_full();
    lineapi_rig_send(&request);
    CHECK(is_answered());
    loopback_leave(&lineapi_rig.client);
    lineapi_rig.has_client = false;
    disk_faults_release();
    loop_turn(lineapi_rig.journal.loop, true); /* the journal has room again */
    lineapi_rig_advance(5);
    CHECK_EQ(lineapi_rig_records(), 1 + filled + 1);
    lineapi_rig_close();
}

CHECK_MAIN(TEST(test_waits), TEST(test_gives_up), TEST(test_close), TEST(test_bot_leaves))
