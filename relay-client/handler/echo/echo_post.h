#ifndef CLIENT_HANDLER_ECHO_POST_H
#define CLIENT_HANDLER_ECHO_POST_H

#include "cli/settings/settings.h"
#include "codec/line/line_event.h"
#include "relay-client/handler/echo/echo_account.h"

/* What is to be sent for one event: where, and the body.
 *
 * Life: zeroed or echo_post_make -> echo_post_fini */
struct echo_post {
    char path[768];
    struct bytes body; /* owned */
};

struct echo_post_source {
    enum line_body_kind kind;
    const struct line_event *event;
    struct echo_account *account;
    struct span bot_id; /* as the webhook named it, or empty */
    const struct settings *settings;
};

/* ERR_NOT_FOUND: there is nothing to say, or nobody to say it to.  ERR_CONFIG: which bot of
 * LINE WORKS says it is not known.  ERR_LIMIT, ERR_NOMEM.  After a failure too echo_post_fini
 * is legal. */
MUST_CHECK enum err echo_post_make(struct echo_post *out,
                                   const struct echo_post_source *source);
void echo_post_fini(struct echo_post *p);

#endif
