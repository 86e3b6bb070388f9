#ifndef CLIENT_LINEAPI_IMPL_H
#define CLIENT_LINEAPI_IMPL_H

#include "base/list.h"
#include "loop/defer.h"
#include "relay-client/handler/handler.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/token/assertion_keys.h"
#include "relay-client/lineapi/lineapi.h"
#include "relay-client/lineapi/lineapi_backlog.h"
#include "relay-client/lineapi/lineapi_port.h"

/* The inside of the LINE API port, for its own files. */

struct lineapi {
    struct loop *loop;              /* borrowed, as is what the options point to */
    struct lineapi_options options; /* a copy */
    struct lineapi_port port;
    struct lineapi_backlog backlog;
    struct assertion_keys keys;
    struct emulator *emulator;  /* owned, as are the next two; handlers NULL once closed */
    struct handler *api, *data; /* to LINE */
    size_t holds;               /* calls under way */
    uint64_t tls_told_ms;       /* loop_now_ms of the last word about TLS, 0: none */
    char url[64];
    bool is_closing;
    struct defer_task closed_task;
    void (*on_closed)(void *owner);
    void *owner;
};

/* The port stays at least until the release. */
void lineapi_hold(struct lineapi *a);
void lineapi_release(struct lineapi *a);

#endif
