/* The written form of a token: what is made parses, what is changed does not. */
#include "base/hex.h"
#include "base/mem.h"
#include "cli/token_text.h"
#include "tests/unit/check.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static struct random *random_numbers(void)
{
    static struct random_seeded seeded;

    if (!seeded.base.fill)
        random_seeded_init(&seeded, 62);
    return &seeded.base;
}

static void make(char text[static TOKEN_TEXT_LEN + 1])
{
    char id[TOKEN_TEXT_ID_LEN + 1];

    token_text_make_id(random_numbers(), id);
    token_text_make(random_numbers(), id, text);
    CHECK_MEM(text + 4, id, TOKEN_TEXT_ID_LEN);
}

static bool is_token(const char *text, size_t len)
{
    struct token_text out = {.id = SPAN("before")};
    enum err e = token_text_parse(span_of(text, len), &out);

    CHECK(e == OK || (e == ERR_SYNTAX && span_is(out.id, SPAN("before"))));
    return e == OK;
}

static void test_format(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct token_text out;

    for (unsigned round = 0; round < 2000; round++) {
        make(text);
        CHECK_EQ(strlen(text), TOKEN_TEXT_LEN);
        CHECK_MEM(text, "hkl_", 4);
        CHECK_EQ(text[12], '_');
        CHECK_EQ(strspn(text + 4, alphabet), 8);
        CHECK_EQ(strspn(text + 13, alphabet), 49);
        CHECK_EQ(token_text_parse(span_text(text), &out), OK);
        CHECK(out.id.ptr == text + 4 && out.id.len == TOKEN_TEXT_ID_LEN);
        CHECK(out.secret.ptr == text + 13 && out.secret.len == TOKEN_TEXT_SECRET_LEN);
    }
}

/* Every character replaced by every other byte: the checksum finds all of them. */
static void test_each_character_changed(void)
{
    char text[TOKEN_TEXT_LEN + 1];

    make(text);
    for (size_t i = 0; i < TOKEN_TEXT_LEN; i++) {
        char original = text[i];
        for (unsigned byte = 0; byte < 256; byte++) {
            text[i] = (char)byte;
            CHECK_EQ(is_token(text, TOKEN_TEXT_LEN), text[i] == original);
        }
        text[i] = original;
    }
}

static void test_swapped_neighbours(void)
{
    char text[TOKEN_TEXT_LEN + 1];

    make(text);
    for (size_t i = 0; i + 1 < TOKEN_TEXT_LEN; i++) {
        char first = text[i];
        text[i] = text[i + 1];
        text[i + 1] = first;
        CHECK_EQ(is_token(text, TOKEN_TEXT_LEN), text[i] == text[i + 1]);
        text[i + 1] = text[i];
        text[i] = first;
    }
}

static void test_each_length(void)
{
    char text[2 * TOKEN_TEXT_LEN + 1];

    make(text);
    make(text + TOKEN_TEXT_LEN);
    for (size_t len = 0; len <= 2 * TOKEN_TEXT_LEN; len++)
        CHECK_EQ(is_token(text, len), len == TOKEN_TEXT_LEN);
    CHECK(token_text_has_prefix(span_text(text)));
    CHECK(!token_text_has_prefix(SPAN("HKL_")));
    CHECK(!token_text_has_prefix(SPAN("hkl")));
}

static void fill_with(struct random *r, void *out, size_t len)
{
    (void)r;
    memset(out, 0xFF, len);
}

static void fill_with_zeroes(struct random *r, void *out, size_t len)
{
    (void)r;
    memset(out, 0, len);
}

/* The largest and the smallest secret: both fit 43 characters.  Values worked out with
 * another implementation of base 62 and CRC-32. */
static void test_extremes(void)
{
    struct random ones = {fill_with}, zeroes = {fill_with_zeroes};
    char text[TOKEN_TEXT_LEN + 1];

    token_text_make(&ones, "AAAAAAAA", text);
    CHECK_STR(text, "hkl_AAAAAAAA_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13lWfMz");
    token_text_make(&zeroes, "AAAAAAAA", text);
    CHECK_STR(text, "hkl_AAAAAAAA_00000000000000000000000000000000000000000001rxiTd");
}

static void test_hash(void)
{
    uint8_t hash[TOKEN_TEXT_HASH_LEN];
    char shown[2 * TOKEN_TEXT_HASH_LEN + 1];

    token_text_hash(SPAN("abc"), hash);
    hex_format(shown, hash, sizeof hash);
    CHECK_STR(shown, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_ids_differ(void)
{
    char one[TOKEN_TEXT_ID_LEN + 1], other[TOKEN_TEXT_ID_LEN + 1];

    token_text_make_id(random_numbers(), one);
    token_text_make_id(random_numbers(), other);
    CHECK(strcmp(one, other) != 0);
}

CHECK_MAIN(TEST(test_format), TEST(test_each_character_changed), TEST(test_swapped_neighbours),
           TEST(test_each_length), TEST(test_extremes), TEST(test_hash), TEST(test_ids_differ))
