#include "sim/support/sim_agent.h"

#include "base/container.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "relay-client/agent/plain_request.h"
#include "relay-client/agent/webhook/webhook_delivery.h"
#include "relay-server/delivery/webhook.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

/* --- links --- */

/* The relay sends a plain request once, and a webhook until it is stored, always under the
 * same name. */
static void note_arrival(struct sim_sent *sent, const struct http_head *head, unsigned link)
{
    struct span id = http_head_value(head, LINK_FIELD_DELIVERY);

    CHECK_EQ(id.len, ULID_LEN);
    if (sent->sends++ == 0) {
        sent->link = link;
        memcpy(sent->id, id.ptr, id.len);
    }
    CHECK(sent->is_webhook || sent->sends == 1);
    CHECK(span_is(id, span_text(sent->id)));
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct sim_link *k = owner;
    struct sim_sent *sent = sim_ledger_find(k->agent->ledger, head);

    (void)end;
    note_arrival(sent, head, k->number);
    if (webhook_is(head))
        webhook_delivery_start(&k->agent->context, &k->intake, x, head);
    else
        plain_request_start(&k->agent->context, x, head, AGENT_FROM_LINK);
}

static void on_goaway(void *owner, bool taken_over)
{
    struct sim_link *k = owner;

    (void)taken_over; /* it dials as its plan says */
    k->is_ending = true;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct sim_link *k = owner;

    (void)why;
    (void)detail;
    k->is_ending = true;
    link_session_close(k->session);
}

static void on_link_closed(void *owner)
{
    struct sim_link *k = owner;

    k->session = NULL;
    intake_fini(&k->intake);
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_link_closed,
};

static struct stream *wrap(struct loop *l, struct stream *lower, struct fault_plan *plan)
{
    struct stream *s;

    CHECK_EQ(fault_stream_wrap(l, lower, plan, &s), OK);
    return s;
}

void sim_agent_link(struct sim_agent *a, size_t chunk)
{
    struct sim_link *k = calloc(1, sizeof *k);
    struct loop *l = a->rig->loop;
    struct stream *inside, *outside;
    struct tunnel *tunnel;

    CHECK(k && sim_agent_runs(a));
    k->agent = a;
    intake_init(&k->intake);
    k->number = ++a->links_len;
    k->next = a->links;
    a->links = k;
    CHECK_EQ(pipe_stream_pair(l, chunk, &inside, &outside), OK);
    inside = wrap(l, inside, &k->inside);
    outside = wrap(l, outside, &k->outside);
    CHECK_EQ(tunnels_open(&a->rig->state.tunnels, span_text(a->name), &tunnel), OK);
    CHECK_EQ(links_add(&a->rig->state.links, inside, tunnel, a->rig->token_id), OK);
    tunnel->answer = a->options.answer;
    tunnel->offline = a->options.offline;
    dispatch_linked(dispatch_of(&a->rig->state, tunnel));
    CHECK_EQ(link_session_open(l, outside, LINK_AGENT, &session_events, k, &k->session), OK);
}

struct sim_link *sim_agent_current(struct sim_agent *a)
{
    return a->links && a->links->session && !a->links->is_ending ? a->links : NULL;
}

size_t sim_agent_live_links(const struct sim_agent *a)
{
    size_t len = 0;

    for (const struct sim_link *k = a->links; k; k = k->next)
        len += k->session != NULL;
    return len;
}

void sim_agent_heal(struct sim_agent *a)
{
    for (struct sim_link *k = a->links; k; k = k->next)
        k->inside = k->outside = (struct fault_plan){0};
}

/* --- the disk --- */

struct mark {
    struct journal_ticket base;
    bool is_answered;
};

static void on_mark(struct journal_ticket *base, enum err rc, uint64_t exchange)
{
    struct mark *m = CONTAINER_OF(base, struct mark, base);

    (void)exchange;
    CHECK(rc == OK || rc == ERR_CONFLICT);
    m->is_answered = true;
}

/* Answers come in the order of the calls, so the last one's says it all. */
void sim_agent_catch_up(struct sim_agent *a)
{
    struct mark m = {.base = {.stored = on_mark}};
    struct http_head head;
    struct journal_request request = {.delivery = SIM_MARK, .tunnel = "", .peer = ""};

    if (!a->journal)
        return;
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    request.head = &head;
    CHECK_EQ(journal_record(a->journal, &request, &m.base), OK);
    while (!m.is_answered)
        loop_turn(a->disk, true);
}

void sim_agent_tick(struct sim_agent *a)
{
    deadline_run_due(a->disk);
}

/* --- life --- */

static void on_quiet(struct agent_context *context)
{
    (void)context;
}

static const struct agent_events agent_events = {0};

void sim_agent_start(struct sim_agent *a)
{
    struct journal_options options = {.path = a->path};
    char detail[512];

    CHECK(!sim_agent_runs(a));
    CHECK_EQ(journal_open(a->disk, &options, &a->journal, detail), OK);
    CHECK_STR(detail, "");
    sim_bot_open(a->rig->loop, a->ledger, a->random, &a->bot);
    a->options.journal = a->journal;
    a->options.handler = sim_bot_handler(a->bot);
    a->is_ending = false;
}

void sim_agent_open(struct sim_agent *a, struct front_rig *rig, struct sim_ledger *ledger,
                    struct random *random, const char *name)
{
    char file[64];

    *a = (struct sim_agent){.rig = rig, .ledger = ledger, .random = random};
    (void)snprintf(a->name, sizeof a->name, "%s", name);
    (void)snprintf(file, sizeof file, "%s.db", name);
    a->path = scratch_folder_path(file);
    a->options = (struct agent_options){.tunnel = a->name, .random = random};
    a->context = (struct agent_context){.loop = rig->loop,
                                        .options = &a->options,
                                        .events = &agent_events,
                                        .owner = a,
                                        .on_quiet = on_quiet};
    list_init(&a->context.deliveries);
    CHECK_EQ(loop_new(&rig->clock.base, &a->disk), OK);
    sim_agent_start(a);
}

bool sim_agent_runs(const struct sim_agent *a)
{
    return a->journal && !a->is_ending;
}

static void on_bot_closed(void *owner)
{
    struct sim_agent *a = owner;

    a->bot = NULL;
}

static void on_journal_closed(void *owner)
{
    struct sim_agent *a = owner;

    a->journal = NULL;
}

void sim_agent_begin_end(struct sim_agent *a)
{
    CHECK(sim_agent_runs(a));
    sim_agent_catch_up(a); /* nobody can be told afterwards */
    a->is_ending = true;
    for (struct sim_link *k = a->links; k; k = k->next)
        if (k->session)
            link_session_close(k->session);
    handler_close(sim_bot_handler(a->bot), on_bot_closed, a);
}

bool sim_agent_has_ended(struct sim_agent *a)
{
    if (!a->journal)
        return true;
    if (!list_is_empty(&a->context.deliveries))
        sim_agent_catch_up(a);
    if (!a->is_ending || a->bot || !list_is_empty(&a->context.deliveries) ||
        sim_agent_live_links(a) > 0)
        return false;
    journal_close(a->journal, on_journal_closed, a);
    while (a->journal)
        loop_turn(a->disk, true);
    return true;
}

void sim_agent_free(struct sim_agent *a)
{
    struct sim_link *k;

    CHECK(sim_agent_has_ended(a));
    while ((k = a->links)) {
        a->links = k->next;
        free(k);
    }
    loop_run(a->disk);
    loop_free(a->disk);
}
