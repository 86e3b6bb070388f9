#ifndef CLIENT_INSPECTOR_EXPORT_CURL_COMMAND_H
#define CLIENT_INSPECTOR_EXPORT_CURL_COMMAND_H

#include "codec/http/http_head.h"

/* A request as a command for a POSIX shell: curl sends the same method, path, fields and body
 * byte for byte, and nothing of its own.  Never with credentials (Authorization, Cookie), and
 * with the provider's signature only if asked for. */

#define CURL_COMMAND_BODY_MAX ((size_t)4 * 1024 * 1024)

struct curl_wish {
    const struct http_head *head;
    struct span body;
    const char *url;    /* where to: scheme, authority and what stands before `target` */
    struct span target; /* path and query */
    bool with_signature;
    bool is_public; /* by the relay, which writes X-Forwarded-... itself */
};

/* ERR_LIMIT: the body is longer than CURL_COMMAND_BODY_MAX; or as `out` says, which then holds
 * a piece. */
MUST_CHECK enum err curl_command_write(const struct curl_wish *wish, struct bytes *out);

#endif
