/* One public client of the simulation: sends requests piece by piece, one after the other on a
 * connection for as long as that lasts, and writes the answers into the ledger. */
#ifndef TESTS_SIM_SUPPORT_SIM_CALLER_H
#define TESTS_SIM_SUPPORT_SIM_CALLER_H

#include "sim/support/sim_ledger.h"
#include "unit/support/front_rig.h"

struct sim_caller {
    struct front_rig *rig; /* borrowed */
    size_t place;          /* of rig->callers */
    struct sim_sent *sent; /* NULL: nothing under way */
    size_t at;             /* bytes of the body that were sent */
    bool is_sending;
};

/* Takes in what happened since the last time: answers, ends. */
void sim_caller_poll(struct sim_caller *c);
/* No connection, and the last one is quite gone. */
bool sim_caller_is_away(const struct sim_caller *c);
void sim_caller_connect(struct sim_caller *c, size_t chunk, bool is_h2);
/* There is a connection with nothing under way. */
bool sim_caller_is_idle(const struct sim_caller *c);
void sim_caller_begin(struct sim_caller *c, struct sim_sent *sent, const char *host,
                      bool chunked);
/* At most `len` bytes more of the body, and its end when it is due. */
void sim_caller_go_on(struct sim_caller *c, size_t len);
/* HTTP/1: stops reading, or goes on. */
void sim_caller_set_reading(struct sim_caller *c, bool on);
/* Gives the request up; HTTP/2 keeps its connection unless `all`. */
void sim_caller_leave(struct sim_caller *c, bool all);

#endif
