#ifndef CODEC_LINE_REPLY_TOKEN_H
#define CODEC_LINE_REPLY_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

/* How long LINE takes an event's reply token: for a minute after the webhook was received;
 * that of a redelivered event not when 20 minutes have passed since the event (Messaging
 * API, "Redelivered webhooks").  LINE promises neither to the second. */

#define LINE_REPLY_TOKEN_MS             60000u
#define LINE_REPLY_TOKEN_REDELIVERED_MS 1200000u

/* Wall clock times in ms.  True if it is certainly of no use any more at `at_ms`: at the
 * limit it still is.  `event_ms`: the event's timestamp, 0 if it has none. */
bool line_reply_token_is_dead(uint64_t event_ms, bool is_redelivery, uint64_t received_ms,
                              uint64_t at_ms);

#endif
