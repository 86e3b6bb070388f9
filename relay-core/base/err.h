#ifndef BASE_ERR_H
#define BASE_ERR_H

/* The one error type.  Zero is success; every fallible function returns it.
 * Grouped by what a caller can do about it; the detail for people stands in
 * the object that met the failure (its `..._detail()`). */
#define ERR_LIST(X)                                                                            \
    X(OK, "ok")                                                                                \
    /* give up this one thing */                                                               \
    X(ERR_NOMEM, "out of memory")                                                              \
    X(ERR_LIMIT, "a limit was reached")                                                        \
    X(ERR_CANCELLED, "cancelled")                                                              \
    /* the other side is gone */                                                               \
    X(ERR_EOF, "the peer closed the connection")                                               \
    X(ERR_CLOSED, "closed on this side")                                                       \
    X(ERR_TIMEOUT, "timed out")                                                                \
    X(ERR_REFUSED, "connection refused")                                                       \
    X(ERR_IO, "input or output failed")                                                        \
    X(ERR_TLS, "TLS failed")                                                                   \
    /* the other side is wrong */                                                              \
    X(ERR_PROTOCOL, "the peer broke the protocol")                                             \
    X(ERR_SYNTAX, "malformed input")                                                           \
    X(ERR_VERSION, "unsupported version")                                                      \
    X(ERR_UNSUPPORTED, "not supported")                                                        \
    X(ERR_URI_TOO_LONG, "the request target is too long")                                      \
    X(ERR_HEADERS_TOO_LARGE, "the header section is too large")                                \
    X(ERR_BODY_TOO_LARGE, "the body is too large")                                             \
    X(ERR_FAILED, "the program failed")                                                        \
    /* we, or the user, are wrong */                                                           \
    X(ERR_CONFIG, "wrong configuration")                                                       \
    X(ERR_USAGE, "wrong usage")                                                                \
    /* the answer is no */                                                                     \
    X(ERR_NOT_FOUND, "not found")                                                              \
    X(ERR_CONFLICT, "conflict")                                                                \
    X(ERR_DENIED, "denied")                                                                    \
    X(ERR_EXPIRED, "expired")                                                                  \
    X(ERR_BUSY, "busy, try again")                                                             \
    /* the disk */                                                                             \
    X(ERR_NO_SPACE, "no space left on the disk")                                               \
    X(ERR_CORRUPT, "stored data is damaged")

enum err {
#define X(name, text) name,
    ERR_LIST(X)
#undef X
};

/* Fixed text for `e`; never NULL. */
const char *err_text(enum err e);

#define MUST_CHECK __attribute__((warn_unused_result))

#endif
