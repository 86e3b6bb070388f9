#include "base/span.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool span_letters_match(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

bool span_starts(struct span s, struct span prefix)
{
    return s.len >= prefix.len && span_is(span_of(s.ptr, prefix.len), prefix);
}

bool span_ends(struct span s, struct span suffix)
{
    return s.len >= suffix.len && span_is(span_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t span_find(struct span s, char byte)
{
    const char *found = s.len > 0 ? memchr(s.ptr, byte, s.len) : NULL;

    return found ? (size_t)(found - s.ptr) : s.len;
}

size_t span_find_span(struct span s, struct span what)
{
    if (what.len == 0)
        return 0;
    const char *found = s.len > 0 ? memmem(s.ptr, s.len, what.ptr, what.len) : NULL;
    return found ? (size_t)(found - s.ptr) : s.len;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

bool span_parse_u64(struct span s, uint64_t *out)
{
    uint64_t value = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}
