/* Narrowcasts, and how far they are. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#include "relay-client/lineapi/emulate/message/narrowcasts.h"

#define NARROWCAST "/v2/bot/message/narrowcast"
#define HI         "\"messages\":[{\"type\":\"text\",\"text\":\"hi\"}]"

static unsigned narrowcast(const char *members)
{
    char body[1024];

    (void)snprintf(body, sizeof body, "{" HI "%s}", members);
    return emulator_rig_post(NARROWCAST, body);
}

static void open_with_friends(uint64_t quota)
{
    char id[40];

    emulator_rig_open();
    emulator_rig.options.quota = quota;
    emulator_rig_start();
    for (unsigned i = 0; i < 3; i++) {
        (void)snprintf(id, sizeof id, "U%032u", i);
        emulator_rig_group_event("message", id);
    }
}

static unsigned progress(const char *request_id)
{
    char target[128];

    (void)snprintf(target, sizeof target, "/v2/bot/message/progress/narrowcast?requestId=%s",
                   request_id);
    return emulator_rig_get(target);
}

static void test_phases(void)
{
    char id[40];

    open_with_friends(0);
    CHECK_EQ(narrowcast(""), 202);
    CHECK_STR(emulator_rig.body, "{}");
    (void)snprintf(id, sizeof id, "%s", emulator_rig.request_id);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(emulator_rig.body,
              "{\"phase\":\"waiting\",\"acceptedTime\":\"2026-11-22T05:30:00.000Z\"}");
    emulator_rig_advance(NARROWCASTS_SENDING_MS);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(emulator_rig_text("phase"), "sending");
    CHECK_STR(emulator_rig_text("targetCount"), "3");
    CHECK_STR(emulator_rig_text("completedTime"), "");
    emulator_rig_advance(NARROWCASTS_DONE_MS - NARROWCASTS_SENDING_MS);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(
        emulator_rig.body,
        "{\"phase\":\"succeeded\",\"successCount\":3,\"failureCount\":0,\"targetCount\":3,"
        "\"completedTime\":\"2026-11-22T05:30:03.000Z\","
        "\"acceptedTime\":\"2026-11-22T05:30:00.000Z\"}");
    CHECK_EQ(emulator_rig_get("/v2/bot/message/quota/consumption"), 200);
    CHECK_STR(emulator_rig_text("totalUsage"), "3");
    emulator_rig_close();
}

static void test_unknown_progress(void)
{
    open_with_friends(0);
    CHECK_EQ(progress("00000000-0000-4000-8000-000000000999"), 404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(progress(""), 400);
    emulator_rig_check_message(400, "The value for the 'requestId' parameter is invalid");
    CHECK_EQ(emulator_rig_get("/v2/bot/message/progress/narrowcast"), 400);
    emulator_rig_close();
}

static void test_nobody(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(narrowcast(""), 403);
    emulator_rig_check_message(403, "Your account does not have enough friends");
    emulator_rig_close();
}

/* --- recipients --- */

#define REDELIVERY ",\"recipient\":{\"type\":\"redelivery\",\"requestId\":\"%s\"}"

static void test_recipients(void)
{
    char text[256];

    open_with_friends(0);
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"audience\",\"audienceGroupId\":5614}"),
             202);
    (void)snprintf(text, sizeof text, REDELIVERY, emulator_rig.request_id);
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"audience\",\"audienceGroupId\":-3}"), 400);
    emulator_rig_check_message(400, "Invalid audience group id: -3");
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"audience\"}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    CHECK_EQ(narrowcast(text), 202);
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"redelivery\",\"requestId\":\"x\"}"), 400);
    emulator_rig_check_message(400, "Invalid request id: x");
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"redelivery\"}"), 400);
    CHECK_EQ(narrowcast(",\"recipient\":{}"), 400);
    CHECK_EQ(narrowcast(",\"recipient\":[]"), 400);
    CHECK_EQ(narrowcast(",\"recipient\":null,\"filter\":{\"demographic\":{\"type\":\"gender\","
                        "\"oneOf\":[\"female\"]}}"),
             202);
    emulator_rig_close();
}

#define AUDIENCE "{\"type\":\"audience\",\"audienceGroupId\":1}"

static void test_operators(void)
{
    open_with_friends(0);
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"operator\",\"and\":[" AUDIENCE
                        ",{\"type\":\"operator\",\"not\":" AUDIENCE "}]}"),
             202);
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"operator\",\"or\":[" AUDIENCE
                        ",{\"type\":\"operator\",\"not\":{\"type\":\"audience\","
                        "\"audienceGroupId\":0}}]}"),
             400);
    emulator_rig_check_message(400, "Invalid audience group id: 0");
    CHECK_EQ(narrowcast(",\"recipient\":{\"type\":\"operator\",\"and\":[7]}"), 400);
    emulator_rig_close();
}

/* --- limits --- */

static void test_limit(void)
{
    char id[40];

    open_with_friends(0);
    CHECK_EQ(narrowcast(",\"limit\":{\"max\":2}"), 202);
    (void)snprintf(id, sizeof id, "%s", emulator_rig.request_id);
    emulator_rig_advance(NARROWCASTS_SENDING_MS);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(emulator_rig_text("targetCount"), "2");
    CHECK_EQ(narrowcast(",\"limit\":{\"max\":0}"), 400);
    CHECK_STR(emulator_rig_text("details[0].property"), "limit.max");
    CHECK_EQ(narrowcast(",\"limit\":{\"max\":1}"), 202);
    CHECK_EQ(narrowcast(",\"limit\":{\"upToRemainingQuota\":1}"), 400);
    CHECK_EQ(narrowcast(",\"limit\":{\"forbidPartialDelivery\":true}"), 400);
    emulator_rig_check_message(
        400, "The option forbidPartialDelivery must be used with upToRemainingQuota.");
    emulator_rig_close();
}

static void test_quota(void)
{
    char id[40];

    open_with_friends(2);
    CHECK_EQ(narrowcast(""), 429);
    CHECK_STR(emulator_rig.call.problem, "quota");
    CHECK_EQ(narrowcast(",\"limit\":{\"upToRemainingQuota\":true,"
                        "\"forbidPartialDelivery\":true}"),
             202);
    (void)snprintf(id, sizeof id, "%s", emulator_rig.request_id);
    emulator_rig_advance(NARROWCASTS_SENDING_MS);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(emulator_rig_text("phase"), "failed");
    CHECK_STR(emulator_rig_text("errorCode"), "5");
    CHECK(*emulator_rig_text("failedDescription") != '\0');
    CHECK_EQ(narrowcast(",\"limit\":{\"upToRemainingQuota\":true}"), 202);
    (void)snprintf(id, sizeof id, "%s", emulator_rig.request_id);
    emulator_rig_advance(NARROWCASTS_SENDING_MS);
    CHECK_EQ(progress(id), 200);
    CHECK_STR(emulator_rig_text("targetCount"), "2");
    CHECK_EQ(narrowcast(""), 429);
    emulator_rig_close();
}

/* --- messages and keys --- */

static void test_messages(void)
{
    open_with_friends(0);
    CHECK_EQ(emulator_rig_post(NARROWCAST, "{}"), 400);
    CHECK_STR(emulator_rig_text("details[0].property"), "messages");
    CHECK_EQ(emulator_rig_post(NARROWCAST, "{\"limit\":[]}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(narrowcast(""), 202);
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(narrowcast(""), 409);
    emulator_rig_check_message(409, "The retry key is already accepted");
    emulator_rig_close();
}

static void test_newest_are_known(void)
{
    struct narrowcasts *n;
    struct narrowcast one = {.people = 1};

    CHECK_EQ(narrowcasts_new(&n), OK);
    CHECK(!narrowcasts_find(n, SPAN("")));
    for (unsigned i = 0; i <= NARROWCASTS_MAX; i++) {
        (void)snprintf(one.request_id, sizeof one.request_id, "%u", i);
        narrowcasts_add(n, &one);
        if (i + 1 == NARROWCASTS_MAX)
            CHECK(narrowcasts_find(n, SPAN("0")) != NULL);
    }
    CHECK(!narrowcasts_find(n, SPAN("0")));
    CHECK(narrowcasts_find(n, SPAN("1")) != NULL);
    narrowcasts_free(n);
}

static void test_memory(void)
{
    for (unsigned long n = 1;; n++) {
        open_with_friends(0);
        mem_fail_at(n);
        unsigned status = narrowcast("");
        bool is_over = mem_sweep_is_over(n);
        CHECK(status == 202 || status == 500);
        if (status == 500)
            CHECK_EQ(progress(emulator_rig.request_id), 404);
        emulator_rig_close();
        if (is_over)
            break;
    }
}

CHECK_MAIN(TEST(test_phases), TEST(test_unknown_progress), TEST(test_nobody),
           TEST(test_recipients), TEST(test_operators), TEST(test_limit), TEST(test_quota),
           TEST(test_messages), TEST(test_newest_are_known), TEST(test_memory))
