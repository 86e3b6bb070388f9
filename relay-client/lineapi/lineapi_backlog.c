#include "relay-client/lineapi/lineapi_backlog.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-client/lineapi/lineapi_call_impl.h"
#include "relay-client/lineapi/lineapi_record.h"

#include <inttypes.h>

#define AGAIN_MS 5u

void lineapi_backlog_init(struct lineapi_backlog *b, struct loop *l)
{
    *b = (struct lineapi_backlog){.loop = l};
    list_init(&b->calls);
}

/* Said once, and what it came to in the end. */
static void note_lost(struct lineapi_backlog *b, enum err why)
{
    if (b->dropped++ == 0)
        log_warn("lineapi", "calls of the bot are not recorded: %s", err_text(why));
}

static void note_recorded(struct lineapi_backlog *b)
{
    if (b->dropped > 0)
        log_warn("lineapi", "calls of the bot are recorded again; %" PRIu64 " were not",
                 b->dropped);
    b->dropped = 0;
    b->is_dropping = false;
}

/* ERR_BUSY: it may be tried again. */
static enum err record(struct lineapi_backlog *b, const struct lineapi_call *c)
{
    enum err rc = lineapi_record(c);

    if (rc == OK)
        note_recorded(b);
    else if (rc != ERR_BUSY)
        note_lost(b, rc);
    return rc;
}

static void drop(struct lineapi_backlog *b, struct lineapi_call *c)
{
    note_lost(b, ERR_BUSY);
    lineapi_call_free(c);
}

static struct lineapi_call *take_first(struct lineapi_backlog *b)
{
    struct lineapi_call *c =
        CONTAINER_OF(list_first(&b->calls), struct lineapi_call, in_backlog);

    list_remove(&c->in_backlog);
    b->len--;
    return c;
}

static bool is_due(const struct lineapi_backlog *b, const struct lineapi_call *c)
{
    return b->is_dropping || loop_now_ms(b->loop) >= c->waits_until_ms;
}

static void on_again(struct deadline *d);

static void try_again_later(struct lineapi_backlog *b)
{
    if (b->len > 0 && deadline_set(b->loop, &b->again, AGAIN_MS, on_again) != OK)
        while (b->len > 0)
            drop(b, take_first(b));
}

static void on_again(struct deadline *d)
{
    struct lineapi_backlog *b = CONTAINER_OF(d, struct lineapi_backlog, again);

    while (b->len > 0) {
        struct lineapi_call *c =
            CONTAINER_OF(list_first(&b->calls), struct lineapi_call, in_backlog);
        enum err rc = record(b, c);
        if (rc == ERR_BUSY && !is_due(b, c))
            break;
        (void)take_first(b);
        if (rc == ERR_BUSY) {
            b->is_dropping = true;
            note_lost(b, rc);
        }
        lineapi_call_free(c);
    }
    try_again_later(b);
}

void lineapi_backlog_put(struct lineapi_backlog *b, struct lineapi_call *c)
{
    enum err rc = b->len > 0 ? ERR_BUSY : record(b, c);

    if (rc != ERR_BUSY) {
        lineapi_call_free(c);
        return;
    }
    if (b->is_dropping || b->is_stopped || b->len == LINEAPI_BACKLOG_MAX) {
        drop(b, c);
        return;
    }
    c->waits_until_ms = loop_now_ms(b->loop) + LINEAPI_BACKLOG_WAIT_MS;
    list_append(&b->calls, &c->in_backlog);
    if (b->len++ == 0)
        try_again_later(b);
}

void lineapi_backlog_stop(struct lineapi_backlog *b)
{
    b->is_stopped = true;
    deadline_clear(b->loop, &b->again);
    while (b->len > 0) {
        struct lineapi_call *c = take_first(b);
        if (record(b, c) == ERR_BUSY)
            note_lost(b, ERR_BUSY);
        lineapi_call_free(c);
    }
}
