#include "codec/h1/h1_chunked.h"

#include "codec/http/http_chars.h"

#define DIGITS_MAX 16u

void h1_chunked_init(struct h1_chunked *d)
{
    *d = (struct h1_chunked){.state = H1_CHUNKED_SIZE};
}

static enum err refuse(struct h1_chunked *d, const char *detail)
{
    d->detail = detail;
    return ERR_SYNTAX;
}

static enum err go_on(struct h1_chunked *d, enum h1_chunked_state next)
{
    d->state = next;
    return OK;
}

static bool parse_digit(uint8_t byte, unsigned *out)
{
    if (byte >= '0' && byte <= '9')
        *out = byte - (unsigned)'0';
    else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
        *out = (byte | 0x20u) - 'a' + 10;
    else
        return false;
    return true;
}

static enum err on_size(struct h1_chunked *d, uint8_t byte)
{
    unsigned digit;

    if (parse_digit(byte, &digit)) {
        if (d->digits++ == DIGITS_MAX || d->left > (uint64_t)INT64_MAX >> 4)
            return refuse(d, "chunk size too large");
        d->left = d->left << 4 | digit;
        return OK;
    }
    if (d->digits > 0 && byte == '\r')
        return go_on(d, H1_CHUNKED_SIZE_LF);
    if (d->digits > 0 && byte == ';')
        return go_on(d, H1_CHUNKED_EXT_START);
    return refuse(d, "malformed chunk size");
}

static enum err on_size_lf(struct h1_chunked *d, uint8_t byte)
{
    if (byte != '\n')
        return refuse(d, "chunk line with CR without LF");
    if (d->left > 0)
        return go_on(d, H1_CHUNKED_DATA);
    h1_scan_init(&d->trailers, H1_SCAN_TRAILERS);
    return go_on(d, H1_CHUNKED_TRAILERS);
}

/* After a whole extension, or a name without value. */
static enum err on_extension_end(struct h1_chunked *d, uint8_t byte)
{
    if (byte == '\r')
        return go_on(d, H1_CHUNKED_SIZE_LF);
    if (byte == ';')
        return go_on(d, H1_CHUNKED_EXT_START);
    return refuse(d, "malformed chunk extension");
}

static enum err on_extension_name(struct h1_chunked *d, uint8_t byte)
{
    if (http_char_is(byte, HTTP_CHAR_TOKEN))
        return go_on(d, H1_CHUNKED_EXT_NAME);
    if (d->state == H1_CHUNKED_EXT_START)
        return refuse(d, "malformed chunk extension");
    return byte == '=' ? go_on(d, H1_CHUNKED_EXT_VALUE_START) : on_extension_end(d, byte);
}

static enum err on_extension_value(struct h1_chunked *d, uint8_t byte)
{
    if (http_char_is(byte, HTTP_CHAR_TOKEN))
        return go_on(d, H1_CHUNKED_EXT_VALUE);
    if (d->state == H1_CHUNKED_EXT_VALUE)
        return on_extension_end(d, byte);
    return byte == '"' ? go_on(d, H1_CHUNKED_EXT_QUOTED)
                       : refuse(d, "malformed chunk extension");
}

static enum err on_extension_quoted(struct h1_chunked *d, uint8_t byte)
{
    if (!http_char_is(byte, HTTP_CHAR_VALUE))
        return refuse(d, "malformed chunk extension");
    if (d->state == H1_CHUNKED_EXT_ESCAPE)
        return go_on(d, H1_CHUNKED_EXT_QUOTED);
    if (byte == '"')
        return go_on(d, H1_CHUNKED_EXT_AFTER);
    return byte == '\\' ? go_on(d, H1_CHUNKED_EXT_ESCAPE) : OK;
}

static enum err on_extension(struct h1_chunked *d, uint8_t byte)
{
    if (d->extensions++ == H1_EXTENSIONS_MAX)
        return refuse(d, "chunk extensions over 4 KiB");
    if (d->state == H1_CHUNKED_EXT_START || d->state == H1_CHUNKED_EXT_NAME)
        return on_extension_name(d, byte);
    if (d->state == H1_CHUNKED_EXT_VALUE_START || d->state == H1_CHUNKED_EXT_VALUE)
        return on_extension_value(d, byte);
    if (d->state == H1_CHUNKED_EXT_AFTER)
        return on_extension_end(d, byte);
    return on_extension_quoted(d, byte);
}

static enum err on_data_end(struct h1_chunked *d, uint8_t byte)
{
    if (d->state == H1_CHUNKED_DATA_CR && byte == '\r')
        return go_on(d, H1_CHUNKED_DATA_LF);
    if (d->state == H1_CHUNKED_DATA_CR || byte != '\n')
        return refuse(d, "no CRLF at the end of a chunk");
    d->digits = 0;
    return go_on(d, H1_CHUNKED_SIZE);
}

static enum err take(struct h1_chunked *d, uint8_t byte)
{
    switch (d->state) {
    case H1_CHUNKED_SIZE:
        return on_size(d, byte);
    case H1_CHUNKED_EXT_START:
    case H1_CHUNKED_EXT_NAME:
    case H1_CHUNKED_EXT_VALUE_START:
    case H1_CHUNKED_EXT_VALUE:
    case H1_CHUNKED_EXT_QUOTED:
    case H1_CHUNKED_EXT_ESCAPE:
    case H1_CHUNKED_EXT_AFTER:
        return on_extension(d, byte);
    case H1_CHUNKED_SIZE_LF:
        return on_size_lf(d, byte);
    case H1_CHUNKED_DATA_CR:
    case H1_CHUNKED_DATA_LF:
        return on_data_end(d, byte);
    case H1_CHUNKED_DATA:
    case H1_CHUNKED_TRAILERS:
    case H1_CHUNKED_DONE:
        break;
    }
    return refuse(d, "the body has ended");
}

static struct span take_data(struct h1_chunked *d, const uint8_t *data, size_t len)
{
    size_t n = len < d->left ? len : (size_t)d->left;

    d->left -= n;
    if (d->left == 0)
        d->state = H1_CHUNKED_DATA_CR;
    return span_of(data, n);
}

static enum err take_trailers(struct h1_chunked *d, const uint8_t *data, size_t len,
                              size_t *used)
{
    enum err e = h1_scan_feed(&d->trailers, data, len, used);

    d->detail = d->trailers.detail;
    if (!e && h1_scan_is_done(&d->trailers))
        d->state = H1_CHUNKED_DONE;
    return e;
}

enum err h1_chunked_feed(struct h1_chunked *d, const uint8_t *data, size_t len, size_t *used,
                         struct span *piece)
{
    size_t at = 0;

    *piece = (struct span){0};
    while (at < len && d->state != H1_CHUNKED_DATA && d->state != H1_CHUNKED_TRAILERS) {
        enum err e = take(d, data[at++]);

        if (e)
            return e;
    }
    if (d->state == H1_CHUNKED_DATA && at < len) {
        *piece = take_data(d, data + at, len - at);
        at += piece->len;
    }
    *used = at;
    if (d->state != H1_CHUNKED_TRAILERS || at == len)
        return OK;
    enum err e = take_trailers(d, data + at, len - at, used);
    *used += at;
    return e;
}
