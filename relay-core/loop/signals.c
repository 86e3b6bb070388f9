/* The happy path:
 *  1. signals_open starts one handle per signal, all embedded in one object.
 *  2. A signal arrives: the event of its row is called, on the loop.
 *  3. signals_close closes the handles; the last close callback frees the object.
 *
 * What can go wrong:
 *  - A handle cannot be started: those before it are closed, and the object
 *    frees itself on the loop although signals_open failed. */
#include "loop/signals.h"

#include "base/container.h"
#include "base/mem.h"

#include <signal.h>
#include <uv.h>

enum signals_event { EVENT_TERMINATE, EVENT_RELOAD, EVENT_RESIZE };

struct signals_row {
    int number;
    enum signals_event event;
};

static const struct signals_row rows[] = {
    {SIGTERM, EVENT_TERMINATE},
    {SIGINT, EVENT_TERMINATE},
    {SIGHUP, EVENT_RELOAD},
    {SIGWINCH, EVENT_RESIZE},
};

struct signals {
    uv_signal_t handles[ARRAY_LEN(rows)];
    size_t open_handles;
    bool is_closing;
    struct signals_events events;
    void *owner; /* borrowed until signals_close */
};

static void tell(const struct signals *s, enum signals_event event)
{
    void (*handler)(void *owner) = NULL;

    switch (event) {
    case EVENT_TERMINATE:
        handler = s->events.on_terminate;
        break;
    case EVENT_RELOAD:
        handler = s->events.on_reload;
        break;
    case EVENT_RESIZE:
        handler = s->events.on_resize;
        break;
    }
    if (handler)
        handler(s->owner);
}

static void on_signal(uv_signal_t *handle, int number)
{
    const struct signals *s = handle->data;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].number != number)
            continue;
        if (!s->is_closing)
            tell(s, rows[i].event);
        return;
    }
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct signals *s = handle->data;

    if (--s->open_handles == 0)
        mem_free(s);
}

static enum err start(struct loop *l, struct signals *s, int number)
{
    uv_signal_t *handle = &s->handles[s->open_handles];

    if (uv_signal_init(loop_uv(l), handle))
        return ERR_IO;
    handle->data = s;
    s->open_handles++;
    return uv_signal_start(handle, on_signal, number) ? ERR_IO : OK;
}

/* A peer that is gone is an error of the write, not the end of the process. */
static void ignore_broken_pipes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
}

enum err signals_open(struct loop *l, const struct signals_events *events, void *owner,
                      struct signals **out)
{
    struct signals *s = mem_alloc(sizeof(*s));
    enum err e = OK;

    if (!s)
        return ERR_NOMEM;
    s->events = *events;
    s->owner = owner;
    for (size_t i = 0; i < ARRAY_LEN(rows) && !e; i++)
        e = start(l, s, rows[i].number);
    if (e) {
        signals_close(s);
        return e;
    }
    ignore_broken_pipes();
    *out = s;
    return OK;
}

void signals_close(struct signals *s)
{
    if (s->is_closing)
        return;
    s->is_closing = true;
    if (s->open_handles == 0)
        mem_free(s);
    else
        for (size_t i = s->open_handles; i > 0; i--)
            uv_close((uv_handle_t *)&s->handles[i - 1], on_handle_closed);
}
