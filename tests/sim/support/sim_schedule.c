#include "sim/support/sim_schedule.h"

#include "base/container.h"
#include "relay-server/delivery/webhook.h"

static struct sim_agent *any_agent(struct sim_world *w)
{
    return &w->agents[sim_world_draw(w, SIM_AGENTS)];
}

static struct sim_caller *any_caller(struct sim_world *w)
{
    return &w->callers[sim_world_draw(w, SIM_CALLERS)];
}

static size_t number_of(const struct sim_world *w, const struct sim_agent *a)
{
    return (size_t)(a - w->agents);
}

/* --- the public side --- */

static size_t draw_len(struct sim_world *w)
{
    size_t kind = sim_world_draw(w, 100);

    if (kind < 3)
        return 0;
    if (kind < 70)
        return 1 + sim_world_draw(w, 2000);
    if (kind < 95)
        return 1 + sim_world_draw(w, 40000);
    if (kind < 99)
        return 1 + sim_world_draw(w, 200000);
    return WEBHOOK_BODY_MAX - sim_world_draw(w, 2);
}

static void send(struct sim_world *w)
{
    static const size_t chunks[] = {64, 300, 1500, 16384};
    struct sim_caller *c = any_caller(w);

    if (sim_caller_is_away(c)) {
        sim_caller_connect(c, chunks[sim_world_draw(w, ARRAY_LEN(chunks))],
                           sim_world_draw(w, 2));
    } else if (sim_caller_is_idle(c)) {
        size_t agent = sim_world_draw(w, SIM_AGENTS);
        bool is_webhook = sim_world_draw(w, 8) > 0;
        struct sim_sent *s = sim_world_send(w, c, agent, draw_len(w), is_webhook);

        sim_world_note(w, is_webhook ? "webhook" : "plain", s->number, s->len);
    }
}

static void go_on(struct sim_world *w)
{
    for (size_t i = 0; i < SIM_CALLERS; i++) {
        struct sim_caller *c = &w->callers[i];

        if (c->sent && c->is_sending && sim_world_draw(w, 3) > 0)
            sim_caller_go_on(c, 1 + sim_world_draw(w, c->sent->len + 1));
    }
}

static void leave(struct sim_world *w)
{
    struct sim_caller *c = any_caller(w);

    if (!c->sent)
        return;
    sim_world_note(w, "client leaves", c->sent->number, 0);
    sim_caller_leave(c, sim_world_draw(w, 2));
}

static void dawdle(struct sim_world *w)
{
    struct sim_caller *c = any_caller(w);

    sim_world_note(w, "client reads or not", c->place, c->sent ? c->sent->number : 0);
    sim_caller_set_reading(c, sim_world_draw(w, 2));
}

/* --- agents and bots --- */

static void catch_up(struct sim_world *w)
{
    sim_agent_catch_up(any_agent(w));
}

/* The relay's disk. */
static void write_inbox(struct sim_world *w)
{
    w->rig.disk.is_held = false;
    (void)rig_disk_settle(&w->rig.disk);
    w->rig.disk.is_held = true;
}

static void answer(struct sim_world *w)
{
    struct sim_agent *a = any_agent(w);

    if (sim_agent_runs(a) && sim_bot_answer_one(a->bot))
        sim_world_note(w, "late answer", number_of(w, a), 0);
}

static void change_mood(struct sim_world *w)
{
    struct sim_agent *a = any_agent(w);
    size_t draw = sim_world_draw(w, 8);
    enum sim_mood mood = draw < SIM_MOODS ? (enum sim_mood)draw : SIM_MOOD_GOOD;

    if (!sim_agent_runs(a))
        return;
    sim_world_note(w, "mood", number_of(w, a), mood);
    sim_bot_set_mood(a->bot, mood);
}

static void restart(struct sim_world *w)
{
    struct sim_agent *a = any_agent(w);

    if (!sim_agent_runs(a))
        return;
    sim_world_note(w, "agent restarts", number_of(w, a), 0);
    sim_agent_begin_end(a);
}

/* --- links --- */

static void relink(struct sim_world *w)
{
    static const size_t chunks[] = {32, 200, 1500, 16384};
    struct sim_agent *a = any_agent(w);
    size_t chunk = chunks[sim_world_draw(w, ARRAY_LEN(chunks))];
    bool takes_over = sim_world_draw(w, 5) == 0;

    if (!sim_agent_runs(a) || sim_agent_live_links(a) > 4 ||
        (sim_agent_current(a) && !takes_over))
        return;
    sim_world_note(w, "link", number_of(w, a), chunk);
    if (sim_world_draw(w, 4) == 0)
        a->options.answer = (enum link_answer)sim_world_draw(w, 3);
    sim_agent_link(a, chunk);
}

/* Any link that is alive, the newest most likely. */
static struct sim_link *any_link(struct sim_world *w)
{
    struct sim_link *k = any_agent(w)->links;

    while (k && (!k->session || sim_world_draw(w, 4) == 0))
        k = k->next;
    return k;
}

static void cut(struct sim_world *w)
{
    struct sim_link *k = any_link(w);
    size_t kind = sim_world_draw(w, 6);
    size_t soon = 1 + sim_world_draw(w, 20000);

    if (!k)
        return;
    sim_world_note(w, "cut", number_of(w, k->agent) * 100 + k->number, kind);
    if (kind == 0)
        k->inside.cut_after = soon;
    else if (kind == 1)
        k->outside.cut_after = soon;
    else if (kind == 2)
        k->inside.fail_write = 1 + soon % 8;
    else if (kind == 3)
        k->outside.fail_write = 1 + soon % 8;
    else if (kind == 4)
        link_session_close(k->session);
    else
        link_session_shutdown(k->session);
}

static void stall(struct sim_world *w)
{
    struct sim_link *k = any_link(w);
    bool is_inside = sim_world_draw(w, 2);
    struct fault_plan *plan;

    if (!k)
        return;
    plan = is_inside ? &k->inside : &k->outside;
    plan->stall = !plan->stall;
    plan->chunk = sim_world_draw(w, 3) == 0 ? 1 + sim_world_draw(w, 100) : 0;
    sim_world_note(w, plan->stall ? "stall" : "flow", number_of(w, k->agent) * 100 + k->number,
                   is_inside);
}

static void flow(struct sim_world *w)
{
    sim_agent_heal(any_agent(w));
}

/* --- time --- */

static void pass_time(struct sim_world *w)
{
    size_t kind = sim_world_draw(w, 40);

    if (kind == 0)
        w->sleep_ms = 20000 + sim_world_draw(w, 50000);
    else if (kind < 4)
        w->sleep_ms = 2000 + sim_world_draw(w, 15000);
    else
        w->sleep_ms = 1 + sim_world_draw(w, 600);
    sim_world_note(w, "time", w->sleep_ms, 0);
}

static const struct {
    unsigned weight;
    void (*act)(struct sim_world *w);
} acts[] = {
    {60, send},       {40, go_on},    {2, leave},   {25, catch_up},    {12, answer},
    {3, change_mood}, {1, restart},   {12, relink}, {3, cut},          {2, stall},
    {3, flow},        {8, pass_time}, {2, dawdle},  {25, write_inbox},
};

static unsigned draw_wait(struct sim_world *w)
{
    size_t kind = sim_world_draw(w, 10);

    if (kind < 6)
        return (unsigned)sim_world_draw(w, 12);
    return (unsigned)sim_world_draw(w, kind < 9 ? 100 : 500);
}

void sim_schedule_step(struct sim_world *w)
{
    unsigned all = 0;
    size_t i = 0;

    for (size_t k = 0; k < ARRAY_LEN(acts); k++)
        all += acts[k].weight;
    for (size_t left = sim_world_draw(w, all); left >= acts[i].weight; i++)
        left -= acts[i].weight;
    acts[i].act(w);
    w->wait = draw_wait(w);
}
