#include "relay-client/handler/exec/exec_explanation.h"

#include "base/text.h"

static enum err append_lines(struct bytes *out, struct span s)
{
    enum err rc = OK;

    while (s.len > 0 && rc == OK) {
        size_t line = span_find(s, '\n');

        rc = bytes_append_text(out, "\n");
        if (rc == OK)
            rc = text_append_escaped(out, span_slice(s, 0, line));
        s = span_slice(s, line + 1, s.len);
    }
    return rc;
}

/* The first bytes may be the rest of a character that was cut. */
static struct span from_character(struct span s)
{
    while (s.len > 0 && ((uint8_t)s.ptr[0] & 0xc0) == 0x80)
        s = span_slice(s, 1, s.len);
    return s;
}

enum err exec_explanation_format(struct bytes *out, const char *reason, struct span errors)
{
    struct span shown = from_character(errors);
    enum err rc = bytes_append_text(out, reason);

    if (rc == OK && shown.len > 0)
        rc = bytes_append_text(out, "; its standard error ends with:");
    return rc == OK ? append_lines(out, shown) : rc;
}
