#include "unit/check.h"

#include "codec/grapheme.h"

struct sample {
    const char *text;
    size_t count;
};

static void test_counts(void)
{
    static const struct sample samples[] = {
        {"", 0},
        {"abc", 3},
        {"\r\n", 1},
        {"予約する", 4},
        {"預約桌位", 4},
        {"か\u3099", 1}, /* a letter and its voicing mark */
        {"한국", 2},
        {"\u1112\u1161\u11AB", 1}, /* the same syllable in parts */
        {"👨‍👩‍👧‍👦", 1},
        {"👋🏻👋", 2},
        {"🇯🇵🇹🇼", 2}, /* two flags of two letters each */
        {"🇯🇵🇹", 2},
        {"❤️", 1},
        {"葛󠄀", 1}, /* with a variation selector */
        {"e\u0301e", 2},
        {"\xFF\xFE", 2},
        {"\xE3\x81", 2}, /* cut */
    };

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
        CHECK_EQ(grapheme_count(span_text(samples[i].text), 100), samples[i].count);
}

static void test_ends_at_the_limit(void)
{
    CHECK_EQ(grapheme_count(SPAN("abcdef"), 0), 1);
    CHECK_EQ(grapheme_count(SPAN("abcdef"), 3), 4);
    CHECK_EQ(grapheme_count(SPAN("abcdef"), 5), 6);
    CHECK_EQ(grapheme_count(SPAN("abcdef"), 6), 6);
    CHECK_EQ(grapheme_count((struct span){0}, 6), 0);
}

static void test_every_cut(void)
{
    static const char text[] = "か\u3099👨‍👩‍👧‍👦🇯🇵x";
    size_t before = 0;

    /* Each byte more adds nothing, or at most the bytes of a character that is not whole. */
    for (size_t len = 0; len <= sizeof(text) - 1; len++) {
        size_t count = grapheme_count(span_of(text, len), 100);

        CHECK(count <= before + 3 && before <= count + 3);
        before = count;
    }
    CHECK_EQ(before, 4);
}

CHECK_MAIN(TEST(test_counts), TEST(test_ends_at_the_limit), TEST(test_every_cut))
