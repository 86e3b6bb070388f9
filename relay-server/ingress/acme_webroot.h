#ifndef SERVER_ACME_WEBROOT_H
#define SERVER_ACME_WEBROOT_H

#include "base/err.h"
#include "base/span.h"
#include "loop/worker.h"

#include <stdbool.h>
#include <stddef.h>

/* The files of ACME's HTTP-01 challenge (RFC 8555 §8.3), as certbot --webroot, lego and
 * dehydrated put them into a folder.  A token is [A-Za-z0-9_-]{1,128} and nothing else, so
 * no path can leave the folder; links are not followed; anything odd is "not found".
 *
 * Life: acme_webroot_fetch -> on_answer once, or acme_webroot_cancel (frees itself). */
#define ACME_WEBROOT_PREFIX    "/.well-known/acme-challenge/"
#define ACME_WEBROOT_TOKEN_MAX 128u
#define ACME_WEBROOT_FILE_MAX  4096u

struct acme_webroot_fetch;

struct acme_webroot_request {
    struct worker *worker; /* the file is read there */
    const char *folder;    /* holds the challenge files themselves; copied */
    struct span target;    /* of the HTTP request, query included */
    /* OK with the contents, borrowed; or ERR_NOT_FOUND. */
    void (*on_answer)(void *owner, enum err why, struct span contents);
    void *owner;
};

/* Is it the way to a challenge, even to a malformed one?  Then no tunnel may get it. */
bool acme_webroot_is_target(struct span target);
/* ERR_NOT_FOUND at once when the target names no possible file; ERR_BUSY, ERR_NOMEM. */
MUST_CHECK enum err acme_webroot_fetch(const struct acme_webroot_request *request,
                                       struct acme_webroot_fetch **out);
/* No answer afterwards. */
void acme_webroot_cancel(struct acme_webroot_fetch *f);

#endif
