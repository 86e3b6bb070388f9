#ifndef SERVER_HANDOVER_TEXT_H
#define SERVER_HANDOVER_TEXT_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

/* What two relays say to each other when the new one takes over from the old one, over
 * DATA/takeover.sock, a line each (docs/operations.md has the story):
 *
 *     new: hookline-takeover 1 0.2.0     who it is
 *     old: sockets https http            with the listening sockets (socket_handover.h)
 *     new: take                          everything else is ready
 *     old: released                      accepts no more; inbox and socket files are free
 *     new: serving                       accepts
 *     then HTTP/2, the old one as client: requests that still reach it
 *
 * or, whenever the old one is asked for something, `refused WHY`. */
#define HANDOVER_VERSION  1u
#define HANDOVER_LINE_MAX 256u /* with the newline */

#define HANDOVER_TAKE     "take\n"
#define HANDOVER_RELEASED "released\n"
#define HANDOVER_SERVING  "serving\n"
#define HANDOVER_REFUSED  "refused "

/* Of a request between the two: the public client's address. */
#define HANDOVER_FIELD_PEER "hookline-peer"

/* All lines are given without their newline. */

/* "hookline-takeover 1 0.2.0\n" */
void handover_text_hello_format(char out[static HANDOVER_LINE_MAX]);
/* ERR_SYNTAX: it is none; ERR_VERSION: of another version of this dialogue. */
MUST_CHECK enum err handover_text_hello_parse(struct span line);

/* "sockets https\n", "sockets https http\n" */
void handover_text_sockets_format(bool has_http, char out[static HANDOVER_LINE_MAX]);
MUST_CHECK enum err handover_text_sockets_parse(struct span line, bool *has_http);

bool handover_text_is(struct span line, const char *word_with_newline);
/* Why it was refused; empty if this line is no refusal. */
struct span handover_text_refusal(struct span line);

#endif
