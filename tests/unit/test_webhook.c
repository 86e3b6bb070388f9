/* A webhook is read whole or not at all. */
#include "relay-server/delivery/webhook.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-server/delivery/room.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

#define PIECE ((size_t)64 * 1024)

static struct front_rig rig;
static uint8_t big[WEBHOOK_BODY_MAX + PIECE];

static struct public_client *client(void)
{
    return front_rig_client(&rig, 0);
}

static void set_up(bool is_h2)
{
    log_set_level(LOG_ERROR);
    front_rig_open_inbox(&rig, NULL);
    CHECK(front_rig_link(&rig, 0, "mybot", rig.token_id));
    CHECK(front_rig_call(&rig, 0, is_h2));
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)(i * 31 + i / 251);
}

/* The head says `len` (or is chunked), then so many bytes come. */
static bool send_big(size_t len, bool chunked)
{
    struct public_request request = front_rig_webhook("");

    request.body = span_of(big, len);
    request.chunked = chunked;
    request.is_begun = true;
    front_rig_ask(&rig, 0, &request);
    for (size_t at = 0; at < len; at += PIECE) {
        if (!public_client_more(client(), big + at, len - at < PIECE ? len - at : PIECE))
            return false;
        front_rig_run(&rig);
    }
    bool ended = public_client_end(client());
    front_rig_run(&rig);
    return ended;
}

/* --- sizes --- */

static void test_bodies_up_to_the_limit(void)
{
    static const size_t sizes[] = {0, 1, PIECE, WEBHOOK_BODY_MAX - 1, WEBHOOK_BODY_MAX};

    for (size_t i = 0; i < 3 * ARRAY_LEN(sizes); i++) {
        size_t len = sizes[i / 3];
        const struct fake_call *call;

        set_up(i % 3 == 2);
        CHECK(send_big(len, i % 3 == 1));
        front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(rig.agents[0].calls_len, 1);
        call = rig.agents[0].calls[0];
        CHECK_EQ(call->body_len, len);
        CHECK_MEM(call->body, big, len);
        CHECK(call->is_complete && call->is_stored);
        front_rig_close(&rig);
    }
}

/* A length that says so is refused before a byte of the body is taken. */
static void test_a_length_above_the_limit(void)
{
    static const char *const lengths[] = {"1048577", "9007199254740993"};

    for (size_t i = 0; i < 2 * ARRAY_LEN(lengths); i++) {
        struct public_request request = front_rig_webhook("");
        char fields[100];

        (void)snprintf(fields, sizeof fields, "x-line-signature: a\ncontent-length: %s\n",
                       lengths[i / 2]);
        request.fields = fields;
        request.has_body = i % 2;
        request.is_begun = true;
        set_up(i % 2);
        front_rig_ask(&rig, 0, &request);
        public_client_check_problem(client(), &problem_body_too_large);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        front_rig_close(&rig);
    }
}

static void test_one_byte_more_than_the_limit(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        (void)send_big(WEBHOOK_BODY_MAX + 1, true);
        public_client_check_problem(client(), &problem_body_too_large);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        front_rig_close(&rig);
    }
}

/* --- the bodies of all together --- */

/* A webhook whose body has not come yet: what it holds already. */
static size_t begin_and_measure(size_t announced)
{
    struct public_request request = front_rig_webhook("");

    request.body.len = announced;
    request.is_begun = true;
    front_rig_ask(&rig, 0, &request);
    return rig.state.webhook_bodies;
}

/* While others hold all but five bytes of the room that is left for the body. */
static void check_room(const char *body, bool fits)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        size_t held = begin_and_measure(strlen(body) + 1);
        size_t others = WEBHOOK_BODIES_MAX - 5 - held;
        CHECK(held > 0 && held < 16384);
        rig.state.webhook_bodies += others;
        CHECK(public_client_more(client(), body, strlen(body)));
        front_rig_run(&rig);
        rig.state.webhook_bodies -= others;
        if (fits) {
            CHECK(public_client_more(client(), "!", 1) && public_client_end(client()));
            front_rig_run(&rig);
            front_rig_check_status(&rig, 0, 200);
        } else {
            public_client_check_problem(client(), &problem_too_many_bodies);
            CHECK_EQ(rig.state.webhook_bodies, 0);
        }
        CHECK_EQ(rig.agents[0].calls_len, fits ? 1 : 0);
        front_rig_close(&rig);
    }
}

static void test_room_for_all_bodies(void)
{
    check_room("4444", true);
    check_room("55555", true);
    check_room("666666", false);
}

/* Heads hold memory too: without room for one there is no use in reading the body. */
static void test_room_for_the_head(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        rig.state.webhook_bodies = WEBHOOK_BODIES_MAX - 1000;
        (void)begin_and_measure(5);
        public_client_check_problem(client(), &problem_too_many_bodies);
        CHECK_EQ(rig.state.webhook_bodies, WEBHOOK_BODIES_MAX - 1000);
        rig.state.webhook_bodies = 0;
        front_rig_close(&rig);
    }
}

/* It is complete, but there is no room to keep what the agent will get. */
static void test_room_for_the_delivery(void)
{
    set_up(false);
    size_t held = begin_and_measure(5);
    rig.state.webhook_bodies += WEBHOOK_BODIES_MAX - held - 1000;
    CHECK(public_client_more(client(), "hello", 5));
    front_rig_run(&rig);
    public_client_check_problem(client(), &problem_too_many_bodies);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    CHECK_EQ(rig.state.webhook_bodies, WEBHOOK_BODIES_MAX - held - 1000);
    rig.state.webhook_bodies = 0;
    front_rig_close(&rig);
}

/* Each piece counts when it comes, and until it is on a disk. */
static void test_bodies_are_counted_as_they_come(void)
{
    struct public_request request = front_rig_webhook("");

    set_up(false);
    CHECK(front_rig_call(&rig, 1, true));
    size_t head = begin_and_measure(6);
    CHECK(public_client_more(client(), "hello", 5));
    front_rig_run(&rig);
    CHECK_EQ(rig.state.webhook_bodies, head + 5);
    request.is_begun = true;
    front_rig_ask(&rig, 1, &request);
    CHECK(rig.state.webhook_bodies > head + 5);
    public_client_close(front_rig_client(&rig, 1)); /* given up */
    front_rig_run(&rig);
    CHECK_EQ(rig.state.webhook_bodies, head + 5);
    rig.agents[0].stores = false;
    rig.agents[0].status = 0;
    CHECK(public_client_more(client(), "!", 1)); /* HTTP/1; on its way to the agent */
    front_rig_run(&rig);
    CHECK_EQ(rig.agents[0].calls_len, 1);
    CHECK(rig.state.webhook_bodies >= head);
    CHECK(fake_call_store(rig.agents[0].calls[0]));
    front_rig_run(&rig);
    CHECK_EQ(rig.state.webhook_bodies, 0);
    front_rig_close(&rig);
}

/* --- signatures --- */

static void check_fields(const char *fields, const struct problem *want)
{
    struct public_request request = front_rig_webhook("{}");

    request.fields = fields;
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        front_rig_ask(&rig, 0, &request);
        if (want)
            public_client_check_problem(client(), want);
        else
            front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(rig.agents[0].calls_len, want ? 0 : 1);
        front_rig_close(&rig);
    }
}

static void test_two_signatures(void)
{
    check_fields("x-line-signature: a\nx-line-signature: b\n", &problem_signature_twice);
    check_fields("x-line-signature: a\nx-other: 1\nX-Line-Signature: a\n",
                 &problem_signature_twice);
    check_fields("x-line-signature: a\nx-works-signature: b\n", NULL);
    check_fields("x-line-signature: a, b\n", NULL); /* one value, and not a valid one */
}

/* --- while it is read --- */

static void begin(const char *body, size_t announced)
{
    struct public_request request = front_rig_webhook(body);

    request.body.len = announced;
    request.is_begun = true;
    front_rig_ask(&rig, 0, &request);
}

static void test_nothing_reaches_the_agent_before_the_end(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        begin("", 5);
        CHECK(public_client_more(client(), "hell", 4));
        front_rig_run(&rig);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        CHECK(public_client_more(client(), "o", 1) && public_client_end(client()));
        front_rig_run(&rig);
        front_rig_check_status(&rig, 0, 200);
        CHECK_MEM(rig.agents[0].calls[0]->body, "hello", 5);
        front_rig_close(&rig);
    }
}

static void test_the_client_leaves_early(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        begin("", 5);
        CHECK(public_client_more(client(), "hell", 4));
        front_rig_run(&rig);
        public_client_close(client());
        front_rig_run(&rig);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        front_rig_close(&rig);
    }
}

/* The tunnel's link is the one at the end of the body, not at its beginning. */
static void test_the_link_changes_meanwhile(void)
{
    set_up(false);
    begin("", 5);
    CHECK(front_rig_link(&rig, 1, "mybot", rig.token_id));
    CHECK(public_client_more(client(), "hello", 5));
    front_rig_run(&rig);
    front_rig_check_status(&rig, 0, 200);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    CHECK_EQ(rig.agents[1].calls_len, 1);
    front_rig_close(&rig);
}

static void test_the_link_goes_meanwhile(void)
{
    set_up(true);
    tunnels_find(&rig.state.tunnels, SPAN("mybot"))->offline = LINK_OFFLINE_REFUSE;
    begin("", 5);
    fake_agent_close(&rig.agents[0]);
    front_rig_run(&rig);
    CHECK(public_client_more(client(), "hello", 5) && public_client_end(client()));
    front_rig_run(&rig);
    public_client_check_problem(client(), &problem_no_agent);
    front_rig_close(&rig);
}

static void test_a_body_that_does_not_come(void)
{
    set_up(false);
    begin("", 50000);
    front_rig_advance(&rig, 11000);
    front_rig_check_status(&rig, 0, 408);
    CHECK_EQ(rig.agents[0].calls_len, 0);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_bodies_up_to_the_limit), TEST(test_a_length_above_the_limit),
           TEST(test_one_byte_more_than_the_limit), TEST(test_room_for_all_bodies),
           TEST(test_room_for_the_head), TEST(test_room_for_the_delivery),
           TEST(test_bodies_are_counted_as_they_come), TEST(test_two_signatures),
           TEST(test_nothing_reaches_the_agent_before_the_end),
           TEST(test_the_client_leaves_early), TEST(test_the_link_changes_meanwhile),
           TEST(test_the_link_goes_meanwhile), TEST(test_a_body_that_does_not_come))
