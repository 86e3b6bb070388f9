#ifndef NET_TLS_CHAIN_CHECK_H
#define NET_TLS_CHAIN_CHECK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a strict client, LINE's for one, would make of a server's certificate files: is
 * the chain complete and in order, trusted, in time, for these names, strong enough, and
 * does the key belong to it?  Browsers forgive much of this; the sender of webhooks shows
 * nothing but "could not connect".  No network; files only.  Blocking. */
#define TLS_CHAIN_CHECK_MAX       16u /* certificates in one file */
#define TLS_CHAIN_CHECK_FINDINGS  32u
#define TLS_CHAIN_CHECK_TEXT_SIZE 640u
#define TLS_CHAIN_CHECK_SOON_DAYS 21u

enum tls_chain_code {
    TLS_CHAIN_FILE_UNREADABLE,
    TLS_CHAIN_NOT_PEM,
    TLS_CHAIN_GARBLED,
    TLS_CHAIN_TOO_LONG,
    TLS_CHAIN_LEAF_NOT_FIRST,
    TLS_CHAIN_OUT_OF_ORDER,
    TLS_CHAIN_UNRELATED,     /* warning */
    TLS_CHAIN_ROOT_INCLUDED, /* warning */
    TLS_CHAIN_INTERMEDIATE_MISSING,
    TLS_CHAIN_SELF_SIGNED,
    TLS_CHAIN_UNTRUSTED,
    TLS_CHAIN_NO_BUNDLE, /* a warning when it is the system's that is missing */
    TLS_CHAIN_EXPIRED,
    TLS_CHAIN_NOT_YET_VALID,
    TLS_CHAIN_EXPIRES_SOON, /* warning */
    TLS_CHAIN_NO_NAMES,
    TLS_CHAIN_HOST_NOT_COVERED,
    TLS_CHAIN_WEAK_KEY,
    TLS_CHAIN_WEAK_SIGNATURE,
    TLS_CHAIN_NOT_FOR_SERVERS,
    TLS_CHAIN_CA_AS_LEAF,
    TLS_CHAIN_KEY_UNREADABLE,
    TLS_CHAIN_KEY_NOT_PRIVATE,
    TLS_CHAIN_KEY_ENCRYPTED,
    TLS_CHAIN_KEY_MISMATCH,
};

struct tls_chain_finding {
    enum tls_chain_code code;
    bool is_error;                        /* else a warning */
    char text[TLS_CHAIN_CHECK_TEXT_SIZE]; /* what is wrong and what to do; escaped */
};

struct tls_chain_input {
    const char *certificate_file;
    const char *certificates; /* PEM; not NULL: instead of the file, which only names it */
    const char *key_file;     /* NULL: not checked */
    const char *const *hosts; /* NULL-terminated names ("*.example.com" too) and addresses */
    const char *ca_file;      /* PEM; NULL: the system's bundle */
    uint64_t now_ms;          /* wall clock */
};

/* A certificate on the way from the leaf upwards; escaped. */
struct tls_chain_step {
    char subject[128], issuer[128];
    uint64_t not_after_ms;
};

struct tls_chain_report {
    struct tls_chain_finding findings[TLS_CHAIN_CHECK_FINDINGS];
    size_t findings_len;
    bool is_broken; /* one of them is an error */
    /* About the leaf, escaped; "" when there is none. */
    char subject[128], issuer[128];
    char names[512]; /* "a.example.com, *.a.example.com" */
    uint64_t not_after_ms;
    struct tls_chain_step path[TLS_CHAIN_CHECK_MAX]; /* the leaf is the first */
    size_t path_len;
};

/* ERR_NOMEM only: whatever else there is to say stands in the report. */
MUST_CHECK enum err tls_chain_check_run(const struct tls_chain_input *input,
                                        struct tls_chain_report *out);
/* "intermediate-missing"; for programs, does not change. */
const char *tls_chain_check_code_text(enum tls_chain_code code);

#endif
