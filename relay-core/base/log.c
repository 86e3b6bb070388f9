#include "base/log.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* A pipe takes that much in one piece, so lines of two processes do not mix. */
#define LINE_SIZE 1024u

static atomic_int current_level = LOG_INFO;

static const char *const names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

void log_set_level(enum log_level level)
{
    atomic_store(&current_level, (int)level);
}

bool log_is_on(enum log_level level)
{
    return (int)level <= atomic_load(&current_level);
}

bool log_parse_level(struct span name, enum log_level *out)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!span_is(name, span_text(names[i])))
            continue;
        *out = (enum log_level)i;
        return true;
    }
    return false;
}

/* What of the `wanted` bytes is in `line`: all, or up to a character border that
 * leaves room for "...", which is put there. */
static size_t cut_line(char *line, size_t wanted)
{
    const size_t most = LINE_SIZE - 1; /* and the newline */

    if (wanted <= most)
        return wanted;
    size_t len = most - 3;
    while (((unsigned char)line[len] & 0xc0) == 0x80)
        len--;
    memcpy(line + len, "...", 3);
    return len + 3;
}

static void write_line(const char *line, size_t len)
{
    ssize_t written;

    /* A reader that is gone or full loses the line; nobody can be told. */
    do
        written = write(STDERR_FILENO, line, len);
    while (written < 0 && errno == EINTR);
}

void log_line(enum log_level level, const char *component, const char *format, ...)
{
    char line[LINE_SIZE + 1]; /* and the NUL of vsnprintf */
    char now[32];
    va_list args;

    if (!log_is_on(level))
        return;
    text_time(now, sizeof(now), clock_wall_ms(clock_system()));
    int head = snprintf(line, sizeof(line), "%s %s %.32s ", now, names[level], component);
    if (head < 0)
        return;
    va_start(args, format);
    int tail = vsnprintf(line + head, sizeof(line) - (size_t)head, format, args);
    va_end(args);
    if (tail < 0)
        return;

    size_t len = cut_line(line, (size_t)head + (size_t)tail);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?'; /* somebody forgot LOG_TEXT; still one line */
    line[len++] = '\n';
    write_line(line, len);
}
