/* What an agent wants is taken from its hello, holds while it is away, and is remembered. */
#include "relay-server/links/link_gate.h"

#include "base/log.h"
#include "unit/check.h"
#include "unit/support/gate_rig.h"
#include "unit/support/scratch_folder.h"

static struct front_rig rig;
static const char *token;

static void set_up(const struct inbox_options *options)
{
    log_set_level(LOG_ERROR);
    front_rig_open_inbox(&rig, options);
    token = rig.tokens.texts[0];
}

static void link_with(size_t i, const char *wishes)
{
    char fields[600];

    (void)snprintf(fields, sizeof fields, "%s%s", gate_rig_hello(token, "mybot"), wishes);
    gate_rig_ask(&rig, i, fields);
    gate_rig_become_agent(&rig, i);
}

static void check_wishes(enum link_answer answer, enum link_offline offline)
{
    const struct tunnel *tunnel = tunnels_find(&rig.state.tunnels, SPAN("mybot"));

    CHECK_EQ(tunnel->answer, answer);
    CHECK_EQ(tunnel->offline, offline);
}

static void test_the_last_link_decides(void)
{
    set_up(NULL);
    link_with(0, "");
    check_wishes(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    link_with(1, "hookline-answer: bot\nhookline-offline: refuse\n");
    check_wishes(LINK_ANSWER_BOT, LINK_OFFLINE_REFUSE);
    fake_agent_close(&rig.agents[1]);
    front_rig_run(&rig);
    check_wishes(LINK_ANSWER_BOT, LINK_OFFLINE_REFUSE);
    link_with(2, "hookline-answer: now\n");
    check_wishes(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    front_rig_close(&rig);
}

static void test_an_unknown_word_changes_nothing(void)
{
    char fields[600];

    set_up(NULL);
    link_with(0, "hookline-answer: now\n");
    (void)snprintf(fields, sizeof fields, "%shookline-answer: never\n",
                   gate_rig_hello(token, "mybot"));
    gate_rig_ask(&rig, 1, fields);
    gate_rig_check_refused(&rig, 1, LINK_REFUSE_MALFORMED);
    check_wishes(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    front_rig_close(&rig);
}

static void test_the_welcome_says_how_many_wait(void)
{
    struct public_request request = front_rig_webhook("hello");

    set_up(NULL);
    (void)front_rig_tunnel(&rig, "mybot", LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    CHECK(front_rig_call(&rig, 1, true));
    for (int i = 0; i < 3; i++)
        front_rig_ask(&rig, 1, &request);
    gate_rig_ask_link(&rig, 0, token, "mybot");
    CHECK(public_client_look(front_rig_client(&rig, 0)));
    CHECK_STR(public_client_field(front_rig_client(&rig, 0), "hookline-kept"), "3");
    gate_rig_become_agent(&rig, 0);
    CHECK_EQ(rig.agents[0].calls_len, 3);
    gate_rig_ask_link(&rig, 2, token, "mybot");
    CHECK(public_client_look(front_rig_client(&rig, 2)));
    CHECK(!public_client_field(front_rig_client(&rig, 2), "hookline-kept"));
    front_rig_close(&rig);
}

static size_t told;

static void on_tunnel(void *owner, const struct inbox_tunnel *t)
{
    CHECK(owner == &told);
    told++;
    CHECK_STR(t->name, "mybot");
    CHECK_STR(t->token_id, rig.token_id);
    CHECK_EQ(t->answer, LINK_ANSWER_NOW);
    CHECK_EQ(t->offline, LINK_OFFLINE_REFUSE);
    CHECK_EQ(t->linked_ms, clock_wall_ms(&rig.clock.base));
}

static void test_it_is_remembered(void)
{
    char path[300];
    struct inbox_options options = {.path = path};

    set_up(NULL);
    rig_disk_close(&rig.disk);
    (void)snprintf(path, sizeof path, "%s", scratch_folder_path("inbox.db"));
    rig_disk_open(&rig.disk, &rig.clock.base, &options);
    rig.state.inbox = rig.disk.inbox;
    link_with(0, "hookline-answer: now\nhookline-offline: refuse\n");
    rig_disk_close(&rig.disk);
    rig_disk_open(&rig.disk, &rig.clock.base, &options);
    rig.state.inbox = rig.disk.inbox;
    inbox_each_tunnel(rig.disk.inbox, on_tunnel, &told);
    CHECK_EQ(told, 1);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_the_last_link_decides), TEST(test_an_unknown_word_changes_nothing),
           TEST(test_the_welcome_says_how_many_wait), TEST(test_it_is_remembered))
