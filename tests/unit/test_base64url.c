#include "base/base64url.h"

#include "base/random.h"
#include "unit/check.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static enum err parse(const char *text, uint8_t *out, size_t size, size_t *len)
{
    return base64url_parse(span_text(text), out, size, len);
}

/* RFC 4648 §10, without the padding; and the two digits that are others. */
static void test_vectors(void)
{
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg"},
        {"fo", "Zm8"},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg"},
        {"fooba", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xef\xff", "--__"},
    };
    char text[16];
    uint8_t bytes[16];
    size_t len;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        size_t want = strlen(vectors[i][0]);

        CHECK_EQ(base64url_format(text, sizeof(text), vectors[i][0], want), OK);
        CHECK_STR(text, vectors[i][1]);
        CHECK_EQ(BASE64URL_LEN(want), strlen(text));
        CHECK_EQ(parse(vectors[i][1], bytes, sizeof(bytes), &len), OK);
        CHECK_EQ(len, want);
        CHECK_MEM(bytes, vectors[i][0], want);
    }
}

static void test_every_length_there_and_back(void)
{
    struct random_seeded random;
    uint8_t source[200], parsed[201];
    char text[BASE64URL_LEN(200) + 1];
    size_t len;

    random_seeded_init(&random, 64);
    for (size_t n = 0; n <= 200; n++) {
        random_fill(&random.base, source, n);
        CHECK_EQ(base64url_format(text, BASE64URL_LEN(n) + 1, source, n), OK);
        CHECK_EQ(strlen(text), BASE64URL_LEN(n));
        parsed[n] = 0xee;
        CHECK_EQ(parse(text, parsed, n, &len), OK);
        CHECK_EQ(len, n);
        CHECK_MEM(parsed, source, n);
        CHECK_EQ(parsed[n], 0xee);
    }
}

static void test_rooms(void)
{
    char text[9];
    uint8_t bytes[6] = {0};
    size_t len = 77;

    memset(text, 'x', sizeof(text));
    CHECK_EQ(base64url_format(text, 0, "foob", 4), ERR_LIMIT);
    CHECK_EQ(base64url_format(text, 6, "foob", 4), ERR_LIMIT);
    CHECK_EQ(base64url_format(text, SIZE_MAX, "foob", SIZE_MAX), ERR_LIMIT);
    CHECK_EQ(text[0], 'x');
    CHECK_EQ(base64url_format(text, 7, "foob", 4), OK);
    CHECK_EQ(base64url_format(text, 1, NULL, 0), OK);
    CHECK_STR(text, "");

    CHECK_EQ(parse("Zm9vYmE", bytes, 4, &len), ERR_LIMIT);
    CHECK_EQ(len, 77);
    CHECK_EQ(bytes[0], 0);
    CHECK_EQ(parse("Zm9vYmE", bytes, 5, &len), OK);
    CHECK_EQ(len, 5);
}

/* Of every text of two digits, and of four with each last one, at most one is right. */
static void test_one_text_for_one_value(void)
{
    char text[5] = "Zm9";
    uint8_t bytes[3];
    size_t len;
    int right = 0;

    for (int c = 0; c < 256; c++) {
        text[1] = (char)c;
        bool is_digit = c != 0 && strchr(digits, c);
        bool is_right = is_digit && (strchr(digits, c) - digits) % 16 == 0;
        CHECK_EQ(base64url_parse(span_of(text, 2), bytes, sizeof bytes, &len),
                 is_right ? OK : ERR_SYNTAX);
        right += is_right;
    }
    CHECK_EQ(right, 4);
    CHECK_EQ(parse("Z", bytes, sizeof bytes, &len), ERR_SYNTAX);
    CHECK_EQ(parse("Zm9vZ", bytes, sizeof bytes, &len), ERR_SYNTAX);
    CHECK_EQ(parse("Zg==", bytes, sizeof bytes, &len), ERR_SYNTAX);
    CHECK_EQ(parse("Zm9\n", bytes, sizeof bytes, &len), ERR_SYNTAX);
    CHECK_EQ(parse("++//", bytes, sizeof bytes, &len), ERR_SYNTAX);
}

CHECK_MAIN(TEST(test_vectors), TEST(test_every_length_there_and_back), TEST(test_rooms),
           TEST(test_one_text_for_one_value))
