#include "link/link_handshake.h"

/* Shown to people, and put together with paths: nothing but a plain address. */
static bool is_url(struct span s)
{
    if (s.len > LINK_URL_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    return (span_starts(s, SPAN("https://")) && s.len > sizeof "https://" - 1) ||
           (span_starts(s, SPAN("http://")) && s.len > sizeof "http://" - 1);
}

static bool is_session(struct span s)
{
    if (s.len != (size_t)2 * LINK_SESSION_SIZE)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
            return false;
    return true;
}

static bool is_count(struct span s)
{
    uint64_t count;

    return s.len == 0 || span_parse_u64(s, &count);
}

enum err link_welcome_format(struct http_head *out, const struct link_welcome *w)
{
    if (!is_url(w->url) || !is_session(w->session) || !is_count(w->kept))
        return ERR_SYNTAX;
    http_head_init_response(out, 101);
    enum err e = http_head_add(out, SPAN("Connection"), SPAN("Upgrade"));
    if (e == OK)
        e = http_head_add(out, SPAN("Upgrade"), SPAN(LINK_PROTOCOL));
    if (e == OK)
        e = http_head_add(out, SPAN("Hookline-Url"), w->url);
    if (e == OK)
        e = http_head_add(out, SPAN("Hookline-Session"), w->session);
    return e == OK && w->kept.len > 0 ? http_head_add(out, SPAN("Hookline-Kept"), w->kept) : e;
}

static bool is_upgraded(const struct http_head *head)
{
    return head->status == 101 && http_head_has_token(head, "connection", SPAN("upgrade")) &&
           http_head_count(head, "upgrade") == 1 &&
           span_is_nocase(http_head_value(head, "upgrade"), SPAN(LINK_PROTOCOL));
}

enum err link_welcome_parse(const struct http_head *head, struct link_welcome *out)
{
    struct span url = http_head_value(head, "hookline-url");
    struct span session = http_head_value(head, "hookline-session");
    struct span kept = http_head_value(head, "hookline-kept");

    if (!is_upgraded(head) || http_head_count(head, "hookline-url") != 1 || !is_url(url) ||
        http_head_count(head, "hookline-session") != 1 || !is_session(session) ||
        !is_count(kept))
        return ERR_PROTOCOL;
    out->url = url;
    out->session = session;
    out->kept = kept;
    return OK;
}
