#include "unit/check.h"

#include "base/base64.h"
#include "base/hex.h"
#include "unit/support/signature_world.h"

#define SECRET "0123456789abcdef0123456789ABCDEF"

static struct signature_world w;

/* As LINE sends it: Japanese as it is, emoji as escapes. */
static const char body[] =
    "{\"destination\":\"U00000000000000000000000000000001\",\"events\":[{\"type\":\"message\","
    "\"message\":{\"type\":\"text\",\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a+b\"},"
    "\"latitude\":35.0}]}";

static void explain_value(const char *value, const char *part)
{
    signature_world_init(&w, "line", SECRET, body);
    signature_world_add(&w, "x-line-signature", value);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, part);
}

static void test_encodings(void)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char hex[65];
    char encoded[100];

    digest_hmac_sha256(SPAN(SECRET), span_text(body), digest);
    hex_format(hex, digest, sizeof(digest));
    explain_value(hex, "is right, but written in hexadecimal");
    hex[0] = hex[0] == '0' ? '1' : '0';
    explain_value(hex, "The signature in x-line-signature is written in hexadecimal");
    hex_format(hex, digest, sizeof(digest));
    CHECK_EQ(base64_format(encoded, sizeof(encoded), hex, 64), OK);
    explain_value(encoded, "is right, but the Base64 of its hexadecimal text");
    CHECK_EQ(base64_format(encoded, sizeof(encoded), digest, sizeof(digest)), OK);
    encoded[43] = '\0';
    explain_value(encoded, "is right, but written in URL-safe Base64 or without its padding");
    encoded[20] = '\0';
    explain_value(encoded, "has the wrong length (20 characters)");
}

/* A body whose signature holds + and /: in the other alphabet - and _. */
static void test_base64_url(void)
{
    char encoded[] = "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=";
    char other[] = "_gg9a-LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=";

    signature_world_init(&w, "line", "channel_secret", "bodybodybodybody");
    signature_world_add(&w, "x-line-signature", other);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "is right, but written in URL-safe Base64");
    explain_value(encoded, "does not fit the body");
}

static void test_sha1(void)
{
    signature_world_init(&w, "line", SECRET, body);
    signature_world_set_base64(&w, DIGEST_SHA1, SPAN(SECRET), span_text(body));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "is right, but made with SHA-1");
    explain_value("AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "x-line-signature is made with SHA-1");
    signature_world_init(&w, "github", SECRET, body);
    signature_world_add(&w, "x-hub-signature-256",
                        "sha256=0000000000000000000000000000000000000000");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "made with SHA-1. GitHub sends an HMAC-SHA256 as 64 hex");
}

static void test_malformed(void)
{
    uint8_t digest[64] = {1};
    char encoded[100];

    explain_value("", "x-line-signature is there but empty");
    explain_value("nonsense!", "cannot be decoded (9 characters)");
    explain_value(
        "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=, /gg9a+LvFevTH1sd7XCQycD7tsWclCsI"
        "nj7MhBHxN7k=",
        "holds a comma");
    explain_value("/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7l=", "cannot be decoded");
    CHECK_EQ(base64_format(encoded, sizeof(encoded), digest, sizeof(digest)), OK);
    explain_value(encoded, "as long as one made with SHA-512");
    signature_world_init(&w, "github", SECRET, body);
    signature_world_add(&w, "x-hub-signature-256", "sha1=00");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "no signature that begins with \"sha256=\"");
    signature_world_init(&w, "standard-webhooks", SECRET, body);
    signature_world_add(&w, "webhook-signature",
                        "v1,/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=");
    signature_world_add(&w, "webhook-timestamp", "1700000000");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "webhook-id is missing");
}

static void test_hexadecimal_provider_in_base64(void)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char value[100] = "sha256=";

    digest_hmac_sha256(SPAN(SECRET), span_text(body), digest);
    CHECK_EQ(base64_format(value + 7, sizeof(value) - 7, digest, sizeof(digest)), OK);
    signature_world_init(&w, "github", SECRET, body);
    signature_world_add(&w, "x-hub-signature-256", value);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "is right, but written in Base64");
}

CHECK_MAIN(TEST(test_encodings), TEST(test_base64_url), TEST(test_sha1), TEST(test_malformed),
           TEST(test_hexadecimal_provider_in_base64))
