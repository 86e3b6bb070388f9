#ifndef CODEC_LINE_EVENT_H
#define CODEC_LINE_EVENT_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* What a webhook body says: LINE's `{"destination", "events": [...]}` or the one
 * event of LINE WORKS.  Unknown types and fields are fine (LINE's development
 * guidelines announce new ones at any time); wrong types of known fields count as
 * absent.  The body itself is never changed or printed again. */

#define LINE_EVENTS_MAX 100u /* per body; more are counted, not decoded */

enum line_body_kind {
    LINE_BODY_LINE,
    LINE_BODY_WORKS,
    LINE_BODY_OTHER_JSON, /* JSON, but no webhook of LINE */
    LINE_BODY_NOT_JSON,
};

/* Texts are UTF-8, decoded, NUL-terminated, owned by the batch; "" when absent. */
struct line_event {
    const char *type; /* "message", "postback", ... as sent */
    const char *mode; /* "active", "standby" */
    uint64_t timestamp_ms;
    const char *source_type; /* "user", "group", "room", or ""; LINE WORKS also "channel" */
    const char *source_id;   /* the chat: userId, groupId, roomId, channelId */
    const char *user_id;     /* who did it, also inside groups */
    const char *webhook_event_id;
    const char *reply_token;
    bool is_redelivery;
    const char *message_id;
    const char *message_type; /* "text", "image", ... */
    /* What a person would call its content, for list and search: message text, sticker
     * keywords, file name, address, postback data, ... */
    const char *text;
};

struct line_batch {
    enum line_body_kind kind;
    const char *destination;
    struct line_event *events; /* owned */
    size_t events_len;
    size_t events_total;      /* as in the body, may be more than events_len */
    char problem[128];        /* for kinds OTHER and NOT_JSON: what was found, where */
    struct line_arena *arena; /* owned */
};

/* `events: []` is a LINE body too.  Of two members of one name the first counts; lone
 * surrogates and NUL characters in strings become U+FFFD.
 * Depth over 64 or a body over 4 MiB counts as NOT_JSON.  ERR_NOMEM only. */
MUST_CHECK enum err line_batch_parse(struct line_batch *out, struct span body);
void line_batch_fini(struct line_batch *b);

#endif
