#ifndef CODEC_H2_CODEC_MEMORY_H
#define CODEC_H2_CODEC_MEMORY_H

#include "base/list.h"

#include <nghttp2/nghttp2.h>

/* The memory of one nghttp2 session: counted, with a hard maximum whatever the
 * session believes it needs, and all known, so that it can be given back without
 * nghttp2's help.  (After a failed allocation nghttp2 1.52 may keep a pointer to an
 * item that it has freed; nghttp2_session_del then frees it again.)
 *
 * Life: init -> session ... -> fini.  Embedded; zeroed is legal for fini. */
struct h2_codec_memory {
    struct list blocks;
    size_t used, max;
    bool has_failed; /* an allocation did: do not let nghttp2 clean up */
};

void h2_codec_memory_init(struct h2_codec_memory *m, size_t max);
/* Frees what is left. */
void h2_codec_memory_fini(struct h2_codec_memory *m);
/* For nghttp2_session_*_new3; points to `m`. */
nghttp2_mem h2_codec_memory_hooks(struct h2_codec_memory *m);

#endif
