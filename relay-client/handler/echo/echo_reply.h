#ifndef CLIENT_HANDLER_ECHO_REPLY_H
#define CLIENT_HANDLER_ECHO_REPLY_H

#include "base/bytes.h"
#include "codec/line/line_event.h"

/* What a bot that repeats everything would say to a webhook:
 *
 *     {"hookline":"echo","events":[
 *       {"type":"message","reply":{"type":"text","text":"hello"}},
 *       {"type":"unfollow","reply":null,"why":"the event has no reply token"}]}
 *
 * A reply is a message object as LINE takes it, or for LINE WORKS the body of a message
 * (`{"content":{"type":"text",...}}`).  A body that is no webhook of either has no events
 * but a "problem". */
MUST_CHECK enum err echo_reply_format(struct bytes *out, struct span body);

/* Why there is nothing to say to this event, static, or NULL. */
const char *echo_reply_why_silent(const struct line_event *e, enum line_body_kind kind);
/* Appends the reply to one event, as above. */
MUST_CHECK enum err echo_reply_message(struct bytes *out, const struct line_event *e,
                                       enum line_body_kind kind);

/* LINE's limit of one text message, in UTF-16 code units; more is cut. */
#define ECHO_REPLY_TEXT_MAX 5000u

#endif
