#include "unit/support/runner_rig.h"

#include "base/mem.h"
#include "net/pipe_stream.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"
#include "unit/support/test_pki.h"

#include <signal.h>

struct runner_rig runner_rig;

/* --- events --- */

static void on_status(void *owner, const struct agent_status *s)
{
    (void)s;
    CHECK(owner == &runner_rig);
}

static void on_exchange(void *owner, const struct summary *s)
{
    CHECK(owner == &runner_rig);
    runner_rig.exchanges++;
    runner_rig.webhook = s->webhook;
    runner_rig.status = s->status;
}

static void on_closed(void *owner)
{
    CHECK(owner == &runner_rig);
    CHECK_EQ(++runner_rig.closed, 1);
    runner_rig.runner = NULL;
}

static const struct agent_events events = {
    .on_status = on_status,
    .on_exchange = on_exchange,
    .on_closed = on_closed,
};

/* --- life --- */

void runner_rig_add(const char *arg)
{
    CHECK(runner_rig.args_len < RUNNER_RIG_ARGS - 1);
    runner_rig.args[runner_rig.args_len++] = arg;
}

void runner_rig_open(void)
{
    unsigned long fail_at = runner_rig.fail_at;
    struct paths *p = &runner_rig.paths;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    memset(&runner_rig, 0, sizeof runner_rig);
    runner_rig.fail_at = fail_at;
    (void)journal_rig_make_folder();
    (void)snprintf(p->state_folder, PATHS_MAX, "%s", scratch_folder_path("state"));
    (void)snprintf(p->runtime_folder, PATHS_MAX, "%s", scratch_folder_path("run"));
    runner_rig_add("--tunnel=mybot");
    runner_rig_add("--ca-file");
    runner_rig_add(test_pki_ca());
    runner_rig_add("--token-file");
    runner_rig_add(scratch_folder_write_text("token", "hkl_secret\n", 0600));
}

static void load_settings(struct runner_rig *r)
{
    static const char *const nothing[] = {NULL};
    struct settings_input input = {.table = client_settings,
                                   .table_len = client_settings_len,
                                   .command = CLIENT_UP,
                                   .args = r->args,
                                   .environment = nothing};
    enum err rc = settings_load(&r->settings, &input);

    if (rc != OK)
        (void)fprintf(stderr, "%s", settings_problems(&r->settings));
    CHECK_EQ(rc, OK);
}

enum err runner_rig_start(void)
{
    struct runner_rig *r = &runner_rig;

    r->closed = 0;
    r->live = mem_live();
    clock_fake_init(&r->clock, 1795894305000u);
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    load_settings(r);
    r->options = (struct runner_options){.settings = &r->settings,
                                         .paths = &r->paths,
                                         .link = true,
                                         .relay_host = "127.0.0.1",
                                         .relay_port = 1,
                                         .random = random_system()};
    mem_fail_at(r->fail_at);
    return runner_open(r->loop, &r->options, &events, r, &r->runner);
}

void runner_rig_stop(void)
{
    struct runner_rig *r = &runner_rig;

    if (r->runner)
        runner_shutdown(r->runner);
    while (r->runner)
        loop_turn(r->loop, true);
    loop_run(r->loop);
    settings_fini(&r->settings);
    loop_free(r->loop);
    CHECK_EQ(mem_live(), r->live);
}

void runner_rig_end(void)
{
    scratch_folder_remove();
}

/* --- requests --- */

void runner_rig_say(const char *text)
{
    struct runner_rig *r = &runner_rig;
    struct stream *ours, *theirs;
    int before = r->exchanges;

    CHECK_EQ(pipe_stream_pair(r->loop, 4096, &ours, &theirs), OK);
    CHECK_EQ(agent_serve(runner_agent(r->runner), theirs), OK);
    net_peer_sit(&r->client, r->loop, ours);
    net_peer_wait(&r->client, &r->client.opened, 1);
    net_peer_say(&r->client, text);
    while (r->exchanges == before)
        loop_turn(r->loop, true);
    net_peer_close(&r->client);
    net_peer_wait(&r->client, &r->client.closed, 1);
    net_peer_fini(&r->client);
}
