/* 1. started: the reply tokens of the webhooks are counted
 * 2. every 20 ms, if the journal has changed, its new calls are read and told
 * 3. all tokens were used, or the time is over: on_done
 * What can go wrong: the journal cannot be read: nothing is heard, and the time passes. */
#include "relay-client/replay/call_watch.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "loop/defer.h"

#include <inttypes.h>
#include <stdio.h>

#define LOOK_MS   20u
#define CALLS_MAX 200u /* read at a time */

struct call_watch {
    struct loop *loop;
    char path[4096];
    struct journal_reader *reader; /* owned; NULL: there is no journal yet */
    uint64_t last;                 /* call that was seen */
    uint64_t version;
    uint64_t *exchanges; /* owned */
    size_t exchanges_len;
    size_t tokens; /* that were not used so far */
    bool has_tokens;
    uint64_t until_ms;
    struct deadline timer;
    struct defer_task over_task;
    const struct call_watch_events *events;
    void *owner;
};

static bool open_reader(struct call_watch *w)
{
    char detail[512];

    if (!w->reader && journal_reader_open(w->path, &w->reader, detail) != OK)
        w->reader = NULL;
    return w->reader != NULL;
}

static bool note_last(void *owner, const struct journal_call_whole *call)
{
    struct call_watch *w = owner;

    w->last = call->row.id;
    return true;
}

static void skip_old(struct call_watch *w)
{
    uint64_t before;

    if (!open_reader(w))
        return;
    do {
        before = w->last;
        if (journal_calls_since(w->reader, w->last, CALLS_MAX, note_last, w) != OK)
            return;
    } while (w->last != before);
}

enum err call_watch_open(struct loop *l, const char *path,
                         const struct call_watch_events *events, void *owner,
                         struct call_watch **out)
{
    struct call_watch *w = mem_alloc(sizeof *w);

    if (!w)
        return ERR_NOMEM;
    w->loop = l;
    w->events = events;
    w->owner = owner;
    (void)snprintf(w->path, sizeof w->path, "%s", path);
    skip_old(w);
    *out = w;
    return OK;
}

void call_watch_add(struct call_watch *w, uint64_t exchange)
{
    if (!w->exchanges)
        w->exchanges = mem_alloc(CALL_WATCH_MAX * sizeof *w->exchanges);
    if (w->exchanges && w->exchanges_len < CALL_WATCH_MAX)
        w->exchanges[w->exchanges_len++] = exchange;
}

void call_watch_free(struct call_watch *w)
{
    if (!w)
        return;
    deadline_clear(w->loop, &w->timer);
    defer_cancel(w->loop, &w->over_task);
    if (w->reader)
        journal_reader_close(w->reader);
    mem_free(w->exchanges);
    mem_free(w);
}

/* --- step 2 --- */

static bool is_ours(const struct call_watch *w, uint64_t exchange)
{
    for (size_t i = 0; i < w->exchanges_len; i++)
        if (w->exchanges[i] == exchange)
            return true;
    return false;
}

static bool on_call(void *owner, const struct journal_call_whole *call)
{
    struct call_watch *w = owner;

    w->last = call->row.id;
    if (call->row.exchange == 0 || !is_ours(w, call->row.exchange))
        return true;
    if (w->tokens > 0 && call->row.tie == JOURNAL_CALL_BY_TOKEN)
        w->tokens--;
    w->events->on_call(w->owner, call);
    return true;
}

static void look(struct call_watch *w)
{
    uint64_t before;

    if (!open_reader(w) || journal_reader_version(w->reader) == w->version)
        return;
    w->version = journal_reader_version(w->reader);
    do {
        before = w->last;
        if (journal_calls_since(w->reader, w->last, CALLS_MAX, on_call, w) != OK)
            return;
    } while (w->last != before);
}

static void on_over(struct defer_task *task)
{
    struct call_watch *w = CONTAINER_OF(task, struct call_watch, over_task);

    w->events->on_done(w->owner);
}

static void on_timer(struct deadline *d)
{
    struct call_watch *w = CONTAINER_OF(d, struct call_watch, timer);

    look(w);
    bool is_over = (w->has_tokens && w->tokens == 0) || loop_now_ms(w->loop) >= w->until_ms;
    if (is_over || deadline_set(w->loop, d, LOOK_MS, on_timer) != OK)
        defer_post(w->loop, &w->over_task, on_over);
}

/* --- step 1 --- */

static void count_tokens(struct call_watch *w, uint64_t exchange)
{
    struct journal_exchange *x = NULL;
    char id[24];

    (void)snprintf(id, sizeof id, "%" PRIu64, exchange);
    if (!open_reader(w) || journal_reader_get(w->reader, span_text(id), &x) != OK)
        return;
    for (size_t i = 0; i < journal_exchange_events_len(x); i++)
        w->tokens += journal_exchange_event(x, i)->reply_token[0] != '\0';
    journal_exchange_free(x);
}

void call_watch_start(struct call_watch *w, uint64_t wait_ms)
{
    for (size_t i = 0; i < w->exchanges_len; i++)
        count_tokens(w, w->exchanges[i]);
    w->has_tokens = w->tokens > 0;
    w->until_ms = loop_now_ms(w->loop) + wait_ms;
    if (w->exchanges_len == 0 || deadline_set(w->loop, &w->timer, 0, on_timer) != OK)
        defer_post(w->loop, &w->over_task, on_over);
}
