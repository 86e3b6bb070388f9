#ifndef TESTS_UNIT_SUPPORT_H2_END_H
#define TESTS_UNIT_SUPPORT_H2_END_H

#include "codec/h2/h2_codec.h"

/* One end of an HTTP/2 connection that writes down what happens to it:
 *
 *     head 1 POST https a.test /cb x=1; ...    or   head 1 200
 *     body 1 500 (bytes, at the end of the message)   complete 1   drain 1
 *     closed 1 ok   goaway 0   pong 7
 *
 * A server answers each complete request with 200 and what `answer` bytes say,
 * unless `is_silent`.  Events out of order stop the test. */
enum h2_phase { H2_PHASE_NONE, H2_PHASE_HEAD, H2_PHASE_COMPLETE };

struct h2_seen {
    int32_t stream; /* 0: free */
    enum h2_phase phase;
};

struct h2_end {
    struct h2_codec *codec;
    struct bytes log;
    struct bytes wire;        /* produced and not yet fed to the other end */
    size_t body[64];          /* received, by stream / 2 */
    struct h2_seen seen[256]; /* streams that were told of and not yet closed */
    size_t answer;
    bool is_server;
    bool is_silent;
    bool keeps;      /* does not consume */
    enum err failed; /* of the log, out of memory */
};

struct h2_options h2_end_options(enum h2_role role);
enum err h2_end_open(struct h2_end *e, const struct h2_options *options);
void h2_end_close(struct h2_end *e);
/* Everything written down so far. */
const char *h2_end_log(struct h2_end *e);
bool h2_end_says(struct h2_end *e, const char *line);

/* Bytes go to and fro, in pieces of at most `chunk`, until both are quiet. */
enum err h2_end_talk(struct h2_end *a, struct h2_end *b, size_t chunk);
enum err h2_end_produce(struct h2_end *e);

/* A request head with a few usual fields; spans of literals. */
void h2_end_request(struct http_head *head, const char *target);

/* --- frames by hand --- */

#define H2_RAW_PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

struct h2_raw_frame {
    uint8_t type, flags;
    int32_t stream;
    const void *payload;
    size_t len;
};
void h2_raw_frame(struct bytes *out, const struct h2_raw_frame *f);
/* A literal field that is not indexed, without Huffman coding (RFC 7541 §6.2.2). */
void h2_raw_field(struct bytes *out, const char *name, const void *value, size_t len);
/* :method GET, :scheme https, :path /, :authority a.test out of the static table. */
void h2_raw_get(struct bytes *out);
/* Preface and empty SETTINGS. */
void h2_raw_hello(struct bytes *out);
#endif
