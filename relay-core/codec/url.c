#include "codec/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static enum err refuse(const char **problem, const char *why)
{
    if (problem)
        *problem = why;
    return ERR_SYNTAX;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_host_char(char c)
{
    c = lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Letters, digits, "-" and "_" in labels of 1 to 63 characters. */
static bool is_name(struct span host)
{
    size_t label = 0;

    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] == '.' && label == 0)
            return false;
        if (host.ptr[i] != '.' && !is_host_char(host.ptr[i]))
            return false;
        label = host.ptr[i] == '.' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return label > 0;
}

static bool ends_in_number(struct span host)
{
    size_t at = host.len;

    while (at > 0 && host.ptr[at - 1] >= '0' && host.ptr[at - 1] <= '9')
        at--;
    return at < host.len && (at == 0 || host.ptr[at - 1] == '.');
}

static enum err parse_host(struct url *u, struct span host, const char **problem)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (host.len == 0)
        return refuse(problem, "the host is missing");
    if (host.len > URL_HOST_MAX)
        return refuse(problem, "the host is longer than 253 characters");
    for (size_t i = 0; i < host.len; i++)
        u->host[i] = lower(host.ptr[i]);
    u->host[host.len] = '\0';
    if (u->is_ipv6)
        return inet_pton(AF_INET6, u->host, &v6) == 1
                   ? OK
                   : refuse(problem, "this is not an IPv6 address");
    if (!is_name(host))
        return refuse(problem, "the host holds a character that is not allowed, or an empty "
                               "or too long part");
    /* Resolvers read 127.1 and 0177.0.0.1 as addresses, and not all the same ones. */
    if (ends_in_number(host) && inet_pton(AF_INET, u->host, &v4) != 1)
        return refuse(problem, "this is not an IPv4 address of four numbers");
    return OK;
}

static enum err parse_port(struct url *u, struct span port, const char **problem)
{
    uint64_t value;

    if (port.len == 0)
        return refuse(problem, "the port is missing after the colon");
    if (!span_parse_u64(port, &value) || value < 1 || value > 65535)
        return refuse(problem, "the port must be a number from 1 to 65535");
    u->port = (uint16_t)value;
    return OK;
}

/* Cuts host[:port]; *port is empty without a colon, else begins with it. */
static enum err cut_authority(struct url *u, struct span *host, struct span *port,
                              const char **problem)
{
    struct span all = *host;

    u->is_ipv6 = all.len > 0 && all.ptr[0] == '[';
    size_t end = span_find(all, u->is_ipv6 ? ']' : ':');
    if (u->is_ipv6 && end == all.len)
        return refuse(problem, "the bracket of the IPv6 address is not closed");
    *host = span_slice(all, u->is_ipv6, end);
    *port = span_slice(all, end + u->is_ipv6, all.len);
    if (u->is_ipv6 && port->len > 0 && port->ptr[0] != ':')
        return refuse(problem, "after the IPv6 address comes :port or nothing");
    if (span_find(span_slice(*port, 1, port->len), ':') + 1 < port->len)
        return refuse(problem, "an IPv6 address needs brackets: [::1]:8000");
    return OK;
}

static enum err parse_authority(struct url *u, struct span authority, const char **problem)
{
    struct span host = authority;
    struct span port;

    if (span_find(authority, '@') < authority.len)
        return refuse(problem, "a user name or password before @ is not supported");
    enum err e = cut_authority(u, &host, &port, problem);
    if (!e)
        e = parse_host(u, host, problem);
    if (!e && port.len > 0)
        e = parse_port(u, span_slice(port, 1, port.len), problem);
    return e;
}

static enum err check_text(struct span text, const char **problem)
{
    if (text.len > URL_TEXT_MAX) {
        (void)refuse(problem, "the address is too long");
        return ERR_LIMIT;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c <= 0x20 || c == 0x7f)
            return refuse(problem, "the address holds white space or a control character");
        if (c > 0x7f)
            return refuse(problem, "write characters that are not ASCII with % escapes, and "
                                   "such a host in its xn-- form");
        if (strchr("\"<>\\^`{|}", c))
            return refuse(problem, "write \" < > \\ ^ ` { | } with % escapes");
    }
    return OK;
}

/* Consumes "http://" or "https://". */
static enum err cut_scheme(struct url *u, struct span *text, const char **problem)
{
    size_t colon = span_find(*text, ':');
    struct span scheme = span_slice(*text, 0, colon);

    if (!span_starts(span_slice(*text, colon, text->len), SPAN("://")))
        return refuse(problem, "an address begins with http:// or https://");
    u->is_https = span_is_nocase(scheme, SPAN("https"));
    if (!u->is_https && !span_is_nocase(scheme, SPAN("http")))
        return refuse(problem, "only http:// and https:// are supported");
    u->port = u->is_https ? 443 : 80;
    *text = span_slice(*text, colon + 3, text->len);
    return OK;
}

static size_t authority_len(struct span text)
{
    size_t slash = span_find(text, '/');
    size_t question = span_find(text, '?');

    return slash < question ? slash : question;
}

enum err url_parse(struct span text, struct url *out, const char **problem)
{
    struct url u = {0};
    enum err e = check_text(text, problem);

    if (!e)
        e = cut_scheme(&u, &text, problem);
    if (e)
        return e;
    if (span_find(text, '#') < text.len)
        return refuse(problem, "a fragment after # is never sent; leave it out");
    size_t end = authority_len(text);
    e = parse_authority(&u, span_slice(text, 0, end), problem);
    if (e)
        return e;
    struct span rest = span_slice(text, end, text.len);
    size_t question = span_find(rest, '?');
    u.path = question > 0 ? span_slice(rest, 0, question) : SPAN("/");
    u.query = span_slice(rest, question, rest.len);
    *out = u;
    return OK;
}

enum err url_parse_authority(struct span text, uint16_t default_port, struct url *out,
                             const char **problem)
{
    struct url u = {.port = default_port};
    enum err e = check_text(text, problem);

    if (!e && span_find(text, '/') < text.len)
        return refuse(problem, "only a host and a port are expected: example.com:443");
    if (!e)
        e = parse_authority(&u, text, problem);
    if (!e)
        *out = u;
    return e;
}

const char *url_format_authority(const struct url *u, char buf[static URL_AUTHORITY_SIZE])
{
    const char *open = u->is_ipv6 ? "[" : "";
    const char *close = u->is_ipv6 ? "]" : "";
    bool is_default = u->port == (u->is_https ? 443 : 80);

    if (is_default)
        (void)snprintf(buf, URL_AUTHORITY_SIZE, "%s%s%s", open, u->host, close);
    else
        (void)snprintf(buf, URL_AUTHORITY_SIZE, "%s%s%s:%u", open, u->host, close,
                       (unsigned)u->port);
    return buf;
}

bool url_is_loopback(const struct url *u)
{
    struct span host = span_text(u->host);
    struct in_addr v4;
    struct in6_addr v6;

    if (u->is_ipv6)
        return inet_pton(AF_INET6, u->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
    if (inet_pton(AF_INET, u->host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return span_is(host, SPAN("localhost")) || span_ends(host, SPAN(".localhost"));
}
