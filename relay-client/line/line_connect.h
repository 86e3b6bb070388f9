#ifndef CLIENT_LINE_LINE_CONNECT_H
#define CLIENT_LINE_LINE_CONNECT_H

#include "relay-client/line/line_channel.h"

/* `hookline up --line`: makes the tunnel the channel's webhook address for as long as the agent
 * runs.  What stood there before comes back at the end; if that could not be done (a crash, no
 * network), the next run does it, for it is noted in a file.
 *
 * Life: line_connect_start -> on_note ... -> on_connected -> line_connect_restore ->
 *       on_restored -> line_connect_free */
struct line_connect;

struct line_connect_options {
    struct line_client *client; /* borrowed to the end, as is all here */
    const char *url;            /* of the tunnel, with the bot's path */
    const char *note_file;      /* 0600: what stood there before */
    bool may_replace;           /* --yes: an address that is not ours, too */
    bool is_kept;               /* --offline=keep: what LINE sends behind the end is not lost */
};

struct line_connect_events {
    /* For people: a sentence or two. */
    void (*on_note)(void *owner, const char *text);
    /* OK: the address is the tunnel's.  ERR_CONFLICT: another one stands there, and stays.
     * Others: it could not be done.  A note has said so.  `bot_id` is LINE's word, or "". */
    void (*on_connected)(void *owner, enum err rc, const char *bot_id);
    void (*on_restored)(void *owner);
};

MUST_CHECK enum err line_connect_start(const struct line_connect_options *options,
                                       const struct line_connect_events *events, void *owner,
                                       struct line_connect **out);
/* Puts the address before back, if it was replaced.  Before on_connected: after that. */
void line_connect_restore(struct line_connect *c);
void line_connect_free(struct line_connect *c); /* after on_restored; NULL is legal */

#endif
