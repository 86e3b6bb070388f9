#ifndef CLIENT_HANDLER_FORWARD_FAILURE_H
#define CLIENT_HANDLER_FORWARD_FAILURE_H

#include "relay-client/handler/forward/forward_tap.h"

/* What a person has to know about an exchange that broke, instead of what the layers
 * below call it. */

struct forward_failure {
    const char *address; /* of the bot */
    enum err why;        /* as the connection said it */
    const char *detail;
    struct forward_tap_heard heard;
    bool has_head; /* the answer's final head had come */
    char text[512];
};

/* Writes `text`, and the reason as handler.h names it into `why`. */
void forward_failure_explain(struct forward_failure *f);

#endif
