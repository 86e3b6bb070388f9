/* A request: field lines "name: value", an empty line, the body.  It is checked against a
 * secret of every provider; what is signed here must be valid afterwards. */
#include "unit/check.h"

#include "base/text.h"
#include "codec/signature/signature_evidence.h"

#define SECRETS 12u
#define NOW_MS  UINT64_C(1700000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct signature_secret secrets[SECRETS];

static size_t make_secrets(void)
{
    size_t len = 0;

    for (size_t i = 0; i < signature_providers_len && len < SECRETS; i++) {
        const struct signature_provider *p = &signature_providers[i];

        secrets[len++] = (struct signature_secret){
            .provider = p,
            .secret = p->key == SIGNATURE_KEY_WHSEC
                          ? SPAN("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                          : SPAN("s3cr3t-S3CR3T-s3cr3t"),
            .label = p->name,
            .bot_user_id = "U00000000000000000000000000000000",
        };
    }
    return len;
}

/* Takes one line off the text, without its line end. */
static struct span take_line(struct span *text)
{
    size_t end = span_find(*text, '\n');
    struct span line = span_slice(*text, 0, end);

    *text = span_slice(*text, end + 1, text->len);
    return line;
}

static void read_fields(struct http_head *head, struct span *text)
{
    for (;;) {
        struct span line = take_line(text);
        size_t colon = span_find(line, ':');

        if (line.len == 0 || head->fields_len == HTTP_FIELDS_MAX - 3)
            return;
        CHECK_EQ(http_head_add(head, span_slice(line, 0, colon),
                               span_trim(span_slice(line, colon + 1, line.len))),
                 OK);
    }
}

static void verify(const struct http_head *head, struct span body, size_t secrets_len,
                   struct signature_check *check)
{
    CHECK_EQ(signature_verify(head, body, secrets, secrets_len, NOW_MS, check), OK);
    struct span explanation = span_text(check->explanation);
    CHECK(text_is_utf8(explanation));
    CHECK_EQ(explanation.len == 0,
             check->verdict == VERDICT_VALID ||
                 (check->verdict == VERDICT_UNCHECKED && !check->provider));
    CHECK_EQ(span_find_span(explanation, SPAN("s3cr3t-S3CR")), explanation.len);
    CHECK_EQ(span_find_span(explanation, SPAN("MfKQ9r8GKYqr")), explanation.len);
}

/* It says the same once more, with reasons. */
static void look(const struct http_head *head, struct span body, size_t secrets_len,
                 const struct signature_check *check)
{
    const struct signature_verify_request request = {head, body, secrets, secrets_len, NOW_MS};
    struct signature_evidence e;

    CHECK_EQ(signature_evidence_find(&request, &e), OK);
    CHECK_EQ(e.check.verdict, check->verdict);
    CHECK_STR(e.check.code, check->code);
    CHECK_EQ(e.check.code[0] == '\0', !e.trace.cause);
    CHECK(e.check.verdict != VERDICT_INVALID || e.trace.cause);
    CHECK_EQ(bytes_len(&e.signed_body) > 0, e.trace.has_rewrite);
    CHECK(e.differs_at <= body.len);
    signature_evidence_fini(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_head head;
    static struct http_head signed_head;
    struct span text = span_of(data, size);
    size_t secrets_len = make_secrets();
    struct signature_check check;

    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    read_fields(&head, &text);
    verify(&head, text, secrets_len, &check);
    look(&head, text, secrets_len, &check);
    verify(&head, text, 0, &check);
    look(&head, text, 0, &check);
    for (size_t i = 0; i < secrets_len; i++) {
        struct signature_fields fields;
        struct signature_secret s = secrets[i];

        signed_head = head;
        CHECK_EQ(signature_sign(&s, text, SPAN("msg"), NOW_MS, &fields, &signed_head), OK);
        CHECK_EQ(signature_verify(&signed_head, text, &s, 1, NOW_MS, &check), OK);
        CHECK_EQ(check.verdict, VERDICT_VALID);
    }
    return 0;
}
