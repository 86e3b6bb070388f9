/* The request of a replay: what was recorded, our marks, and a signature that holds. */
#include "relay-client/replay/replay_request.h"

#include "base/mem.h"
#include "link/link_handshake.h"
#include "relay-client/agent/agent_context.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define HEX32 "0123456789abcdef0123456789abcdef"

static struct http_head recorded;
static struct journal_exchange *exchange;
static struct secrets secrets;
static struct replay_request request;
static struct random_seeded seeded;

/* --- the world --- */

static void begin(const char *method)
{
    http_head_init_request(&recorded, span_text(method), SPAN("/callback?a=%20"));
    recorded.scheme = SPAN("https");
    recorded.authority = SPAN("mybot.relay.example.com");
    secrets = (struct secrets){0};
    random_seeded_init(&seeded, 1);
}

static void field(const char *name, const char *value)
{
    CHECK_EQ(http_head_add(&recorded, span_text(name), span_text(value)), OK);
}

static void add_secret(const char *provider, const char *secret)
{
    secrets.list[secrets.len++] =
        (struct signature_secret){.provider = signature_provider_named(span_text(provider)),
                                  .secret = span_text(secret),
                                  .label = "a secret"};
}

/* Through the journal, as `hookline replay` gets it. */
static void record(const char *body)
{
    struct journal_rig rig;
    struct journal_reader *reader;
    uint64_t id;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    struct journal_request r = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAA", body);
    r.head = &recorded;
    CHECK_EQ(journal_rig_record(&rig, &r, &id), OK);
    CHECK_EQ(id, 1);
    journal_rig_stop(&rig);
    reader = journal_rig_reader();
    CHECK_EQ(journal_reader_get(reader, SPAN("1"), &exchange), OK);
    journal_reader_close(reader);
}

/* The next day. */
#define NOW_MS (JOURNAL_RIG_NOW_MS + 86400000u)

static enum err make(struct replay_plan plan)
{
    plan.exchange = exchange;
    plan.secrets = &secrets;
    plan.random = &seeded.base;
    replay_request_fini(&request);
    return replay_request_make(&request, &plan, NOW_MS);
}

static void end(void)
{
    replay_request_fini(&request);
    request = (struct replay_request){0};
    journal_exchange_free(exchange);
    scratch_folder_remove();
}

static void check_field(const char *name, const char *want)
{
    CHECK_EQ(http_head_count(&request.head, name), want ? 1 : 0);
    CHECK(!want || span_is(http_head_value(&request.head, name), span_text(want)));
}

static enum verdict verdict(void)
{
    struct signature_check check;

    CHECK_EQ(signature_verify(&request.head, request.body, secrets.list, secrets.len, NOW_MS,
                              &check),
             OK);
    return check.verdict;
}

/* --- as it was --- */

static void test_unchanged(void)
{
    begin("POST");
    field("content-type", "application/json");
    field("content-length", "5");
    field("x-line-signature", "c2lnbmF0dXJl");
    field("x-dup", "1");
    field("x-dup", "2");
    record("hello");
    CHECK_EQ(make((struct replay_plan){.body = journal_exchange_request_body(exchange)}), OK);
    CHECK(span_is(request.head.method, SPAN("POST")));
    CHECK(span_is(request.head.target, SPAN("/callback?a=%20")));
    CHECK(span_is(request.head.authority, SPAN("mybot.relay.example.com")));
    CHECK(span_is(request.body, SPAN("hello")));
    check_field(AGENT_FIELD_REPLAY_OF, "1");
    check_field(AGENT_FIELD_TARGET, NULL);
    check_field("content-length", "5");
    check_field("content-type", "application/json");
    check_field("x-line-signature", "c2lnbmF0dXJl"); /* the recorded one, right or wrong */
    CHECK_EQ(http_head_count(&request.head, "x-dup"), 2);
    end();
}

static void test_length_is_the_new_bodys(void)
{
    begin("POST");
    field("Content-Length", "5");
    record("hello");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("hello, world")}), OK);
    check_field("content-length", "12");
    CHECK(span_is(request.body, SPAN("hello, world")));
    end();
}

/* It had no body, so it says nothing of one. */
static void test_no_body(void)
{
    begin("GET");
    record("");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("")}), OK);
    check_field("content-length", NULL);
    end();
    begin("POST");
    field("content-length", "0");
    record("");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("")}), OK);
    check_field("content-length", "0");
    end();
}

static void test_target(void)
{
    begin("POST");
    record("x");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .target = "staging"}), OK);
    check_field(AGENT_FIELD_TARGET, "staging");
    end();
}

static void test_fullest_head(void)
{
    for (int extra = 0; extra <= 1; extra++) {
        begin("POST");
        for (unsigned i = 0; i < HTTP_FIELDS_MAX - 3 + (unsigned)extra; i++)
            field("x-field", "value");
        record("x");
        CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .target = "staging"}),
                 extra ? ERR_HEADERS_TOO_LARGE : OK);
        end();
    }
}

/* --- signed again --- */

static const char *secret_for(const struct signature_provider *p)
{
    return p->key == SIGNATURE_KEY_WHSEC ? "whsec_c2VjcmV0c2VjcmV0c2VjcmV0" : HEX32;
}

static void record_signed(const struct signature_provider *p)
{
    begin("POST");
    field(p->header, "old");
    if (strcmp(p->name, "github") == 0)
        field("x-github-event", "push");
    if (p->timestamp_header)
        field(p->timestamp_header, "1700000000");
    if (p->id_header)
        field(p->id_header, "msg_123");
    record("{\"a\":1}");
}

static void test_every_provider_verifies_again(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        record_signed(p);
        add_secret("viber", "of somebody else");
        add_secret(p->name, secret_for(p));
        if (strcmp(p->name, "viber") == 0)
            secrets.list[0].secret = span_text(secret_for(p));
        CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":2}")}), OK);
        CHECK_EQ(http_head_count(&request.head, p->header), 1);
        CHECK_EQ(verdict(), VERDICT_VALID);
        CHECK(!p->id_header ||
              span_is(http_head_value(&request.head, p->id_header), SPAN("msg_123")));
        end();
    }
}

static void test_no_secret_to_sign_with(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        record_signed(&signature_providers[i]);
        add_secret(i == 0 ? "github" : "line", HEX32);
        CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":2}")}), ERR_NOT_FOUND);
        CHECK(request.provider == &signature_providers[i]);
        end();
    }
}

/* Nobody asked for a signature that was not there. */
static void test_unsigned_stays_unsigned(void)
{
    begin("POST");
    field("content-type", "application/json");
    add_secret("line", HEX32);
    record("{\"a\":1}");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":2}")}), OK);
    check_field("x-line-signature", NULL);
    end();
}

/* A secret is there, the body is not changed: the recorded signature is what is tried. */
static void test_unchanged_is_not_signed_again(void)
{
    begin("POST");
    field("x-line-signature", "wrong");
    add_secret("line", HEX32);
    record("{\"a\":1}");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":1}")}), OK);
    check_field("x-line-signature", "wrong");
    CHECK_EQ(verdict(), VERDICT_INVALID);
    end();
}

static void test_id_is_missing(void)
{
    begin("POST");
    field("webhook-signature", "v1,old");
    add_secret("standard-webhooks", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0");
    record("{\"a\":1}");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":2}")}), ERR_USAGE);
    end();
}

/* --- the signature as wished --- */

static void record_line(void)
{
    begin("POST");
    field("x-line-signature", "old");
    add_secret("line", HEX32);
    record("{\"a\":1}");
}

static void test_signed_again_though_unchanged(void)
{
    record_line();
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":1}"), .sign = REPLAY_SIGN_AGAIN}),
             OK);
    CHECK_EQ(verdict(), VERDICT_VALID);
    end();
    begin("POST"); /* one that was not signed is signed as the first secret's provider does */
    add_secret("github", HEX32);
    record("x");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .sign = REPLAY_SIGN_AGAIN}), OK);
    CHECK(http_head_find(&request.head, "x-hub-signature-256"));
    end();
}

static void test_signature_is_kept(void)
{
    record_line();
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{}"), .sign = REPLAY_SIGN_KEEP}), OK);
    check_field("x-line-signature", "old");
    end();
}

/* It looks like a right one. */
static void test_wrong_signature(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        record_signed(p);
        add_secret(p->name, secret_for(p));
        CHECK_EQ(
            make((struct replay_plan){.body = SPAN("{\"a\":1}"), .sign = REPLAY_SIGN_WRONG}),
            OK);
        CHECK_EQ(http_head_count(&request.head, p->header), 1);
        CHECK(!span_is(http_head_value(&request.head, p->header), SPAN("old")));
        CHECK_EQ(verdict(), VERDICT_INVALID);
        end();
    }
}

static void test_no_signature(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        record_signed(&signature_providers[i]);
        CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .sign = REPLAY_SIGN_NONE}), OK);
        CHECK(!signature_provider_of(&request.head));
        end();
    }
}

/* --- other fields --- */

#define FIELD(name_, value_)                                                                   \
    {                                                                                          \
        .name = {name_, sizeof name_ - 1}, .value = { value_, sizeof value_ - 1 }              \
    }

static void test_other_fields(void)
{
    static const struct http_field given[] = {
        FIELD("X-New", "1"),
        FIELD("x-new", ""),
        FIELD("Content-Length", "9"),
        FIELD("Host", "elsewhere"),
        FIELD("connection", "close"),
        FIELD("Transfer-Encoding", "chunked"),
        FIELD("expect", "100-continue"),
    };

    begin("POST");
    field("x-old", "1");
    field("content-length", "1");
    record("x");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .fields = given, .fields_len = 7}),
             OK);
    CHECK_EQ(http_head_count(&request.head, "x-new"), 2);
    check_field("content-length", "1");
    check_field("x-old", NULL);
    check_field("host", NULL);
    check_field("connection", NULL);
    check_field("transfer-encoding", NULL);
    check_field("expect", NULL);
    CHECK(span_is(request.head.authority, SPAN("mybot.relay.example.com")));
    end();
}

/* What the page did not see stays: the n-th of a name for the n-th of that name. */
static void test_hidden_fields(void)
{
    static const struct http_field given[] = {
        {.name = {"Cookie", 6}, .secret = true},
        FIELD("cookie", "shown"),
        {.name = {"cookie", 6}, .secret = true},
        {.name = {"Authorization", 13}, .secret = true},
    };

    begin("POST");
    field("cookie", "one");
    field("cookie", "two");
    field("cookie", "three");
    record("x");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("x"), .fields = given, .fields_len = 4}),
             OK);
    CHECK_EQ(request.head.fields_len, 3 + 2); /* our mark, and the length */
    CHECK(span_is(request.head.fields[0].value, SPAN("one")));
    CHECK(span_is(request.head.fields[1].value, SPAN("shown")));
    CHECK(span_is(request.head.fields[2].value, SPAN("three")));
    end();
}

static void test_fields_that_cannot_be(void)
{
    static const struct http_field bad[] = {
        FIELD("a", "x\r\ny: z"), FIELD("a", "x\n"),      FIELD("a", "x\ry"), FIELD("a", "x\0y"),
        FIELD("a", " x"),        FIELD("a\r\nb", "x"),   FIELD("a b", "x"),  FIELD("", "x"),
        FIELD("a:", "x"),        FIELD("\xc3\xa4", "x"),
    };
    static const struct http_field ours[] = {FIELD("Hookline-Target", "staging"),
                                             FIELD("hookline-replay-of", "7")};

    record_line();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(
            make((struct replay_plan){.body = SPAN("x"), .fields = &bad[i], .fields_len = 1}),
            ERR_SYNTAX);
        CHECK(*request.detail);
    }
    for (size_t i = 0; i < 2; i++)
        CHECK_EQ(
            make((struct replay_plan){.body = SPAN("x"), .fields = &ours[i], .fields_len = 1}),
            ERR_DENIED);
    end();
}

/* --- to the public address --- */

static void test_publicly(void)
{
    record_line();
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":1}"),
                                       .public_authority = SPAN("relay.example.com:8443"),
                                       .public_prefix = SPAN("/mybot")}),
             OK);
    CHECK(span_is(request.head.authority, SPAN("relay.example.com:8443")));
    CHECK(span_is(request.head.target, SPAN("/mybot/callback?a=%20")));
    check_field(AGENT_FIELD_REPLAY_OF, NULL);
    check_field("x-line-signature", "old");
    CHECK_EQ(make((struct replay_plan){.body = SPAN("{\"a\":1}"),
                                       .public_authority = SPAN("mybot.relay.example.com")}),
             OK);
    CHECK(span_is(request.head.target, SPAN("/callback?a=%20")));
    end();
}

/* --- new events --- */

#define EVENT                                                                                  \
    "{\"events\":[{\"replyToken\":\"x\",\"deliveryContext\":{\"isRedelivery\":false}}]}"

static void test_new_events_are_signed(void)
{
    begin("POST");
    field("x-line-signature", "old");
    add_secret("line", HEX32);
    record(EVENT);
    CHECK_EQ(make((struct replay_plan){.body = SPAN(EVENT), .is_fresh = true}), OK);
    CHECK_EQ(request.renewed, 1);
    CHECK_EQ(verdict(), VERDICT_VALID);
    CHECK(!span_is(request.body, SPAN(EVENT)));
    CHECK_EQ(make((struct replay_plan){.body = SPAN(EVENT), .is_redelivery = true}), OK);
    CHECK_EQ(request.marked, 1);
    CHECK_EQ(verdict(), VERDICT_VALID);
    end();
}

/* A default that changes nothing where there is nothing; what cannot be is said. */
static void test_no_events(void)
{
    record_line();
    CHECK_EQ(make((struct replay_plan){.body = SPAN("no JSON"), .is_fresh = true}), OK);
    CHECK(span_is(request.body, SPAN("no JSON")));
    CHECK_EQ(make((struct replay_plan){.body = SPAN("no JSON"), .is_redelivery = true}),
             ERR_SYNTAX);
    end();
}

static void test_sign_names(void)
{
    enum replay_sign sign;

    CHECK(replay_request_sign_parse(SPAN("wrong"), &sign));
    CHECK_EQ(sign, REPLAY_SIGN_WRONG);
    CHECK(replay_request_sign_parse(SPAN("auto"), &sign));
    CHECK_EQ(sign, REPLAY_SIGN_AUTO);
    CHECK(!replay_request_sign_parse(SPAN("Auto"), &sign));
    CHECK(!replay_request_sign_parse(SPAN(""), &sign));
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    begin("POST");
    field("x-line-signature", "old");
    add_secret("line", HEX32);
    record(EVENT);
    for (unsigned long n = 1; !is_untouched; n++) {
        mem_fail_at(n);
        enum err rc = make((struct replay_plan){.body = SPAN(EVENT),
                                                .is_fresh = true,
                                                .public_authority = SPAN("a.example"),
                                                .public_prefix = SPAN("/b")});
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
    }
    end();
}

CHECK_MAIN(TEST(test_unchanged), TEST(test_length_is_the_new_bodys), TEST(test_no_body),
           TEST(test_target), TEST(test_fullest_head), TEST(test_every_provider_verifies_again),
           TEST(test_no_secret_to_sign_with), TEST(test_unsigned_stays_unsigned),
           TEST(test_unchanged_is_not_signed_again), TEST(test_id_is_missing),
           TEST(test_signed_again_though_unchanged), TEST(test_signature_is_kept),
           TEST(test_wrong_signature), TEST(test_no_signature), TEST(test_other_fields),
           TEST(test_hidden_fields), TEST(test_fields_that_cannot_be), TEST(test_publicly),
           TEST(test_new_events_are_signed), TEST(test_no_events), TEST(test_sign_names),
           TEST(test_memory_runs_out))
