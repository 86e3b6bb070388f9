#ifndef CODEC_GRAPHEME_H
#define CODEC_GRAPHEME_H

#include "base/span.h"

/* Characters as people count them: grapheme clusters (UAX #29, extended), so that a family of
 * emoji, a flag, or a letter with its marks is one. */

/* Of UTF-8; each byte that is none counts as a character.  Counting ends at `max` + 1. */
size_t grapheme_count(struct span text, size_t max);

#endif
