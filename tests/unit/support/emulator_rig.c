#include "unit/support/emulator_rig.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "unit/check.h"

struct emulator_rig emulator_rig;

/* --- life --- */

void emulator_rig_open(void)
{
    struct emulator_rig *r = &emulator_rig;

    *r = (struct emulator_rig){.live = mem_live()};
    random_seeded_init(&r->random, 5);
    clock_fake_init(&r->clock, EMULATOR_RIG_MS);
    r->mint.random = &r->random.base;
    random_fill(&r->random.base, r->mint.key, sizeof r->mint.key);
    CHECK_EQ(given_events_new(&r->given), OK);
    r->options = (struct emulator_options){
        .mint = &r->mint,
        .given = r->given,
        .random = &r->random.base,
        .clock = &r->clock.base,
        .secrets = &r->secrets,
        .webhook_url = "https://bot.example.com/webhook",
    };
    r->authorization = "Bearer some-token";
}

void emulator_rig_start(void)
{
    CHECK_EQ(emulator_new(&emulator_rig.options, &emulator_rig.emulator), OK);
    emulated_call_init(&emulator_rig.call);
}

void emulator_rig_open_and_start(void)
{
    emulator_rig_open();
    emulator_rig_start();
}

void emulator_rig_close(void)
{
    struct emulator_rig *r = &emulator_rig;

    emulated_call_fini(&r->call);
    emulator_free(r->emulator);
    given_events_free(r->given);
    mem_free(r->body);
    CHECK_EQ(mem_live(), r->live);
}

void emulator_rig_advance(uint64_t ms)
{
    clock_fake_advance(&emulator_rig.clock, ms * 1000);
}

/* --- webhooks --- */

void emulator_rig_webhook(enum given_origin origin, const char *body)
{
    struct line_batch batch;
    const struct given_webhook webhook = {
        .exchange = 1,
        .origin = origin,
        .received_ms = clock_wall_ms(&emulator_rig.clock.base),
    };

    CHECK_EQ(line_batch_parse(&batch, span_text(body)), OK);
    CHECK_EQ(batch.kind, LINE_BODY_LINE);
    given_events_add(emulator_rig.given, &webhook, &batch);
    line_batch_fini(&batch);
}

void emulator_rig_message(enum given_origin origin, const char *token, const char *message_type,
                          const char *id)
{
    char body[1024];

    (void)snprintf(body, sizeof body,
                   "{\"destination\":\"" EMULATOR_RIG_BOT
                   "\",\"events\":[{\"type\":\"message\","
                   "\"timestamp\":%" PRIu64
                   ",\"source\":{\"type\":\"user\",\"userId\":\"" EMULATOR_RIG_USER
                   "\"},\"replyToken\":\"%s\","
                   "\"message\":{\"type\":\"%s\",\"id\":\"%s\"}}]}",
                   clock_wall_ms(&emulator_rig.clock.base), token, message_type, id);
    emulator_rig_webhook(origin, body);
}

void emulator_rig_group_event(const char *type, const char *user)
{
    char body[1024];

    (void)snprintf(body, sizeof body,
                   "{\"destination\":\"" EMULATOR_RIG_BOT "\",\"events\":[{\"type\":\"%s\","
                   "\"replyToken\":\"" EMULATOR_RIG_TOKEN "\",\"source\":{\"type\":\"group\","
                   "\"groupId\":\"" EMULATOR_RIG_GROUP "\",\"userId\":\"%s\"}}]}",
                   type, user);
    emulator_rig_webhook(GIVEN_BY_SIMULATION, body);
}

const char *emulator_rig_mint(enum line_mint_kind kind)
{
    static char texts[8][LINE_MINT_SIZE];
    static unsigned next;
    char *text = texts[next++ % 8];

    line_mint_make(&emulator_rig.mint, kind, EMULATOR_RIG_MS, text);
    return text;
}

/* --- calls --- */

void emulator_rig_field(const char *name, const char *value)
{
    struct emulator_rig *r = &emulator_rig;

    CHECK(r->fields_len < EMULATOR_RIG_FIELDS);
    r->names[r->fields_len] = name;
    r->values[r->fields_len++] = value;
}

static void make_head(const char *method, const char *target, bool has_body)
{
    struct emulator_rig *r = &emulator_rig;
    const char *type = r->content_type ? r->content_type : "application/json; charset=UTF-8";

    http_head_init_request(&r->head, span_text(method), span_text(target));
    if (r->authorization)
        CHECK_EQ(http_head_add(&r->head, SPAN("Authorization"), span_text(r->authorization)),
                 OK);
    if (has_body && *type)
        CHECK_EQ(http_head_add(&r->head, SPAN("Content-Type"), span_text(type)), OK);
    for (size_t i = 0; i < r->fields_len; i++)
        CHECK_EQ(http_head_add(&r->head, span_text(r->names[i]), span_text(r->values[i])), OK);
    r->fields_len = 0;
}

static void on_done(struct emulated_call *c)
{
    CHECK(c == &emulator_rig.call);
    emulator_rig.done++;
}

/* What every answer of ours must be. */
static void keep_answer(void)
{
    struct emulator_rig *r = &emulator_rig;
    const struct emulated_call *c = &r->call;
    struct span text = bytes_span(&c->answer);

    if (text.len == 0 && !c->is_empty)
        text = SPAN("{}");
    CHECK(!c->is_empty || bytes_len(&c->answer) == 0);
    CHECK(c->status >= 200 && c->status <= 599);
    if (!c->is_empty && strcmp(c->content_type, "application/json") == 0)
        CHECK_EQ(json_scan(text, NULL), OK);
    CHECK((c->status < 300) == (c->problem == NULL) || c->status == 404 || c->status == 410 ||
          c->status == 403 || c->status == 500);
    mem_free(r->body);
    r->body = mem_text(text.len > 0 ? text.ptr : "", text.len);
}

unsigned emulator_rig_ask_span(const char *method, const char *target, struct span body)
{
    struct emulator_rig *r = &emulator_rig;
    struct emulated_call *c = &r->call;

    emulated_call_fini(c);
    emulated_call_init(c);
    make_head(method, target, body.len > 0);
    lineapi_operation_find(span_text(method), span_text(target), &r->match);
    CHECK(r->match.operation != NULL);
    (void)snprintf(r->request_id, sizeof r->request_id, "00000000-0000-4000-8000-%012" PRIu64,
                   ++r->calls);
    c->operation = r->match.operation;
    memcpy(c->params, r->match.params, sizeof c->params);
    c->query = r->match.query;
    c->head = &r->head;
    c->body = body;
    c->now_ms = clock_wall_ms(&r->clock.base);
    c->request_id = r->request_id;
    c->done = on_done;
    emulator_answer(r->emulator, c);
    if (c->is_later)
        return 0;
    keep_answer();
    return c->status;
}

unsigned emulator_rig_ask(const char *method, const char *target, const char *body)
{
    return emulator_rig_ask_span(method, target, span_text(body));
}

unsigned emulator_rig_get(const char *target)
{
    return emulator_rig_ask("GET", target, NULL);
}

unsigned emulator_rig_post(const char *target, const char *body)
{
    return emulator_rig_ask("POST", target, body);
}

const char *emulator_rig_text(const char *path)
{
    struct emulator_rig *r = &emulator_rig;
    struct span value = {0};
    size_t len = 0;

    if (r->call.is_later)
        keep_answer(); /* it has come by now */
    r->text[0] = '\0';
    if (json_text_find(span_text(r->body), span_text(path), &value) != OK)
        return r->text;
    CHECK(value.len < sizeof r->text);
    if (json_text_is_string(value))
        len = json_text_unescape(value, r->text);
    else
        memcpy(r->text, value.ptr, len = value.len);
    r->text[len] = '\0';
    return r->text;
}

bool emulator_rig_knows(const char *method, const char *target, const char *body)
{
    struct emulator_rig *r = &emulator_rig;

    make_head(method, target, body != NULL);
    lineapi_operation_find(span_text(method), span_text(target), &r->match);
    return emulator_knows(r->emulator, &r->match, &r->head, span_text(body));
}

/* --- checks --- */

void emulator_rig_check_message(unsigned status, const char *message)
{
    char want[1200];

    (void)snprintf(want, sizeof want, "{\"message\":\"%s\"}", message);
    CHECK_STR(emulator_rig.body, want);
    CHECK_EQ(emulator_rig.call.status, status);
}

void emulator_rig_check_detail(const char *property, const char *message)
{
    char want[1200];

    (void)snprintf(want, sizeof want,
                   "{\"message\":\"The request body has 1 error(s)\",\"details\":[{\"message\":"
                   "\"%s\",\"property\":\"%s\"}]}",
                   message, property);
    CHECK_STR(emulator_rig.body, want);
    CHECK_EQ(emulator_rig.call.status, 400);
    CHECK_STR(emulator_rig.call.problem, "refused");
}
