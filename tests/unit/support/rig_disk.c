#include "unit/support/rig_disk.h"

#include "loop/deadline.h"
#include "relay-server/inbox/inbox_impl.h"
#include "unit/check.h"

void rig_disk_open(struct rig_disk *d, const struct clock *clock,
                   const struct inbox_options *options)
{
    char detail[DETAIL_MAX] = "";

    *d = (struct rig_disk){0};
    CHECK_EQ(loop_new(clock, &d->loop), OK);
    enum err rc = inbox_open(d->loop, options, &d->inbox, detail);
    if (rc != OK)
        (void)fprintf(stderr, "%s\n", detail);
    CHECK_EQ(rc, OK);
}

static bool is_busy(const struct rig_disk *d)
{
    const struct inbox *b = d->inbox;

    return b && (b->puts > 0 || b->fetches > 0 || b->changes.with_engine > 0 || !b->rest);
}

bool rig_disk_settle(struct rig_disk *d)
{
    bool was_busy = d->loop && !d->is_held && is_busy(d);

    while (!d->is_held && is_busy(d))
        loop_turn(d->loop, true);
    return was_busy;
}

void rig_disk_tick(struct rig_disk *d)
{
    if (d->loop)
        deadline_run_due(d->loop);
}

static void on_closed(void *owner)
{
    struct rig_disk *d = owner;

    d->is_closed = true;
}

void rig_disk_close(struct rig_disk *d)
{
    if (!d->loop)
        return;
    if (d->inbox)
        inbox_close(d->inbox, on_closed, d);
    while (d->inbox && !d->is_closed)
        loop_turn(d->loop, true);
    loop_run(d->loop);
    loop_free(d->loop);
    *d = (struct rig_disk){0};
}
