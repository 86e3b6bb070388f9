#include "tests/unit/support/fake_terminal.h"

#include "base/text.h"
#include "tests/unit/check.h"

void fake_terminal_init(struct fake_terminal *t, unsigned columns, unsigned rows,
                        const char *before)
{
    CHECK(rows <= FAKE_TERMINAL_ROWS_MAX);
    memset(t, 0, sizeof(*t));
    t->columns = columns;
    t->rows = rows;
    (void)snprintf(t->lines[0], FAKE_TERMINAL_LINE_SIZE, "%s", before);
}

void fake_terminal_fini(struct fake_terminal *t)
{
    for (size_t i = 0; i < t->history_len; i++)
        free(t->history[i]);
    t->history_len = 0;
}

static void check_character(uint32_t c)
{
    CHECK(c >= 0x20 || c == '\n');
    CHECK(c < 0x7f || c > 0x9f);
    CHECK(c < 0x202a || c > 0x202e);
    CHECK(c < 0x2066 || c > 0x2069);
    CHECK(c < 0x200b || c > 0x200f);
    CHECK(c != 0x2028 && c != 0x2029 && c != 0x061c && c != 0xfeff);
}

void fake_terminal_check_plain(struct span text)
{
    const uint8_t *s = (const uint8_t *)text.ptr;

    CHECK(text_is_utf8(text));
    for (size_t i = 0; i < text.len; i++) {
        uint32_t c = s[i];

        if (c >= 0xe0 && c < 0xf0)
            c = (c & 0xf) << 12 | (s[i + 1] & 0x3fu) << 6 | (s[i + 2] & 0x3fu);
        else if (c >= 0xc0 && c < 0xe0)
            c = (c & 0x1f) << 6 | (s[i + 1] & 0x3fu);
        else if (c >= 0x80)
            continue; /* a continuation, or beyond the planes that have controls */
        check_character(c);
    }
}

/* ---- what moves ---- */

static void scroll(struct fake_terminal *t)
{
    CHECK(t->history_len < FAKE_TERMINAL_HISTORY_MAX);
    t->history[t->history_len] = strdup(t->lines[0]);
    CHECK(t->history[t->history_len++]);
    memmove(t->lines[0], t->lines[1], (t->rows - 1) * sizeof(t->lines[0]));
    t->lines[t->rows - 1][0] = '\0';
}

static void line_feed(struct fake_terminal *t)
{
    if (t->row + 1 < t->rows)
        t->row++;
    else
        scroll(t);
}

/* Parameters end at the first letter. */
static size_t sequence(struct fake_terminal *t, struct span s)
{
    unsigned number = 0;

    CHECK(s.ptr != NULL);
    size_t len = strspn(s.ptr, "0123456789;?") + 1;
    struct span body = span_slice(s, 0, len);

    CHECK(len <= s.len);
    if (span_is(body, SPAN("H"))) {
        t->row = 0;
    } else if (s.ptr[len - 1] == 'H') {
        CHECK_EQ(sscanf(s.ptr, "%u;1H", &number), 1);
        CHECK(number >= 1 && number <= t->rows);
        t->row = number - 1;
    } else if (span_is(body, SPAN("J"))) {
        for (unsigned i = t->row; i < t->rows; i++)
            t->lines[i][0] = '\0';
    } else if (span_is(body, SPAN("?2026h"))) {
        t->frames++;
    } else if (s.ptr[len - 1] == 'm') {
        t->colours++;
    } else {
        CHECK(span_is(body, SPAN("K")) || span_is(body, SPAN("?2026l")));
    }
    return len;
}

/* Text of one row, from its first column on: what was there is gone, as is what ESC [ K
 * erases.  Colours may stand in between. */
static size_t text(struct fake_terminal *t, struct span s, char line[FAKE_TERMINAL_LINE_SIZE])
{
    size_t used = strlen(line);
    size_t len = 0;

    while (len < s.len && s.ptr[len] != '\n' && s.ptr[len] != '\x1b')
        len++;
    CHECK(used + len < FAKE_TERMINAL_LINE_SIZE);
    memcpy(line + used, s.ptr, len);
    line[used + len] = '\0';
    fake_terminal_check_plain(span_slice(s, 0, len));
    if (text_columns(span_text(line)) >= t->columns)
        (void)fprintf(stderr, "too wide for %u: %s\n", t->columns, line);
    CHECK(text_columns(span_text(line)) < t->columns);
    (void)snprintf(t->lines[t->row], FAKE_TERMINAL_LINE_SIZE, "%s", line);
    return len;
}

void fake_terminal_feed(struct fake_terminal *t, struct span bytes)
{
    char line[FAKE_TERMINAL_LINE_SIZE] = "";

    while (bytes.len > 0) {
        size_t len = 1;

        if (bytes.ptr[0] == '\n') {
            line_feed(t);
            line[0] = '\0';
        } else if (bytes.ptr[0] == '\x1b') {
            CHECK(bytes.len > 1 && bytes.ptr[1] == '[');
            len = 2 + sequence(t, span_slice(bytes, 2, bytes.len));
            if (bytes.ptr[len - 1] == 'K' && line[0] == '\0')
                t->lines[t->row][0] = '\0';
        } else {
            len = text(t, bytes, line);
        }
        bytes = span_slice(bytes, len, bytes.len);
    }
}

const char *fake_terminal_find(const struct fake_terminal *t, const char *part)
{
    for (unsigned i = 0; i < t->rows; i++)
        if (strstr(t->lines[i], part))
            return t->lines[i];
    return NULL;
}

size_t fake_terminal_count_history(const struct fake_terminal *t, const char *part)
{
    size_t found = 0;

    for (size_t i = 0; i < t->history_len; i++)
        found += strstr(t->history[i], part) != NULL;
    return found;
}
