/* Slow clients: how many requests of strangers a link takes, and how long they may last. */
#include "relay-server/forward.h"

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

CHECK_MAIN(TEST(test_plain_requests_leave_room_for_webhooks),
           TEST(test_a_place_outlives_its_link), TEST(test_every_end_gives_the_place_back))
