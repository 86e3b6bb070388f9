#include "sim/support/sim_world.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "relay-server/delivery/backlog.h"
#include "sim/support/sim_schedule.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#define TICK_MS 500u

static const char *const names[SIM_AGENTS] = {"alpha", "beta", "gamma"};

size_t sim_world_draw(struct sim_world *w, size_t bound)
{
    return (size_t)random_below(&w->random.base, bound);
}

void sim_world_note(struct sim_world *w, const char *what, uint64_t a, uint64_t b)
{
    char line[128];

    (void)snprintf(line, sizeof line, "%s %" PRIu64 " %" PRIu64, what, a, b);
    for (const char *p = line; *p; p++)
        w->hash = (w->hash ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
    if (w->is_told)
        (void)fprintf(stderr, "  %s\n", line);
}

void sim_world_advance(struct sim_world *w, uint64_t ms)
{
    clock_fake_advance(&w->rig.clock, ms * 1000);
    deadline_run_due(w->rig.loop);
    rig_disk_tick(&w->rig.disk);
    for (size_t i = 0; i < SIM_AGENTS; i++)
        sim_agent_tick(&w->agents[i]);
}

struct sim_sent *sim_world_send(struct sim_world *w, struct sim_caller *c, size_t agent,
                                size_t len, bool is_webhook)
{
    struct sim_sent *s = sim_ledger_add(&w->ledger);
    char host[64];

    s->tunnel = agent;
    s->is_webhook = is_webhook;
    s->len = len;
    (void)snprintf(host, sizeof host, "%s." FRONT_RIG_DOMAIN, names[agent]);
    sim_caller_begin(c, s, host, sim_world_draw(w, 2));
    return s;
}

/* --- life --- */

void sim_world_open(struct sim_world *w, uint64_t seed, bool is_told)
{
    memset(w, 0, sizeof *w);
    log_set_level(is_told ? LOG_INFO : LOG_ERROR);
    w->live = mem_live();
    w->is_told = is_told;
    random_seeded_init(&w->random, seed);
    front_rig_open_inbox(&w->rig, NULL);
    w->rig.keeps_files = true;
    w->rig.disk.is_held = true; /* heard when the schedule says so */
    for (size_t i = 0; i < SIM_AGENTS; i++) {
        sim_agent_open(&w->agents[i], &w->rig, &w->ledger, &w->random.base, names[i]);
        w->agents[i].options.answer = (enum link_answer)sim_world_draw(w, 3);
        w->agents[i].options.offline = (enum link_offline)(sim_world_draw(w, 4) == 0);
        sim_agent_link(&w->agents[i], 16384);
    }
    for (size_t i = 0; i < SIM_CALLERS; i++)
        w->callers[i] = (struct sim_caller){.rig = &w->rig, .place = i};
}

/* --- the schedule --- */

static void poll_all(struct sim_world *w)
{
    for (size_t i = 0; i < SIM_CALLERS; i++)
        sim_caller_poll(&w->callers[i]);
    for (size_t i = 0; i < SIM_AGENTS; i++)
        if (w->agents[i].is_ending && sim_agent_has_ended(&w->agents[i]))
            sim_agent_start(&w->agents[i]);
}

/* In the loop, between two passes: so a step finds everything half-done. */
static void on_pass(struct defer_task *task)
{
    struct sim_world *w = CONTAINER_OF(task, struct sim_world, task);

    if (w->wait > 0) {
        w->wait--;
    } else if (w->sleep_ms > 0) {
        uint64_t ms = w->sleep_ms < TICK_MS ? w->sleep_ms : TICK_MS;

        w->sleep_ms -= ms;
        w->wait = 20;
        sim_world_advance(w, ms);
        poll_all(w);
    } else {
        poll_all(w);
        sim_schedule_step(w);
        w->steps_left--;
    }
    if (w->steps_left > 0)
        defer_post(w->rig.loop, task, on_pass);
}

void sim_world_run(struct sim_world *w, unsigned steps)
{
    w->steps_left = steps;
    defer_post(w->rig.loop, &w->task, on_pass);
    while (w->steps_left > 0)
        loop_turn(w->rig.loop, false);
}

/* --- the end --- */

static bool is_quiet(struct sim_world *w)
{
    for (size_t i = 0; i < SIM_CALLERS; i++)
        if (w->callers[i].sent)
            return false;
    for (size_t i = 0; i < SIM_AGENTS; i++)
        if (!list_is_empty(&w->agents[i].context.deliveries) ||
            !sim_agent_current(&w->agents[i]))
            return false;
    return inbox_counts_all(w->rig.disk.inbox).kept == 0;
}

/* Its owner has looked at what was set aside, and wants it tried again. */
static void on_aside(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                     size_t len)
{
    struct sim_world *w = CONTAINER_OF(f, struct sim_world, fetch);

    CHECK_EQ(rc, OK);
    for (size_t i = 0; i < len; i++) {
        struct sim_sent *s = sim_ledger_find(&w->ledger, &records[i].head);

        sim_world_note(w, "restored", s->number, 0);
        s->was_aside = true;
        CHECK_EQ(inbox_restore(w->rig.disk.inbox, records[i].delivery.seq), OK);
    }
    backlog_kick_all(&w->rig.state);
}

static void restore_all(struct sim_world *w)
{
    w->fetch = (struct inbox_fetch){
        .records_max = 256, .bytes_max = 64 << 20, .aside = true, .fetched = on_aside};
    if (inbox_counts_all(w->rig.disk.inbox).aside > 0)
        CHECK_EQ(inbox_fetch(w->rig.disk.inbox, &w->fetch), OK);
    front_rig_run(&w->rig);
}

static void help_agent(struct sim_world *w, size_t i)
{
    struct sim_agent *a = &w->agents[i];

    if (!sim_agent_runs(a))
        return;
    sim_agent_catch_up(a);
    sim_bot_set_mood(a->bot, SIM_MOOD_GOOD);
    while (sim_bot_answer_one(a->bot))
        sim_world_note(w, "late answer", i, 0);
    if (!sim_agent_current(a))
        sim_agent_link(a, 16384);
}

void sim_world_heal(struct sim_world *w)
{
    unsigned seconds = 0;

    w->rig.disk.is_held = false;
    do {
        CHECK(seconds++ < 200); /* or something waits for ever */
        restore_all(w);
        poll_all(w);
        for (size_t i = 0; i < SIM_AGENTS; i++) {
            sim_agent_heal(&w->agents[i]);
            help_agent(w, i);
        }
        for (size_t i = 0; i < SIM_CALLERS; i++)
            sim_caller_set_reading(&w->callers[i], true);
        for (size_t i = 0; i < SIM_CALLERS; i++)
            while (w->callers[i].is_sending && w->callers[i].sent)
                sim_caller_go_on(&w->callers[i], 65536);
        front_rig_run(&w->rig);
        sim_world_advance(w, 1000);
        front_rig_run(&w->rig);
    } while (!is_quiet(w));
    sim_world_note(w, "quiet after seconds", seconds, 0);
}

void sim_world_end(struct sim_world *w)
{
    for (size_t i = 0; i < SIM_AGENTS; i++)
        if (sim_agent_runs(&w->agents[i]))
            sim_agent_begin_end(&w->agents[i]);
    front_rig_run(&w->rig);
    for (size_t i = 0; i < SIM_AGENTS; i++)
        CHECK(sim_agent_has_ended(&w->agents[i]));
    front_rig_end(&w->rig);
    for (size_t i = 0; i < SIM_AGENTS; i++)
        sim_agent_free(&w->agents[i]);
    front_rig_close(&w->rig);
    CHECK_EQ(mem_live(), w->live);
}

void sim_world_close(struct sim_world *w)
{
    (void)w;
    scratch_folder_remove();
}
