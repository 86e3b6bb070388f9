/* What is suggested for a mistyped word, and when nothing is. */
#include "base/container.h"
#include "cli/settings/suggest.h"
#include "tests/unit/check.h"

static const char *const words[] = {"port",   "listen", "listen-https", "tunnel", "token",
                                    "tokens", "json",   "forward",      "no"};

static const char *nearest(const char *word)
{
    struct suggest s;

    suggest_init(&s, span_text(word));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        suggest_offer(&s, words[i]);
    return s.best;
}

static void test_distance(void)
{
    static const struct {
        const char *a, *b;
        size_t want;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "", 3},
        {"abc", "abc", 0},
        {"abc", "abd", 1},
        {"abc", "acb", 1},
        {"abc", "ab", 1},
        {"ab", "abc", 1},
        {"kitten", "sitting", 3},
        {"ca", "abc", 3},
        {"sunday", "saturday", 3},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CHECK_EQ(suggest_distance(span_text(cases[i].a), span_text(cases[i].b)), cases[i].want);
        CHECK_EQ(suggest_distance(span_text(cases[i].b), span_text(cases[i].a)), cases[i].want);
    }
}

static void test_mistakes(void)
{
    CHECK_STR(nearest("prot"), "port");
    CHECK_STR(nearest("tunel"), "tunnel");
    CHECK_STR(nearest("tunnels"), "tunnel");
    CHECK_STR(nearest("toke"), "token");
    CHECK_STR(nearest("jsn"), "json");
    CHECK_STR(nearest("listen-htps"), "listen-https");
    CHECK_STR(nearest("tokens"), "tokens");
    CHECK_STR(nearest("frowadr"), "forward");
    CHECK_STR(nearest("colour"), NULL);
    CHECK_STR(nearest(""), NULL);
    CHECK_STR(nearest("x"), NULL);
}

static void test_long_words(void)
{
    char a[SUGGEST_WORD_MAX + 2], b[SUGGEST_WORD_MAX + 2];
    struct suggest s;

    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    CHECK_EQ(suggest_distance(span_of(a, SUGGEST_WORD_MAX), span_of(b, SUGGEST_WORD_MAX)), 0);
    CHECK_EQ(suggest_distance(span_of(a, SUGGEST_WORD_MAX), span_of(b, 0)), SUGGEST_WORD_MAX);
    CHECK_EQ(suggest_distance(span_of(a, SUGGEST_WORD_MAX + 1), span_of(b, 5)),
             SUGGEST_WORD_MAX + 1);
    suggest_init(&s, span_of(a, SUGGEST_WORD_MAX + 1));
    suggest_offer(&s, "aaaa");
    CHECK_STR(s.best, NULL);
}

CHECK_MAIN(TEST(test_distance), TEST(test_mistakes), TEST(test_long_words))
