/* Memory that runs out at any moment of a call, and requests that come in any pieces. */
#include "base/container.h"
#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"
#include "unit/support/mem_sweep.h"

#define PUSH "/v2/bot/message/push"

static const char push[] = "{\"to\":\"" LINEAPI_RIG_USER "\",\"messages\":[{\"type\":\"text\","
                           "\"text\":\"hello\"}]}";

/* --- memory --- */

static const struct public_request requests[] = {
    {.method = "POST",
     .authority = "localhost",
     .target = PUSH,
     .fields = "authorization: Bearer t\ncontent-type: application/json\n",
     .body = {push, sizeof push - 1},
     .has_body = true},
    {.method = "GET",
     .authority = "localhost",
     .target = "/v2/bot/info",
     .fields = "authorization: Bearer t\n"},
    {.method = "GET",
     .authority = "localhost",
     .target = "/v2/bot/nothing",
     .fields = "authorization: Bearer t\n"},
};

/* The client cannot read an answer without memory: as long as it takes for one to come. */
static void wait_for_bytes(void)
{
    const struct net_peer *peer = &lineapi_rig.client.peer;
    size_t before = peer->got_len;

    for (int turn = 0; turn < 300 && peer->got_len == before && peer->ended == 0; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
}

/* Whatever is missing, the bot has an answer or a broken connection, and the port goes on.
 * True: nothing was missing. */
static bool try_with(const struct public_request *request, bool is_configured, unsigned long at)
{
    lineapi_rig_open();
    lineapi_rig.options.is_configured = is_configured;
    CHECK_EQ(lineapi_rig_start(), OK);
    /* The connection is there, and so is all that a first call makes. */
    lineapi_rig_send(&requests[1]);
    CHECK_EQ(lineapi_rig_receive(), 200);
    mem_fail_at(at);
    bool is_sent = public_client_send(&lineapi_rig.client, request);
    wait_for_bytes();
    bool was_whole = mem_sweep_is_over(at);
    if (is_sent)
        (void)lineapi_rig_receive();
    lineapi_rig_stay_away(1);
    lineapi_rig_send(&requests[1]);
    CHECK_EQ(lineapi_rig_receive(), 200);
    lineapi_rig_close();
    return was_whole;
}

static void sweep(const struct public_request *request, bool is_configured)
{
    unsigned long at = 1;

    while (!try_with(request, is_configured, at))
        at++;
    CHECK(at > 3);
}

static void test_memory_emulated(void)
{
    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        sweep(&requests[i], false);
}

static void test_memory_passed(void)
{
    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        sweep(&requests[i], true);
}

static void test_memory_open(void)
{
    bool was_whole = false;

    for (unsigned long at = 1; !was_whole; at++) {
        lineapi_rig_open();
        /* settings first: they are not the port's */
        lineapi_rig.options.address = "nothing";
        CHECK_EQ(lineapi_rig_start(), ERR_CONFIG);
        lineapi_rig.options.address = "127.0.0.1:0";
        mem_fail_at(at);
        enum err rc =
            lineapi_open(lineapi_rig.journal.loop, &lineapi_rig.options, &lineapi_rig.lineapi);
        was_whole = mem_sweep_is_over(at);
        CHECK(rc == OK || !was_whole);
        CHECK(rc == OK || *lineapi_rig.options.detail != '\0');
        lineapi_rig_close();
    }
}

/* --- pieces --- */

/* Cut at every byte, and in pieces of every size. */
static void test_pieces(void)
{
    struct public_client client = {0};
    struct stream *ours, *theirs;

    lineapi_rig_open();
    lineapi_rig.options.is_configured = false;
    CHECK_EQ(lineapi_rig_start(), OK);
    for (size_t chunk = 1; chunk < 400; chunk++) {
        CHECK_EQ(pipe_stream_pair(lineapi_rig.journal.loop, chunk, &ours, &theirs), OK);
        CHECK_EQ(lineapi_serve(lineapi_rig.lineapi, theirs), OK);
        loopback_sit(&client, lineapi_rig.journal.loop, ours, false);
        CHECK(loopback_ask(&client, &requests[0]));
        CHECK_EQ(client.answer.status, 200);
        loopback_leave(&client);
    }
    lineapi_rig_close();
}

CHECK_MAIN(TEST(test_memory_emulated), TEST(test_memory_passed), TEST(test_memory_open),
           TEST(test_pieces))
