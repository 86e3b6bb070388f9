#include "relay-client/journal/search/journal_search_text.h"

#include "codec/fold.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

/* Folding makes text shorter by a third at most, but for what nobody writes: longer texts
 * are not worth the time. */
#define PLAIN_MAX (4u * JOURNAL_SEARCH_TEXT_MAX)

static enum err append_line(struct bytes *plain, struct span text)
{
    enum err rc = bytes_append_span(plain, text);

    return rc ? rc : bytes_append(plain, "\n", 1);
}

/* Behind the quote that ends the string at text[at]. */
static size_t string_end(struct span text, size_t at)
{
    for (at++; text.ptr[at] != '"'; at++)
        if (text.ptr[at] == '\\')
            at++;
    return at + 1;
}

static bool is_name(struct span text, size_t behind)
{
    size_t at = json_scan_space_end(text, behind);

    return at < text.len && text.ptr[at] == ':';
}

static enum err append_string(struct bytes *plain, struct span literal)
{
    uint8_t *to;
    enum err rc = bytes_reserve(plain, literal.len, &to);

    if (rc)
        return rc;
    bytes_added(plain, json_text_unescape(literal, (char *)to));
    return bytes_append(plain, "\n", 1);
}

static bool begins_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

/* The text is JSON, so that everything else between two values may be passed over. */
static enum err append_json(struct bytes *plain, struct span json)
{
    enum err rc = OK;
    size_t at = 0;

    while (!rc && at < json.len) {
        size_t from = at;

        if (json.ptr[at] == '"') {
            at = string_end(json, at);
            if (!is_name(json, at))
                rc = append_string(plain, span_slice(json, from, at));
        } else if (begins_number(json.ptr[at])) {
            at = json_scan_value_end(json, at);
            rc = append_line(plain, span_slice(json, from, at));
        } else {
            at++;
        }
    }
    return rc;
}

/* What has a NUL in it is no text. */
static enum err append_body(struct bytes *plain, struct span body)
{
    if (body.len == 0)
        return OK;
    if (json_scan(body, NULL) == OK)
        return append_json(plain, body);
    return span_find(body, '\0') < body.len ? OK : append_line(plain, body);
}

enum err journal_search_text_append(const struct journal_search_source *source,
                                    struct bytes *out)
{
    struct bytes plain;

    if (source->body.len > PLAIN_MAX)
        return ERR_LIMIT;
    bytes_init(&plain, PLAIN_MAX);
    enum err rc = append_line(&plain, source->target);
    if (!rc)
        rc = append_body(&plain, source->body);
    if (!rc && source->note.len > 0)
        rc = append_line(&plain, source->note);
    if (!rc)
        rc = fold_append(bytes_span(&plain), out);
    bytes_fini(&plain);
    return rc;
}
