#ifndef CODEC_FOLD_H
#define CODEC_FOLD_H

#include "base/bytes.h"

/* Text as a search compares it: letters of any case, full and half width, and characters
 * that are written in several ways become the same bytes (NFKC_Casefold, The Unicode
 * Standard 3.13, Default Caseless Matching).  What is folded can be searched byte by byte:
 * folding a text of several lines is folding each of them. */

/* Appends `text` folded.  What is no UTF-8, and NUL, becomes U+FFFD.  After ERR_LIMIT and
 * ERR_NOMEM `out` holds a part of it. */
MUST_CHECK enum err fold_append(struct span text, struct bytes *out);

#endif
