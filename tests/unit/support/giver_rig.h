/* A handover_giver on a socket in the scratch folder, the clock in the test's hand, and raw
 * clients that play the new relay.
 *
 * Life: giver_rig_open -> ... -> giver_rig_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_GIVER_RIG_H
#define TESTS_UNIT_SUPPORT_GIVER_RIG_H

#include "base/clock.h"
#include "relay-server/handover/handover_giver.h"

#define GIVER_RIG_HELLO "hookline-takeover 1 9.9.9\n"

struct giver_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct handover_giver *giver; /* NULL: the test has closed it */
    struct handover_sockets sockets;
    const char *path;
    unsigned takes, serves, breaks;
    bool releases; /* in on_take; true at first */
    struct stream *served;
    char early[64];
    pid_t pid;
    const struct handover_giver_events *events;
    unsigned long live;
};

/* What a new relay says, one after the other, and what it hears. */
extern const char *const giver_rig_steps[3], *const giver_rig_replies[3];

void giver_rig_open(struct giver_rig *rig);
void giver_rig_close(struct giver_rig *rig);
void giver_rig_turn(struct giver_rig *rig);
void giver_rig_advance(struct giver_rig *rig, uint64_t ms);

/* A client's descriptor; -1: nobody listens. */
int giver_rig_connect(struct giver_rig *rig);
/* It must work. */
int giver_rig_join(struct giver_rig *rig);
void giver_rig_say(struct giver_rig *rig, int fd, const char *text);
void giver_rig_say_bytes(struct giver_rig *rig, int fd, const char *text, size_t len);
/* Everything that came since the last look is this; returns the sockets that came along. */
size_t giver_rig_hear(int fd, const char *want);
/* Closed from the other side; closes it. */
void giver_rig_check_ended(struct giver_rig *rig, int fd);
void giver_rig_leave(struct giver_rig *rig, int fd);
/* Joins, asks, and says that it takes. */
int giver_rig_take(struct giver_rig *rig);

#endif
