#include "unit/check.h"

#include "unit/support/signature_world.h"

static struct signature_world w;

static const char *secret_for(const struct signature_provider *p)
{
    return p->key == SIGNATURE_KEY_WHSEC ? "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                                         : "0123456789abcdef0123456789abcdef";
}

static void test_sign_round_trip(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        signature_world_init(&w, p->name, secret_for(p), "{\"a\":\"\xe3\x81\x82\"}");
        signature_world_add(&w, p->header, "an old one");
        for (int again = 0; again < 2; again++) {
            CHECK_EQ(signature_sign(&w.secrets[0], w.body, SPAN("msg_1"), w.wall_ms, &w.fields,
                                    &w.head),
                     OK);
            CHECK_EQ(http_head_count(&w.head, p->header), 1);
            signature_world_verify(&w, VERDICT_VALID);
            CHECK(w.check.provider == p);
        }
        w.body = SPAN("{\"a\":\"b\"}");
        signature_world_verify(&w, VERDICT_INVALID);
    }
}

static void test_sign_failures(void)
{
    signature_world_init(&w, "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                         "{}");
    struct signature_secret *s = &w.secrets[0];

    CHECK_EQ(signature_sign(s, w.body, (struct span){0}, 0, &w.fields, &w.head), ERR_USAGE);
    s->secret = SPAN("whsec_not base64");
    CHECK_EQ(signature_sign(s, w.body, SPAN("id"), 0, &w.fields, &w.head), ERR_CONFIG);
    s->secret = (struct span){0};
    CHECK_EQ(signature_sign(s, w.body, SPAN("id"), 0, &w.fields, &w.head), ERR_CONFIG);
    CHECK_EQ(w.head.fields_len, 0);
    s->secret = SPAN("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    for (size_t i = 0; i < HTTP_FIELDS_MAX - 2; i++)
        signature_world_add(&w, "x", "y");
    CHECK_EQ(signature_sign(s, w.body, SPAN("id"), 0, &w.fields, &w.head),
             ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(w.head.fields_len, HTTP_FIELDS_MAX - 2);
}

/* Every change of one bit in body or signature is noticed. */
static void test_every_bit_counts(void)
{
    char body[] = "{\"events\":[]}";
    struct signature_secret s;

    signature_world_init(&w, "line", "0123456789abcdef0123456789abcdef", body);
    s = w.secrets[0];
    CHECK_EQ(signature_sign(&s, w.body, (struct span){0}, 0, &w.fields, &w.head), OK);
    for (size_t bit = 0; bit < 8 * strlen("{\"events\":[]}"); bit++) {
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
        w.body.len = sizeof(body) - 1;
        signature_world_verify(&w, VERDICT_INVALID);
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * strlen(w.fields.signature); bit++) {
        w.fields.signature[bit / 8] = (char)(w.fields.signature[bit / 8] ^ 1 << bit % 8);
        signature_world_verify(&w, VERDICT_INVALID);
        w.fields.signature[bit / 8] = (char)(w.fields.signature[bit / 8] ^ 1 << bit % 8);
    }
    signature_world_verify(&w, VERDICT_VALID);
}

/* The value cut at every byte. */
static void test_every_prefix(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        signature_world_init(&w, p->name, secret_for(p), "{}");
        CHECK_EQ(
            signature_sign(&w.secrets[0], w.body, SPAN("m"), w.wall_ms, &w.fields, &w.head),
            OK);
        struct span *value = &w.head.fields[w.head.fields_len - 1].value;
        for (size_t len = value->len; len > 0; len--) {
            value->len = len - 1;
            signature_world_verify(&w, VERDICT_INVALID);
        }
    }
}

CHECK_MAIN(TEST(test_sign_round_trip), TEST(test_sign_failures), TEST(test_every_bit_counts),
           TEST(test_every_prefix))
