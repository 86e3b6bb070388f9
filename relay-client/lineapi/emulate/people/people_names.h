#ifndef CLIENT_LINEAPI_PEOPLE_NAMES_H
#define CLIENT_LINEAPI_PEOPLE_NAMES_H

#include "base/span.h"

/* Made-up names in three languages: always the same for an id. */

#define PEOPLE_NAMES_SIZE 96u

/* BCP 47: "ja", "zh-Hant", "en". */
const char *people_names_language(struct span id);
/* Of a user, or of a group if the id begins with C or R. */
void people_names_make(struct span id, char out[static PEOPLE_NAMES_SIZE]);

#endif
