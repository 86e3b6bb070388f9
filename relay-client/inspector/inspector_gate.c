#include "relay-client/inspector/inspector_gate.h"

#include <arpa/inet.h>
#include <stdio.h>

static const struct inspector_gate_refusal bad_host = {
    403, "bad_host", "Not this host",
    "open the inspector by the address that `hookline up` prints; other names are refused, so "
    "that no web site can pass its own name off as this one"};
static const struct inspector_gate_refusal bad_origin = {
    403, "bad_origin", "Another site asks",
    "only the inspector's own page, and programs on this machine, may ask here"};
static const struct inspector_gate_refusal bad_method = {405, "method", "Not this method",
                                                         "ask with GET, HEAD, POST or DELETE"};
static const struct inspector_gate_refusal not_json = {
    415, "not_json", "Not JSON", "send the body with Content-Type: application/json"};
static const struct inspector_gate_refusal no_session = {
    401, "no_session", "Not signed in",
    "open the address that `hookline up` prints, or send the key that `hookline status --json` "
    "names as Authorization: Bearer KEY"};
static const struct inspector_gate_refusal bad_token = {
    403, "bad_token", "The token is missing or old",
    "send the header Hookline-Token with the token of GET /api/session; it is new in each run"};

/* --- who we are --- */

static bool split_address(const char *address, struct span *host)
{
    struct span all = span_text(address);
    const char *colon = address ? strrchr(address, ':') : NULL;

    if (!colon)
        return false;
    *host = span_slice(all, 0, (size_t)(colon - address));
    if (host->len >= 2 && host->ptr[0] == '[' && host->ptr[host->len - 1] == ']')
        *host = span_slice(*host, 1, host->len - 1);
    return true;
}

static bool parse_v4(struct span host, struct in_addr *out)
{
    char text[INET_ADDRSTRLEN];

    if (host.len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)host.len, host.len ? host.ptr : "");
    return inet_pton(AF_INET, text, out) == 1;
}

static bool parse_v6(struct span host, struct in6_addr *out)
{
    char text[INET6_ADDRSTRLEN];

    if (host.len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)host.len, host.len ? host.ptr : "");
    return inet_pton(AF_INET6, text, out) == 1;
}

bool inspector_gate_is_loopback(const char *address)
{
    struct in6_addr v6;
    struct in_addr v4;
    struct span host;

    if (!split_address(address, &host))
        return false;
    if (span_is(host, SPAN("localhost")))
        return true;
    if (parse_v4(host, &v4))
        return ntohl(v4.s_addr) >> 24 == 127;
    return parse_v6(host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

enum err inspector_gate_site_init(struct inspector_gate_site *out, const char *address,
                                  unsigned port)
{
    struct inspector_gate_site site = {.port = port};
    struct in6_addr v6;
    struct in_addr v4;
    struct span host;

    if (!split_address(address, &host) || host.len >= sizeof site.host - 2)
        return ERR_CONFIG;
    if (parse_v4(host, &v4)) {
        site.is_everywhere = v4.s_addr == htonl(INADDR_ANY);
        snprintf(site.host, sizeof site.host, "%.*s", (int)host.len, host.ptr);
    } else if (parse_v6(host, &v6)) {
        char text[INET6_ADDRSTRLEN];
        site.is_everywhere = IN6_IS_ADDR_UNSPECIFIED(&v6);
        snprintf(site.host, sizeof site.host, "[%s]",
                 inet_ntop(AF_INET6, &v6, text, sizeof text));
    } else if (host.len == 0) {
        site.is_everywhere = true;
    } else if (!span_is(host, SPAN("localhost"))) {
        return ERR_CONFIG;
    }
    if (site.is_everywhere)
        site.host[0] = '\0';
    *out = site;
    return OK;
}

/* --- Host --- */

/* An address that is written as everybody writes it, of one machine: a name could be made to
 * point here by whoever owns it, an address cannot. */
static bool is_literal(struct span host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr v6;
    struct in_addr v4;

    if (parse_v4(host, &v4))
        return v4.s_addr != htonl(INADDR_ANY) && inet_ntop(AF_INET, &v4, text, sizeof text) &&
               span_is(span_text(text), host);
    if (host.len < 2 || host.ptr[0] != '[' || host.ptr[host.len - 1] != ']')
        return false;
    host = span_slice(host, 1, host.len - 1);
    return parse_v6(host, &v6) && !IN6_IS_ADDR_UNSPECIFIED(&v6) && !IN6_IS_ADDR_V4MAPPED(&v6) &&
           inet_ntop(AF_INET6, &v6, text, sizeof text) && span_is(span_text(text), host);
}

static bool is_our_host(const struct inspector_gate_site *site, struct span host)
{
    return span_is(host, SPAN("127.0.0.1")) || span_is(host, SPAN("localhost")) ||
           span_is(host, SPAN("[::1]")) ||
           (site->host[0] && span_is(host, span_text(site->host))) ||
           (site->is_everywhere && is_literal(host));
}

/* The port is part of it, and may be left out only where a browser leaves it out. */
static bool is_our_authority(const struct inspector_gate_site *site, struct span authority)
{
    char port[16];
    struct span suffix = span_of(port, (size_t)snprintf(port, sizeof port, ":%u", site->port));

    if (span_ends(authority, suffix))
        return is_our_host(site, span_slice(authority, 0, authority.len - suffix.len));
    return site->port == 80 && is_our_host(site, authority);
}

/* --- who asks --- */

static bool has_field(const struct http_head *head, const char *name)
{
    return http_head_count(head, name) > 0;
}

static bool is_same_origin(const struct http_head *head)
{
    struct span origin = http_head_value(head, "origin");

    return http_head_count(head, "origin") == 1 && span_starts(origin, SPAN("http://")) &&
           span_is(span_slice(origin, strlen("http://"), origin.len), head->authority);
}

/* Somebody follows a link to the page from elsewhere: that shows it and tells nothing. */
static bool is_visit(const struct http_head *head)
{
    return !inspector_gate_is_api(head->target) && span_is(head->method, SPAN("GET")) &&
           span_is(http_head_value(head, "sec-fetch-mode"), SPAN("navigate")) &&
           span_is(http_head_value(head, "sec-fetch-dest"), SPAN("document"));
}

static bool is_our_page(const struct http_head *head)
{
    struct span site = http_head_value(head, "sec-fetch-site");

    if (has_field(head, "origin") && !is_same_origin(head))
        return false;
    if (!has_field(head, "sec-fetch-site"))
        return true; /* no browser, or an old one: then Origin and the token must do */
    if (http_head_count(head, "sec-fetch-site") > 1)
        return false;
    return span_is(site, SPAN("same-origin")) || span_is(site, SPAN("none")) || is_visit(head);
}

/* --- what is asked --- */

bool inspector_gate_is_api(struct span target)
{
    return span_starts(target, SPAN("/api/")) || span_is(target, SPAN("/api"));
}

static bool is_reading(const struct http_head *head)
{
    return span_is(head->method, SPAN("GET")) || span_is(head->method, SPAN("HEAD"));
}

static bool is_changing(const struct http_head *head)
{
    return span_is(head->method, SPAN("POST")) || span_is(head->method, SPAN("DELETE"));
}

static bool is_json(const struct http_head *head)
{
    struct span type = http_head_value(head, "content-type");

    return http_head_count(head, "content-type") == 1 &&
           span_is_nocase(span_trim(span_slice(type, 0, span_find(type, ';'))),
                          SPAN("application/json"));
}

/* To sign in needs no session, but all the rest. */
static bool is_sign_in(const struct http_head *head)
{
    return span_is(head->method, SPAN("POST")) && span_is(head->target, SPAN("/api/session"));
}

static const struct inspector_gate_refusal *
check_credentials(const struct inspector_session *session, const struct http_head *head)
{
    if (is_sign_in(head))
        return NULL;
    if (has_field(head, "authorization"))
        return inspector_session_has_key(session, head) ? NULL : &no_session;
    if (!inspector_session_has_cookie(session, head))
        return &no_session;
    if (is_changing(head) && !inspector_session_has_token(session, head))
        return &bad_token;
    return NULL;
}

const struct inspector_gate_refusal *
inspector_gate_check(const struct inspector_gate_site *site,
                     const struct inspector_session *session, const struct http_head *head)
{
    if (!is_our_authority(site, head->authority))
        return &bad_host;
    if (!is_our_page(head))
        return &bad_origin;
    if (!is_reading(head) && !(inspector_gate_is_api(head->target) && is_changing(head)))
        return &bad_method;
    if (is_changing(head) && !is_json(head))
        return &not_json;
    return inspector_gate_is_api(head->target) ? check_credentials(session, head) : NULL;
}
