#ifndef CODEC_JSON_WRITER_H
#define CODEC_JSON_WRITER_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Writes one JSON text to the end of a byte queue, without white space; commas are
 * put by the writer.
 *
 *     json_writer_init -> json_writer_... -> json_writer_end
 *
 * The first failure sticks, later calls do nothing, json_writer_end reports it; the
 * queue then holds a piece of a text that its owner drops. */

#define JSON_WRITER_DEPTH_MAX 32u

struct json_writer {
    struct bytes *out; /* borrowed */
    enum err failed;
    unsigned depth;
    uint32_t is_object; /* one bit per level */
    uint32_t has_items; /* one bit per level */
    bool after_key;
    bool has_root;
};

void json_writer_init(struct json_writer *w, struct bytes *out);
/* What went wrong: ERR_NOMEM or ERR_LIMIT of the queue; ERR_LIMIT deeper than
 * JSON_WRITER_DEPTH_MAX; ERR_SYNTAX when the calls made no complete JSON text. */
MUST_CHECK enum err json_writer_end(struct json_writer *w);

void json_writer_object(struct json_writer *w);
void json_writer_object_end(struct json_writer *w);
void json_writer_array(struct json_writer *w);
void json_writer_array_end(struct json_writer *w);

/* In an object each value follows its key. */
void json_writer_key(struct json_writer *w, const char *name);
void json_writer_key_span(struct json_writer *w, struct span name);

/* Any bytes: what is not UTF-8 becomes U+FFFD. */
void json_writer_string(struct json_writer *w, struct span s);
/* NULL is written as null. */
void json_writer_text(struct json_writer *w, const char *text);
void json_writer_u64(struct json_writer *w, uint64_t value);
void json_writer_i64(struct json_writer *w, int64_t value);
/* Shortest text that reads back the same; not finite: null. */
void json_writer_double(struct json_writer *w, double value);
void json_writer_bool(struct json_writer *w, bool value);
void json_writer_null(struct json_writer *w);
/* A text that is JSON already, as it stands: checked, ERR_SYNTAX if it is not. */
void json_writer_raw(struct json_writer *w, struct span json);

/* Key and value in one. */
void json_writer_member_string(struct json_writer *w, const char *name, struct span s);
void json_writer_member_text(struct json_writer *w, const char *name, const char *text);
void json_writer_member_u64(struct json_writer *w, const char *name, uint64_t value);
void json_writer_member_bool(struct json_writer *w, const char *name, bool value);
void json_writer_member_null(struct json_writer *w, const char *name);

#endif
