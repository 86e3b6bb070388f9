#ifndef CLIENT_INSPECTOR_IMPORT_HAR_TEXT_H
#define CLIENT_INSPECTOR_IMPORT_HAR_TEXT_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* What stands in an entry of a HAR, taken out of its JSON text without a tree.  Everything
 * that is read lives in one block, which is as large as all strings of the entry can become.
 *
 * Life: har_text_init -> har_text_... -> har_text_fini */
struct har_text {
    char *block; /* owned */
    size_t len, size;
};

/* For strings out of `entry`, which json_scan has accepted.  ERR_NOMEM. */
MUST_CHECK enum err har_text_init(struct har_text *t, struct span entry);
void har_text_fini(struct har_text *t);

/* What the literal says; the empty span if it is no string. */
struct span har_text_string(struct har_text *t, struct span literal);
/* The same of a member, NUL-terminated ("" if it is no string), cut at a NUL in it. */
const char *har_text_member(struct har_text *t, struct span object, const char *name);
/* Base64 in a literal; false: it is none. */
bool har_text_base64(struct har_text *t, struct span literal, struct span *out);
/* Of a member: a whole number (rounded off), 0 if it is no number; true only if it says so. */
uint64_t har_text_number(struct span object, const char *name);
bool har_text_flag(struct span object, const char *name);

#endif
