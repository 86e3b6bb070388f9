#include "unit/support/signature_world.h"

#include "unit/check.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/text.h"

void signature_world_init(struct signature_world *w, const char *provider, const char *secret,
                          const char *body)
{
    *w = (struct signature_world){.body = span_text(body), .wall_ms = SIGNATURE_WORLD_NOW_MS};
    http_head_init_request(&w->head, SPAN("POST"), SPAN("/callback"));
    signature_world_add_secret(w, provider, secret);
}

void signature_world_add_secret(struct signature_world *w, const char *provider,
                                const char *secret)
{
    static const char *const labels[SIGNATURE_WORLD_SECRETS] = {"secret 1", "secret 2",
                                                                "secret 3", "secret 4"};

    CHECK(w->secrets_len < SIGNATURE_WORLD_SECRETS);
    w->secrets[w->secrets_len] = (struct signature_secret){
        .provider = signature_provider_named(span_text(provider)),
        .secret = span_text(secret),
        .label = labels[w->secrets_len],
    };
    CHECK(w->secrets[w->secrets_len].provider != NULL);
    w->secrets_len++;
}

void signature_world_add(struct signature_world *w, const char *name, const char *value)
{
    CHECK_EQ(http_head_add(&w->head, span_text(name), span_text(value)), OK);
}

static void set_value(struct signature_world *w, const char *encoded)
{
    const struct signature_provider *p = w->secrets[0].provider;

    (void)snprintf(w->value, sizeof(w->value), "%s%s", p->prefix, encoded);
    http_head_remove(&w->head, p->header);
    signature_world_add(w, p->header, w->value);
}

void signature_world_set_base64(struct signature_world *w, enum digest_kind kind,
                                struct span key, struct span message)
{
    uint8_t digest[DIGEST_MAX];
    char encoded[BASE64_LEN(DIGEST_MAX) + 1];

    digest_hmac(kind, key, &message, 1, digest);
    CHECK_EQ(base64_format(encoded, sizeof(encoded), digest, digest_len(kind)), OK);
    set_value(w, encoded);
}

void signature_world_set_hex(struct signature_world *w, struct span key, struct span message)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char encoded[2 * DIGEST_SHA256_LEN + 1];

    digest_hmac_sha256(key, message, digest);
    hex_format(encoded, digest, sizeof(digest));
    set_value(w, encoded);
}

static void check_keeps_secrets(const struct signature_world *w, struct span explanation)
{
    for (size_t i = 0; i < w->secrets_len; i++) {
        struct span secret = w->secrets[i].secret;

        CHECK(secret.len < 8 || span_find_span(explanation, secret) == explanation.len);
    }
    for (size_t i = 0; i < w->head.fields_len; i++) {
        struct span value = w->head.fields[i].value;

        CHECK(value.len < 20 || span_find_span(explanation, value) == explanation.len);
    }
}

void signature_world_verify(struct signature_world *w, enum verdict want)
{
    CHECK_EQ(
        signature_verify(&w->head, w->body, w->secrets, w->secrets_len, w->wall_ms, &w->check),
        OK);
    struct span explanation = span_text(w->check.explanation);
    if (w->check.verdict != want)
        (void)fprintf(stderr, "explanation: %s\n", w->check.explanation);
    CHECK_STR(verdict_text(w->check.verdict), verdict_text(want));
    if (want == VERDICT_VALID)
        CHECK_STR(w->check.explanation, "");
    if (want == VERDICT_INVALID || want == VERDICT_MISSING)
        CHECK(explanation.len > 20 && span_ends(explanation, SPAN(".")));
    CHECK(explanation.len < sizeof(w->check.explanation) - 1);
    CHECK(text_is_utf8(explanation));
    check_keeps_secrets(w, explanation);
}

void signature_world_explains(const struct signature_world *w, const char *part)
{
    if (strstr(w->check.explanation, part))
        return;
    (void)fprintf(stderr, "explanation: %s\n", w->check.explanation);
    CHECK_STR(part, "part of the explanation");
}
