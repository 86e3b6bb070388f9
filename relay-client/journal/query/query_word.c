#include "relay-client/journal/query/query_word.h"

/* Where a quoted piece that begins at `at` ends, or text.len. */
static size_t quote_end(struct span text, size_t at)
{
    for (at++; at < text.len && text.ptr[at] != '"'; at++)
        at += text.ptr[at] == '\\';
    return at < text.len ? at : text.len;
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == ')';
}

enum err query_word_end(struct span text, size_t from, size_t *end, size_t *wrong)
{
    size_t at;

    for (at = from; at < text.len && !ends_word(text.ptr[at]); at++) {
        if (text.ptr[at] != '"')
            continue;
        *wrong = at;
        at = quote_end(text, at);
        if (at == text.len)
            return ERR_SYNTAX;
    }
    *end = at;
    return OK;
}

size_t query_word_find(struct span word, struct span what)
{
    for (size_t at = 0; at + what.len <= word.len; at++) {
        if (word.ptr[at] == '"')
            at = quote_end(word, at);
        else if (span_starts(span_slice(word, at, word.len), what))
            return at;
    }
    return word.len;
}

bool query_word_has_quote(struct span word)
{
    return span_find(word, '"') < word.len;
}

struct span query_word_text(struct span word, char *out)
{
    size_t len = 0;
    bool is_quoted = false;

    for (size_t at = 0; at < word.len; at++) {
        char c = word.ptr[at];

        if (c == '"') {
            is_quoted = !is_quoted;
            continue;
        }
        if (is_quoted && c == '\\' && at + 1 < word.len)
            c = word.ptr[++at];
        out[len++] = c;
    }
    return span_of(out, len);
}
