/* What may stand where in an HTTP message; declared in codec/http_head.h. */
#include "base/container.h"
#include "codec/http/http_chars.h"
#include "codec/http/http_head.h"

#define NAME_MAX_LEN  253u
#define LABEL_MAX_LEN 63u

static bool is_one_of(struct span name, const struct span *list, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (span_is_nocase(name, list[i]))
            return true;
    return false;
}

bool http_field_is_hop_by_hop(const struct http_head *h, const struct http_field *f)
{
    static const struct span always[] = {{"connection", 10},
                                         {"keep-alive", 10},
                                         {"proxy-authenticate", 18},
                                         {"proxy-authorization", 19},
                                         {"proxy-connection", 16},
                                         {"te", 2},
                                         {"trailer", 7},
                                         {"transfer-encoding", 17},
                                         {"upgrade", 7}};
    static const struct span nominated[] = {{"http2-settings", 14},
                                            {"proxy-authentication-info", 25}};

    if (is_one_of(f->name, always, ARRAY_LEN(always)))
        return true;
    return is_one_of(f->name, nominated, ARRAY_LEN(nominated)) &&
           http_head_has_token(h, "connection", f->name);
}

static bool all_are(struct span s, enum http_char kind)
{
    for (size_t i = 0; i < s.len; i++)
        if (!http_char_is((uint8_t)s.ptr[i], kind))
            return false;
    return true;
}

bool http_is_token(struct span s)
{
    return s.len > 0 && all_are(s, HTTP_CHAR_TOKEN);
}

bool http_is_field_value(struct span s)
{
    return all_are(s, HTTP_CHAR_VALUE) && span_trim(s).len == s.len;
}

bool http_is_target(struct span s)
{
    return s.len > 0 && s.ptr[0] == '/' && all_are(s, HTTP_CHAR_TARGET);
}

bool http_parse_content_length(struct span s, uint64_t *out)
{
    uint64_t value;

    if (!span_parse_u64(s, &value) || value > INT64_MAX || (s.len > 1 && s.ptr[0] == '0'))
        return false;
    *out = value;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_label_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

static bool is_label(struct span s)
{
    if (s.len == 0 || s.len > LABEL_MAX_LEN)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_label_char(s.ptr[i]))
            return false;
    return true;
}

static bool is_name(struct span s)
{
    if (s.len > NAME_MAX_LEN)
        return false;
    for (;;) {
        size_t dot = span_find(s, '.');

        if (!is_label(span_slice(s, 0, dot)))
            return false;
        if (dot == s.len)
            return true;
        s = span_slice(s, dot + 1, s.len);
    }
}

/* What stands between the brackets; no zone.  Whether the groups add up matters
 * to nobody: such a host routes nowhere. */
static bool is_ipv6(struct span s)
{
    if (s.len < 2 || s.len > 45 || span_find(s, ':') == s.len)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_hex(s.ptr[i]) && s.ptr[i] != ':' && s.ptr[i] != '.')
            return false;
    return true;
}

/* "" or ":" 1-65535 without leading zeros. */
static bool is_port(struct span s)
{
    uint64_t port;

    if (s.len == 0)
        return true;
    if (s.ptr[0] != ':' || s.len < 2 || s.len > 6 || s.ptr[1] == '0')
        return false;
    return span_parse_u64(span_slice(s, 1, s.len), &port) && port <= 65535;
}

bool http_is_authority(struct span s)
{
    if (s.len > 0 && s.ptr[0] == '[') {
        size_t end = span_find(s, ']');

        return end < s.len && is_ipv6(span_slice(s, 1, end)) &&
               is_port(span_slice(s, end + 1, s.len));
    }
    size_t colon = span_find(s, ':');
    return is_name(span_slice(s, 0, colon)) && is_port(span_slice(s, colon, s.len));
}
