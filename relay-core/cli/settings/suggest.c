#include "cli/settings/suggest.h"

#define FAR (SUGGEST_WORD_MAX + 1)

/* Three rows of the table of optimal string alignment are enough. */
struct rows {
    size_t row[3][SUGGEST_WORD_MAX + 1];
};

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void fill_row(struct rows *t, size_t i, struct span a, struct span b)
{
    size_t *now = t->row[i % 3];
    const size_t *before = t->row[(i + 2) % 3];
    const size_t *before_that = t->row[(i + 1) % 3];

    now[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
        size_t change = a.ptr[i - 1] != b.ptr[j - 1];
        now[j] = min(before[j - 1] + change, min(before[j], now[j - 1]) + 1);
        if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
            now[j] = min(now[j], before_that[j - 2] + 1);
    }
}

size_t suggest_distance(struct span a, struct span b)
{
    struct rows t = {0};

    if (a.len > SUGGEST_WORD_MAX || b.len > SUGGEST_WORD_MAX)
        return FAR;
    for (size_t j = 0; j <= b.len; j++)
        t.row[0][j] = j;
    for (size_t i = 1; i <= a.len; i++)
        fill_row(&t, i, a, b);
    return t.row[a.len % 3][b.len];
}

void suggest_init(struct suggest *s, struct span word)
{
    /* One mistake in three letters: more would suggest anything for a short word. */
    *s = (struct suggest){.word = word, .distance = word.len / 3 + 1};
}

void suggest_offer(struct suggest *s, const char *candidate)
{
    size_t distance = suggest_distance(s->word, span_text(candidate));

    if (distance > SUGGEST_WORD_MAX || distance > s->distance)
        return;
    if (s->best && distance == s->distance)
        return;
    s->best = candidate;
    s->distance = distance;
}
