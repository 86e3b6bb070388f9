#include "relay-client/inspector/export/shell_quote.h"

#include "base/text.h"

#include <stdio.h>

bool shell_quote_is_plain(struct span s)
{
    return text_showable(s) == s.len;
}

/* --- plain --- */

static enum err quote(struct bytes *out, struct span s)
{
    enum err rc = bytes_append_text(out, "'");

    while (rc == OK && s.len > 0) {
        size_t len = span_find(s, '\'');
        rc = bytes_append_span(out, span_slice(s, 0, len));
        if (rc == OK && len < s.len)
            rc = bytes_append_text(out, "'\\''");
        s = span_slice(s, len + 1, s.len);
    }
    return rc == OK ? bytes_append_text(out, "'") : rc;
}

/* --- printf --- */

/* What means something in a format, would end the quotes, or makes an interactive shell look
 * into its history ("!", which counts between double quotes). */
static bool is_special(char c)
{
    return c == '\\' || c == '%' || c == '\'' || c == '!';
}

static enum err put_octal(struct bytes *out, char c)
{
    char text[8];

    (void)snprintf(text, sizeof text, "\\%03o", (unsigned)(unsigned char)c);
    return bytes_append_text(out, text);
}

/* Of what can be shown at the beginning of s, as far as it stands as it is. */
static size_t plain_len(struct span s, size_t showable)
{
    size_t len = 0;

    while (len < showable && !is_special(s.ptr[len]))
        len++;
    return len;
}

/* `showable` is looked for again only behind what cannot be shown: once over the whole. */
static enum err put_format(struct bytes *out, struct span s)
{
    size_t showable = text_showable(s);
    enum err rc = OK;

    while (rc == OK && s.len > 0) {
        size_t len = plain_len(s, showable);
        bool is_shown = len < showable;

        rc = bytes_append_span(out, span_slice(s, 0, len));
        if (rc == OK && len < s.len)
            rc = put_octal(out, s.ptr[len]);
        s = span_slice(s, len + 1, s.len);
        showable = is_shown ? showable - len - 1 : text_showable(s);
    }
    return rc;
}

enum err shell_quote_printf(struct bytes *out, struct span s)
{
    bool looks_like_option = s.len > 0 && s.ptr[0] == '-';
    enum err rc = bytes_append_text(out, looks_like_option ? "printf '\\055" : "printf '");

    if (rc == OK)
        rc = put_format(out, span_slice(s, looks_like_option, s.len));
    return rc == OK ? bytes_append_text(out, "'") : rc;
}

enum err shell_quote_word(struct bytes *out, struct span s)
{
    if (shell_quote_is_plain(s))
        return quote(out, s);
    enum err rc = bytes_append_text(out, "\"$(");
    if (rc == OK)
        rc = shell_quote_printf(out, s);
    return rc == OK ? bytes_append_text(out, ")\"") : rc;
}
