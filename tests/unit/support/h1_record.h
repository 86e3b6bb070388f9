#ifndef TESTS_UNIT_SUPPORT_H1_RECORD_H
#define TESTS_UNIT_SUPPORT_H1_RECORD_H

#include "codec/h1/h1_codec.h"

/* Writes down what an h1_codec says of an input, as text:
 *
 *     POST host /target|Name=value|...      the head ("end" follows when no body does)
 *     body                                  all its pieces together
 *     .                                     on_complete
 *
 * so that two ways of feeding the same bytes can be compared.  Like an owner that is
 * always ready, it feeds the rest after each message. */
struct h1_record {
    struct bytes log;
    enum err result;
    const char *detail; /* of the first error; borrowed from the codec's texts */
    bool in_body;
    size_t messages;
};

/* Feeds `input` in pieces that end at `cut` (0: none) and, when `step` is not 0, every
 * `step` bytes; then the end of the connection if `eof`. */
struct h1_feeding {
    enum h1_role role;
    struct span input;
    size_t cut, step;
    bool eof;
    bool head_request;
    bool stop_at_events; /* h1_codec_stop in each event */
};

void h1_record_run(struct h1_record *r, const struct h1_feeding *how);
void h1_record_fini(struct h1_record *r);
/* Runs it whole, cut at every byte, byte by byte, and with stops: aborts unless all give
 * the same log and result.  `out` is the record of the whole run. */
void h1_record_sweep(struct h1_record *out, const struct h1_feeding *how);

#endif
