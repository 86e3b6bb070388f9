#include "relay-client/journal/query/query_match.h"

#include "base/bytes.h"
#include "base/container.h"
#include "codec/fold.h"
#include "relay-client/journal/search/journal_search_text.h"
#include "store/database_function.h"

#define FOLDED_MAX ((size_t)256 * 1024 * 1024)
#define NOWHERE    SIZE_MAX

static bool is_ascii(struct span s)
{
    unsigned char all = 0;

    for (size_t i = 0; i < s.len; i++)
        all |= (unsigned char)s.ptr[i];
    return all < 0x80;
}

/* What folding does to ASCII. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static enum err fold(struct span text, struct bytes *out)
{
    bytes_init(out, FOLDED_MAX);
    return fold_append(text, out);
}

/* ---- a part ---- */

static bool is_at(struct span text, size_t at, struct span part)
{
    for (size_t i = part.len; i-- > 0;)
        if (lower(text.ptr[at + i]) != part.ptr[i])
            return false;
    return true;
}

/* How far the part may move when this byte lies over its end (Horspool 1980). */
static void fill_shifts(struct span part, uint8_t shifts[static 256])
{
    const size_t far = part.len < UINT8_MAX ? part.len : UINT8_MAX;

    memset(shifts, (int)far, 256);
    for (size_t i = part.len - far; i + 1 < part.len; i++) {
        unsigned char c = (unsigned char)part.ptr[i];
        uint8_t shift = (uint8_t)(part.len - 1 - i);

        shifts[c] = shift;
        if (c >= 'a' && c <= 'z')
            shifts[c - 'a' + 'A'] = shift;
    }
}

enum err query_match_has_letters(struct span text, struct span part, bool *out)
{
    uint8_t shifts[256];
    size_t at = 0;

    *out = part.len == 0;
    if (part.len == 0 || part.len > text.len)
        return OK;
    fill_shifts(part, shifts);
    while (!*out && at + part.len <= text.len) {
        *out = is_at(text, at, part);
        at += shifts[(unsigned char)text.ptr[at + part.len - 1]];
    }
    return OK;
}

/* Folding costs much more than looking: most texts that have the part have it as it is. */
enum err query_match_has_folded(struct span text, struct span part, bool *out)
{
    struct bytes folded;
    enum err e = query_match_has_letters(text, part, out);

    if (e || *out || is_ascii(text))
        return e;
    e = fold(text, &folded);
    if (!e)
        *out = span_find_span(bytes_span(&folded), part) < bytes_len(&folded);
    bytes_fini(&folded);
    return e;
}

enum err query_match_has_value(struct span body, struct span part, bool *out)
{
    const struct journal_search_source source = {.body = body};
    struct bytes folded;

    bytes_init(&folded, JOURNAL_SEARCH_TEXT_MAX);
    enum err e = journal_search_text_append(&source, &folded);
    if (!e)
        *out = span_find_span(bytes_span(&folded), part) < bytes_len(&folded);
    bytes_fini(&folded);
    return e == ERR_LIMIT ? query_match_has_folded(body, part, out) : e;
}

/* ---- a pattern ---- */

/* A mismatch goes back to the last star, which then stands for one more. */
static bool fits(struct span text, struct span pattern)
{
    const char any = QUERY_MATCH_ANY[0];
    size_t t = 0, p = 0, star = NOWHERE, from = 0;

    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == any) {
            star = ++p;
            from = t;
        } else if (p < pattern.len && lower(text.ptr[t]) == pattern.ptr[p]) {
            t++;
            p++;
        } else if (star != NOWHERE) {
            p = star;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == any)
        p++;
    return p == pattern.len;
}

enum err query_match_is_like(struct span text, struct span pattern, bool *out)
{
    struct bytes folded;

    if (is_ascii(text)) {
        *out = fits(text, pattern);
        return OK;
    }
    enum err e = fold(text, &folded);
    if (!e)
        *out = fits(bytes_span(&folded), pattern);
    bytes_fini(&folded);
    return e;
}

/* ---- a field ---- */

static enum err is_field(struct span line, struct span name, const struct span *part, bool *out)
{
    bool is_secret = span_starts(line, SPAN(" "));
    struct span shown = span_slice(line, is_secret, line.len);
    size_t end = span_find_span(shown, SPAN(": "));

    *out = span_is_nocase(span_slice(shown, 0, end), name);
    if (!*out || !part)
        return OK;
    *out = false;
    if (is_secret)
        return OK;
    return query_match_has_folded(span_slice(shown, end + 2, shown.len), *part, out);
}

enum err query_match_has_field(struct span head, struct span field, bool *out)
{
    size_t equal = span_find(field, '=');
    struct span name = span_slice(field, 0, equal);
    struct span part = span_slice(field, equal + 1, field.len);
    enum err e = OK;

    *out = false;
    for (size_t at = 0; !e && !*out && at < head.len;) {
        struct span line = span_slice(head, at, head.len);

        line.len = span_find(line, '\n');
        at += line.len + 1;
        if (!span_starts(line, SPAN(":")))
            e = is_field(line, name, equal < field.len ? &part : NULL, out);
    }
    return e;
}

enum err query_match_define(struct database *db)
{
    static const struct database_function all[] = {
        {"has_letters", query_match_has_letters}, {"has_folded", query_match_has_folded},
        {"has_value", query_match_has_value},     {"is_like", query_match_is_like},
        {"has_field", query_match_has_field},
    };
    enum err e = OK;

    for (size_t i = 0; !e && i < ARRAY_LEN(all); i++)
        e = database_function_define(db, &all[i]);
    return e;
}
