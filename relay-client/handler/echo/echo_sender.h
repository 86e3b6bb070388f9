#ifndef CLIENT_HANDLER_ECHO_SENDER_H
#define CLIENT_HANDLER_ECHO_SENDER_H

#include "relay-client/handler/handler.h"
#include "relay-client/lineapi/lineapi.h"

/* Sends the echo bot's replies the way every bot does: to the LINE API port, with an access
 * token; and those to LINE WORKS there, if it is configured and the webhook is a real one, else
 * to the emulation.
 *
 * Life: echo_sender_open -> echo_sender_take ... -> echo_sender_close -> on_closed (freed) */
struct echo_sender;

#define ECHO_SENDER_CALLS_MAX   64u  /* under way */
#define ECHO_SENDER_WAITING_MAX 100u /* behind them; one more is dropped, and logged */
#define ECHO_SENDER_TRIES_MAX   5u   /* when LINE WORKS says 429: 1, 2, 4, 8 s between */

/* `port` is borrowed until on_closed, and has the settings.  On failure `detail` says why. */
MUST_CHECK enum err echo_sender_open(struct loop *l, struct lineapi *port,
                                     struct echo_sender **out, char detail[static 512]);
void echo_sender_close(struct echo_sender *s, void (*on_closed)(void *owner), void *owner);

/* A webhook that the bot has got. */
struct echo_webhook {
    struct span body;
    struct span bot_id; /* of X-WORKS-BotId, or empty */
    enum verdict verdict;
    bool is_replay;
};
void echo_sender_take(struct echo_sender *s, const struct echo_webhook *webhook);

#endif
