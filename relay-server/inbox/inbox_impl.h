#ifndef SERVER_INBOX_IMPL_H
#define SERVER_INBOX_IMPL_H

#include "relay-server/inbox/inbox_changes.h"
#include "relay-server/inbox/inbox_index.h"
#include "relay-server/inbox/inbox_report.h"

/* The inside of an inbox, for its own files only. */

struct inbox {
    struct loop *loop; /* borrowed */
    const struct inbox_engine_kind *kind;
    struct inbox_engine *engine; /* owned */
    struct inbox_index index;
    struct inbox_changes changes;
    struct inbox_report report;
    uint64_t tunnel_bytes, total_bytes;
    uint64_t last_seq;

    size_t puts, fetches, waiting_bytes; /* with the engine */
    struct deadline rest_due;
    struct inbox_op *rest; /* owned; NULL while the engine has it */
    bool has_traffic;      /* since rest_due was set */

    bool is_closing;
    void (*on_closed)(void *owner);
    void *owner; /* borrowed until on_closed */
};

static inline uint64_t inbox_impl_now_ms(const struct inbox *b)
{
    return clock_wall_ms(loop_clock(b->loop));
}

/* An op is done: in a while there is time to tidy up. */
void inbox_impl_note_traffic(struct inbox *b);
/* The tunnel of this name, in place of another one when there are too many. */
MUST_CHECK enum err inbox_impl_place(struct inbox *b, const char *name,
                                     struct inbox_place **out);

#endif
