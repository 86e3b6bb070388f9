#ifndef NET_TLS_SESSION_H
#define NET_TLS_SESSION_H

#include "base/bytes.h"
#include "net/stream.h"
#include "net/tls/tls_context_impl.h"

/* One mbedTLS connection driven from memory: input is lent or kept, output goes
 * to a stream, or, while a worker has the session, into a private buffer.
 * Embedded in a tls_stream; knows nothing of its events.
 *
 * Life: tls_session_init -> lend, handshake, read, write -> tls_session_fini. */
struct tls_session {
    mbedtls_ssl_context ssl;
    struct tls_context *context;        /* counted */
    struct tls_hello hello;             /* server */
    struct tls_expectation expectation; /* client */
    struct stream *lower;               /* borrowed: where output goes */
    struct span input;    /* borrowed: what the network lends just now; else empty */
    struct bytes rest;    /* received before `input`, not yet used */
    struct bytes flight;  /* output made on a worker, to be sent */
    enum err write_error; /* why output got lost; OK: nothing has */
    bool is_private;      /* output gathers in `flight` */
    uint8_t first_byte;   /* that the peer sent */
};

/* `hostname` NULL for servers; ERR_CONFIG beyond 255 bytes; ERR_NOMEM.  On failure
 * there is nothing to free. */
MUST_CHECK enum err tls_session_init(struct tls_session *s, struct tls_context *context,
                                     struct stream *lower, const char *hostname);
void tls_session_fini(struct tls_session *s);

/* Bytes waiting to be used. */
size_t tls_session_input(const struct tls_session *s);
/* What is left of the lent input is copied; nothing is borrowed any more. */
MUST_CHECK enum err tls_session_keep(struct tls_session *s);
/* Ends is_private, and sends what gathered. */
void tls_session_send_flight(struct tls_session *s);

/* mbedTLS' codes: 0 done, MBEDTLS_ERR_SSL_WANT_READ all input is used up. */
int tls_session_handshake(struct tls_session *s);
/* Additionally > 0: so many bytes in `out`; 0 or ..._PEER_CLOSE_NOTIFY: the end. */
int tls_session_read(struct tls_session *s, uint8_t *out, size_t size);

/* All or nothing, ERR_LIMIT, as long as it does not break: then nothing can follow
 * the damaged record, and write_error is set (ERR_NOMEM, ERR_TLS, the stream's). */
MUST_CHECK enum err tls_session_write(struct tls_session *s, const void *data, size_t len);
void tls_session_goodbye(struct tls_session *s);

/* What `code` of handshake or read means here: ERR_NOMEM, ERR_TLS, or write_error
 * when it only says that output got lost. */
enum err tls_session_err(const struct tls_session *s, int code);
/* The same for people, a static text; NULL: the lower stream knows. */
const char *tls_session_why(const struct tls_session *s, int code);
/* What ALPN chose, or "". */
const char *tls_session_protocol(const struct tls_session *s);

#endif
