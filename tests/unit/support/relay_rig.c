#include "unit/support/relay_rig.h"

#include "base/log.h"
#include "base/mem.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>

struct tls_identity relay_rig_make_identity(void)
{
    static const char *const names[] = {"relay.test", "*.relay.test", "127.0.0.1", NULL};
    struct tls_certificate_options options = test_pki_options(names);

    return test_pki_leaf(&options, NULL);
}

static struct tls_context *make_client(const char *const *alpn)
{
    struct tls_client_options options = {.ca_file = test_pki_ca(), .alpn = alpn};
    struct tls_context *c;
    char detail[256];

    CHECK_EQ(tls_context_new_client(&options, &c, detail), OK);
    return c;
}

static void on_closed(void *owner)
{
    struct relay_rig *rig = owner;

    rig->closed++;
    rig->relay = NULL;
}

void relay_rig_prepare(struct relay_rig *rig)
{
    static const char *const h1[] = {"http/1.1", NULL};
    static const char *const h2[] = {"h2", NULL};

    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_ca();
    *rig = (struct relay_rig){.live = mem_live()};
    (void)scratch_folder_make();
    clock_fake_init(&rig->clock, RELAY_RIG_NOW_MS);
    clock_fake_advance(&rig->clock, 1000000);
    random_seeded_init(&rig->random, 4711);
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    token_store_init(&rig->tokens);
    rig->token = token_store_add(&rig->tokens, "mybot");
    rig->identity = relay_rig_make_identity();
    rig->http1 = make_client(h1);
    rig->http2 = make_client(h2);
    for (size_t i = 0; i < RELAY_RIG_AGENTS; i++)
        fake_agent_init(&rig->agents[i]);
    rig->options = (struct relay_options){
        .listen = "127.0.0.1:0",
        .plain_listen = "127.0.0.1:0",
        .acme_folder = scratch_folder_path(""),
        .domain = "relay.test",
        .identities = &rig->identity,
        .identities_len = 1,
        .tokens_file = rig->tokens.path,
        .inbox_file = scratch_folder_path("inbox.db"),
        .connections_max = 100,
        .random = &rig->random.base,
        .on_closed = on_closed,
        .owner = rig,
    };
}

enum err relay_rig_start(struct relay_rig *rig)
{
    return relay_open(rig->loop, &rig->options, &rig->relay);
}

void relay_rig_open(struct relay_rig *rig)
{
    relay_rig_prepare(rig);
    CHECK_EQ(relay_rig_start(rig), OK);
    CHECK(relay_port(rig->relay) > 0 && relay_plain_port(rig->relay) > 0);
}

/* --- clients and agents --- */

void relay_rig_call(struct relay_rig *rig, size_t i, const char *host, bool is_h2)
{
    struct tls_context *context = is_h2 ? rig->http2 : rig->http1;

    loopback_sit(&rig->clients[i], rig->loop,
                 loopback_tls(rig->loop, relay_port(rig->relay), context, host), is_h2);
}

bool relay_rig_ask(struct relay_rig *rig, size_t i, const struct public_request *request)
{
    return loopback_ask(&rig->clients[i], request);
}

struct public_request relay_rig_webhook(const char *body)
{
    return (struct public_request){
        .method = "POST",
        .authority = "mybot.relay.test",
        .target = "/callback",
        .fields = "x-line-signature: c2lnbmF0dXJl\n",
        .body = span_text(body),
        .has_body = true,
    };
}

struct public_request relay_rig_get(const char *target)
{
    return (struct public_request){
        .method = "GET", .authority = "mybot.relay.test", .target = target};
}

void relay_rig_link(struct relay_rig *rig, size_t i, const char *token, const char *tunnel)
{
    struct public_request request = relay_rig_get(LINK_PATH);
    char fields[512];
    struct span early;

    (void)snprintf(fields, sizeof fields,
                   "connection: Upgrade\nupgrade: hookline/1\nauthorization: Bearer %s\n"
                   "hookline-tunnel: %s\n%s",
                   token, tunnel, rig->wishes ? rig->wishes : "");
    request.authority = "relay.test";
    request.fields = fields;
    relay_rig_call(rig, i, "relay.test", false);
    CHECK(relay_rig_ask(rig, i, &request));
    CHECK_EQ(rig->clients[i].answer.status, 101);
    (void)snprintf(rig->url, sizeof rig->url, "%s",
                   public_client_field(&rig->clients[i], "hookline-url"));
    const char *kept = public_client_field(&rig->clients[i], "hookline-kept");
    (void)snprintf(rig->kept, sizeof rig->kept, "%s", kept ? kept : "");
    struct stream *s = public_client_take(&rig->clients[i], &early);
    CHECK(fake_agent_sit(&rig->agents[i], rig->loop, s, early));
    public_client_fini(&rig->clients[i]);
}

struct fake_call *relay_rig_hold(struct relay_rig *rig, size_t i, struct fake_agent *agent)
{
    struct public_request request = relay_rig_webhook("held");
    size_t before = agent->calls_len;

    agent->status = 0;
    CHECK(public_client_send(&rig->clients[i], &request));
    while (agent->calls_len == before || !agent->calls[before]->is_stored)
        loop_turn(rig->loop, true);
    return agent->calls[before];
}

void relay_rig_wait_unlinked(struct relay_rig *rig, size_t agent)
{
    while (!fake_agent_is_closed(&rig->agents[agent]))
        loop_turn(rig->loop, true);
}

/* --- time and the end --- */

void relay_rig_advance(struct relay_rig *rig, uint64_t ms)
{
    for (uint64_t left = ms; left > 0;) {
        uint64_t step = left < 500 ? left : 500;

        clock_fake_advance(&rig->clock, step * 1000);
        deadline_run_due(rig->loop);
        for (int i = 0; i < 4; i++)
            loop_turn(rig->loop, false);
        left -= step;
    }
}

void relay_rig_wait_closed(struct relay_rig *rig)
{
    while (!rig->closed)
        loop_turn(rig->loop, true);
    CHECK_EQ(rig->closed, 1);
}

void relay_rig_close(struct relay_rig *rig)
{
    for (size_t i = 0; i < RELAY_RIG_CLIENTS; i++)
        loopback_leave(&rig->clients[i]);
    for (size_t i = 0; i < RELAY_RIG_AGENTS; i++) {
        fake_agent_close(&rig->agents[i]);
        relay_rig_wait_unlinked(rig, i);
        fake_agent_fini(&rig->agents[i]);
    }
    if (rig->relay) {
        relay_shutdown(rig->relay);
        relay_shutdown(rig->relay);
        relay_rig_wait_closed(rig);
    }
    loop_run(rig->loop);
    tls_context_put(rig->http1);
    tls_context_put(rig->http2);
    token_store_fini(&rig->tokens);
    scratch_folder_remove();
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}
