#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include "base/span.h"

/* "Did you mean ...?": of the words offered, the one that a typing mistake (a letter
 * wrong, missing, too many, or two swapped) turns into `word`. */
#define SUGGEST_WORD_MAX 40u /* characters; longer words are never suggested */

struct suggest {
    struct span word; /* borrowed */
    const char *best; /* borrowed; NULL: nothing is near */
    size_t distance;
};

void suggest_init(struct suggest *s, struct span word);
/* Of equally near ones the first offered stays. */
void suggest_offer(struct suggest *s, const char *candidate);
/* Mistakes between two words, at most SUGGEST_WORD_MAX + 1. */
size_t suggest_distance(struct span a, struct span b);

#endif
