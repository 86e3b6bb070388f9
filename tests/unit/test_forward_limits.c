/* Slow clients: how many requests of strangers a link takes, and how long they may last. */
#include "relay-server/delivery/forward.h"

#include "base/log.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

static struct public_client *client(void)
{
    return front_rig_client(&rig, 0);
}

static struct fake_agent *agent(void)
{
    return &rig.agents[0];
}

static struct fake_call *call(size_t i)
{
    CHECK(i < agent()->calls_len);
    return agent()->calls[i];
}

static void set_up(bool is_h2)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    CHECK(front_rig_call(&rig, 0, is_h2));
}

static void ask_webhook(void)
{
    struct public_request request = front_rig_webhook("hello");

    front_rig_ask(&rig, 0, &request);
}

static void ask_plain(void)
{
    struct public_request request = front_rig_get("/page");

    front_rig_ask(&rig, 0, &request);
}

/* --- the link is busy --- */

/* Slow strangers. */
static void hold_plain(struct links_place *places, size_t count)
{
    struct tunnel *tunnel = tunnels_find(&rig.state.tunnels, SPAN("mybot"));

    for (size_t i = 0; i < count; i++)
        CHECK(links_take_place(tunnel->link, &places[i]));
}

static void leave_plain(struct links_place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        links_leave_place(&places[i]);
}

static void test_plain_requests_leave_room_for_webhooks(void)
{
    struct links_place places[LINKS_PLAIN_MAX] = {0};

    set_up(true);
    hold_plain(places, LINKS_PLAIN_MAX - 1);
    ask_plain(); /* the last place */
    front_rig_check_status(&rig, 0, 200);
    ask_plain(); /* which was given back */
    front_rig_check_status(&rig, 0, 200);
    hold_plain(places + LINKS_PLAIN_MAX - 1, 1);
    ask_plain();
    public_client_check_problem(client(), &problem_link_busy);
    CHECK_EQ(agent()->calls_len, 2);
    ask_webhook();
    front_rig_check_status(&rig, 0, 200);
    leave_plain(places, 1);
    ask_plain();
    front_rig_check_status(&rig, 0, 200);
    leave_plain(places, LINKS_PLAIN_MAX); /* the first was given back already */
    front_rig_close(&rig);
}

/* When the client is slow to go. */
static void test_a_place_outlives_its_link(void)
{
    struct links_place places[2] = {0};

    set_up(true);
    hold_plain(places, 2);
    leave_plain(places, 1);
    fake_agent_close(agent());
    front_rig_run(&rig);
    CHECK(places[1].link == NULL);
    leave_plain(places, 2);
    front_rig_close(&rig);
}

static void test_every_end_gives_the_place_back(void)
{
    struct links_place places[LINKS_PLAIN_MAX] = {0};

    set_up(true);
    agent()->status = 0;
    ask_plain();
    public_client_reset(client());
    front_rig_run(&rig);
    CHECK(call(0)->is_aborted);
    ask_plain();
    front_rig_advance(&rig, FORWARD_ANSWER_MS);
    public_client_check_problem(client(), &problem_no_answer);
    hold_plain(places, LINKS_PLAIN_MAX);
    leave_plain(places, LINKS_PLAIN_MAX);
    front_rig_close(&rig);
}

/* --- uploads --- */

static void begin_upload(void)
{
    struct public_request request = front_rig_get("/upload");

    request.method = "PUT";
    request.has_body = true;
    request.chunked = true;
    request.is_begun = true;
    agent()->status = 0;
    front_rig_ask(&rig, 0, &request);
}

/* Fast enough for the public port (512 bytes a second), but 100 s long. */
static void upload_for_100_seconds(void)
{
    static const uint8_t piece[4096];

    for (int i = 0; i < 50; i++) {
        CHECK(public_client_more(client(), piece, sizeof piece));
        front_rig_run(&rig);
        front_rig_advance(&rig, 2000);
    }
}

static void test_an_upload_may_last_longer_than_an_answer(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        begin_upload();
        upload_for_100_seconds();
        CHECK(!call(0)->is_aborted && !public_client_look(client()));
        CHECK(public_client_end(client()));
        front_rig_run(&rig);
        CHECK(call(0)->is_complete);
        CHECK_EQ(call(0)->body_len, 200 * 1024);
        CHECK(fake_call_answer(call(0), 200, "ok"));
        exchange_close(call(0)->x);
        front_rig_run(&rig);
        front_rig_check_status(&rig, 0, 200);
        front_rig_close(&rig);
    }
}

static void test_60_seconds_begin_with_the_last_piece(void)
{
    set_up(true);
    begin_upload();
    upload_for_100_seconds();
    CHECK(public_client_more(client(), "end", 3));
    front_rig_advance(&rig, 3000);
    CHECK(public_client_end(client())); /* the last piece, though nothing is in it */
    front_rig_run(&rig);
    CHECK(call(0)->is_complete);
    front_rig_advance(&rig, FORWARD_ANSWER_MS - 1);
    CHECK(!public_client_look(client()));
    front_rig_advance(&rig, 1);
    public_client_check_problem(client(), &problem_no_answer);
    front_rig_close(&rig);
}

/* Once the answer has begun there is nothing more to wait for. */
static void test_a_body_behind_the_answer_sets_no_deadline(void)
{
    set_up(true);
    agent()->stores = false;
    begin_upload();
    CHECK(fake_call_send_head(call(0), 200, false));
    front_rig_run(&rig);
    upload_for_100_seconds();
    CHECK(!call(0)->is_aborted && client()->answer.status == 200);
    CHECK(public_client_end(client()));
    front_rig_advance(&rig, 2 * FORWARD_ANSWER_MS);
    CHECK(!call(0)->is_aborted);
    CHECK_EQ(exchange_send_end(call(0)->x), OK);
    exchange_close(call(0)->x);
    front_rig_run(&rig);
    front_rig_check_status(&rig, 0, 200);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_plain_requests_leave_room_for_webhooks),
           TEST(test_a_place_outlives_its_link), TEST(test_every_end_gives_the_place_back),
           TEST(test_an_upload_may_last_longer_than_an_answer),
           TEST(test_60_seconds_begin_with_the_last_piece),
           TEST(test_a_body_behind_the_answer_sets_no_deadline))
