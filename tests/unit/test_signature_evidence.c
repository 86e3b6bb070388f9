#include "unit/check.h"

#include "base/mem.h"
#include "codec/signature/signature_diagnosis.h"
#include "codec/signature/signature_evidence.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/signature_world.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER  "ffffffffffffffffffffffffffffffff"
#define BODY   "{\"events\": [{\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a+b\"}]}"

static struct signature_world w;
static struct signature_evidence e;

static void find(void)
{
    const struct signature_verify_request r = {&w.head, w.body, w.secrets, w.secrets_len,
                                               w.wall_ms};

    CHECK_EQ(signature_evidence_find(&r, &e), OK);
}

/* LINE's secret is `configured`, and the sender signed `message` with `key`. */
static void begin(const char *configured, struct span key, struct span message)
{
    signature_world_init(&w, "line", configured, BODY);
    signature_world_set_base64(&w, DIGEST_SHA256, key, message);
}

static int fits_of(const char *name)
{
    for (size_t i = 0; i < e.trace.tried_len; i++)
        if (strcmp(e.trace.tried[i].name, name) == 0)
            return e.trace.tried[i].fits;
    return -1;
}

static void check_cause(const char *code, const char *name)
{
    find();
    CHECK_STR(e.check.code, code);
    CHECK(e.trace.cause != NULL);
    CHECK_STR(e.trace.cause->code, code);
    CHECK_STR(e.trace.cause->name, name);
}

/* ... and it is the one thing tried that fits. */
static void check_proof(const char *code, const char *name)
{
    size_t fits = 0;

    check_cause(code, name);
    for (size_t i = 0; i < e.trace.tried_len; i++)
        fits += e.trace.tried[i].fits;
    CHECK_EQ(fits, 1);
    CHECK_EQ(fits_of(name), 1);
    CHECK_EQ(fits_of("as_received"), 0);
    CHECK(strcmp(e.received, e.computed) != 0);
    signature_evidence_fini(&e);
}

static void test_secrets(void)
{
    const struct {
        const char *configured;
        struct span key;
        const char *code, *name;
    } rows[] = {
        {" " SECRET "\n", SPAN(SECRET), "sig_secret_spaces", "secret_trimmed"},
        {"\"" SECRET "\"", SPAN(SECRET), "sig_secret_spaces", "secret_unquoted"},
        {SECRET, SPAN(SECRET "\n"), "sig_secret_spaces", "secret_with_lf"},
        {SECRET, SPAN(SECRET "\r\n"), "sig_secret_spaces", "secret_with_crlf"},
        {SECRET, SPAN("\x01#Eg\x89\xab\xcd\xef\x01#Eg\x89\xab\xcd\xef"), "sig_other_secret",
         "secret_from_hex"},
        {"AB" SECRET, SPAN("ab" SECRET), "sig_other_secret", "secret_lower_case"},
        {SECRET, SPAN("0123456789ABCDEF0123456789ABCDEF"), "sig_other_secret",
         "secret_upper_case"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(rows[i].configured, rows[i].key, SPAN(BODY));
        check_proof(rows[i].code, rows[i].name);
    }
    begin(SECRET, SPAN(OTHER), SPAN(BODY));
    signature_world_add_secret(&w, "line-works", OTHER);
    check_proof("sig_other_secret", "secret_of_other_provider");
}

static void test_bodies(void)
{
    const struct {
        struct span message;
        const char *code, *name;
        size_t differs_at;
    } rows[] = {
        {SPAN(BODY "\n"), "sig_newline", "newline_missing", sizeof(BODY) - 1},
        {SPAN("{\"events\":[{\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a+b\"}]}"),
         "sig_rewritten", "json_minified", 10},
        {SPAN("{\"events\":[{\"text\":\"\xe3\x81\x82 \xf0\x9f\xa4\xa8 <b>/a+b\"}]}"),
         "sig_rewritten", "json_stringify", 10},
        {SPAN("{\"events\": [{\"text\": \"\\u3042 \\ud83e\\udd28 <b>/a+b\"}]}"),
         "sig_rewritten", "json_python", 20},
        {SPAN("{\"events\": [{\"text\":\"? \\uD83E\\uDD28 <b>/a+b\"}]}"), "sig_rewritten",
         "question_marks", 21},
        {SPAN("{\"events\": [{\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a b\"}]}"),
         "sig_rewritten", "blanks_signed", 43},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(SECRET, SPAN(SECRET), rows[i].message);
        find();
        CHECK(span_is(bytes_span(&e.signed_body), rows[i].message));
        CHECK_EQ(e.differs_at, rows[i].differs_at);
        signature_evidence_fini(&e);
        check_proof(rows[i].code, rows[i].name);
    }
    begin(SECRET, SPAN(SECRET), SPAN(""));
    check_proof("sig_rewritten", "empty_body");
}

static void test_line_ends(void)
{
    begin(SECRET, SPAN(SECRET), SPAN("a\nb"));
    w.body = SPAN("a\r\nb");
    check_proof("sig_crlf", "lf_signed");
    begin(SECRET, SPAN(SECRET), SPAN("a\r\nb"));
    w.body = SPAN("a\nb");
    check_proof("sig_crlf", "crlf_signed");
    begin(SECRET, SPAN(SECRET), SPAN("ab"));
    w.body = SPAN("ab\n");
    check_proof("sig_newline", "newline_added");
}

static void with_header(const char *value)
{
    signature_world_init(&w, "line", SECRET, BODY);
    if (value)
        signature_world_add(&w, "x-line-signature", value);
}

static void test_headers(void)
{
    with_header(NULL);
    check_cause("sig_missing", "missing");
    CHECK_STR(e.received, "");
    CHECK_EQ(strlen(e.computed), 44);
    signature_evidence_fini(&e);
    with_header("");
    check_cause("sig_malformed", "field_empty");
    with_header("nonsense");
    check_cause("sig_malformed", "undecodable");
    CHECK_STR(e.received, "nonsense");
    CHECK_EQ(strlen(e.computed), 44);
    signature_world_add(&w, "x-line-signature", "nonsense");
    check_cause("sig_malformed", "field_twice");

    with_header(NULL);
    signature_world_set_hex(&w, SPAN(SECRET), SPAN(BODY));
    check_cause("sig_hex", "hex");
    CHECK_EQ(fits_of("hex"), 1);
    with_header(NULL);
    signature_world_set_base64(&w, DIGEST_SHA1, SPAN(SECRET), SPAN(BODY));
    check_cause("sig_sha1", "sha1");
    CHECK_EQ(fits_of("sha1"), 1);
    with_header(NULL);
    signature_world_set_base64(&w, DIGEST_SHA1, SPAN(OTHER), SPAN(BODY));
    check_cause("sig_sha1", "sha1");
    CHECK_EQ(fits_of("sha1"), 0);
}

static void test_nothing_fits(void)
{
    begin(SECRET, SPAN(OTHER), SPAN(BODY));
    check_cause("sig_unknown", "unknown");
    for (size_t i = 0; i < e.trace.tried_len; i++)
        CHECK(!e.trace.tried[i].fits);
    CHECK(e.trace.tried_len > 30 && e.trace.tried_len < SIGNATURE_TRIALS_MAX);
    CHECK_EQ(fits_of("bare_body"), -1); /* it is LINE's way */
    CHECK_EQ(fits_of("secret_of_other_provider"), -1);
    CHECK_EQ(bytes_len(&e.signed_body), 0);
    signature_evidence_fini(&e);

    begin("an access token, not a secret", SPAN(OTHER), SPAN(BODY));
    check_cause("sig_other_secret", "odd_secret");
    signature_evidence_fini(&e);
}

static void test_valid(void)
{
    char received[SIGNATURE_TEXT_MAX];

    begin(SECRET, SPAN(SECRET), SPAN(BODY));
    find();
    CHECK_STR(e.check.code, "");
    CHECK(e.trace.cause == NULL);
    CHECK_STR(e.received, e.computed);
    begin(OTHER, SPAN(SECRET), SPAN(BODY));
    signature_world_add_secret(&w, "line", SECRET);
    check_cause("sig_previous_secret", "previous");
    CHECK_EQ(e.check.verdict, VERDICT_VALID);
    CHECK_STR(e.received, e.computed);
    memcpy(received, e.received, sizeof(received));
    /* another provider's secret in front is not an older one */
    signature_world_init(&w, "github", OTHER, BODY);
    signature_world_add_secret(&w, "line", SECRET);
    signature_world_add(&w, "x-line-signature", received);
    find();
    CHECK_EQ(e.check.verdict, VERDICT_VALID);
    CHECK_STR(e.check.code, "");
}

static void test_nothing_configured(void)
{
    with_header("nonsense");
    w.secrets_len = 0;
    find();
    CHECK_EQ(e.check.verdict, VERDICT_UNCHECKED);
    CHECK_STR(e.check.code, "");
    CHECK_STR(e.computed, "");
    with_header("nonsense");
    w.secrets[0].secret = SPAN("");
    find();
    CHECK_EQ(e.check.verdict, VERDICT_INVALID);
    CHECK_STR(e.computed, "");
}

static void test_outdated(void)
{
    signature_world_init(&w, "slack", SECRET, BODY);
    signature_world_add(&w, "x-slack-request-timestamp", "1600000000");
    signature_world_set_hex(&w, SPAN(SECRET), SPAN("v0:1600000000:" BODY));
    check_cause("sig_malformed", "outdated");
    CHECK_STR(e.received, e.computed);
    CHECK(span_starts(span_text(e.computed), SPAN("v0=")));
}

/* Longer than the room, and with what is no text. */
static void test_hostile_header(void)
{
    char value[2000];

    memset(value, '\xff', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    with_header(value);
    check_cause("sig_malformed", "undecodable");
    CHECK_EQ(strlen(e.received), sizeof(e.received) - 1);
}

static void test_long_body(void)
{
    static char body[SIGNATURE_DIAGNOSIS_BODY_MAX + 2];

    memset(body, ' ', sizeof(body));
    begin(SECRET, SPAN(SECRET), span_of(body, SIGNATURE_DIAGNOSIS_BODY_MAX));
    body[SIGNATURE_DIAGNOSIS_BODY_MAX] = '\n';
    w.body = span_of(body, SIGNATURE_DIAGNOSIS_BODY_MAX + 1);
    check_cause("sig_unknown", "unknown"); /* too long to be rewritten */
    CHECK_EQ(fits_of("newline_added"), -1);
    signature_evidence_fini(&e);
    begin(SECRET, SPAN(SECRET), span_of(body, SIGNATURE_DIAGNOSIS_BODY_MAX - 1));
    body[SIGNATURE_DIAGNOSIS_BODY_MAX - 1] = '\n';
    w.body = span_of(body, SIGNATURE_DIAGNOSIS_BODY_MAX);
    check_proof("sig_newline", "newline_added");
}

static void test_memory_runs_out(void)
{
    const unsigned long before = mem_live();
    bool is_over = false;

    begin(SECRET, SPAN(SECRET),
          SPAN("{\"events\": [{\"text\": \"\\u3042 \\ud83e\\udd28 <b>/a+b\"}]}"));
    for (unsigned long n = 1; !is_over; n++) {
        const struct signature_verify_request r = {&w.head, w.body, w.secrets, w.secrets_len,
                                                   w.wall_ms};

        mem_fail_at(n);
        enum err rc = signature_evidence_find(&r, &e);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
        signature_evidence_fini(&e);
        CHECK_EQ(mem_live(), before);
    }
}

CHECK_MAIN(TEST(test_secrets), TEST(test_bodies), TEST(test_line_ends), TEST(test_headers),
           TEST(test_nothing_fits), TEST(test_valid), TEST(test_nothing_configured),
           TEST(test_outdated), TEST(test_hostile_header), TEST(test_long_body),
           TEST(test_memory_runs_out))
