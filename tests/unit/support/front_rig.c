#include "unit/support/front_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

/* --- callers --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct front_caller *c = owner;
    struct ingress_request request = {
        .conn = c->conn,
        .exchange = x,
        .head = head,
        .server_name = c->server_name,
        .end = end,
    };

    front_request(&c->rig->state, &request);
}

static void on_closed(void *owner)
{
    struct front_caller *c = owner;

    c->conn = NULL;
}

bool front_rig_connect(struct front_rig *rig, size_t i, bool is_h2)
{
    static const struct http_server_conn_events events = {on_request, on_closed};
    struct http_server_conn_options options = {.scheme = "https", .http2 = is_h2};
    struct front_caller *c = &rig->callers[i];
    struct stream *outside, *inside;

    CHECK(!c->conn && public_client_is_closed(&c->client));
    public_client_fini(&c->client);
    c->rig = rig;
    c->server_name = "";
    if (pipe_stream_pair(rig->loop, rig->chunk, &outside, &inside) != OK)
        return false;
    bool ok = http_server_conn_open(rig->loop, inside, &options, &events, c, &c->conn) == OK;
    if (!ok)
        stream_let_go(inside);
    return public_client_sit(&c->client, rig->loop, outside, is_h2) && ok;
}

bool front_rig_call(struct front_rig *rig, size_t i, bool is_h2)
{
    bool ok = front_rig_connect(rig, i, is_h2);

    front_rig_run(rig);
    return ok;
}

/* --- agents --- */

static void front_rig_linked(struct front_rig *rig, struct tunnel *t)
{
    dispatch_linked(dispatch_of(&rig->state, t));
    agent_wait_linked(&rig->state, t);
}

bool front_rig_link(struct front_rig *rig, size_t i, const char *tunnel, const char *token)
{
    struct fake_agent *a = &rig->agents[i];
    struct stream *outside, *inside, *top;
    struct tunnel *t;

    CHECK(fake_agent_is_closed(a));
    if (tunnels_open(&rig->state.tunnels, span_text(tunnel), &t) != OK ||
        pipe_stream_pair(rig->loop, rig->chunk, &outside, &inside) != OK)
        return false;
    bool ok = links_add(&rig->state.links, inside, t, token) == OK;
    if (ok)
        front_rig_linked(rig, t);
    else
        stream_let_go(inside);
    if (fault_stream_wrap(rig->loop, outside, &rig->plans[i], &top) != OK) {
        stream_let_go(outside);
        return false;
    }
    ok = fake_agent_sit(a, rig->loop, top, (struct span){0}) && ok;
    front_rig_run(rig);
    return ok;
}

struct tunnel *front_rig_tunnel(struct front_rig *rig, const char *tunnel,
                                enum link_answer answer, enum link_offline offline)
{
    struct tunnel *t;

    CHECK_EQ(tunnels_open(&rig->state.tunnels, span_text(tunnel), &t), OK);
    snprintf(t->token_id, sizeof t->token_id, "%s", rig->token_id);
    t->answer = answer;
    t->offline = offline;
    return t;
}

/* --- life --- */

static void on_links_empty(void *owner)
{
    struct front_rig *rig = owner;

    rig->empties++;
}

static void open_tokens(struct front_rig *rig, const char *file)
{
    char detail[TOKENS_DETAIL_SIZE];

    CHECK_EQ(tokens_open(file, &rig->state.tokens, detail), OK);
}

void front_rig_open(struct front_rig *rig)
{
    struct relay_state *s = &rig->state;

    *rig = (struct front_rig){.chunk = 16384, .live = mem_live()};
    clock_fake_init(&rig->clock, FRONT_RIG_NOW_MS);
    clock_fake_advance(&rig->clock, 1000000);
    random_seeded_init(&rig->random, 4711);
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    s->loop = rig->loop;
    s->random = &rig->random.base;
    s->domain = FRONT_RIG_DOMAIN;
    s->public_port = 443;
    list_init(&s->deliveries);
    tunnels_init(&s->tunnels);
    agent_wait_init(&s->waits);
    links_init(&s->links, rig->loop, on_links_empty, rig);
    open_tokens(rig, "/nonexistent/tokens.json");
    for (size_t i = 0; i < FRONT_RIG_AGENTS; i++)
        fake_agent_init(&rig->agents[i]);
}

void front_rig_open_gate(struct front_rig *rig)
{
    front_rig_open(rig);
    (void)scratch_folder_make();
    token_store_init(&rig->tokens);
    tokens_free(rig->state.tokens);
    open_tokens(rig, rig->tokens.path);
    CHECK_EQ(attempts_new(&rig->clock.base, &rig->random.base, &rig->state.attempts), OK);
}

void front_rig_reload_tokens(struct front_rig *rig)
{
    char detail[TOKENS_DETAIL_SIZE];
    bool changed;

    CHECK_EQ(tokens_reload_if_changed(rig->state.tokens, &changed, detail), OK);
}

void front_rig_open_inbox(struct front_rig *rig, const struct inbox_options *options)
{
    static const struct inbox_options in_memory = {.path = ":memory:"};
    const char *token;

    front_rig_open_gate(rig);
    token = token_store_add(&rig->tokens, "mybot");
    front_rig_reload_tokens(rig);
    (void)snprintf(rig->token_id, sizeof rig->token_id, "%.*s", (int)TOKEN_TEXT_ID_LEN,
                   token + strlen("hkl_"));
    rig_disk_open(&rig->disk, &rig->clock.base, options ? options : &in_memory);
    rig->state.inbox = rig->disk.inbox;
}

void front_rig_run(struct front_rig *rig)
{
    do
        loop_run(rig->loop);
    while (rig_disk_settle(&rig->disk));
}

void front_rig_advance(struct front_rig *rig, uint64_t ms)
{
    for (uint64_t left = ms; left > 0;) {
        uint64_t step = left < 1000 ? left : 1000;

        clock_fake_advance(&rig->clock, step * 1000);
        deadline_run_due(rig->loop);
        rig_disk_tick(&rig->disk);
        front_rig_run(rig);
        left -= step;
    }
}

void front_rig_end(struct front_rig *rig)
{
    for (size_t i = 0; i < FRONT_RIG_CALLERS; i++)
        public_client_close(&rig->callers[i].client);
    front_rig_run(rig);
    for (size_t i = 0; i < FRONT_RIG_AGENTS; i++)
        fake_agent_close(&rig->agents[i]);
    for (size_t i = 0; i < FRONT_RIG_CALLERS; i++)
        if (rig->callers[i].conn)
            http_server_conn_close(rig->callers[i].conn);
    front_rig_run(rig);
    links_close(&rig->state.links);
    front_rig_run(rig);
}

void front_rig_close(struct front_rig *rig)
{
    front_rig_end(rig);
    CHECK_EQ(links_len(&rig->state.links), 0);
    rig->state.inbox = NULL;
    rig_disk_close(&rig->disk);
    front_rig_run(rig);
    CHECK(list_is_empty(&rig->state.deliveries));
    CHECK_EQ(rig->state.webhook_bodies, 0);
    for (size_t i = 0; i < FRONT_RIG_CALLERS; i++) {
        CHECK(!rig->callers[i].conn);
        public_client_fini(&rig->callers[i].client);
    }
    for (size_t i = 0; i < FRONT_RIG_AGENTS; i++)
        fake_agent_fini(&rig->agents[i]);
    tunnels_fini(&rig->state.tunnels);
    tokens_free(rig->state.tokens);
    attempts_free(rig->state.attempts);
    token_store_fini(&rig->tokens);
    if (rig->tokens.path && !rig->keeps_files)
        scratch_folder_remove();
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}

/* --- requests --- */

struct public_client *front_rig_client(struct front_rig *rig, size_t i)
{
    return &rig->callers[i].client;
}

void front_rig_ask(struct front_rig *rig, size_t i, const struct public_request *request)
{
    CHECK(public_client_send(front_rig_client(rig, i), request));
    front_rig_run(rig);
}

struct public_request front_rig_webhook(const char *body)
{
    return (struct public_request){
        .method = "POST",
        .authority = "mybot." FRONT_RIG_DOMAIN,
        .target = "/callback",
        .fields = "x-line-signature: c2lnbmF0dXJl\n",
        .body = span_text(body),
        .has_body = true,
    };
}

struct public_request front_rig_get(const char *target)
{
    return (struct public_request){
        .method = "GET", .authority = "mybot." FRONT_RIG_DOMAIN, .target = target};
}

void front_rig_check_status(struct front_rig *rig, size_t i, unsigned status)
{
    CHECK(public_client_look(front_rig_client(rig, i)));
    CHECK_EQ(front_rig_client(rig, i)->answer.status, status);
}
