#include "codec/http/http_head_text.h"

#include <stdio.h>

#define SEPARATOR_LEN 2 /* ": " */
#define STATUS_SIZE   12

static size_t line_size(struct span name, struct span value)
{
    return name.len + SEPARATOR_LEN + value.len + 1;
}

static char *put(char *at, struct span s)
{
    if (s.len > 0)
        memcpy(at, s.ptr, s.len);
    return at + s.len;
}

static char *put_line(char *at, struct span name, struct span value)
{
    at = put(at, name);
    at = put(at, SPAN(": "));
    at = put(at, value);
    *at = '\n';
    return at + 1;
}

/* ---- control data ---- */

#define CONTROL_MAX 4

struct control {
    struct span name, value;
};

/* How many there are.  `status` is room for its digits. */
static size_t control_of(const struct http_head *h, struct control out[static CONTROL_MAX],
                         char status[static STATUS_SIZE])
{
    if (h->status == 0) {
        out[0] = (struct control){SPAN(":method"), h->method};
        out[1] = (struct control){SPAN(":scheme"), h->scheme};
        out[2] = (struct control){SPAN(":authority"), h->authority};
        out[3] = (struct control){SPAN(":path"), h->target};
        return CONTROL_MAX;
    }
    int len = snprintf(status, STATUS_SIZE, "%u", h->status);
    out[0] = (struct control){SPAN(":status"), span_of(status, (size_t)len)};
    return 1;
}

static bool set_control(struct http_head *h, struct span name, struct span value)
{
    uint64_t status = 0;

    if (span_is(name, SPAN(":method"))) {
        h->method = value;
    } else if (span_is(name, SPAN(":scheme"))) {
        h->scheme = value;
    } else if (span_is(name, SPAN(":authority"))) {
        h->authority = value;
    } else if (span_is(name, SPAN(":path"))) {
        h->target = value;
    } else if (span_is(name, SPAN(":status"))) {
        if (!span_parse_u64(value, &status) || status < 100 || status > 999)
            return false;
        h->status = (unsigned)status;
    } else {
        return false;
    }
    return true;
}

/* ---- both ways ---- */

size_t http_head_text_size(const struct http_head *h)
{
    struct control control[CONTROL_MAX];
    char status[STATUS_SIZE];
    size_t size = 0, controls = control_of(h, control, status);

    for (size_t i = 0; i < controls; i++)
        size += line_size(control[i].name, control[i].value);
    for (size_t i = 0; i < h->fields_len; i++)
        size += line_size(h->fields[i].name, h->fields[i].value) + h->fields[i].secret;
    return size;
}

void http_head_text_format(const struct http_head *h, char *out)
{
    struct control control[CONTROL_MAX];
    char status[STATUS_SIZE];
    size_t controls = control_of(h, control, status);

    for (size_t i = 0; i < controls; i++)
        out = put_line(out, control[i].name, control[i].value);
    for (size_t i = 0; i < h->fields_len; i++) {
        if (h->fields[i].secret)
            out = put(out, SPAN(" "));
        out = put_line(out, h->fields[i].name, h->fields[i].value);
    }
}

static enum err parse_line(struct span line, struct http_head *out)
{
    bool is_secret = span_starts(line, SPAN(" "));
    struct span rest = span_slice(line, is_secret, line.len);
    size_t at = span_find_span(rest, SPAN(": "));

    if (at == 0 || at == rest.len)
        return ERR_CORRUPT;
    struct span name = span_slice(rest, 0, at);
    struct span value = span_slice(rest, at + SEPARATOR_LEN, rest.len);
    if (span_starts(name, SPAN(":")))
        return set_control(out, name, value) ? OK : ERR_CORRUPT;
    if (http_head_add(out, name, value))
        return ERR_CORRUPT;
    out->fields[out->fields_len - 1].secret = is_secret;
    return OK;
}

enum err http_head_text_parse(struct span text, struct http_head *out)
{
    *out = (struct http_head){0};
    while (text.len > 0) {
        size_t end = span_find(text, '\n');

        if (end == text.len)
            return ERR_CORRUPT;
        enum err e = parse_line(span_slice(text, 0, end), out);
        if (e)
            return e;
        text = span_slice(text, end + 1, text.len);
    }
    return OK;
}
