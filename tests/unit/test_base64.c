#include "base/base64.h"

#include "base/random.h"
#include "check.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static enum err parse(const char *text, uint8_t *out, size_t size, size_t *len)
{
    return base64_parse(span_text(text), out, size, len);
}

/* RFC 4648 §10. */
static void test_vectors(void)
{
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    char text[16];
    uint8_t bytes[16];
    size_t len;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        size_t want = strlen(vectors[i][0]);

        CHECK_EQ(base64_format(text, sizeof(text), vectors[i][0], want), OK);
        CHECK_STR(text, vectors[i][1]);
        CHECK_EQ(parse(vectors[i][1], bytes, sizeof(bytes), &len), OK);
        CHECK_EQ(len, want);
        CHECK_MEM(bytes, vectors[i][0], want);
    }
}

static void test_every_length_there_and_back(void)
{
    struct random_seeded random;
    uint8_t source[200], parsed[201];
    char text[BASE64_LEN(200) + 1];
    size_t len;

    random_seeded_init(&random, 64);
    for (size_t n = 0; n <= 200; n++) {
        random_fill(&random.base, source, n);
        CHECK_EQ(base64_format(text, BASE64_LEN(n) + 1, source, n), OK);
        CHECK_EQ(strlen(text), BASE64_LEN(n));
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
    CHECK_EQ(base64_format(text, 0, "foob", 4), ERR_LIMIT);
    CHECK_EQ(base64_format(text, 8, "foob", 4), ERR_LIMIT);
    CHECK_EQ(base64_format(text, SIZE_MAX, "foob", SIZE_MAX), ERR_LIMIT);
    CHECK_EQ(text[0], 'x');
    CHECK_EQ(base64_format(text, 9, "foob", 4), OK);
    CHECK_EQ(base64_format(text, 1, NULL, 0), OK);
    CHECK_STR(text, "");
    CHECK_EQ(base64_format(text, 0, NULL, 0), ERR_LIMIT);

    CHECK_EQ(parse("Zm9vYmFy", bytes, 5, &len), ERR_LIMIT);
    CHECK_EQ(parse("Zm9vYmE=", bytes, 4, &len), ERR_LIMIT);
    CHECK_EQ(len, 77);
    CHECK_EQ(bytes[0], 0);
    CHECK_EQ(parse("Zm9vYmE=", bytes, 5, &len), OK);
    CHECK_EQ(parse("Zm9vYmFy", bytes, 6, &len), OK);
    CHECK_EQ(base64_parse((struct span){0}, NULL, 0, &len), OK);
    CHECK_EQ(len, 0);
}

static void test_every_wrong_character_at_every_place(void)
{
    uint8_t bytes[6];
    size_t len;

    for (int c = 0; c < 256; c++) {
        bool is_digit = c != 0 && strchr(digits, c);

        for (size_t at = 0; at < 8; at++) {
            char text[] = "Zm9vYmFy";
            bool is_padding = c == '=' && at == 7;

            /* The bits that '=' makes unused are set here ('F' is 5). */
            text[at] = (char)c;
            enum err e = base64_parse(span_of(text, 8), bytes, sizeof(bytes), &len);
            CHECK_EQ(e, is_digit && !is_padding ? OK : ERR_SYNTAX);
        }
    }
}

static void test_unused_bits_must_be_zero(void)
{
    uint8_t bytes[3];
    size_t len;

    for (size_t value = 0; value < 64; value++) {
        char one[] = "AA==", two[] = "AAA=";

        one[1] = two[2] = digits[value];
        CHECK_EQ(parse(one, bytes, sizeof(bytes), &len), value % 16 == 0 ? OK : ERR_SYNTAX);
        CHECK_EQ(parse(two, bytes, sizeof(bytes), &len), value % 4 == 0 ? OK : ERR_SYNTAX);
    }
}

static void test_wrong_shapes(void)
{
    static const char *const wrong[] = {
        "=",       "==",       "===",        "====",       "A",        "AA",
        "AAA",     "A===",     "A=A=",       "AA=A",       "=AAA",     "AAAA=",
        "AAAA==",  "AAAA====", "AA==AAAA",   "AAA=AAAA",   "Zg==\n",   "\nZg==",
        "Zm9v Zg", "Zm9vZg",   "Zm9vZg=",    "Zm9vZg===",  "Zm-_",     "Zm9v\r\nZm9v",
        " Zm9v",   "Zm9v ",    "Zm9vZg==Zg", "Zm9vZm9vZ=", "Zm9v====", "AAAAA===",
    };
    uint8_t bytes[16];
    size_t len = 77;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(parse(wrong[i], bytes, sizeof(bytes), &len), ERR_SYNTAX);
    CHECK_EQ(len, 77);
}

/* All texts of one group over a small alphabet: what parses formats back to itself,
 * so there is one text for one value. */
static void test_one_text_for_one_value(void)
{
    static const char alphabet[] = "AEQZgh9+/=-\n";
    const size_t n = sizeof(alphabet) - 1;

    for (size_t i = 0; i < n * n * n * n; i++) {
        char text[] = {alphabet[i % n], alphabet[i / n % n], alphabet[i / n / n % n],
                       alphabet[i / n / n / n], '\0'};
        char again[5];
        uint8_t bytes[3];
        size_t len;

        if (parse(text, bytes, sizeof(bytes), &len))
            continue;
        CHECK_EQ(base64_format(again, sizeof(again), bytes, len), OK);
        CHECK_STR(again, text);
    }
}

CHECK_MAIN(TEST(test_vectors), TEST(test_every_length_there_and_back), TEST(test_rooms),
           TEST(test_every_wrong_character_at_every_place), TEST(test_unused_bits_must_be_zero),
           TEST(test_wrong_shapes), TEST(test_one_text_for_one_value))
