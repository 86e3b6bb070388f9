#include "codec/signature/signature_rewrite.h"

#include "base/base64.h"
#include "base/container.h"
#include "codec/json/json_reprint.h"
#include "codec/json/json_text.h"

#include <string.h>

struct rewrite {
    enum err (*make)(const struct rewrite *r, struct span body, struct bytes *out);
    struct json_style style;
    struct signature_cause cause;
    const char *meaning;
};

#define RAW_BYTES                                                                              \
    " The body was parsed and printed again before it was signed or forwarded. Sign and "      \
    "forward the raw bytes, before any JSON parser sees them."

static enum err add_line_break(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    enum err e = bytes_append_span(out, body);
    return e ? e : bytes_append(out, "\n", 1);
}

static enum err drop_line_break(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    if (span_ends(body, SPAN("\r\n")))
        body.len -= 2;
    else if (span_ends(body, SPAN("\n")))
        body.len -= 1;
    return bytes_append_span(out, body);
}

static enum err crlf_to_lf(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    for (size_t at = 0; at < body.len;) {
        struct span rest = span_slice(body, at, body.len);
        size_t len = span_find_span(rest, SPAN("\r\n"));
        enum err e = bytes_append(out, rest.ptr, len);

        if (!e && len < rest.len)
            e = bytes_append(out, "\n", 1);
        if (e)
            return e;
        at += len + 2;
    }
    return OK;
}

static enum err lf_to_crlf(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    for (size_t at = 0; at < body.len;) {
        struct span rest = span_slice(body, at, body.len);
        size_t len = span_find(rest, '\n');
        bool is_bare = len < rest.len && (len == 0 || rest.ptr[len - 1] != '\r');
        enum err e = bytes_append(out, rest.ptr, len);

        if (!e && len < rest.len)
            e = bytes_append_text(out, is_bare ? "\r\n" : "\n");
        if (e)
            return e;
        at += len + 1;
    }
    return OK;
}

static enum err print_json(const struct rewrite *r, struct span body, struct bytes *out)
{
    return json_reprint(body, r->style, out);
}

/* Every byte taken for a character of Latin-1 and written as UTF-8. */
static enum err latin1_to_utf8(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    for (size_t i = 0; i < body.len; i++) {
        char utf8[4];
        enum err e =
            bytes_append(out, utf8, json_text_put_char((unsigned char)body.ptr[i], utf8));

        if (e)
            return e;
    }
    return OK;
}

/* The way back; does not apply when a character lies outside of Latin-1. */
static enum err utf8_to_latin1(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    for (size_t at = 0; at < body.len;) {
        uint32_t c = (unsigned char)body.ptr[at++];

        if (c == 0xc2 || c == 0xc3) {
            uint32_t low = at < body.len ? (unsigned char)body.ptr[at++] : 0;

            c = (c & 3) << 6 | (low & 0x3f);
        } else if (c >= 0x80) {
            return ERR_SYNTAX;
        }
        enum err e = bytes_append(out, (const char[]){(char)c}, 1);
        if (e)
            return e;
    }
    return OK;
}

/* What an ASCII-only program makes of it: one "?" per character. */
static enum err question_marks(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    for (size_t i = 0; i < body.len; i++) {
        unsigned char c = (unsigned char)body.ptr[i];
        bool is_continuation = c >= 0x80 && c < 0xc0;
        enum err e = is_continuation ? OK : bytes_append(out, c < 0x80 ? &body.ptr[i] : "?", 1);

        if (e)
            return e;
    }
    return OK;
}

static enum err swap_byte(struct span body, char from, char to, struct bytes *out)
{
    uint8_t *room;
    enum err e = bytes_reserve(out, body.len, &room);

    if (e)
        return e;
    for (size_t i = 0; i < body.len; i++)
        room[i] = (uint8_t)(body.ptr[i] == from ? to : body.ptr[i]);
    bytes_added(out, body.len);
    return OK;
}

static enum err blank_to_plus(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    return swap_byte(body, ' ', '+', out);
}

static enum err plus_to_blank(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    return swap_byte(body, '+', ' ', out);
}

static enum err drop_bom(const struct rewrite *r, struct span body, struct bytes *out)
{
    (void)r;
    if (span_starts(body, SPAN("\xef\xbb\xbf")))
        body = span_slice(body, 3, body.len);
    return bytes_append_span(out, body);
}

static enum err to_base64(const struct rewrite *r, struct span body, struct bytes *out)
{
    uint8_t *room;
    size_t len = BASE64_LEN(body.len);
    enum err e = bytes_reserve(out, len + 1, &room);

    (void)r;
    if (!e)
        e = base64_format((char *)room, len + 1, body.ptr, body.len);
    if (!e)
        bytes_added(out, len);
    return e;
}

static enum err from_base64(const struct rewrite *r, struct span body, struct bytes *out)
{
    uint8_t *room;
    size_t len;
    enum err e = bytes_reserve(out, body.len, &room);

    (void)r;
    if (!e)
        e = base64_parse(body, room, body.len, &len);
    if (!e)
        bytes_added(out, len);
    return e;
}

#define JSON(space, escape, js, name, meaning)                                                 \
    {                                                                                          \
        print_json, {JSON_SPACE_##space, JSON_ESCAPE_##escape, js}, {"sig_rewritten", name},   \
            meaning RAW_BYTES                                                                  \
    }

static const struct rewrite rewrites[] = {
    {add_line_break,
     {0},
     {"sig_newline", "newline_missing"},
     "The signature fits the body with one more line break at its end: it was cut off after "
     "signing. Send the bytes as they are (curl: --data-binary)."},
    {drop_line_break,
     {0},
     {"sig_newline", "newline_added"},
     "The signature fits the body without the line break at its end: it was added after "
     "signing, as echo (without -n) and editors do."},
    {crlf_to_lf,
     {0},
     {"sig_crlf", "lf_signed"},
     "The signature fits the body with LF line ends, but it arrived with CR LF: something "
     "converted the line ends after signing."},
    {lf_to_crlf,
     {0},
     {"sig_crlf", "crlf_signed"},
     "The signature fits the body with CR LF line ends, but it arrived with LF: something "
     "converted the line ends after signing."},
    JSON(KEEP, LINE, false, "json_line_emoji",
         "The signature fits the body with emoji as \\uD83E... escapes, the way LINE "
         "sends them; they arrived as plain characters."),
    JSON(NONE, KEEP, false, "json_minified",
         "The signature fits the same JSON without white space (minified)."),
    JSON(NONE, LINE, false, "json_minified_line_emoji",
         "The signature fits the JSON without white space and with emoji as \\uD83E... "
         "escapes, the way LINE sends it."),
    JSON(NONE, LEAST, false, "json_stringify",
         "The signature fits what JSON.stringify makes of the body."),
    JSON(NONE, LEAST, true, "json_stringify_numbers",
         "The signature fits what JSON.stringify makes of the body, numbers too."),
    JSON(KEEP, LEAST, false, "json_unescaped",
         "The signature fits the body with its \\u escapes turned into characters."),
    JSON(AFTER, ASCII_LOWER, false, "json_python",
         "The signature fits what Python's json.dumps makes of the body."),
    JSON(AFTER, LEAST, false, "json_python_unicode",
         "The signature fits what Python's json.dumps(ensure_ascii=False) makes of the "
         "body."),
    JSON(NONE, ASCII_LOWER, false, "json_minified_ascii",
         "The signature fits the JSON without white space and with everything but ASCII "
         "as \\u escapes."),
    JSON(NONE, ASCII_UPPER, false, "json_minified_ascii_upper",
         "The signature fits the JSON without white space and with everything but ASCII "
         "as upper-case \\u escapes."),
    JSON(KEEP, ASCII_LOWER, false, "json_ascii",
         "The signature fits the body with everything but ASCII as \\u escapes."),
    JSON(KEEP, ASCII_UPPER, false, "json_ascii_upper",
         "The signature fits the body with everything but ASCII as upper-case \\u "
         "escapes."),
    JSON(NONE, PHP, false, "json_php",
         "The signature fits what PHP's json_encode makes of the body."),
    JSON(NONE, HTML, false, "json_go",
         "The signature fits what Go's json.Marshal makes of the body."),
    JSON(AFTER, KEEP, false, "json_spaced",
         "The signature fits the same JSON with a blank after each comma and colon."),
    JSON(INDENT2, KEEP, false, "json_indent2",
         "The signature fits the same JSON pretty-printed, indented by 2."),
    JSON(INDENT2, LEAST, false, "json_indent2_unescaped",
         "The signature fits the JSON pretty-printed, indented by 2, with \\u escapes as "
         "characters."),
    JSON(INDENT2, LINE, false, "json_indent2_line_emoji",
         "The signature fits the JSON pretty-printed, indented by 2, with emoji as "
         "\\uD83E... escapes."),
    JSON(INDENT4, KEEP, false, "json_indent4",
         "The signature fits the same JSON pretty-printed, indented by 4."),
    JSON(INDENT4, ASCII_LOWER, false, "json_indent4_python",
         "The signature fits what Python's json.dumps(indent=4) makes of the body."),
    {utf8_to_latin1,
     {0},
     {"sig_rewritten", "utf8_twice"},
     "The signature fits the body in another charset: on the way UTF-8 was read as Latin-1 and "
     "encoded once more. Treat the body as bytes, not as text."},
    {latin1_to_utf8,
     {0},
     {"sig_rewritten", "latin1_signed"},
     "The signature fits the body read as Latin-1 and encoded once more: whoever signed it "
     "decoded it with the wrong charset. Treat the body as bytes."},
    {question_marks,
     {0},
     {"sig_rewritten", "question_marks"},
     "The signature fits the body with ? for every character that is not ASCII: whoever signed "
     "it used an ASCII charset. Treat the body as bytes."},
    {blank_to_plus,
     {0},
     {"sig_rewritten", "url_decoded"},
     "The signature fits the body with + where blanks arrived: something URL-decoded it after "
     "signing. Read the raw body, not a parsed form."},
    {plus_to_blank,
     {0},
     {"sig_rewritten", "blanks_signed"},
     "The signature fits the body with its + as blanks: it was URL-decoded before it was "
     "signed. Sign the raw body, not a parsed form."},
    {drop_bom,
     {0},
     {"sig_rewritten", "bom_added"},
     "The signature fits the body without its byte order mark, which something put in front "
     "after signing."},
    {from_base64,
     {0},
     {"sig_rewritten", "base64_body"},
     "The body arrived in Base64 and the signature fits what it decodes to: a gateway encodes "
     "bodies (API Gateway: isBase64Encoded). Forward the decoded bytes."},
    {to_base64,
     {0},
     {"sig_rewritten", "base64_signed"},
     "The signature fits the Base64 text of the body: whoever signed it did so before decoding "
     "(API Gateway: isBase64Encoded). Sign the decoded bytes."},
};

size_t signature_rewrite_count(void)
{
    return ARRAY_LEN(rewrites);
}

enum err signature_rewrite_make(size_t index, struct span body, struct bytes *out)
{
    bytes_clear(out);
    enum err e = rewrites[index].make(&rewrites[index], body, out);
    if (e && e != ERR_NOMEM)
        bytes_clear(out); /* it does not apply */
    return e == ERR_NOMEM ? ERR_NOMEM : OK;
}

const char *signature_rewrite_meaning(size_t index)
{
    return rewrites[index].meaning;
}

const struct signature_cause *signature_rewrite_cause(size_t index)
{
    return &rewrites[index].cause;
}
