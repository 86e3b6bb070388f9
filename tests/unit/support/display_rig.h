#ifndef TESTS_UNIT_SUPPORT_DISPLAY_RIG_H
#define TESTS_UNIT_SUPPORT_DISPLAY_RIG_H

#include "relay-client/display/display.h"
#include "tests/unit/support/fake_terminal.h"

/* A display that writes to a pipe, under a clock that only the test moves.  There is one
 * at a time.
 *
 * Life: display_rig_open -> ... -> display_rig_close */
struct display_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct display *display;
    bool is_terminal;
    struct fake_terminal terminal; /* what is at the pipe's other end */
    int ends[2];
    uint64_t last_id;
    const char *inspector;      /* of display_options; set it before display_rig_open */
    char text[4 * 1024 * 1024]; /* of display_rig_read, zero-terminated */
};

extern struct display_rig display_rig;

#define DISPLAY_RIG_NOON_MS 1795262400000u /* 2026-11-21T12:00:00Z, when it begins */

void display_rig_open(enum display_kind kind, unsigned columns, unsigned rows);
/* Frees the display; what it wrote last can still be read. */
void display_rig_close_display(void);
/* ... and looks at that, and checks that nothing is left. */
void display_rig_close(void);

/* What was written since the last call; returns its length. */
size_t display_rig_read(void);
/* The terminal shows it; of a display that is none, no byte may be dangerous. */
void display_rig_look(void);
/* Then runs what is due. */
void display_rig_advance_ms(uint64_t ms);

void display_rig_status(enum agent_state state, const char *detail, uint64_t retry_ms);
/* Fills in an id, the time, and texts that are NULL. */
void display_rig_exchange(struct summary s);
/* A text message "番号 <number>.", signed and answered. */
void display_rig_number(unsigned number);

#endif
