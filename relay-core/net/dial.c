/* The happy path:
 *  1. An IP literal is ready at once; a name is asked for on libuv's threads.
 *  2. `next` takes the first address and connects, under a deadline that is the
 *     shorter of the address's part and what is left of the total.
 *  3. on_open: the stream changes hands, the dial frees itself.
 *
 * What can go wrong:
 *  - One address fails or is too slow: the next one is tried.  The last failure
 *    is the one that is told.
 *  - Cancelled, or out of time, while the resolver works: it cannot be stopped,
 *    so the dial stays until its answer comes, silent. */
#include "net/dial.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/tcp_stream.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#define HOST_MAX   253u
#define ADDRESS_MS 3000u
#define DETAIL_MAX (HOST_MAX + 130u)

enum dial_state { DIAL_RESOLVING, DIAL_CONNECTING, DIAL_OVER };

struct dial {
    struct loop *loop; /* borrowed for ever */
    const struct dial_events *events;
    void *owner;
    enum dial_state state;
    bool is_resolver_busy; /* libuv holds `resolver`: not to be freed yet */
    uv_getaddrinfo_t resolver;
    struct addrinfo *found;      /* owned: the resolver's answer */
    const struct addrinfo *next; /* points into `found`, or to `literal` */
    struct addrinfo literal;     /* a list of one: `address` */
    struct sockaddr_storage address;
    struct stream *attempt; /* owned; NULL between attempts */
    struct deadline deadline;
    struct defer_task task;
    uint64_t ends_ms, address_ms;
    enum err why; /* of the last failure */
    unsigned port;
    char detail[DETAIL_MAX];
    char host[];
};

static void free_dial(struct dial *d)
{
    if (d->found)
        uv_freeaddrinfo(d->found);
    mem_free(d);
}

static void drop_attempt(struct dial *d)
{
    struct stream *attempt = d->attempt;

    d->attempt = NULL;
    stream_let_go(attempt);
}

/* Everything stops.  A resolver that is at work frees the dial when it is done. */
static void stop(struct dial *d)
{
    d->state = DIAL_OVER;
    deadline_clear(d->loop, &d->deadline);
    defer_cancel(d->loop, &d->task);
    if (d->attempt)
        drop_attempt(d);
    if (d->is_resolver_busy)
        (void)uv_cancel((uv_req_t *)&d->resolver);
    else
        free_dial(d);
}

static void fail(struct dial *d, enum err why)
{
    void (*on_failed)(void *, enum err, const char *) = d->events->on_failed;
    void *owner = d->owner;
    char detail[DETAIL_MAX];

    memcpy(detail, d->detail, sizeof detail);
    stop(d);
    on_failed(owner, why, detail);
}

static void fail_timeout(struct dial *d)
{
    const char *what =
        d->state == DIAL_RESOLVING ? "no answer from the name server for" : "no answer from";

    (void)snprintf(d->detail, sizeof d->detail, "%s %s port %u in time", what, d->host,
                   d->port);
    fail(d, ERR_TIMEOUT);
}

/* --- connecting --- */

static void try_next(struct dial *d);

static void describe(struct dial *d, enum err why, const char *detail)
{
    d->why = why;
    (void)snprintf(d->detail, sizeof d->detail, "%s port %u: %s", d->host, d->port,
                   detail[0] != '\0' ? detail : err_text(why));
}

static void on_open(void *owner)
{
    struct dial *d = owner;
    void (*on_connected)(void *, struct stream *) = d->events->on_connected;
    void *user = d->owner;
    struct stream *stream = d->attempt;

    d->attempt = NULL;
    stream_own(stream, NULL, NULL);
    stop(d);
    on_connected(user, stream);
}

static void on_end(void *owner, enum err why)
{
    struct dial *d = owner;

    describe(d, why, stream_detail(d->attempt));
    drop_attempt(d);
    try_next(d);
}

/* Before on_open there is nothing to read or to drain, and on_closed goes to
 * nobody, since every way out of an attempt gives it up first. */
static void on_nothing(void *owner)
{
    (void)owner;
}

static void on_no_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static const struct stream_events attempt_events = {
    .on_open = on_open,
    .on_data = on_no_data,
    .on_drain = on_nothing,
    .on_end = on_end,
    .on_closed = on_nothing,
};

static void on_slow(struct deadline *deadline)
{
    struct dial *d = CONTAINER_OF(deadline, struct dial, deadline);

    if (d->state == DIAL_RESOLVING || loop_now_ms(d->loop) >= d->ends_ms || !d->attempt) {
        fail_timeout(d);
        return;
    }
    describe(d, ERR_TIMEOUT, "no answer in time");
    drop_attempt(d);
    try_next(d);
}

static enum err connect_to(struct dial *d, const struct sockaddr *address)
{
    uint64_t now = loop_now_ms(d->loop);
    uint64_t left = d->ends_ms > now ? d->ends_ms - now : 0;
    uint64_t after = left < d->address_ms ? left : d->address_ms;
    enum err e = deadline_set(d->loop, &d->deadline, after, on_slow);

    if (e == OK)
        e = tcp_stream_connect(d->loop, address, &d->attempt);
    if (e == OK)
        stream_own(d->attempt, &attempt_events, d);
    return e;
}

static void try_next(struct dial *d)
{
    while (d->next) {
        const struct sockaddr *address = d->next->ai_addr;

        d->next = d->next->ai_next;
        enum err e = connect_to(d, address);
        if (e == OK)
            return;
        describe(d, e, "");
    }
    fail(d, d->why);
}

static void on_try(struct defer_task *task)
{
    try_next(CONTAINER_OF(task, struct dial, task));
}

/* --- resolving --- */

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct dial *d = CONTAINER_OF(request, struct dial, resolver);

    d->is_resolver_busy = false;
    d->found = found;
    if (d->state == DIAL_OVER) {
        free_dial(d);
        return;
    }
    d->state = DIAL_CONNECTING;
    if (status == 0 && found) {
        d->next = found;
        try_next(d);
        return;
    }
    bool unknown = status == UV_EAI_NONAME || status == UV_EAI_NODATA || status == 0;
    (void)snprintf(d->detail, sizeof d->detail, "%s: %s",
                   unknown ? "no such host" : "the name cannot be resolved now", d->host);
    fail(d, unknown ? ERR_NOT_FOUND : ERR_IO);
}

static enum err start_resolving(struct dial *d)
{
    /* No AI_ADDRCONFIG: a machine without network must still find localhost. */
    static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char port[8];

    (void)snprintf(port, sizeof port, "%u", d->port);
    if (uv_getaddrinfo(loop_uv(d->loop), &d->resolver, on_resolved, d->host, port, &hints) != 0)
        return ERR_NOMEM;
    d->is_resolver_busy = true;
    return OK;
}

static bool parse_literal(struct dial *d)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&d->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&d->address;

    if (uv_ip4_addr(d->host, (int)d->port, v4) != 0 &&
        uv_ip6_addr(d->host, (int)d->port, v6) != 0)
        return false;
    d->literal.ai_addr = (struct sockaddr *)&d->address;
    d->next = &d->literal;
    return true;
}

/* --- life --- */

static bool host_is_plausible(const char *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-_:%";
    size_t len = host ? strlen(host) : 0;

    return len > 0 && len <= HOST_MAX && strspn(host, allowed) == len;
}

static enum err begin(struct dial *d, uint64_t timeout_ms)
{
    enum err e = deadline_set(d->loop, &d->deadline, timeout_ms, on_slow);

    if (e != OK)
        return e;
    if (parse_literal(d)) {
        d->state = DIAL_CONNECTING;
        defer_post(d->loop, &d->task, on_try);
        return OK;
    }
    e = start_resolving(d);
    if (e != OK)
        deadline_clear(d->loop, &d->deadline);
    return e;
}

enum err dial_start(struct loop *l, const struct dial_options *options,
                    const struct dial_events *events, void *owner, struct dial **out)
{
    if (!host_is_plausible(options->host) || options->port < 1 || options->port > 65535)
        return ERR_CONFIG;
    size_t host_size = strlen(options->host) + 1;
    struct dial *d = mem_alloc(sizeof *d + host_size);
    if (!d)
        return ERR_NOMEM;
    d->loop = l;
    d->events = events;
    d->owner = owner;
    d->port = options->port;
    d->ends_ms = loop_now_ms(l) + options->timeout_ms;
    d->address_ms = options->address_ms ? options->address_ms : ADDRESS_MS;
    memcpy(d->host, options->host, host_size);
    enum err e = begin(d, options->timeout_ms);
    if (e != OK) {
        mem_free(d);
        return e;
    }
    *out = d;
    return OK;
}

void dial_cancel(struct dial *d)
{
    stop(d);
}
