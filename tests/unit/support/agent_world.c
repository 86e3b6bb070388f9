#include "unit/support/agent_world.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "net/local_socket.h"
#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"
#include "unit/support/test_pki.h"

#include <signal.h>

struct agent_world agent_world;

/* --- events --- */

static void heard(void)
{
    struct agent_world *w = &agent_world;

    CHECK_EQ(w->closed, 0);
    w->events++;
    if (w->events == w->shut_at)
        agent_shutdown(w->agent);
}

static void on_status(void *owner, const struct agent_status *status)
{
    CHECK(owner == &agent_world);
    agent_world.statuses++;
    agent_world.state = status->state;
    heard();
}

static void on_exchange(void *owner, const struct summary *summary)
{
    CHECK(owner == &agent_world);
    agent_world.exchanges++;
    agent_world.webhook = summary->webhook;
    agent_world.status = summary->status;
    heard();
}

static void on_closed(void *owner)
{
    CHECK(owner == &agent_world);
    CHECK_EQ(++agent_world.closed, 1);
    agent_world.agent = NULL;
}

static const struct agent_events events = {
    .on_status = on_status,
    .on_exchange = on_exchange,
    .on_closed = on_closed,
};

/* --- life --- */

static void open_relay(struct agent_world *w)
{
    static struct fake_relay relay;

    memset(&relay, 0, sizeof relay);
    fake_relay_open(&relay, w->loop);
    w->relay = &relay;
    w->options.relay_host = "127.0.0.1";
    w->options.relay_port = relay.port;
    w->options.token = "hkl_secret";
    w->options.ca_file = test_pki_ca();
}

void agent_world_open(bool with_relay)
{
    struct agent_world *w = &agent_world;
    struct journal_options journal = {.path = journal_rig_make_folder()};
    char detail[512];

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    memset(w, 0, sizeof *w);
    w->live = mem_live();
    clock_fake_init(&w->clock, 1795894305000u);
    random_seeded_init(&w->random, 5);
    CHECK_EQ(loop_new(&w->clock.base, &w->loop), OK);
    CHECK_EQ(journal_open(w->loop, &journal, &w->journal, detail), OK);
    CHECK_EQ(spy_handler_open(&w->spy, w->loop), OK);
    w->secret = (struct signature_secret){.provider = signature_provider_named(SPAN("line")),
                                          .secret = SPAN(AGENT_WORLD_SECRET),
                                          .label = "line 1"};
    w->options = (struct agent_options){.tunnel = "mybot",
                                        .control_socket = scratch_folder_path("agent.sock"),
                                        .journal = w->journal,
                                        .handler = &w->spy.base,
                                        .secrets = &w->secret,
                                        .secrets_len = 1,
                                        .random = &w->random.base};
    if (with_relay)
        open_relay(w);
}

enum err agent_world_start(void)
{
    struct agent_world *w = &agent_world;
    enum err rc = agent_open(w->loop, &w->options, &events, w, &w->agent);

    CHECK_EQ(w->events, 0); /* never from inside the call */
    return rc;
}

static void on_spy_closed(void *owner)
{
    ((struct agent_world *)owner)->spy_closed = true;
}

static void on_journal_closed(void *owner)
{
    ((struct agent_world *)owner)->journal = NULL;
}

static void close_agent(struct agent_world *w)
{
    if (w->agent)
        agent_shutdown(w->agent);
    while (w->agent) {
        spy_handler_answer(&w->spy);
        agent_world_advance(1000);
    }
}

void agent_world_close(void)
{
    struct agent_world *w = &agent_world;

    close_agent(w);
    net_peer_close(&w->client);
    handler_close(&w->spy.base, on_spy_closed, w);
    while (!w->spy_closed)
        loop_turn(w->loop, true);
    journal_close(w->journal, on_journal_closed, w);
    while (w->journal)
        loop_turn(w->loop, true);
    if (w->relay)
        fake_relay_close(w->relay);
    loop_run(w->loop);
    net_peer_fini(&w->client);
    spy_handler_fini(&w->spy);
    loop_free(w->loop);
    CHECK_EQ(mem_live(), w->live);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* --- what happens --- */

void agent_world_connect(void)
{
    struct stream *stream;

    CHECK_EQ(
        local_socket_connect(agent_world.loop, agent_world.options.control_socket, &stream),
        OK);
    net_peer_sit(&agent_world.client, agent_world.loop, stream);
    net_peer_wait(&agent_world.client, &agent_world.client.opened, 1);
}

void agent_world_say(const char *text)
{
    int before = agent_world.exchanges;

    if (!agent_world.client.stream)
        agent_world_connect();
    net_peer_say(&agent_world.client, text);
    agent_world_wait(&agent_world.exchanges, before + 1);
    agent_world_settle();
}

bool agent_world_heard(const char *part)
{
    struct span all = span_of(agent_world.client.got, agent_world.client.got_len);

    return span_find_span(all, span_text(part)) < all.len;
}

static void turn(struct agent_world *w)
{
    int before = w->events;

    deadline_run_due(w->loop);
    if (w->events == before)
        loop_turn(w->loop, true);
}

void agent_world_wait(const int *flag, int count)
{
    while (*flag < count)
        turn(&agent_world);
}

void agent_world_await(enum agent_state state)
{
    while (agent_world.statuses == 0 || agent_world.state != state)
        turn(&agent_world);
}

void agent_world_advance(uint64_t ms)
{
    clock_fake_advance(&agent_world.clock, ms * 1000);
    deadline_run_due(agent_world.loop);
    agent_world_settle();
}

void agent_world_settle(void)
{
    for (int i = 0; i < 20; i++)
        loop_turn(agent_world.loop, false);
}

struct fence {
    struct journal_ticket ticket;
    int is_stored;
};

static void on_fence(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    (void)rc, (void)exchange;
    ((struct fence *)t)->is_stored = 1; /* its first member */
}

void agent_world_fence(void)
{
    static unsigned fences;
    struct fence fence = {.ticket = {.stored = on_fence}};
    char delivery[32];

    (void)snprintf(delivery, sizeof delivery, "fence-%u", ++fences);
    struct journal_request request = journal_rig_request(delivery, "fence");
    request.webhook = false;
    if (journal_record(agent_world.journal, &request, &fence.ticket) == OK)
        agent_world_wait(&fence.is_stored, 1);
}

enum err agent_world_webhook(struct exchange_log *log, const char *delivery, const char *body)
{
    static struct signature_fields fields;
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    CHECK_EQ(http_head_add(&head, SPAN(LINK_FIELD_DELIVERY), span_text(delivery)), OK);
    CHECK_EQ(signature_sign(&agent_world.secret, span_text(body), SPAN(""), 1795894305000u,
                            &fields, &head),
             OK);
    return fake_relay_request(fake_relay_last(agent_world.relay), log, &head, body);
}
