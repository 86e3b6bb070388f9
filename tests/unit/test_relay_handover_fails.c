/* A whole relay that another process takes over, and does not in the end.
 * A thread-test: handshakes and the inbox run on workers. */
#include "link/link_handshake.h"
#include "relay-server/handover/handover_text.h"
#include "relay-server/inbox/inbox.h"
#include "relay-server/links/agent_wait.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/heir.h"
#include "unit/support/scratch_folder.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct heir heir;

/* --- the other one dies --- */

/* All as before: an inbox, ports, socket files, and requests that waited. */
static void check_goes_on(void)
{
    struct stat st;

    relay_rig_call(&heir.rig, 4, "mybot.relay.test", false);
    heir_send_webhook(&heir, 4);
    heir_check_status(&heir, 4, 200); /* kept: there is no agent */
    loopback_leave(heir_client(&heir, 4));
    CHECK_EQ(stat(heir.rig.options.control_socket, &st), 0);
    heir_ask(&heir);
    heir_die(&heir);
    CHECK_EQ(heir.handed_to, 0);
    CHECK(!heir.rig.closed);
}

static void test_dies_before_it_takes(void)
{
    heir_open_known(&heir);
    heir_join(&heir);
    heir_die(&heir);
    check_goes_on();
    heir_ask(&heir);
    heir_die(&heir);
    check_goes_on();
    heir_close(&heir);
}

static void test_dies_when_it_has_taken(void)
{
    heir_open_known(&heir);
    heir_call(&heir, 2);
    heir_call(&heir, 3);
    heir_take(&heir);
    heir_send_get(&heir, 2);
    heir_send_webhook(&heir, 3);
    heir_check_waits(&heir, 2);
    heir_check_waits(&heir, 3);
    heir_die(&heir);
    heir_check_status(&heir, 3, 200);
    heir_check_waits(&heir, 2); /* now for the agent */
    relay_rig_advance(&heir.rig, AGENT_WAIT_MS);
    public_client_check_problem(heir_client(&heir, 2), &problem_no_agent);
    check_goes_on();
    heir_close(&heir);
}

static void test_dies_while_we_release(void)
{
    heir_open_known(&heir);
    heir_call(&heir, 2);
    heir_ask(&heir);
    CHECK_EQ(send(heir.fd, "take\n", 5, MSG_NOSIGNAL), 5);
    heir_die(&heir);
    heir_send_webhook(&heir, 2);
    heir_check_status(&heir, 2, 200);
    check_goes_on();
    heir_close(&heir);
}

static void test_again_and_again(void)
{
    heir_open_known(&heir);
    for (int i = 0; i < 5; i++) {
        heir_take(&heir);
        heir_die(&heir);
        check_goes_on();
    }
    heir_take(&heir);
    heir_serve(&heir);
    relay_rig_advance(&heir.rig, 1000);
    relay_rig_wait_closed(&heir.rig);
    heir_close(&heir);
}

static void test_dies_after_it_served(void)
{
    heir_open(&heir);
    heir_call(&heir, 2);
    heir_call(&heir, 4);
    heir_take(&heir);
    heir_send_get(&heir, 2);
    heir_serve(&heir);
    heir_check_status(&heir, 2, 200);
    fake_agent_close(&heir.successor);
    while (!fake_agent_is_closed(&heir.successor))
        loop_turn(heir.rig.loop, true);
    heir_turn(&heir);
    heir_send_get(&heir, 4);
    CHECK(loopback_wait(heir_client(&heir, 4)));
    public_client_check_problem(heir_client(&heir, 4), &problem_shutdown);
    loopback_leave(heir_client(&heir, 2));
    loopback_leave(heir_client(&heir, 4));
    relay_rig_wait_closed(&heir.rig);
    heir_close(&heir);
}

/* --- who has the inbox --- */

/* A process that is dead has it for a moment still. */
static void test_the_lock_lives_a_little_longer(void)
{
    heir_open_known(&heir);
    heir_call(&heir, 2);
    heir_take(&heir);
    struct inbox *inbox = heir_open_inbox(&heir);
    heir_send_webhook(&heir, 2);
    heir_die(&heir);
    relay_rig_advance(&heir.rig, 1000);
    heir_check_waits(&heir, 2);
    heir_close_inbox(&heir, inbox);
    while (!public_client_look(heir_client(&heir, 2)))
        relay_rig_advance(&heir.rig, 100);
    heir_check_status(&heir, 2, 200);
    check_goes_on();
    heir_close(&heir);
}

/* It lives, though it says nothing any more: then it serves, and we do not. */
static void test_the_other_one_keeps_the_lock(void)
{
    heir_open_known(&heir);
    heir_call(&heir, 2);
    heir_take(&heir);
    struct inbox *inbox = heir_open_inbox(&heir);
    heir_send_get(&heir, 2);
    heir_die(&heir);
    relay_rig_advance(&heir.rig, 4000);
    CHECK(loopback_wait(heir_client(&heir, 2)));
    public_client_check_problem(heir_client(&heir, 2), &problem_shutdown);
    loopback_leave(heir_client(&heir, 2));
    relay_rig_wait_closed(&heir.rig);
    heir_close_inbox(&heir, inbox);
    heir_close(&heir);
}

/* The file is moved away; the relay finds something else in its place. */
static void spoil_inbox(char *aside, size_t size)
{
    (void)snprintf(aside, size, "%s.aside", heir.rig.options.inbox_file);
    CHECK_EQ(rename(heir.rig.options.inbox_file, aside), 0);
    CHECK_EQ(mkdir(heir.rig.options.inbox_file, 0700), 0);
}

static void mend_inbox(const char *aside)
{
    CHECK_EQ(rmdir(heir.rig.options.inbox_file), 0);
    CHECK_EQ(rename(aside, heir.rig.options.inbox_file), 0);
}

/* Nothing overtakes what is in there, and what agents wanted meanwhile holds. */
static void test_the_inbox_cannot_be_opened_for_a_while(void)
{
    struct fake_agent *agent = &heir.rig.agents[1];
    char aside[300];

    heir_open_known(&heir);
    heir_call(&heir, 2);
    heir_call(&heir, 4);
    heir_call(&heir, 6);
    heir_send_webhook(&heir, 2);
    heir_check_status(&heir, 2, 200);
    heir_take(&heir);
    spoil_inbox(aside, sizeof aside);
    heir_die(&heir);
    heir.rig.wishes = "hookline-offline: refuse\n";
    relay_rig_link(&heir.rig, 1, heir.rig.token, "mybot");
    heir_send_webhook(&heir, 4);
    CHECK(loopback_wait(heir_client(&heir, 4)));
    public_client_check_problem(heir_client(&heir, 4), &problem_not_kept);
    CHECK_EQ(agent->calls_len, 0);
    mend_inbox(aside);
    relay_rig_advance(&heir.rig, 1000);
    while (agent->calls_len == 0 || !agent->calls[0]->is_stored)
        loop_turn(heir.rig.loop, true);
    CHECK_STR(fake_call_field(agent->calls[0], "hookline-answered"), "200");
    fake_agent_close(agent);
    relay_rig_wait_unlinked(&heir.rig, 1);
    heir_send_webhook(&heir, 6);
    relay_rig_advance(&heir.rig, AGENT_WAIT_MS);
    CHECK(loopback_wait(heir_client(&heir, 6)));
    public_client_check_problem(heir_client(&heir, 6), &problem_no_agent);
    for (size_t i = 2; i <= 6; i += 2)
        loopback_leave(heir_client(&heir, i));
    heir_close(&heir);
}

static void test_second_relay_on_the_folder(void)
{
    struct relay_options second;
    struct relay *relay = NULL;
    char pid[64];

    heir_open(&heir);
    second = heir.rig.options;
    CHECK_EQ(relay_open(heir.rig.loop, &second, &relay), ERR_BUSY);
    CHECK(relay == NULL);
    (void)snprintf(pid, sizeof pid, "another relay (process %ld) runs on this folder",
                   (long)getpid());
    CHECK(strstr(second.detail, pid) && strstr(second.detail, "--takeover"));
    heir_turn(&heir);
    heir_close(&heir);
}

static void test_path_too_long(void)
{
    char name[150];

    relay_rig_prepare(&heir.rig);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    heir.rig.options.control_socket = scratch_folder_path(name);
    CHECK_EQ(relay_rig_start(&heir.rig), ERR_LIMIT);
    CHECK(strstr(heir.rig.options.detail, "choose a shorter --data") != NULL);
    relay_rig_close(&heir.rig);
}

CHECK_MAIN(TEST(test_dies_before_it_takes), TEST(test_dies_when_it_has_taken),
           TEST(test_dies_while_we_release), TEST(test_again_and_again),
           TEST(test_dies_after_it_served), TEST(test_the_lock_lives_a_little_longer),
           TEST(test_the_other_one_keeps_the_lock),
           TEST(test_the_inbox_cannot_be_opened_for_a_while),
           TEST(test_second_relay_on_the_folder), TEST(test_path_too_long))
