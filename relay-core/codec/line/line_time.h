#ifndef CODEC_LINE_TIME_H
#define CODEC_LINE_TIME_H

#include "base/span.h"

#include <stdint.h>

/* LINE WORKS' issuedTime: "2026-11-21T19:24:05.123Z", always UTC, fraction optional.
 * Milliseconds since 1970; 0 when it is anything else. */
uint64_t line_time_parse(struct span text);

#endif
