#include "unit/support/inspector_rig.h"

#include "base/mem.h"
#include "codec/json/json.h"
#include "loop/deadline.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>

struct inspector_rig inspector_rig;

/* --- life --- */

void inspector_rig_open(void)
{
    struct inspector_rig *r = &inspector_rig;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    memset(r, 0, sizeof *r);
    (void)journal_rig_make_folder();
    r->live = mem_live();
    journal_rig_start(&r->journal, NULL);
    CHECK_EQ(handler_open_echo(r->journal.loop, &r->handler), OK);
    random_seeded_init(&r->random, 7);
    r->mint = (struct line_mint){.random = &r->random.base};
    r->agent_options = (struct agent_options){
        .tunnel = "mybot", .webhook_path = "/callback", .mint = &r->mint};
    r->options = (struct inspector_options){
        .address = "127.0.0.1:0",
        .key_file = scratch_folder_path("inspector.key"),
        .journal_path = journal_rig_path(),
        .journal = r->journal.journal,
        .agent_options = &r->agent_options,
        .settings = &r->settings,
        .secrets = &r->secrets,
        .handler = r->handler,
        .random = &r->random.base,
    };
}

void inspector_rig_add(const char *arg)
{
    CHECK(inspector_rig.args_len < INSPECTOR_RIG_ARGS - 1);
    inspector_rig.args[inspector_rig.args_len++] = arg;
}

enum err inspector_rig_start(void)
{
    static const char *const nothing[] = {NULL};
    struct inspector_rig *r = &inspector_rig;
    struct settings_input input = {.table = client_settings,
                                   .table_len = client_settings_len,
                                   .command = CLIENT_UP,
                                   .args = r->args,
                                   .environment = nothing};
    enum err rc = settings_load(&r->settings, &input);

    if (rc != OK)
        (void)fprintf(stderr, "%s", settings_problems(&r->settings));
    CHECK_EQ(rc, OK);
    secrets_read(&r->secrets, &r->settings);
    return inspector_open(r->journal.loop, &r->options, &r->inspector);
}

static void on_closed(void *owner)
{
    CHECK(owner == &inspector_rig);
    inspector_rig.closed++;
    inspector_rig.inspector = NULL;
}

static void on_handler_closed(void *owner)
{
    ((struct inspector_rig *)owner)->handler = NULL;
}

static void leave(struct inspector_rig *r)
{
    if (r->has_client)
        loopback_leave(&r->client);
    r->has_client = false;
}

void inspector_rig_end(void)
{
    struct inspector_rig *r = &inspector_rig;

    if (r->inspector) {
        inspector_close(r->inspector, on_closed, r);
        CHECK_EQ(r->closed, 0); /* never from inside the call */
    }
    while (r->inspector)
        loop_turn(r->journal.loop, true);
}

void inspector_rig_close(void)
{
    struct inspector_rig *r = &inspector_rig;

    inspector_rig_end();
    leave(r);
    handler_close(r->handler, on_handler_closed, r);
    while (r->handler)
        loop_turn(r->journal.loop, true);
    journal_rig_stop(&r->journal);
    settings_fini(&r->settings);
    CHECK_EQ(mem_live(), r->live);
    scratch_folder_remove();
}

/* --- asking --- */

const char *inspector_rig_authority(void)
{
    static char text[40];

    (void)snprintf(text, sizeof text, "127.0.0.1:%u", inspector_port(inspector_rig.inspector));
    return text;
}

const char *inspector_rig_key(void)
{
    return strchr(inspector_url(inspector_rig.inspector), '=') + 1;
}

static bool is_connected(const struct inspector_rig *r)
{
    return r->has_client && r->client.peer.stream && !r->client.peer.ended;
}

static void connect_client(struct inspector_rig *r)
{
    if (is_connected(r))
        return;
    leave(r);
    struct stream *s = loopback_tcp(r->journal.loop, inspector_port(r->inspector));
    r->has_client = true;
    loopback_sit(&r->client, r->journal.loop, s, false);
}

static bool wait_for_answer(struct inspector_rig *r)
{
    while (!public_client_look(&r->client) && is_connected(r))
        inspector_rig_turn();
    return public_client_look(&r->client);
}

void inspector_rig_send(const char *method, const char *target, const char *fields,
                        const char *body)
{
    static char usual[300];
    struct inspector_rig *r = &inspector_rig;
    struct public_request request = {
        .method = method,
        .authority = inspector_rig_authority(),
        .target = target,
        .fields = fields ? fields : usual,
        .body = span_text(body),
        .has_body = body != NULL,
    };

    (void)snprintf(usual, sizeof usual, "authorization: Bearer %s\n%s", inspector_rig_key(),
                   body ? "content-type: application/json\n" : "");
    connect_client(r);
    (void)public_client_send(&r->client, &request);
}

unsigned inspector_rig_receive(void)
{
    return wait_for_answer(&inspector_rig) ? inspector_rig.client.answer.status : 0;
}

unsigned inspector_rig_ask(const char *method, const char *target, const char *fields,
                           const char *body)
{
    inspector_rig_send(method, target, fields, body);
    return inspector_rig_receive();
}

unsigned inspector_rig_get(const char *target)
{
    return inspector_rig_ask("GET", target, NULL, NULL);
}

unsigned inspector_rig_post(const char *target, const char *body)
{
    return inspector_rig_ask("POST", target, NULL, body);
}

const char *inspector_rig_body(void)
{
    static char text[1024 * 1024];
    const struct public_answer *a = &inspector_rig.client.answer;

    CHECK(a->body_len < sizeof text);
    if (a->body_len > 0)
        memcpy(text, a->body, a->body_len);
    text[a->body_len] = '\0';
    return text;
}

const char *inspector_rig_field(const char *name)
{
    return public_client_field(&inspector_rig.client, name);
}

void inspector_rig_check_problem(unsigned status, const char *code)
{
    struct json_doc doc;
    const char *body = inspector_rig_body();
    uint64_t number = 0;

    CHECK_STR(inspector_rig_field("content-type"), "application/problem+json");
    CHECK_EQ(json_parse(&doc, span_text(body), 65536), OK);
    const struct json_value *root = json_root(&doc);
    CHECK_STR(json_string(json_member(root, "code")), code);
    CHECK(json_u64(json_member(root, "status"), &number));
    CHECK_EQ(number, status);
    CHECK_EQ(inspector_rig.client.answer.status, status);
    CHECK(json_string(json_member(root, "title")) != NULL);
    CHECK(*json_string(json_member(root, "detail")) != '\0');
    json_fini(&doc);
}

/* --- time --- */

void inspector_rig_turn(void)
{
    deadline_run_due(inspector_rig.journal.loop);
    loop_turn(inspector_rig.journal.loop, true);
}

void inspector_rig_advance(uint64_t ms)
{
    clock_fake_advance(&inspector_rig.journal.clock, ms * 1000);
    deadline_run_due(inspector_rig.journal.loop);
}
