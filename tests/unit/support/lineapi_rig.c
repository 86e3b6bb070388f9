#include "unit/support/lineapi_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>

struct lineapi_rig lineapi_rig;

/* --- life --- */

static void open_shared(struct lineapi_rig *r)
{
    char detail[256];

    random_seeded_init(&r->random, 11);
    CHECK_EQ(line_mint_open(&r->mint, scratch_folder_path("mint.key"), &r->random.base, detail),
             OK);
    CHECK_EQ(given_events_new(&r->given), OK);
    push_guard_init(&r->guard, loop_clock(r->journal.loop));
}

static void open_line(struct lineapi_rig *r)
{
    handler_bot_open(&r->line, r->journal.loop);
    handler_bot_open(&r->data, r->journal.loop);
    (void)snprintf(r->urls[0], sizeof r->urls[0], "%s", handler_bot_url(&r->line, ""));
    (void)snprintf(r->urls[1], sizeof r->urls[1], "%s", handler_bot_url(&r->data, ""));
}

void lineapi_rig_open(void)
{
    struct lineapi_rig *r = &lineapi_rig;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    memset(r, 0, sizeof *r);
    (void)journal_rig_make_folder();
    r->live = mem_live();
    journal_rig_start(&r->journal, NULL);
    open_shared(r);
    open_line(r);
    r->options = (struct lineapi_options){
        .address = "127.0.0.1:0",
        .mode = LINEAPI_AUTO,
        .is_configured = true,
        .api_url = r->urls[0],
        .data_url = r->urls[1],
        .journal = r->journal.journal,
        .given = r->given,
        .guard = &r->guard,
        .mint = &r->mint,
        .settings = &r->settings,
        .secrets = &r->secrets,
        .random = &r->random.base,
        .webhook_url = "",
    };
}

void lineapi_rig_add(const char *arg)
{
    CHECK(lineapi_rig.args_len < LINEAPI_RIG_ARGS - 1);
    lineapi_rig.args[lineapi_rig.args_len++] = arg;
}

enum err lineapi_rig_start(void)
{
    static const char *const nothing[] = {NULL};
    struct lineapi_rig *r = &lineapi_rig;
    struct settings_input input = {.table = client_settings,
                                   .table_len = client_settings_len,
                                   .command = CLIENT_UP,
                                   .args = r->args,
                                   .environment = nothing};

    CHECK_EQ(settings_load(&r->settings, &input), OK);
    secrets_read(&r->secrets, &r->settings);
    return lineapi_open(r->journal.loop, &r->options, &r->lineapi);
}

void lineapi_rig_open_and_start(void)
{
    lineapi_rig_open();
    CHECK_EQ(lineapi_rig_start(), OK);
}

static void on_closed(void *owner)
{
    CHECK(owner == &lineapi_rig);
    lineapi_rig.closed++;
    lineapi_rig.lineapi = NULL;
}

static void leave(struct lineapi_rig *r)
{
    if (r->has_client)
        loopback_leave(&r->client);
    r->has_client = false;
}

void lineapi_rig_end(void)
{
    struct lineapi_rig *r = &lineapi_rig;

    if (r->lineapi) {
        lineapi_close(r->lineapi, on_closed, r);
        CHECK_EQ(r->closed, 0); /* never from inside the call */
    }
    while (r->lineapi)
        lineapi_rig_turn();
}

void lineapi_rig_close(void)
{
    struct lineapi_rig *r = &lineapi_rig;

    lineapi_rig_end();
    leave(r);
    handler_bot_close(&r->line);
    handler_bot_close(&r->data);
    given_events_free(r->given);
    line_mint_close(&r->mint);
    journal_rig_stop(&r->journal);
    settings_fini(&r->settings);
    CHECK_EQ(mem_live(), r->live);
    scratch_folder_remove();
}

/* --- what the bot was given --- */

void lineapi_rig_give(uint64_t exchange, enum given_origin origin, const char *token)
{
    uint64_t now_ms = clock_wall_ms(loop_clock(lineapi_rig.journal.loop));
    struct line_event event = {
        .type = "message",
        .mode = "active",
        .timestamp_ms = now_ms,
        .source_type = "user",
        .source_id = LINEAPI_RIG_USER,
        .user_id = LINEAPI_RIG_USER,
        .webhook_event_id = "",
        .reply_token = token,
        .message_id = "100000000000000001",
        .message_type = "text",
        .text = "",
    };
    struct line_batch batch = {.events = &event, .events_len = 1, .events_total = 1};
    const struct given_webhook webhook = {
        .exchange = exchange, .origin = origin, .received_ms = now_ms};

    given_events_add(lineapi_rig.given, &webhook, &batch);
}

const char *lineapi_rig_mint(enum line_mint_kind kind)
{
    static char texts[8][LINE_MINT_SIZE];
    static unsigned next;
    char *text = texts[next++ % 8];

    line_mint_make(&lineapi_rig.mint, kind, clock_wall_ms(loop_clock(lineapi_rig.journal.loop)),
                   text);
    return text;
}

/* --- asking --- */

static bool is_connected(const struct lineapi_rig *r)
{
    return r->has_client && r->client.peer.stream && !r->client.peer.ended;
}

static void connect_client(struct lineapi_rig *r)
{
    if (is_connected(r))
        return;
    leave(r);
    struct stream *s = loopback_tcp(r->journal.loop, lineapi_port(r->lineapi));
    r->has_client = true;
    loopback_sit(&r->client, r->journal.loop, s, false);
}

void lineapi_rig_send(const struct public_request *request)
{
    connect_client(&lineapi_rig);
    (void)public_client_send(&lineapi_rig.client, request);
}

unsigned lineapi_rig_receive(void)
{
    struct lineapi_rig *r = &lineapi_rig;

    while (!public_client_look(&r->client) && is_connected(r))
        lineapi_rig_turn();
    return public_client_look(&r->client) ? r->client.answer.status : 0;
}

unsigned lineapi_rig_ask(const char *method, const char *target, const char *fields,
                         const char *body)
{
    const char *usual = body ? "authorization: Bearer t0ken\ncontent-type: application/json\n"
                             : "authorization: Bearer t0ken\n";
    struct public_request request = {
        .method = method,
        .authority = "127.0.0.1:4650",
        .target = target,
        .fields = fields ? fields : usual,
        .body = span_text(body),
        .has_body = body != NULL,
    };

    lineapi_rig_send(&request);
    return lineapi_rig_receive();
}

unsigned lineapi_rig_post(const char *target, const char *body)
{
    return lineapi_rig_ask("POST", target, NULL, body);
}

const char *lineapi_rig_body(void)
{
    static char text[64 * 1024];
    const struct public_answer *a = &lineapi_rig.client.answer;

    CHECK(a->body_len < sizeof text);
    if (a->body_len > 0)
        memcpy(text, a->body, a->body_len);
    text[a->body_len] = '\0';
    return text;
}

const char *lineapi_rig_field(const char *name)
{
    return public_client_field(&lineapi_rig.client, name);
}

int lineapi_rig_passed(void)
{
    return lineapi_rig.line.requests + lineapi_rig.data.requests;
}

/* --- what was recorded --- */

static struct lineapi_rig_record record;
static size_t records;

static void copy(char *out, size_t size, struct span s)
{
    CHECK(s.len < size);
    (void)snprintf(out, size, "%.*s", (int)s.len, s.len > 0 ? s.ptr : "");
}

static bool take(void *owner, const struct journal_call_whole *call)
{
    struct lineapi_rig_record *r = owner;
    const struct http_field *authorization = http_head_find(&call->request, "authorization");

    records++;
    r->row = call->row;
    copy(r->operation, sizeof r->operation, call->row.operation);
    copy(r->target, sizeof r->target, call->row.target);
    copy(r->host, sizeof r->host, call->row.host);
    copy(r->request_id, sizeof r->request_id, call->row.request_id);
    copy(r->problem, sizeof r->problem, call->row.problem);
    copy(r->explanation, sizeof r->explanation, call->row.explanation);
    r->request_len = call->request_body.len;
    r->answer_len = call->answer_body.len;
    r->request_truncated = call->request_truncated;
    r->answer_truncated = call->answer_truncated;
    r->has_authorization = authorization && authorization->value.len > 0;
    return true;
}

size_t lineapi_rig_records(void)
{
    struct journal_reader *reader = journal_rig_reader();

    records = 0;
    /* The end of the call comes a turn after the last byte of its answer. */
    loop_turn(lineapi_rig.journal.loop, false);
    line_call_rig_settle(&lineapi_rig.journal);
    CHECK_EQ(journal_calls_since(reader, 0, 10000, take, &record), OK);
    journal_reader_close(reader);
    return records;
}

const struct lineapi_rig_record *lineapi_rig_record(void)
{
    CHECK(lineapi_rig_records() > 0);
    return &record;
}

/* --- time --- */

void lineapi_rig_turn(void)
{
    deadline_run_due(lineapi_rig.journal.loop);
    loop_turn(lineapi_rig.journal.loop, true);
}

void lineapi_rig_stay_away(uint64_t ms)
{
    leave(&lineapi_rig);
    lineapi_rig_advance(ms);
}

void lineapi_rig_advance(uint64_t ms)
{
    clock_fake_advance(&lineapi_rig.journal.clock, ms * 1000);
    deadline_run_due(lineapi_rig.journal.loop);
}
