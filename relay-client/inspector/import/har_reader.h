#ifndef CLIENT_INSPECTOR_IMPORT_HAR_READER_H
#define CLIENT_INSPECTOR_IMPORT_HAR_READER_H

#include "base/err.h"
#include "codec/json/json_text.h"

/* The entries of a HAR file, one after the other.  The text is borrowed. */
struct har_reader {
    struct json_text_walk entries;
};

/* ERR_SYNTAX, ERR_LIMIT: no JSON, or no HAR; `detail` says what is wrong, and where. */
MUST_CHECK enum err har_reader_open(struct har_reader *r, struct span text,
                                    char detail[static 160]);
bool har_reader_next(struct har_reader *r, struct span *out);

#endif
