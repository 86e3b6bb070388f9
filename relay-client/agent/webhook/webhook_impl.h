#ifndef CLIENT_AGENT_WEBHOOK_IMPL_H
#define CLIENT_AGENT_WEBHOOK_IMPL_H

/* What a webhook under way is made of.  Only for webhook_delivery.c and webhook_end.c. */

#include "relay-client/agent/recording.h"
#include "relay-client/agent/webhook/bot_call.h"
#include "relay-client/agent/webhook/intake.h"

struct webhook {
    struct recording recording;
    struct intake_place place;
    struct exchange *server; /* owned; NULL once it broke or has its answer */
    struct journal_ticket ticket;
    struct bot_call call;
};

#endif
