#include "relay-client/handler/echo/echo_page.h"

#include "base/text.h"

static const char page_begin[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>The tunnel works</title>"
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:3rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;"
    "vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886;"
    "overflow-wrap:anywhere}code{font-family:ui-monospace,monospace}"
    ":root{color-scheme:light dark}</style></head><body>\n"
    "<h1>The tunnel works</h1>\n"
    "<p>This is Hookline's echo bot. Your request came through the tunnel to this machine:"
    "</p>\n<p><code>";
static const char page_fields[] = "</code></p>\n<table><tbody>\n";
static const char page_end[] =
    "</tbody></table>\n<p>Send a webhook here to see what the bot would reply.</p>\n"
    "</body></html>\n";

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static enum err append_markup(struct bytes *out, struct span s)
{
    size_t plain = 0;
    enum err rc = OK;

    for (size_t i = 0; i < s.len && rc == OK; i++) {
        const char *entity = entity_of(s.ptr[i]);

        if (!entity)
            continue;
        rc = bytes_append_span(out, span_slice(s, plain, i));
        if (rc == OK)
            rc = bytes_append_text(out, entity);
        plain = i + 1;
    }
    return rc == OK ? bytes_append_span(out, span_slice(s, plain, s.len)) : rc;
}

/* First what could confuse a reader of any text, then what could be markup. */
static enum err append_foreign(struct bytes *out, struct span s)
{
    struct bytes shown;

    bytes_init(&shown, 10 * (s.len + 1));
    enum err rc = text_append_escaped(&shown, s);
    if (rc == OK)
        rc = append_markup(out, bytes_span(&shown));
    bytes_fini(&shown);
    return rc;
}

static enum err append_row(struct bytes *out, struct span name, struct span value)
{
    enum err rc = bytes_append_text(out, "<tr><th scope=\"row\">");

    if (rc == OK)
        rc = append_foreign(out, name);
    if (rc == OK)
        rc = bytes_append_text(out, "</th><td><code>");
    if (rc == OK)
        rc = append_foreign(out, value);
    return rc == OK ? bytes_append_text(out, "</code></td></tr>\n") : rc;
}

static enum err append_fields(struct bytes *out, const struct http_head *head)
{
    enum err rc = head->authority.len > 0 ? append_row(out, SPAN("host"), head->authority) : OK;

    for (size_t i = 0; i < head->fields_len && rc == OK; i++) {
        const struct http_field *f = &head->fields[i];

        rc = append_row(out, f->name, f->secret ? SPAN("(not shown)") : f->value);
    }
    return rc;
}

enum err echo_page_format(struct bytes *out, const struct http_head *head)
{
    enum err rc = bytes_append_text(out, page_begin);

    if (rc == OK)
        rc = append_foreign(out, head->method);
    if (rc == OK)
        rc = bytes_append_text(out, " ");
    if (rc == OK)
        rc = append_foreign(out, head->target);
    if (rc == OK)
        rc = bytes_append_text(out, page_fields);
    if (rc == OK)
        rc = append_fields(out, head);
    return rc == OK ? bytes_append_text(out, page_end) : rc;
}
