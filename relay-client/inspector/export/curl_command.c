#include "relay-client/inspector/export/curl_command.h"

#include "base/container.h"
#include "codec/signature/signature.h"
#include "relay-client/inspector/export/shell_quote.h"

#define INLINE_MAX 65536u /* an argument has at most 128 KiB on Linux */
#define ASKS_FIRST 1000u  /* bytes of a body from which some curl sends Expect */

/* Each option on a line of its own. */
static enum err option(struct bytes *out, const char *name, struct span value)
{
    enum err rc = bytes_printf(out, " \\\n  %s ", name);

    return rc == OK ? shell_quote_word(out, value) : rc;
}

/* --- the fields --- */

static bool is_relays(struct span name)
{
    static const char *const names[] = {"forwarded", "via", "x-real-ip"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_is_nocase(name, span_text(names[i])))
            return true;
    return span_is_nocase(span_slice(name, 0, 12), SPAN("x-forwarded-"));
}

/* Host and Content-Length are curl's own, the rest of these are nobody else's affair. */
static bool is_left_out(const struct curl_wish *w, const struct http_field *f)
{
    return f->secret || span_is_nocase(f->name, SPAN("host")) ||
           span_is_nocase(f->name, SPAN("content-length")) ||
           http_field_is_hop_by_hop(w->head, f) ||
           (signature_is_header(f->name) && !w->with_signature) ||
           (w->is_public && is_relays(f->name));
}

/* Long enough for any field of a head. */
static enum err add_field(struct bytes *out, struct span name, struct span value)
{
    struct bytes line;

    bytes_init(&line, HTTP_HEAD_MAX + 2);
    enum err rc = bytes_append_span(&line, name);
    if (rc == OK)
        rc = bytes_append_text(&line, value.len > 0 ? ": " : ";");
    if (rc == OK)
        rc = bytes_append_span(&line, value);
    if (rc == OK)
        rc = option(out, "--header", bytes_span(&line));
    bytes_fini(&line);
    return rc;
}

/* "Accept:" keeps curl from adding its own. */
static enum err keep_away(const struct curl_wish *w, struct bytes *out, const char *name)
{
    enum err rc = OK;

    if (!http_head_find(w->head, name))
        rc = bytes_printf(out, " \\\n  --header '%s:'", name);
    return rc;
}

static enum err add_fields(const struct curl_wish *w, struct bytes *out)
{
    enum err rc = OK;

    for (size_t i = 0; rc == OK && i < w->head->fields_len; i++) {
        const struct http_field *f = &w->head->fields[i];
        if (!is_left_out(w, f))
            rc = add_field(out, f->name, f->value);
    }
    if (rc == OK)
        rc = keep_away(w, out, "User-Agent");
    if (rc == OK)
        rc = keep_away(w, out, "Accept");
    if (rc == OK && w->body.len > 0)
        rc = keep_away(w, out, "Content-Type");
    if (rc == OK && w->body.len >= ASKS_FIRST)
        rc = keep_away(w, out, "Expect");
    return rc;
}

/* --- all of it --- */

static bool is_plain_head(const struct curl_wish *w)
{
    return span_is(w->head->method, SPAN("HEAD")) && w->body.len == 0;
}

static bool has_body(const struct curl_wish *w)
{
    return w->body.len > 0 || (http_head_find(w->head, "content-length") && !is_plain_head(w));
}

/* What a terminal would show, or an argument could not hold, comes through a pipe. */
static bool is_piped(const struct curl_wish *w)
{
    return w->body.len > INLINE_MAX || !shell_quote_is_plain(w->body);
}

static enum err add_body(const struct curl_wish *w, struct bytes *out)
{
    if (!has_body(w))
        return OK;
    if (is_piped(w))
        return bytes_append_text(out, " \\\n  --data-binary @-");
    return option(out, "--data-raw", w->body); /* where a "@" is no file */
}

static enum err add_url(const struct curl_wish *w, struct bytes *out)
{
    struct bytes url;

    bytes_init(&url, 2 * HTTP_TARGET_MAX + 1024);
    enum err rc = bytes_append_text(&url, w->url);
    if (rc == OK)
        rc = bytes_append_span(&url, w->target);
    if (rc == OK)
        rc = option(out, "--url", bytes_span(&url));
    bytes_fini(&url);
    return rc;
}

static enum err add_method(const struct curl_wish *w, struct bytes *out)
{
    if (is_plain_head(w)) /* no body comes, whatever the length says */
        return bytes_append_text(out, " \\\n  --head");
    return option(out, "--request", w->head->method);
}

enum err curl_command_write(const struct curl_wish *w, struct bytes *out)
{
    enum err rc = OK;

    if (w->body.len > CURL_COMMAND_BODY_MAX)
        return ERR_LIMIT;
    if (has_body(w) && is_piped(w)) {
        rc = shell_quote_printf(out, w->body);
        if (rc == OK)
            rc = bytes_append_text(out, " | \\\n");
    }
    if (rc == OK)
        rc = bytes_append_text(out, "curl --http1.1 --path-as-is --globoff");
    if (rc == OK)
        rc = add_method(w, out);
    if (rc == OK)
        rc = add_url(w, out);
    if (rc == OK)
        rc = add_fields(w, out);
    return rc == OK ? add_body(w, out) : rc;
}
