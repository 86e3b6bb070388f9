#ifndef HTTP_H1_WRITER_H
#define HTTP_H1_WRITER_H

#include "codec/h1/h1_codec.h"
#include "net/stream.h"

/* Puts HTTP/1 messages on a stream, one after the other: head, body by its framing,
 * end.  It holds bodies to the length that their head promised. */
struct h1_writer {
    struct stream *stream; /* borrowed */
    enum h1_framing framing;
    bool drops_body; /* answers to HEAD, 204, 304: none goes out */
    bool broken;     /* a piece of something is out: reset the stream */
    uint64_t left;   /* H1_LENGTH: of the promise */
    uint64_t total;  /* bytes written in all messages */
};

/* Errors: those of stream_write; ERR_SYNTAX for a head that cannot be sent;
 * ERR_PROTOCOL for a body that breaks its promise.  Nothing was written then, unless
 * `broken` says so. */
void h1_writer_init(struct h1_writer *w, struct stream *stream);
MUST_CHECK enum err h1_writer_head(struct h1_writer *w, const struct http_head *head,
                                   enum h1_framing framing, bool keep_alive);
MUST_CHECK enum err h1_writer_body(struct h1_writer *w, const void *data, size_t len);
MUST_CHECK enum err h1_writer_end(struct h1_writer *w);

#endif
