#ifndef CLIENT_DISPLAY_DISPLAY_H
#define CLIENT_DISPLAY_DISPLAY_H

#include "relay-client/agent/agent.h"

/* What `hookline up` shows: the state of the session, and every exchange.  Never waits
 * for the terminal or the pipe; what nobody reads is dropped and counted (output.h).
 *
 * Life: display_new -> display_status, display_exchange, ... -> display_free.  Its
 * deadlines keep loop_run going: free it when the agent is closed. */
struct display;

enum display_kind {
    DISPLAY_TERMINAL, /* a header, redrawn in place, and lines that scroll below it */
    DISPLAY_PLAIN,    /* lines */
    /* objects {"type": "inspector"|"line_api"|"status"|"exchange"|"note"|"dropped", ...} */
    DISPLAY_JSON,
};

struct display_options {
    enum display_kind kind;
    int fd;
    bool colour;
    unsigned columns, rows; /* of the terminal */
    /* Facts of the whole run; all borrowed until display_free. */
    const char *tunnel;
    const char *handler; /* who gets the webhooks: an address, a command, "echo" */
    const char *journal; /* path */
    const char
        *inspector;       /* address with its key: only for a terminal, and programs; or NULL */
    const char *line_api; /* address of the LINE API port; NULL: it is closed */
    const char *line_api_how; /* "emulated: no access token configured" */
};

/* Kind, colour and size as they suit what `fd` is and the environment says (NO_COLOR,
 * TERM); the facts are left alone. */
void display_detect(struct display_options *out, int fd, bool json);
/* The terminal's size, 80 x 24 when it does not tell. */
void display_measure(int fd, unsigned *columns, unsigned *rows);

MUST_CHECK enum err display_new(struct loop *l, const struct display_options *options,
                                struct display **out);
/* Shows what is still unseen, waiting at most 250 ms for it to be taken. */
void display_free(struct display *d);

/* Everything is copied. */
void display_status(struct display *d, const struct agent_status *status);
void display_exchange(struct display *d, const struct summary *summary);
/* Something else that the user should know, from journal_detail or the program; may
 * hold bytes from outside. */
void display_note(struct display *d, const char *text);
/* After SIGWINCH, with the numbers of display_measure. */
void display_resize(struct display *d, unsigned columns, unsigned rows);

#endif
