#include "relay-client/lineapi/given_events.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"

#define ALICE "U00000000000000000000000000000001"
#define BOB   "U00000000000000000000000000000002"
#define GROUP "C00000000000000000000000000000003"

static struct given_events *new_events(void)
{
    struct given_events *g = NULL;

    CHECK_EQ(given_events_new(&g), OK);
    return g;
}

static struct line_event event(const char *token, const char *chat, const char *user,
                               const char *message)
{
    return (struct line_event){
        .type = "message",
        .mode = "active",
        .timestamp_ms = 1234,
        .source_type = *chat == 'C' ? "group" : "user",
        .source_id = chat,
        .user_id = user,
        .webhook_event_id = "",
        .reply_token = token,
        .message_id = message,
        .message_type = "text",
        .text = "",
    };
}

static void give(struct given_events *g, const struct given_webhook *w, struct line_event *e,
                 size_t len)
{
    struct line_batch batch = {.events = e, .events_len = len, .events_total = len};

    given_events_add(g, w, &batch);
}

static void give_one(struct given_events *g, uint64_t exchange, struct line_event e)
{
    const struct given_webhook w = {.exchange = exchange, .received_ms = exchange * 1000};

    give(g, &w, &e, 1);
}

static uint64_t exchange_of(const struct given_event *e)
{
    return e ? e->exchange : 0;
}

static void test_fields(void)
{
    struct given_events *g = new_events();
    struct line_event events[2] = {event("t1", ALICE, ALICE, "m1"),
                                   event("t2", GROUP, BOB, "m2")};
    const struct given_webhook w = {
        .exchange = 7, .origin = GIVEN_BY_REPLAY, .received_ms = 5000, .bot_ms = 5200};

    events[1].is_redelivery = true;
    give(g, &w, events, 2);
    struct given_event *e = given_events_by_token(g, SPAN("t2"));
    CHECK(e != NULL);
    CHECK_EQ(e->exchange, 7);
    CHECK_EQ(e->index, 1);
    CHECK_EQ(e->origin, GIVEN_BY_REPLAY);
    CHECK_EQ(e->given_ms, 5000);
    CHECK_EQ(e->bot_ms, 5200);
    CHECK_EQ(e->event_ms, 1234);
    CHECK(e->is_redelivery);
    CHECK_STR(e->type, "message");
    CHECK_STR(e->message_type, "text");
    CHECK_STR(e->chat_type, "group");
    CHECK_STR(e->chat, GROUP);
    CHECK_STR(e->user, BOB);
    CHECK_STR(e->message, "m2");
    CHECK_STR(e->reply_token, "t2");
    CHECK_EQ(e->used_ms, 0);
    given_events_free(g);
}

static void test_by_each(void)
{
    struct given_events *g = new_events();

    give_one(g, 1, event("t1", ALICE, ALICE, "m1"));
    give_one(g, 2, event("t2", GROUP, BOB, "m2"));
    CHECK_EQ(exchange_of(given_events_by_token(g, SPAN("t1"))), 1);
    CHECK_EQ(exchange_of(given_events_by_message(g, SPAN("m2"))), 2);
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(GROUP), 0)), 2);
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(BOB), 0)), 2);
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(ALICE), 0)), 1);
    CHECK(!given_events_by_token(g, SPAN("m1")));
    CHECK(!given_events_by_token(g, SPAN("T1")));
    CHECK(!given_events_by_message(g, SPAN("t1")));
    CHECK(!given_events_by_chat(g, SPAN("t1"), 0));
    given_events_free(g);
}

static void test_nothing(void)
{
    struct given_events *g = new_events();

    CHECK(!given_events_by_token(g, SPAN("t1")));
    give_one(g, 1, event("", "", "", ""));
    CHECK(!given_events_by_token(g, SPAN("")));
    CHECK(!given_events_by_message(g, SPAN("")));
    CHECK(!given_events_by_chat(g, SPAN(""), 0));
    give(g, &(struct given_webhook){.exchange = 2}, NULL, 0);
    given_events_free(g);
}

/* A replay: the same token, by another hand. */
static void test_again_is_newer(void)
{
    struct given_events *g = new_events();
    const struct given_webhook replay = {
        .exchange = 2, .origin = GIVEN_BY_REPLAY, .received_ms = 9000};
    struct line_event e = event("t1", ALICE, ALICE, "m1");

    give_one(g, 1, e);
    given_events_by_token(g, SPAN("t1"))->used_ms = 1100;
    give(g, &replay, &e, 1);
    CHECK_EQ(given_events_by_token(g, SPAN("t1"))->origin, GIVEN_BY_REPLAY);
    CHECK_EQ(given_events_by_token(g, SPAN("t1"))->used_ms, 0);
    CHECK_EQ(exchange_of(given_events_by_message(g, SPAN("m1"))), 2);
    given_events_free(g);
}

static void test_since(void)
{
    struct given_events *g = new_events();
    const struct given_webhook late = {.exchange = 9, .received_ms = 1000, .bot_ms = 70000};
    struct line_event e = event("t", BOB, BOB, "m");

    give_one(g, 5, event("t1", ALICE, ALICE, "m1")); /* at 5000 */
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(ALICE), 4999)), 5);
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(ALICE), 5000)), 5);
    CHECK(!given_events_by_chat(g, SPAN(ALICE), 5001));
    give(g, &late, &e, 1); /* it had waited in the inbox */
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(BOB), 70000)), 9);
    given_events_free(g);
}

/* Of the chat and of the user the later one. */
static void test_chat_or_user(void)
{
    struct given_events *g = new_events();

    give_one(g, 1, event("t1", ALICE, ALICE, "m1"));
    give_one(g, 2, event("t2", GROUP, ALICE, "m2"));
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(ALICE), 0)), 2);
    give_one(g, 3, event("t3", ALICE, "", "m3"));
    CHECK_EQ(exchange_of(given_events_by_chat(g, SPAN(ALICE), 0)), 3);
    given_events_free(g);
}

static void test_limit(void)
{
    struct given_events *g = new_events();
    char token[24], message[24];

    for (uint64_t i = 1; i <= GIVEN_EVENTS_MAX + 1; i++) {
        snprintf(token, sizeof token, "token%" PRIu64, i);
        snprintf(message, sizeof message, "m%" PRIu64, i % 3);
        give_one(g, i, event(token, i % 2 ? ALICE : BOB, BOB, message));
    }
    CHECK(!given_events_by_token(g, SPAN("token1")));
    for (uint64_t i = 2; i <= GIVEN_EVENTS_MAX + 1; i++) {
        snprintf(token, sizeof token, "token%" PRIu64, i);
        CHECK_EQ(exchange_of(given_events_by_token(g, span_text(token))), i);
    }
    CHECK_EQ(exchange_of(given_events_by_message(g, SPAN("m0"))),
             (GIVEN_EVENTS_MAX + 1) / 3 * 3);
    given_events_free(g);
}

/* Two rounds through the ring: chains end where they were overwritten. */
static void test_forgotten(void)
{
    struct given_events *g = new_events();

    give_one(g, 1, event("old", ALICE, ALICE, "old"));
    for (uint64_t i = 0; i < 2u * GIVEN_EVENTS_MAX; i++)
        give_one(g, 2, event("new", BOB, BOB, "new"));
    CHECK(!given_events_by_token(g, SPAN("old")));
    CHECK(!given_events_by_chat(g, SPAN(ALICE), 0));
    CHECK(!given_events_by_message(g, SPAN("old")));
    CHECK_EQ(exchange_of(given_events_by_token(g, SPAN("new"))), 2);
    given_events_free(g);
}

/* Sizes have room for a NUL. */
static void test_long_ones(void)
{
    struct given_events *g = new_events();
    char token[GIVEN_TOKEN_SIZE + 1], id[GIVEN_ID_SIZE + 1];

    memset(token, 't', sizeof token);
    memset(id, 'i', sizeof id);
    token[GIVEN_TOKEN_SIZE - 1] = id[GIVEN_ID_SIZE - 1] = '\0';
    give_one(g, 1, event(token, id, id, id));
    CHECK_EQ(exchange_of(given_events_by_token(g, span_text(token))), 1);
    CHECK_EQ(exchange_of(given_events_by_chat(g, span_text(id), 0)), 1);
    token[GIVEN_TOKEN_SIZE - 1] = 't', token[GIVEN_TOKEN_SIZE] = '\0';
    id[GIVEN_ID_SIZE - 1] = 'i', id[GIVEN_ID_SIZE] = '\0';
    give_one(g, 2, event(token, id, id, id));
    CHECK(!given_events_by_token(g, span_text(token)));
    CHECK(!given_events_by_chat(g, span_text(id), 0));
    CHECK(!given_events_by_message(g, span_text(id)));
    CHECK_EQ(exchange_of(given_events_by_token(g, span_of(token, GIVEN_TOKEN_SIZE - 1))), 1);
    given_events_free(g);
}

/* What has no chat at all (a failed accountLink), or texts that are NULL. */
static void test_missing_texts(void)
{
    struct given_events *g = new_events();

    give_one(g, 1, (struct line_event){.type = "accountLink"});
    give_one(g, 2, event("t2", ALICE, ALICE, ""));
    CHECK_EQ(exchange_of(given_events_by_token(g, SPAN("t2"))), 2);
    given_events_free(g);
}

static void test_memory(void)
{
    struct given_events *g = NULL;

    mem_fail_at(1);
    CHECK_EQ(given_events_new(&g), ERR_NOMEM);
    mem_fail_at(0);
    CHECK(!g);
    given_events_free(NULL);
}

CHECK_MAIN(TEST(test_fields), TEST(test_by_each), TEST(test_nothing), TEST(test_again_is_newer),
           TEST(test_since), TEST(test_chat_or_user), TEST(test_limit), TEST(test_forgotten),
           TEST(test_long_ones), TEST(test_missing_texts), TEST(test_memory))
