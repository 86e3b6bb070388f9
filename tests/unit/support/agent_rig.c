#include "unit/support/agent_rig.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "relay-client/agent/plain_request.h"
#include "relay-client/agent/webhook/webhook_delivery.h"
#include "unit/check.h"
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
                                       .total_us = s->total_us,
                                       .webhook = s->webhook,
                                       .verdict = s->verdict,
                                       .status = s->status,
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
    CHECK(list_is_empty(&context->deliveries));
    agent_rig.quiet++;
}

static void deliver(struct exchange *x, const struct http_head *head, enum agent_origin origin)
{
    if (agent_rig.plain)
        plain_request_start(&agent_rig.context, x, head, origin);
    else
        webhook_delivery_start(&agent_rig.context, x, head, origin);
}

/* --- the link --- */

static void on_link_request(void *owner, struct exchange *x, const struct http_head *head,
                            bool end)
{
    (void)owner, (void)end;
    deliver(x, head, AGENT_FROM_LINK);
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
    deliver(x, head, AGENT_FROM_HERE);
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

static void open_all(void)
{
    struct agent_rig *r = &agent_rig;
    struct journal_options options = {.path = journal_rig_make_folder()};
    char detail[512];

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&r->clock, AGENT_RIG_NOW_MS);
    random_seeded_init(&r->random, 3);
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    CHECK_EQ(journal_open(r->loop, &options, &r->journal, detail), OK);
    r->secret = (struct signature_secret){.provider = signature_provider_named(SPAN("line")),
                                          .secret = SPAN(AGENT_RIG_SECRET),
                                          .label = "secret 1"};
    r->options = (struct agent_options){.tunnel = "mybot",
                                        .journal = r->journal,
                                        .secrets = &r->secret,
                                        .secrets_len = 1,
                                        .random = &r->random.base};
    r->context = (struct agent_context){.loop = r->loop,
                                        .options = &r->options,
                                        .events = &agent_events,
                                        .owner = r,
                                        .on_quiet = on_quiet};
    list_init(&r->context.deliveries);
}

void agent_rig_open(void)
{
    unsigned long live = mem_live();

    memset(&agent_rig, 0, sizeof agent_rig);
    agent_rig.live = live;
    open_all();
    CHECK_EQ(spy_handler_open(&agent_rig.spy, agent_rig.loop), OK);
    agent_rig.options.handler = agent_rig.handler = &agent_rig.spy.base;
}

void agent_rig_open_bot(enum handler_bot_manner manner)
{
    struct agent_rig *r = &agent_rig;
    unsigned long live = mem_live();
    char detail[256];

    memset(r, 0, sizeof *r);
    r->live = live;
    open_all();
    r->bot.manner = manner;
    handler_bot_open(&r->bot, r->loop);
    struct forward_handler_options options = {.url = handler_bot_url(&r->bot, "/callback")};
    CHECK_EQ(handler_open_forward(r->loop, &options, &r->handler, detail), OK);
    r->options.handler = r->handler;
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

/* In the runner's order. */
void agent_rig_stop(void)
{
    struct agent_rig *r = &agent_rig;

    agent_rig_cut();
    net_peer_close(&r->client);
    while (r->relay || r->local || r->client.stream || !list_is_empty(&r->context.deliveries))
        loop_turn(r->loop, true);
    handler_close(r->handler, on_handler_closed, r);
    while (r->handler)
        loop_turn(r->loop, true);
    if (r->bot.loop)
        handler_bot_close(&r->bot);
    journal_close(r->journal, on_journal_closed, r);
    while (r->journal)
        loop_turn(r->loop, true);
    loop_run(r->loop);
    net_peer_fini(&r->client);
    spy_handler_fini(&r->spy);
    loop_free(r->loop);
    CHECK_EQ(mem_live(), r->live);
}

void agent_rig_end(void)
{
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* --- requests --- */

static enum err add_own(struct http_head *head, const struct agent_rig_request *request)
{
    const char *id = request->delivery ? request->delivery : AGENT_RIG_DELIVERY;
    enum err rc = OK;

    if (*id)
        rc = http_head_add(head, SPAN(LINK_FIELD_DELIVERY), span_text(id));
    for (size_t i = 0; rc == OK && i < 4 && request->fields[i][0]; i++)
        rc = http_head_add(head, span_text(request->fields[i][0]),
                           span_text(request->fields[i][1]));
    return rc;
}

static enum err start(struct exchange_log *log, const struct agent_rig_request *request,
                      bool is_whole)
{
    static struct signature_fields fields;
    struct signature_secret secret = agent_rig.secret;
    struct http_head head;

    http_head_init_request(&head, span_text(request->method ? request->method : "POST"),
                           span_text(request->target ? request->target : "/callback"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    if (request->secret)
        secret.secret = span_text(request->secret);
    enum err rc = add_own(&head, request);
    if (rc == OK && !request->unsigned_)
        rc = signature_sign(&secret, request->body, SPAN(""), AGENT_RIG_NOW_MS, &fields, &head);
    if (rc == OK)
        rc = agent_rig.relay
                 ? link_session_request(agent_rig.relay, &head, is_whole && !request->body.len,
                                        &exchange_log_events, log, &log->x)
                 : ERR_CLOSED;
    return rc;
}

/* A log that has room already was prepared by the test. */
static void prepare(struct exchange_log *log)
{
    if (log->text.cap == 0)
        exchange_log_init(log);
}

enum err agent_rig_begin(struct exchange_log *log, const struct agent_rig_request *request)
{
    prepare(log);
    return start(log, request, false);
}

enum err agent_rig_send(struct exchange_log *log, const struct agent_rig_request *request)
{
    prepare(log);
    enum err rc = start(log, request, true);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_body(log->x, request->body.ptr, request->body.len);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_end(log->x);
    return rc;
}

void agent_rig_finish(struct exchange_log *log)
{
    while (!log->completes && !log->aborts)
        loop_turn(agent_rig.loop, true);
    exchange_close(log->x);
    agent_rig_wait(&log->closeds, 1);
}

void agent_rig_wait(const int *flag, int count)
{
    while (*flag < count)
        loop_turn(agent_rig.loop, true);
}

void agent_rig_advance(uint64_t ms)
{
    clock_fake_advance(&agent_rig.clock, ms * 1000);
    deadline_run_due(agent_rig.loop);
    agent_rig_settle();
}

void agent_rig_settle(void)
{
    for (int i = 0; i < 20; i++)
        loop_turn(agent_rig.loop, false);
}

struct journal_exchange *agent_rig_read(const char *id)
{
    struct journal_reader *reader = journal_rig_reader();
    struct journal_exchange *x = NULL;

    CHECK_EQ(journal_reader_get(reader, span_text(id), &x), OK);
    journal_reader_close(reader);
    return x;
}
