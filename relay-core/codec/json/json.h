#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* A read-only view of a JSON text: configuration, tokens, API bodies.  For work on
 * the bytes themselves see json_text.h.
 *
 *     json_parse -> json_root, json_member, ... -> json_fini
 *
 * Depth and size are checked before anything is allocated.  Values are borrowed from
 * the document.  Every getter takes NULL and values of any type, and then says
 * "absent", so lookups can be nested without checks.
 * What a document held is wiped when it is freed: it may be secrets.
 * Of several members of one name the first counts.  Lone surrogates and NUL
 * characters (\u0000) in strings read as U+FFFD. */

#define JSON_VALUES_MAX  200000u /* in one text: about 20 MiB of tree */
#define JSON_NUMBER_MAX  60u     /* characters of one number */
#define JSON_DETAIL_SIZE 96u

struct json_value;

struct json_doc {
    struct cJSON *root;            /* owned */
    char detail[JSON_DETAIL_SIZE]; /* after a failure: what is wrong, and where */
};

enum json_kind {
    JSON_NONE, /* there is no such value */
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* The whole text is one value (json_scan.h), else ERR_SYNTAX; ERR_LIMIT over `max`
 * bytes or a limit above; ERR_NOMEM.  On failure `out` has no root but a detail;
 * json_fini is legal either way.  One thread only: cJSON has global state. */
MUST_CHECK enum err json_parse(struct json_doc *out, struct span text, size_t max);
void json_fini(struct json_doc *doc);
const struct json_value *json_root(const struct json_doc *doc);

enum json_kind json_kind(const struct json_value *v);
/* Names are compared exactly, with case. */
const struct json_value *json_member(const struct json_value *object, const char *name);
const struct json_value *json_element(const struct json_value *array, size_t index);
/* Members or elements; 0 for anything else.  Counts them: do not call in a loop. */
size_t json_len(const struct json_value *v);

/* for (v = json_first(list); v; v = json_next(v)): elements, or members in order. */
const struct json_value *json_first(const struct json_value *v);
const struct json_value *json_next(const struct json_value *v);
/* The name of a member, "" for an element. */
const char *json_name(const struct json_value *member);

/* NUL-terminated UTF-8, or NULL when it is not a string. */
const char *json_string(const struct json_value *v);
/* Whole numbers are exact, or refused: |value| <= 2^53 (RFC 7493 §2.2). */
bool json_u64(const struct json_value *v, uint64_t *out);
bool json_i64(const struct json_value *v, int64_t *out);
/* Finite, else false. */
bool json_double(const struct json_value *v, double *out);
bool json_bool(const struct json_value *v, bool *out);

#endif
