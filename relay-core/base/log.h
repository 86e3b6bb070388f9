#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/text.h"

#include <stdbool.h>

/* One line per decision, to standard error:
 *     2026-11-21T19:24:05.123Z info link tunnel=mybot linked from=192.0.2.7
 * Only the programs, http and link log; the layers below return errors.
 * Values come from peers: pass them through text_escape first (LOG_TEXT). */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);
/* "error", "warn", "info", "debug"; false when it is none of them. */
bool log_parse_level(struct span name, enum log_level *out);

void log_line(enum log_level level, const char *component, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A peer's bytes as a %s argument, at most 255 bytes of it. */
#define LOG_TEXT(s) text_escape((char[256]){0}, 256, (s))

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
