#include "link/link_handshake.h"

#include "base/container.h"

#include <stdio.h>

#define BEARER "Bearer "

_Static_assert(sizeof BEARER - 1 + LINK_TOKEN_MAX < 160, "the scratch of link_hello_format");

/* What a bearer token may consist of (RFC 6750 §2.1). */
static bool is_token_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~+/=", c));
}

static bool is_token(struct span s)
{
    if (s.len == 0 || s.len > LINK_TOKEN_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_byte(s.ptr[i]))
            return false;
    return true;
}

static enum err add_all(struct http_head *out, const struct http_field *fields, size_t len)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < len; i++)
        e = http_head_add(out, fields[i].name, fields[i].value);
    return e;
}

enum err link_hello_format(struct http_head *out, const struct link_hello *hello,
                           struct span authority, char scratch[static 160])
{
    if (!is_token(hello->token) || !link_tunnel_name_is_valid(hello->tunnel) ||
        !http_is_field_value(hello->agent))
        return ERR_SYNTAX;
    int len = snprintf(scratch, 160, BEARER "%.*s", (int)hello->token.len, hello->token.ptr);
    const struct http_field fields[] = {
        {.name = SPAN("Connection"), .value = SPAN("Upgrade")},
        {.name = SPAN("Upgrade"), .value = SPAN(LINK_PROTOCOL)},
        {.name = SPAN("Authorization"), .value = span_of(scratch, (size_t)len)},
        {.name = SPAN("Hookline-Tunnel"), .value = hello->tunnel},
        {.name = SPAN("Hookline-Answer"), .value = span_text(link_answer_text(hello->answer))},
        {.name = SPAN("Hookline-Offline"),
         .value = span_text(link_offline_text(hello->offline))},
        {.name = SPAN("User-Agent"), .value = hello->agent},
    };

    http_head_init_request(out, SPAN("GET"), SPAN(LINK_PATH));
    out->authority = authority;
    return add_all(out, fields, ARRAY_LEN(fields) - (hello->agent.len == 0));
}

bool link_hello_is(const struct http_head *head)
{
    return span_is(span_slice(head->target, 0, span_find(head->target, '?')), SPAN(LINK_PATH));
}

/* A body would be taken for the first bytes of the link. */
static bool has_body(const struct http_head *head)
{
    struct span length = http_head_value(head, "content-length");

    return http_head_find(head, "transfer-encoding") ||
           (length.len > 0 && !span_is(length, SPAN("0")));
}

static bool is_well_formed(const struct http_head *head)
{
    return span_is(head->method, SPAN("GET")) && span_is(head->target, SPAN(LINK_PATH)) &&
           !has_body(head) && http_head_count(head, "authorization") <= 1 &&
           http_head_count(head, "hookline-tunnel") == 1 &&
           link_tunnel_name_is_valid(http_head_value(head, "hookline-tunnel"));
}

/* A word that we do not know could mean that nothing may be kept: no guessing. */
static bool parse_policy(const struct http_head *head, struct link_hello *out)
{
    struct span answer = http_head_value(head, "hookline-answer");
    struct span offline = http_head_value(head, "hookline-offline");

    out->answer = LINK_ANSWER_GUARD;
    out->offline = LINK_OFFLINE_KEEP;
    return http_head_count(head, "hookline-answer") <= 1 &&
           http_head_count(head, "hookline-offline") <= 1 &&
           (answer.len == 0 || link_answer_parse(answer, &out->answer)) &&
           (offline.len == 0 || link_offline_parse(offline, &out->offline));
}

static bool is_our_version(const struct http_head *head)
{
    return http_head_has_token(head, "connection", SPAN("upgrade")) &&
           http_head_has_token(head, "upgrade", SPAN(LINK_PROTOCOL));
}

static struct span token_of(const struct http_head *head)
{
    struct span value = http_head_value(head, "authorization");
    size_t scheme = sizeof BEARER - 1;

    if (value.len <= scheme || !span_is_nocase(span_slice(value, 0, scheme), SPAN(BEARER)))
        return (struct span){0};
    return span_slice(value, scheme, value.len);
}

enum err link_hello_parse(const struct http_head *head, struct link_hello *out,
                          enum link_refusal *refusal)
{
    struct span token = token_of(head);

    if (!is_our_version(head))
        *refusal = LINK_REFUSE_VERSION;
    else if (!is_well_formed(head) || !parse_policy(head, out))
        *refusal = LINK_REFUSE_MALFORMED;
    else if (!is_token(token))
        *refusal = LINK_REFUSE_TOKEN;
    else {
        out->token = token;
        out->tunnel = http_head_value(head, "hookline-tunnel");
        out->agent = http_head_value(head, "user-agent");
        return OK;
    }
    return *refusal == LINK_REFUSE_VERSION ? ERR_VERSION : ERR_SYNTAX;
}
