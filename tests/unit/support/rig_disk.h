/* An inbox on a loop of its own, so that a test says when its disk has done what it was told:
 * nothing is stored, and nothing is read, while that loop stands still. */
#ifndef TESTS_UNIT_SUPPORT_RIG_DISK_H
#define TESTS_UNIT_SUPPORT_RIG_DISK_H

#include "relay-server/inbox/inbox.h"

struct rig_disk {
    struct loop *loop; /* NULL: there is none */
    struct inbox *inbox;
    bool is_held;
    bool is_closed;
};

/* `clock` is borrowed until rig_disk_close. */
void rig_disk_open(struct rig_disk *d, const struct clock *clock,
                   const struct inbox_options *options);
/* Unless it is held: everything under way is done and told.  False: there was nothing. */
bool rig_disk_settle(struct rig_disk *d);
/* What is due by the clock. */
void rig_disk_tick(struct rig_disk *d);
/* Finishes what waits, held or not. */
void rig_disk_close(struct rig_disk *d);

#endif
