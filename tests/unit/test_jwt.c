#include "codec/jwt/jwt_rsa.h"

#include "base/base64url.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/rsa_keys.h"

#define HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}"
#define CLAIMS                                                                                 \
    "{\"iss\":\"1234\",\"sub\":\"1234\",\"aud\":\"https://api.line.me/\",\"exp\":1795894305,"  \
    "\"token_exp\":2592000}"

static struct jwt_rsa *key_of(const char *text)
{
    const char *problem = NULL;
    struct jwt_rsa *key = NULL;

    CHECK_EQ(jwt_rsa_parse(span_text(text), &key, &problem), OK);
    CHECK(!problem);
    return key;
}

/* --- the compact form --- */

static void test_parse(void)
{
    const char *text = rsa_keys_token(0, HEADER, CLAIMS);
    struct jwt t;
    uint64_t seconds;

    CHECK_EQ(jwt_parse(&t, span_text(text)), OK);
    CHECK_STR(jwt_header_text(&t, "kid"), "k1");
    CHECK_STR(jwt_header_text(&t, "cty"), NULL);
    CHECK_STR(jwt_claim_text(&t, "iss"), "1234");
    CHECK_STR(jwt_claim_text(&t, "exp"), NULL);
    CHECK(jwt_claim_seconds(&t, "exp", &seconds));
    CHECK_EQ(seconds, 1795894305);
    CHECK(!jwt_claim_seconds(&t, "iss", &seconds));
    CHECK(jwt_is_for(&t, "https://api.line.me/"));
    CHECK(!jwt_is_for(&t, "https://api.line.me"));
    CHECK_EQ(t.signature_len, 256);
    CHECK_EQ(t.signed_part.len, strlen(text) - 1 - BASE64URL_LEN(256));
    jwt_fini(&t);
    jwt_fini(&t);
}

static void test_audiences(void)
{
    struct jwt t;

    CHECK_EQ(jwt_parse(&t, span_text(rsa_keys_token(0, HEADER, "{\"aud\":[1,\"a\",\"b\"]}"))),
             OK);
    CHECK(jwt_is_for(&t, "a"));
    CHECK(jwt_is_for(&t, "b"));
    CHECK(!jwt_is_for(&t, "c"));
    jwt_fini(&t);
    CHECK_EQ(jwt_parse(&t, span_text(rsa_keys_token(0, HEADER, "{\"aud\":1}"))), OK);
    CHECK(!jwt_is_for(&t, "a"));
    jwt_fini(&t);
}

static void check_refused(const char *text)
{
    struct jwt t;

    CHECK_EQ(jwt_parse(&t, span_text(text)), ERR_SYNTAX);
    jwt_fini(&t);
}

static void test_malformed(void)
{
    /* {} is e30, [] is W10, 1 is MQ, a byte that is not UTF-8 is gA */
    check_refused("");
    check_refused(".");
    check_refused("..");
    check_refused("e30.e30");
    check_refused("e30.e30.");
    check_refused("e30..AAAA");
    check_refused(".e30.AAAA");
    check_refused("e30.e30.AAAA.AAAA");
    check_refused("e30.W10.AAAA");
    check_refused("MQ.e30.AAAA");
    check_refused("gA.e30.AAAA");
    check_refused("e30.e30.AAA=");
    check_refused("e30.e30.AAAA ");
    check_refused(" e30.e30.AAAA");
    check_refused("e31.e30.AAAA");
}

static void test_limits(void)
{
    static char text[JWT_MAX + 2];
    struct jwt t;
    size_t signature = BASE64URL_LEN(JWT_SIGNATURE_MAX);

    memset(text, 'A', sizeof text);
    memcpy(text, "e30.e30.", 8);
    CHECK_EQ(jwt_parse(&t, span_of(text, 8 + signature)), OK);
    CHECK_EQ(t.signature_len, JWT_SIGNATURE_MAX);
    jwt_fini(&t);
    CHECK_EQ(jwt_parse(&t, span_of(text, 8 + signature + 1)), ERR_LIMIT);
    jwt_fini(&t);
    CHECK_EQ(jwt_parse(&t, span_of(text, JWT_MAX + 1)), ERR_LIMIT);
    jwt_fini(&t);
}

/* Every beginning of a token, and every token with a byte of it changed, is another one. */
static void test_cut_and_changed_at_every_byte(void)
{
    struct jwt_rsa *key = key_of(rsa_keys_public(0));
    const char *whole = rsa_keys_token(0, HEADER, CLAIMS);
    static char text[JWT_MAX];
    size_t len = strlen(whole);
    struct jwt t;

    memcpy(text, whole, len);
    for (size_t i = 0; i < len; i++) {
        enum err rc = jwt_parse(&t, span_of(text, i));
        CHECK(rc != OK || !jwt_rsa_is_signed(key, &t));
        jwt_fini(&t);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        rc = jwt_parse(&t, span_of(text, len));
        CHECK(rc != OK || !jwt_rsa_is_signed(key, &t));
        jwt_fini(&t);
        text[i] = whole[i];
    }
    CHECK_EQ(jwt_parse(&t, span_of(text, len)), OK);
    CHECK(jwt_rsa_is_signed(key, &t));
    jwt_fini(&t);
    jwt_rsa_free(key);
}

/* --- keys --- */

static bool is_signed(const struct jwt_rsa *key, const char *text)
{
    struct jwt t;

    CHECK_EQ(jwt_parse(&t, span_text(text)), OK);
    bool answer = jwt_rsa_is_signed(key, &t);
    jwt_fini(&t);
    return answer;
}

static void test_kinds_of_keys(void)
{
    const char *token = rsa_keys_token(0, HEADER, CLAIMS);
    const char *same[] = {rsa_keys_private(0), rsa_keys_public(0), rsa_keys_jwk(0, "k1")};

    for (size_t i = 0; i < 3; i++) {
        struct jwt_rsa *key = key_of(same[i]);
        CHECK_EQ(jwt_rsa_is_private(key), i == 0);
        CHECK_STR(jwt_rsa_kid(key), i == 2 ? "k1" : "");
        CHECK(is_signed(key, token));
        jwt_rsa_free(key);
    }
    struct jwt_rsa *other = key_of(rsa_keys_public(1));
    CHECK(!is_signed(other, token));
    jwt_rsa_free(other);
    jwt_rsa_free(NULL);
}

static void test_headers(void)
{
    struct jwt_rsa *key = key_of(rsa_keys_jwk(0, NULL));

    CHECK(is_signed(key, rsa_keys_token(0, "{\"alg\":\"RS256\"}", "{}")));
    CHECK(!is_signed(key, rsa_keys_token(0, "{}", "{}")));
    CHECK(!is_signed(key, rsa_keys_token(0, "{\"alg\":\"none\"}", "{}")));
    CHECK(!is_signed(key, rsa_keys_token(0, "{\"alg\":\"HS256\"}", "{}")));
    CHECK(!is_signed(key, rsa_keys_token(0, "{\"alg\":\"RS256\",\"crit\":[\"b64\"]}", "{}")));
    jwt_rsa_free(key);
}

static void check_key_refused(const char *text, enum err why)
{
    const char *problem = NULL;
    struct jwt_rsa *key = NULL;

    CHECK_EQ(jwt_rsa_parse(span_text(text), &key, &problem), why);
    CHECK(problem && !key);
    CHECK_EQ(jwt_rsa_parse(span_text(text), &key, NULL), why);
}

static void test_refused_keys(void)
{
    static char large[17 * 1024];

    check_key_refused(rsa_keys_small(), ERR_UNSUPPORTED);
    check_key_refused(rsa_keys_elliptic(), ERR_UNSUPPORTED);
    check_key_refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
                      "-----END ENCRYPTED PRIVATE KEY-----\n",
                      ERR_UNSUPPORTED);
    check_key_refused("", ERR_SYNTAX);
    check_key_refused("hello", ERR_SYNTAX);
    check_key_refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                      ERR_SYNTAX);
    check_key_refused("{\"kty\":\"EC\"}", ERR_UNSUPPORTED);
    check_key_refused("{\"kty\":\"RSA\",\"alg\":\"PS256\"}", ERR_UNSUPPORTED);
    check_key_refused("{\"kty\":\"RSA\"}", ERR_SYNTAX);
    check_key_refused("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"\"}", ERR_SYNTAX);
    check_key_refused("{\"kty\":\"RSA\",\"n\":\"AAAB\",\"e\":\"AQAB\"}", ERR_SYNTAX);
    check_key_refused("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", ERR_SYNTAX);
    memset(large, ' ', sizeof large - 1);
    large[0] = '{';
    check_key_refused(large, ERR_SYNTAX);
}

static void test_sign(void)
{
    struct jwt_rsa *key = key_of(rsa_keys_private(1));
    struct jwt_rsa *public = key_of(rsa_keys_public(1));
    struct bytes out;
    struct jwt t;

    bytes_init(&out, JWT_MAX);
    CHECK_EQ(jwt_rsa_sign(key, SPAN(CLAIMS), random_system(), &out), OK);
    CHECK_EQ(jwt_parse(&t, bytes_span(&out)), OK);
    CHECK(jwt_rsa_is_signed(public, &t));
    CHECK_STR(jwt_header_text(&t, "typ"), "JWT");
    CHECK_STR(jwt_claim_text(&t, "sub"), "1234");
    jwt_fini(&t);
    bytes_clear(&out);
    CHECK_EQ(jwt_rsa_sign(public, SPAN(CLAIMS), random_system(), &out), ERR_DENIED);
    CHECK_EQ(bytes_len(&out), 0);
    bytes_fini(&out);
    bytes_init(&out, 300);
    CHECK_EQ(jwt_rsa_sign(key, SPAN(CLAIMS), random_system(), &out), ERR_LIMIT);
    bytes_fini(&out);
    jwt_rsa_free(key);
    jwt_rsa_free(public);
}

/* --- without memory --- */

static enum err whole_life(const char *key_text)
{
    struct jwt_rsa *key = NULL;
    struct bytes out;
    struct jwt t = {0};

    bytes_init(&out, JWT_MAX);
    enum err rc = jwt_rsa_parse(span_text(key_text), &key, NULL);
    if (rc == OK && jwt_rsa_is_private(key))
        rc = jwt_rsa_sign(key, SPAN(CLAIMS), random_system(), &out);
    if (rc == OK && bytes_len(&out) > 0)
        rc = jwt_parse(&t, bytes_span(&out));
    jwt_fini(&t);
    bytes_fini(&out);
    jwt_rsa_free(key);
    return rc;
}

static void test_memory(void)
{
    const char *texts[] = {rsa_keys_private(0), rsa_keys_public(0), rsa_keys_jwk(0, "k")};
    unsigned long live = mem_live();

    for (size_t i = 0; i < 3; i++) {
        for (unsigned long n = 1;; n++) {
            mem_fail_at(n);
            enum err rc = whole_life(texts[i]);
            bool over = mem_sweep_is_over(n);
            CHECK_EQ(rc, over ? OK : ERR_NOMEM);
            CHECK_EQ(mem_live(), live);
            if (over)
                break;
        }
    }
}

CHECK_MAIN(TEST(test_parse), TEST(test_audiences), TEST(test_malformed), TEST(test_limits),
           TEST(test_cut_and_changed_at_every_byte), TEST(test_kinds_of_keys),
           TEST(test_headers), TEST(test_refused_keys), TEST(test_sign), TEST(test_memory))
