/* The agents' door: names that are taken, links and attempts that are too many, and memory
 * that is out. */
#include "base/log.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/gate_rig.h"

static struct front_rig rig;

static void set_up(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open_gate(&rig);
}

static void test_too_many_attempts(void)
{
    set_up();
    const char *good = token_store_add(&rig.tokens, "mybot");
    for (size_t i = 0; i < ATTEMPTS_FREE; i++) {
        gate_rig_ask_link(&rig, 0, "hkl_wrong", "mybot");
        gate_rig_check_refused(&rig, 0, LINK_REFUSE_TOKEN);
    }
    gate_rig_ask_link(&rig, 0, "hkl_wrong", "mybot");
    gate_rig_check_refused(&rig, 0, LINK_REFUSE_TOO_MANY);
    gate_rig_ask_link(&rig, 0, good, "mybot"); /* nobody is heard from there */
    gate_rig_check_refused(&rig, 0, LINK_REFUSE_TOO_MANY);
    front_rig_advance(&rig, ATTEMPTS_PENALTY_MS);
    gate_rig_link(&rig, 0, good, "mybot");
    CHECK_EQ(links_len(&rig.state.links), 1);
    CHECK_EQ(attempts_len(rig.state.attempts), 0);
    front_rig_close(&rig);
}

/* --- 403, 409, 429, 503 --- */

static void test_not_its_tunnel(void)
{
    set_up();
    const char *one = token_store_add(&rig.tokens, "mybot");
    const char *many = token_store_add(&rig.tokens, "bot-*");
    gate_rig_ask_link(&rig, 0, one, "mybot2");
    gate_rig_check_refused(&rig, 0, LINK_REFUSE_TUNNEL);
    gate_rig_ask_link(&rig, 1, many, "mybot");
    gate_rig_check_refused(&rig, 1, LINK_REFUSE_TUNNEL);
    gate_rig_link(&rig, 2, many, "bot-1");
    CHECK_EQ(rig.state.tunnels.len, 1); /* refusals leave no name behind */
    front_rig_close(&rig);
}

static void test_name_in_use(void)
{
    set_up();
    const char *mine = token_store_add(&rig.tokens, "mybot");
    const char *yours = token_store_add(&rig.tokens, "mybot");
    gate_rig_link(&rig, 0, mine, "mybot");
    gate_rig_ask_link(&rig, 1, yours, "mybot");
    gate_rig_check_refused(&rig, 1, LINK_REFUSE_NAME_IN_USE);
    CHECK(!fake_agent_is_closed(&rig.agents[0]) && rig.agents[0].goaways == 0);

    token_store_at(&rig.tokens, 0)->revoked_ms = FRONT_RIG_NOW_MS;
    token_store_save(&rig.tokens);
    gate_rig_link(&rig, 1, yours, "mybot"); /* the dead cannot hold a name */
    CHECK(rig.agents[0].goaways > 0);

    fake_agent_close(&rig.agents[1]);
    front_rig_run(&rig);
    const char *third = token_store_add(&rig.tokens, "mybot");
    gate_rig_link(&rig, 2, third, "mybot"); /* nor can those who left */
    front_rig_close(&rig);
}

static void test_four_links_per_token(void)
{
    static const char *const names[] = {"bot-1", "bot-2", "bot-3", "bot-4", "bot-5"};

    set_up();
    const char *token = token_store_add(&rig.tokens, "bot-*");
    const char *other = token_store_add(&rig.tokens, "bot-*");
    for (size_t i = 0; i < LINK_GATE_LINKS_PER_TOKEN; i++)
        gate_rig_link(&rig, i, token, names[i]);
    gate_rig_ask_link(&rig, 4, token, names[4]);
    gate_rig_check_refused(&rig, 4, LINK_REFUSE_TOO_MANY);
    CHECK_EQ(rig.state.tunnels.len, LINK_GATE_LINKS_PER_TOKEN); /* no name is left behind */
    gate_rig_link(&rig, 5, token, names[0]);                    /* takes its own place */
    gate_rig_link(&rig, 6, other, names[4]);                    /* somebody else's count */
    fake_agent_close(&rig.agents[6]);
    fake_agent_close(&rig.agents[1]);
    front_rig_run(&rig);
    gate_rig_link(&rig, 7, token, names[4]);
    front_rig_close(&rig);
}

static struct exchange *held[LINK_GATE_LINKS_MAX];

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)why;
    (void)detail;
    exchange_let_go(*(struct exchange **)owner);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    (void)end;
    CHECK_EQ(head->status, LINK_STATUS_STORED);
}

static const struct exchange_events held_events = {.on_head = on_head, .on_abort = on_abort};

/* So that the i-th agent's link has something to finish. */
static void hold_a_stream(size_t i)
{
    struct tunnel *tunnel = tunnels_find(&rig.state.tunnels, SPAN("mybot"));
    struct http_head head;

    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.test");
    rig.agents[i].status = 0;
    CHECK_EQ(links_request(tunnel->link, &head, true, &held_events, &held[i], &held[i]), OK);
    front_rig_run(&rig);
}

/* Those that were taken over and still finish count too, with more patience. */
static void test_links_that_finish_are_limited(void)
{
    set_up();
    const char *token = token_store_add(&rig.tokens, "mybot");
    for (size_t i = 0; i < LINK_GATE_LINKS_MAX; i++) {
        gate_rig_link(&rig, i, token, "mybot");
        hold_a_stream(i);
    }
    CHECK_EQ(links_len(&rig.state.links), LINK_GATE_LINKS_MAX);
    gate_rig_ask_link(&rig, LINK_GATE_LINKS_MAX, token, "mybot");
    gate_rig_check_refused(&rig, LINK_GATE_LINKS_MAX, LINK_REFUSE_TOO_MANY);
    front_rig_advance(&rig, 31000); /* no takeover lasts longer */
    CHECK_EQ(links_len(&rig.state.links), 1);
    gate_rig_link(&rig, LINK_GATE_LINKS_MAX, token, "mybot");
    front_rig_close(&rig);
}

static void test_shutting_down(void)
{
    set_up();
    const char *token = token_store_add(&rig.tokens, "mybot");
    links_shutdown(&rig.state.links);
    gate_rig_ask_link(&rig, 0, token, "mybot");
    gate_rig_check_refused(&rig, 0, LINK_REFUSE_SHUTDOWN);
    front_rig_close(&rig);
}

/* --- memory --- */

/* Welcomed: then there is a link, or the stream has ended.  Refused: then there is none. */
static bool link_while_failing(unsigned long n)
{
    struct public_request request = front_rig_get(LINK_PATH);
    bool linked = false;

    front_rig_open_gate(&rig);
    request.authority = FRONT_RIG_DOMAIN;
    request.fields = gate_rig_hello(token_store_add(&rig.tokens, "mybot"), "mybot");
    CHECK(front_rig_call(&rig, 0, false));
    mem_fail_at(n);
    (void)public_client_send(front_rig_client(&rig, 0), &request);
    front_rig_run(&rig);
    mem_fail_at(0);
    bool heard = public_client_look(front_rig_client(&rig, 0));
    if (heard && rig.callers[0].client.answer.status == 101) {
        linked = links_len(&rig.state.links) == 1;
        CHECK(linked || rig.callers[0].client.peer.ended);
    } else {
        CHECK(!heard || rig.callers[0].client.answer.status >= 400);
        CHECK_EQ(links_len(&rig.state.links), 0);
    }
    front_rig_advance(&rig, 1);
    front_rig_close(&rig);
    return linked;
}

static void test_allocations_fail(void)
{
    unsigned long n = 1, good = 0;

    for (; good < 20; n++)
        good = link_while_failing(n) ? good + 1 : 0;
    CHECK(n > 30);
    (void)fprintf(stderr, "  %lu allocations\n", n - good);
}

CHECK_MAIN(TEST(test_too_many_attempts), TEST(test_not_its_tunnel), TEST(test_name_in_use),
           TEST(test_four_links_per_token), TEST(test_links_that_finish_are_limited),
           TEST(test_shutting_down), TEST(test_allocations_fail))
