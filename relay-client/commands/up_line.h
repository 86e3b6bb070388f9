#ifndef CLIENT_COMMANDS_UP_LINE_H
#define CLIENT_COMMANDS_UP_LINE_H

#include "cli/command.h"
#include "relay-client/line/line_connect.h"

/* `hookline up --line`, beside the agent: LINE's webhook address while it runs.
 *
 * Life: up_line_open -> up_line_linked ... -> up_line_stop -> on_stopped.  Without --line, or
 *       after a failure, it is zeroed, and all calls are legal. */
struct up_line {
    struct command_call *call;    /* borrowed */
    struct line_client *client;   /* owned; NULL: no --line */
    struct line_connect *connect; /* owned; NULL before the first link */
    struct secrets secrets;
    char url[LINE_CHANNEL_URL_MAX + 1];
    char note_file[PATHS_MAX];
    bool is_stopping;
    void (*on_note)(void *owner, const char *text); /* borrowed text */
    void (*on_stopped)(void *owner);
    void *owner;
};

/* OK without --line, too.  Otherwise it has been said why not. */
MUST_CHECK enum err up_line_open(struct up_line *u, struct loop *l, struct command_call *call);
/* The tunnel's address is known, as the relay says it.  The first time counts. */
void up_line_linked(struct up_line *u, const char *public_url);
/* The address before comes back; then on_stopped, from the loop or at once. */
void up_line_stop(struct up_line *u);

#endif
