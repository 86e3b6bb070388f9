#include "relay-client/lineapi/validate/text_form.h"

#define DIGITS_MAX 9u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_hex(char c)
{
    return is_lower_hex(c) || (c >= 'A' && c <= 'F');
}

static bool are_all(struct span s, bool (*is)(char c))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.ptr[i]))
            return false;
    return true;
}

size_t text_form_utf16_len(struct span text)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        len += (c & 0xC0) != 0x80; /* each character ... */
        len += c >= 0xF0;          /* ... and those above U+FFFF twice */
    }
    return len;
}

/* ---- addresses ---- */

static bool may_stand_in_uri(char c)
{
    return c > ' ' && c < 0x7F && !memchr("\"<>\\^`{|}", c, 9);
}

static bool is_uri_text(struct span s)
{
    if (!are_all(s, may_stand_in_uri))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '%' &&
            (s.len - i < 3 || !is_hex(s.ptr[i + 1]) || !is_hex(s.ptr[i + 2])))
            return false;
    return true;
}

/* What stands behind the scheme, or the empty span. */
static struct span behind(struct span text, struct span scheme)
{
    bool is_it = text.len > scheme.len && span_letters_match(text.ptr, scheme.ptr, scheme.len);

    return is_it ? span_slice(text, scheme.len, text.len) : (struct span){0};
}

static bool begins_with_host(struct span s)
{
    return s.len > 0 && !memchr("/?#:@", s.ptr[0], 5);
}

bool text_form_is_https(struct span text)
{
    return begins_with_host(behind(text, SPAN("https://"))) && is_uri_text(text);
}

bool text_form_is_link(struct span text)
{
    bool has_scheme = begins_with_host(behind(text, SPAN("http://"))) ||
                      begins_with_host(behind(text, SPAN("https://"))) ||
                      behind(text, SPAN("line:")).len > 0 || behind(text, SPAN("tel:")).len > 0;

    return has_scheme && is_uri_text(text);
}

/* ---- others ---- */

bool text_form_is_rgb(struct span text)
{
    return text.len == 7 && text.ptr[0] == '#' && are_all(span_slice(text, 1, 7), is_hex);
}

bool text_form_is_rgba(struct span text)
{
    bool has_alpha =
        text.len == 9 && text.ptr[0] == '#' && are_all(span_slice(text, 1, 9), is_hex);

    return has_alpha || text_form_is_rgb(text);
}

bool text_form_is_id(struct span text, char prefix)
{
    return text.len == 33 && text.ptr[0] == prefix &&
           are_all(span_slice(text, 1, 33), is_lower_hex);
}

bool text_form_is_among(struct span text, const char *values)
{
    struct span rest = span_text(values);

    while (rest.len > 0) {
        size_t end = span_find(rest, ',');

        if (span_is(span_slice(rest, 0, end), text))
            return true;
        rest = span_slice(rest, end + 1, rest.len);
    }
    return false;
}

size_t text_form_decimal(struct span text, double *out)
{
    double value = 0;
    double unit = 1;
    size_t i = 0;

    while (i < text.len && is_digit(text.ptr[i]))
        value = value * 10 + (text.ptr[i++] - '0');
    if (i == 0 || i > DIGITS_MAX)
        return 0;
    if (i + 1 < text.len && text.ptr[i] == '.' && is_digit(text.ptr[i + 1]))
        for (i++; i < text.len && is_digit(text.ptr[i]); i++) {
            unit /= 10;
            value += (text.ptr[i] - '0') * unit;
        }
    *out = value;
    return i;
}
