#ifndef CLIENT_AGENT_STATUS_BOARD_H
#define CLIENT_AGENT_STATUS_BOARD_H

#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "relay-client/agent/agent_context.h"

/* What is known of link and deliveries, put together: for on_status, and for whoever asks
 * over the control socket.  News of the link pass at once, new counts at most once a
 * second.
 *
 * Life: status_board_init -> ... -> status_board_stop. */
struct status_board {
    struct agent_context *agent; /* back-pointer */
    struct agent_status link;    /* as the linker said last; borrows the next two */
    char url[LINK_URL_MAX + 1];
    char detail[512];
    uint64_t retry_at_ms;
    bool is_linking; /* the linker has said something */
    struct agent_counts told;
    uint64_t told_ms;
    struct deadline later;
};

void status_board_init(struct status_board *b, struct agent_context *agent);
void status_board_stop(struct status_board *b);
/* `news` is borrowed for the call. */
void status_board_link(struct status_board *b, const struct agent_status *news);
/* The agent's counts have changed. */
void status_board_counts(struct status_board *b);
/* Borrows from the board. */
struct agent_status status_board_now(const struct status_board *b);

#endif
