#include "codec/h1/h1_scan.h"

#include "codec/http/http_chars.h"
#include "codec/http/http_head.h"

#define VERSION_LEN 8u /* HTTP/1.1 */

void h1_scan_init(struct h1_scan *s, enum h1_scan_kind kind)
{
    static const enum h1_scan_state first[] = {
        [H1_SCAN_REQUEST] = H1_SCAN_METHOD,
        [H1_SCAN_RESPONSE] = H1_SCAN_STATUS_LINE,
        [H1_SCAN_TRAILERS] = H1_SCAN_NAME,
    };

    *s = (struct h1_scan){
        .state = first[kind],
        .size_max = kind == H1_SCAN_TRAILERS ? H1_TRAILERS_MAX : HTTP_HEAD_MAX,
    };
}

static enum err refuse(struct h1_scan *s, enum err why, const char *detail)
{
    s->detail = detail;
    return why;
}

static void enter(struct h1_scan *s, enum h1_scan_state state)
{
    s->state = state;
    s->count = 0;
}

/* The byte has no place in the part under way: say what it is. */
static enum err misplaced(struct h1_scan *s, uint8_t byte, const char *otherwise)
{
    if (byte == '\n')
        return refuse(s, ERR_SYNTAX, "LF without CR");
    if (byte == '\r')
        return refuse(s, ERR_SYNTAX, "CR where no line ends");
    if (byte < 0x20 && byte != '\t')
        return refuse(s, ERR_SYNTAX, "control character in the head");
    return refuse(s, ERR_SYNTAX, otherwise);
}

static enum err on_method(struct h1_scan *s, uint8_t byte)
{
    if (byte == ' ' && s->count > 0) {
        enter(s, H1_SCAN_TARGET);
        return OK;
    }
    if (!http_char_is(byte, HTTP_CHAR_TOKEN))
        return misplaced(s, byte, "malformed method");
    if (++s->count > H1_METHOD_MAX)
        return refuse(s, ERR_UNSUPPORTED, "unknown method");
    return OK;
}

static enum err on_target(struct h1_scan *s, uint8_t byte)
{
    if (byte == ' ' && s->count > 0) {
        enter(s, H1_SCAN_VERSION);
        return OK;
    }
    if (!http_char_is(byte, HTTP_CHAR_TARGET))
        return misplaced(s, byte, "malformed request target");
    if (++s->count > HTTP_TARGET_MAX)
        return refuse(s, ERR_URI_TOO_LONG, "request target over 8 KiB");
    return OK;
}

static enum err on_version(struct h1_scan *s, uint8_t byte)
{
    if (byte == '\r' && s->count == VERSION_LEN) {
        enter(s, H1_SCAN_LF);
        return OK;
    }
    if (s->count++ == VERSION_LEN || !http_char_is(byte, HTTP_CHAR_TARGET))
        return misplaced(s, byte, "malformed HTTP version");
    return OK;
}

static enum err on_status_line(struct h1_scan *s, uint8_t byte)
{
    if (byte == '\r' && s->count > 0) {
        enter(s, H1_SCAN_LF);
        return OK;
    }
    if (!http_char_is(byte, HTTP_CHAR_VALUE))
        return misplaced(s, byte, "malformed status line");
    if (++s->count > H1_STATUS_LINE_MAX)
        return refuse(s, ERR_HEADERS_TOO_LARGE, "status line over 512 bytes");
    return OK;
}

static enum err on_line_start(struct h1_scan *s, uint8_t byte)
{
    if (byte == '\r') {
        enter(s, H1_SCAN_END_LF);
        return OK;
    }
    if (byte == ' ' || byte == '\t')
        return refuse(s, ERR_SYNTAX, "folded header line");
    return misplaced(s, byte, byte == ':' ? "empty field name" : "malformed field name");
}

/* The byte after the token characters, if any, of a line. */
static enum err on_name(struct h1_scan *s, uint8_t byte)
{
    if (s->count == 0)
        return on_line_start(s, byte);
    if (byte == ' ' || byte == '\t')
        return refuse(s, ERR_SYNTAX, "blank in or after a field name");
    if (byte == '\r')
        return refuse(s, ERR_SYNTAX, "header line without colon");
    if (byte != ':')
        return misplaced(s, byte, "malformed field name");
    if (s->fields++ == HTTP_FIELDS_MAX)
        return refuse(s, ERR_HEADERS_TOO_LARGE, "more than 100 header fields");
    enter(s, H1_SCAN_BLANK);
    return OK;
}

static enum err on_value(struct h1_scan *s, uint8_t byte)
{
    if (byte != '\r')
        return misplaced(s, byte, "malformed field value");
    enter(s, H1_SCAN_LF);
    return OK;
}

/* Counts `n` bytes of a name or a value. */
static enum err count_run(struct h1_scan *s, size_t n)
{
    if (n > s->size_max - s->size)
        return refuse(s, ERR_HEADERS_TOO_LARGE, "header section over the limit");
    s->size += n;
    s->count += n;
    return OK;
}

static enum err on_blank(struct h1_scan *s, uint8_t byte)
{
    if (!http_char_is(byte, HTTP_CHAR_VALUE))
        return on_value(s, byte);
    s->state = H1_SCAN_VALUE;
    return byte == ' ' || byte == '\t' ? OK : count_run(s, 1);
}

static enum err on_lf(struct h1_scan *s, uint8_t byte, enum h1_scan_state next)
{
    if (byte != '\n')
        return refuse(s, ERR_SYNTAX, "CR without LF");
    enter(s, next);
    return OK;
}

static enum err take(struct h1_scan *s, uint8_t byte)
{
    switch (s->state) {
    case H1_SCAN_METHOD:
        return on_method(s, byte);
    case H1_SCAN_TARGET:
        return on_target(s, byte);
    case H1_SCAN_VERSION:
        return on_version(s, byte);
    case H1_SCAN_STATUS_LINE:
        return on_status_line(s, byte);
    case H1_SCAN_NAME:
        return on_name(s, byte);
    case H1_SCAN_BLANK:
        return on_blank(s, byte);
    case H1_SCAN_VALUE:
        return on_value(s, byte);
    case H1_SCAN_LF:
        return on_lf(s, byte, H1_SCAN_NAME);
    case H1_SCAN_END_LF:
        return on_lf(s, byte, H1_SCAN_DONE);
    case H1_SCAN_DONE:
        break;
    }
    return refuse(s, ERR_SYNTAX, "the section has ended");
}

/* Most bytes of a head: how many at `data` continue the name or value under way? */
static size_t run_length(const struct h1_scan *s, const uint8_t *data, size_t len)
{
    enum http_char kind = s->state == H1_SCAN_NAME ? HTTP_CHAR_TOKEN : HTTP_CHAR_VALUE;
    size_t n = 0;

    if (s->state != H1_SCAN_NAME && s->state != H1_SCAN_VALUE)
        return 0;
    while (n < len && http_char_is(data[n], kind))
        n++;
    return n;
}

enum err h1_scan_feed(struct h1_scan *s, const uint8_t *data, size_t len, size_t *used)
{
    size_t at = 0;

    while (at < len && s->state != H1_SCAN_DONE) {
        size_t run = run_length(s, data + at, len - at);
        enum err e = count_run(s, run);

        at += run;
        if (!e && at < len)
            e = take(s, data[at++]);
        if (e)
            return e;
    }
    *used = at;
    return OK;
}
