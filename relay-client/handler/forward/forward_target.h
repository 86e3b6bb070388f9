#ifndef CLIENT_HANDLER_FORWARD_TARGET_H
#define CLIENT_HANDLER_FORWARD_TARGET_H

#include "codec/url.h"
#include "net/tls/tls_context.h"
#include "relay-client/handler/handler.h"

/* Where requests are forwarded to, fixed when the handler opens: nothing in a request
 * has a say in scheme, host or port. */
struct forward_target {
    char *text; /* owned; `url` points into it */
    struct url url;
    bool has_path; /* webhooks go there */
    bool rewrite_host;
    char authority[URL_AUTHORITY_SIZE];              /* for Host */
    char address[URL_HOST_MAX + sizeof("[]:65535")]; /* for people, always with the port */
    struct tls_context *tls;                         /* owned; NULL for http */
};

/* ERR_CONFIG with `detail`, ERR_NOMEM.  On failure fini is legal. */
MUST_CHECK enum err forward_target_init(struct forward_target *t,
                                        const struct forward_handler_options *options,
                                        char detail[static 256]);
void forward_target_fini(struct forward_target *t);

/* The head as the bot gets it: end-to-end fields as they came, path and Host as
 * configured.  `storage` is the caller's to free.  ERR_SYNTAX for a method or target that
 * is none of origin-form's; ERR_NOMEM. */
MUST_CHECK enum err forward_target_head(const struct forward_target *t,
                                        const struct handler_request *request,
                                        struct http_head *out, char **storage);

#endif
