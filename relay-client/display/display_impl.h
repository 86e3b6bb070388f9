#ifndef CLIENT_DISPLAY_DISPLAY_IMPL_H
#define CLIENT_DISPLAY_DISPLAY_IMPL_H

#include "relay-client/display/display.h"
#include "relay-client/display/exchange_line.h"
#include "relay-client/display/output.h"
#include "relay-client/display/status_header.h"

/* What the three kinds of display share. Only for the .c files of this folder. */

/* How a kind shows things; d->session and d->counts are up to date. */
struct display_face {
    MUST_CHECK enum err (*start)(struct display *d);
    void (*status)(struct display *d, bool is_news); /* false: only numbers changed */
    void (*exchange)(struct display *d, const struct summary *s);
    void (*note)(struct display *d, const char *text);
    void (*resize)(struct display *d);
    void (*drained)(struct display *d); /* the output is idle again */
    void (*finish)(struct display *d);  /* the last words; frees what start made */
};

struct display {
    const struct display_face *face;
    struct loop *loop; /* borrowed until display_free */
    struct display_options options;
    struct status_session session;
    struct status_counts counts;
    struct output output;
    struct terminal_display *terminal; /* owned by its face */
};

extern const struct display_face terminal_display_face;
extern const struct display_face plain_display_face;
extern const struct display_face json_display_face;

#endif
