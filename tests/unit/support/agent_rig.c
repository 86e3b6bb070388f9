#include "unit/support/agent_rig.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "relay-client/agent/plain_request.h"
#include "relay-client/agent/webhook/webhook_delivery.h"
#include "unit/check.h"
#include "unit/support/journal_image.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>

struct agent_rig agent_rig;

/* --- the agent's events --- */

static void copy(char *out, size_t size, struct span s)
{
    (void)snprintf(out, size, "%.*s", (int)s.len, s.len ? s.ptr : "");
}

static void on_exchange(void *owner, const struct summary *s)
{
    struct agent_rig_summary *last = &agent_rig.last;

    CHECK(owner == &agent_rig);
    agent_rig.summaries++;
    *last = (struct agent_rig_summary){.id = s->id,
                                       .replay_of = s->replay_of,
                                       .duplicate_of = s->duplicate_of,
                                       .total_us = s->total_us,
                                       .next_ms = s->next_ms,
                                       .webhook = s->webhook,
                                       .is_again = s->is_again,
                                       .verdict = s->verdict,
                                       .status = s->status,
                                       .bot_status = s->bot_status,
                                       .attempts = s->attempts,
                                       .by = s->by,
                                       .outcome = s->outcome,
                                       .events_len = s->events_len};
    copy(last->method, sizeof last->method, s->method);
    copy(last->target, sizeof last->target, s->target);
    copy(last->error, sizeof last->error, span_text(s->error));
    copy(last->explanation, sizeof last->explanation, span_text(s->explanation));
    copy(last->event_type, sizeof last->event_type, span_text(s->event_type));
    copy(last->event_text, sizeof last->event_text, span_text(s->event_text));
    copy(last->user_id, sizeof last->user_id, span_text(s->user_id));
}

static const struct agent_events agent_events = {.on_exchange = on_exchange};

static void on_quiet(struct agent_context *context)
{
    CHECK(context == &agent_rig.context);
    CHECK(agent_context_is_quiet(context));
    agent_rig.quiet++;
}

static void on_counts(struct agent_context *context)
{
    CHECK(context == &agent_rig.context);
    agent_rig.counts++;
}

static void on_ready(struct agent_context *context)
{
    CHECK(context == &agent_rig.context);
    CHECK_EQ(++agent_rig.ready, 1);
}

static void deliver(struct exchange *x, const struct http_head *head, struct intake *intake)
{
    if (agent_rig.plain)
        plain_request_start(&agent_rig.context, x, head,
                            intake ? AGENT_FROM_LINK : AGENT_FROM_HERE);
    else
        webhook_delivery_start(&agent_rig.context, intake, x, head);
}

/* --- the link --- */

static void on_link_request(void *owner, struct exchange *x, const struct http_head *head,
                            bool end)
{
    (void)owner, (void)end;
    deliver(x, head, &agent_rig.intake);
}

static void on_goaway(void *owner, bool taken_over)
{
    (void)owner, (void)taken_over;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct link_session **end = owner;

    (void)why, (void)detail;
    link_session_close(*end);
}

static void on_session_closed(void *owner)
{
    if (owner == &agent_rig.agent)
        intake_fini(&agent_rig.intake);
    *(struct link_session **)owner = NULL;
}

static const struct link_session_events session_events = {
    .on_request = on_link_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_session_closed,
};

static bool open_session(struct stream *stream, enum link_side side, struct link_session **out)
{
    enum err rc = link_session_open(agent_rig.loop, stream, side, &session_events, out, out);

    if (rc != OK)
        stream_let_go(stream);
    return rc == OK;
}

bool agent_rig_link(size_t chunk)
{
    struct agent_rig *r = &agent_rig;
    struct stream *a, *b;

    if (pipe_stream_pair(r->loop, chunk, &a, &b) != OK)
        return false;
    intake_init(&r->intake);
    bool ok = open_session(a, LINK_RELAY, &r->relay);
    return open_session(b, LINK_AGENT, &r->agent) && ok;
}

void agent_rig_cut(void)
{
    if (agent_rig.relay)
        link_session_close(agent_rig.relay);
    while (agent_rig.agent)
        loop_turn(agent_rig.loop, true);
}

/* --- the local connection --- */

static void on_local_request(void *owner, struct exchange *x, const struct http_head *head,
                             bool end)
{
    (void)owner, (void)end;
    deliver(x, head, NULL);
}

static void on_local_closed(void *owner)
{
    (void)owner;
    agent_rig.local = NULL;
}

bool agent_rig_connect(void)
{
    static const struct http_server_conn_options options = {.scheme = "http"};
    static const struct http_server_conn_events events = {on_local_request, on_local_closed};
    struct agent_rig *r = &agent_rig;
    struct stream *a, *b;

    if (pipe_stream_pair(r->loop, 4096, &a, &b) != OK)
        return false;
    net_peer_sit(&r->client, r->loop, a);
    if (http_server_conn_open(r->loop, b, &options, &events, r, &r->local) == OK)
        return true;
    stream_let_go(b);
    return false;
}

/* --- life --- */

static void open_queue(struct agent_rig *r)
{
    pending_queue_init(&r->queue, &r->context);
    r->context.queue = &r->queue;
    pending_queue_start(&r->queue, on_ready);
    agent_rig_wait(&r->ready, 1);
    r->quiet = r->counts = 0;
}

static void open_all(uint64_t now_ms)
{
    struct agent_rig *r = &agent_rig;
    struct journal_options options = {.path = journal_rig_path()};
    char detail[512];

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&r->clock, now_ms);
    random_seeded_init(&r->random, 3);
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    CHECK_EQ(journal_open(r->loop, &options, &r->journal, detail), OK);
    r->secret = (struct signature_secret){.provider = signature_provider_named(SPAN("line")),
                                          .secret = SPAN(AGENT_RIG_SECRET),
                                          .label = "secret 1"};
    r->options.tunnel = "mybot";
    r->options.journal = r->journal;
    r->options.secrets = &r->secret;
    r->options.secrets_len = 1;
    r->options.random = &r->random.base;
    r->context = (struct agent_context){.loop = r->loop,
                                        .options = &r->options,
                                        .events = &agent_events,
                                        .owner = r,
                                        .on_quiet = on_quiet,
                                        .on_counts = on_counts};
    list_init(&r->context.deliveries);
}

static void open_spy(void)
{
    CHECK_EQ(spy_handler_open(&agent_rig.spy, agent_rig.loop), OK);
    agent_rig.options.handler = agent_rig.handler = &agent_rig.spy.base;
    open_queue(&agent_rig);
}

static void begin(void)
{
    unsigned long live = mem_live();

    (void)journal_rig_make_folder();
    memset(&agent_rig, 0, sizeof agent_rig);
    agent_rig.live = live;
}

void agent_rig_open(void)
{
    begin();
    open_all(AGENT_RIG_NOW_MS);
    open_spy();
}

void agent_rig_open_bot(enum handler_bot_manner manner)
{
    struct agent_rig *r = &agent_rig;
    char detail[256];

    begin();
    open_all(AGENT_RIG_NOW_MS);
    r->bot.manner = manner;
    handler_bot_open(&r->bot, r->loop);
    struct forward_handler_options options = {.url = handler_bot_url(&r->bot, "/callback")};
    CHECK_EQ(handler_open_forward(r->loop, &options, &r->handler, detail), OK);
    r->options.handler = r->handler;
    open_queue(r);
}

static void on_handler_closed(void *owner)
{
    (void)owner;
    agent_rig.handler = NULL;
}

static void on_journal_closed(void *owner)
{
    (void)owner;
    agent_rig.journal = NULL;
}

static void close_handler(struct agent_rig *r)
{
    handler_close(r->handler, on_handler_closed, r);
    while (r->handler)
        loop_turn(r->loop, true);
    if (r->bot.loop)
        handler_bot_close(&r->bot);
}

static void close_journal(struct agent_rig *r)
{
    journal_close(r->journal, on_journal_closed, r);
    while (r->journal)
        loop_turn(r->loop, true);
}

static void close_doors(struct agent_rig *r)
{
    pending_queue_stop(&r->queue);
    agent_rig_cut();
    net_peer_close(&r->client);
    while (r->relay || r->local || r->client.stream)
        loop_turn(r->loop, true);
}

static void finish(struct agent_rig *r)
{
    while (!agent_context_is_quiet(&r->context))
        loop_turn(r->loop, true);
    pending_queue_fini(&r->queue);
}

static void free_rest(struct agent_rig *r)
{
    loop_run(r->loop);
    net_peer_fini(&r->client);
    spy_handler_fini(&r->spy);
    loop_free(r->loop);
    CHECK_EQ(mem_live(), r->live);
}

/* In the runner's order. */
void agent_rig_stop(void)
{
    struct agent_rig *r = &agent_rig;

    close_doors(r);
    finish(r);
    close_handler(r);
    close_journal(r);
    free_rest(r);
}

void agent_rig_start_again(void)
{
    struct agent_rig old = agent_rig;

    memset(&agent_rig, 0, sizeof agent_rig);
    agent_rig.live = old.live;
    agent_rig.options = old.options;
    agent_rig.spy.on_request = old.spy.on_request;
    open_all(clock_wall_ms(&old.clock.base));
    open_spy();
}

void agent_rig_restart(void)
{
    agent_rig_stop();
    agent_rig_start_again();
}

void agent_rig_crash(void)
{
    struct agent_rig *r = &agent_rig;

    journal_image_take(journal_rig_path());
    close_doors(r);
    close_handler(r);
    finish(r);
    close_journal(r);
    free_rest(r);
    journal_image_restore(journal_rig_path());
    agent_rig_start_again();
}

void agent_rig_end(void)
{
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}
