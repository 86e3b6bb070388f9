#include "base/hex.h"

#include "check.h"

static void test_all_bytes_there_and_back(void)
{
    uint8_t all[256], parsed[256];
    char text[513], upper[512];

    for (size_t i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    for (size_t len = 0; len <= 256; len++) {
        memset(text, 'z', sizeof(text));
        hex_format(text, all, len);
        CHECK_EQ(strlen(text), 2 * len);
        CHECK_EQ(hex_parse(span_text(text), parsed, len), OK);
        CHECK_MEM(parsed, all, len);
    }
    for (size_t i = 0; i < 512; i++)
        upper[i] = text[i] >= 'a' ? (char)(text[i] - 32) : text[i];
    memset(parsed, 0, sizeof(parsed));
    CHECK_EQ(hex_parse(span_of(upper, 512), parsed, 256), OK);
    CHECK_MEM(parsed, all, 256);
    hex_format(text, "\x00\x7f\xab\xff", 4);
    CHECK_STR(text, "007fabff");
}

static void test_wrong_lengths(void)
{
    uint8_t out[2] = {1, 2};

    CHECK_EQ(hex_parse(SPAN(""), out, 0), OK);
    CHECK_EQ(hex_parse(SPAN(""), out, 1), ERR_SYNTAX);
    CHECK_EQ(hex_parse(SPAN("a"), out, 1), ERR_SYNTAX);
    CHECK_EQ(hex_parse(SPAN("abc"), out, 1), ERR_SYNTAX);
    CHECK_EQ(hex_parse(SPAN("abcd"), out, 1), ERR_SYNTAX);
    CHECK_EQ(hex_parse(SPAN("ab"), out, 2), ERR_SYNTAX);
    CHECK_EQ(hex_parse(SPAN("ab"), out, SIZE_MAX / 2 + 2), ERR_SYNTAX);
    CHECK(out[0] == 1 && out[1] == 2);
}

static void test_every_wrong_digit_at_every_place(void)
{
    uint8_t out[2] = {1, 2};

    for (int c = 0; c < 256; c++) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            continue;
        for (size_t at = 0; at < 4; at++) {
            char text[] = "abcd";

            text[at] = (char)c;
            CHECK_EQ(hex_parse(span_of(text, 4), out, 2), ERR_SYNTAX);
        }
    }
    CHECK(out[0] == 1 && out[1] == 2);
}

CHECK_MAIN(TEST(test_all_bytes_there_and_back), TEST(test_wrong_lengths),
           TEST(test_every_wrong_digit_at_every_place))
