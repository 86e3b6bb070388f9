#ifndef CLIENT_DISPLAY_TERMINAL_FRAME_H
#define CLIENT_DISPLAY_TERMINAL_FRAME_H

#include "relay-client/display/exchange_log.h"
#include "relay-client/display/status_header.h"

/* Draws the whole screen of `hookline up`: the header on top, below it the latest
 * exchanges.  Those for which there is no room any more are written to the top lines and
 * scrolled off, so that the terminal's own history has every one of them. */

#define TERMINAL_FRAME_MAX ((size_t)1024 * 1024) /* bytes of one */

struct terminal_screen {
    struct exchange_log *log; /* borrowed */
    unsigned columns, rows;
    bool colour;
    bool is_ours;   /* what was on it before is scrolled away */
    bool has_grown; /* since the last frame: lines came back from the terminal's history */
    uint64_t gone;  /* entries of the log before this one are in the history */
};

/* Appends the bytes for the terminal.  A screen that is too small for a header only gets
 * the lines that are new. */
MUST_CHECK enum err terminal_frame_draw(struct terminal_screen *screen,
                                        const struct status_header *header, struct bytes *out);

#endif
