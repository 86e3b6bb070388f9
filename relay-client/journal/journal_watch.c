#include "relay-client/journal/journal_impl.h"

#include "base/container.h"

void journal_watch(struct journal *j, const struct journal_watcher *watcher)
{
    j->watcher = watcher ? *watcher : (struct journal_watcher){0};
}

void journal_watch_calls(struct journal *j,
                         void (*on_call)(void *owner, const struct journal_news_call *news),
                         void *owner)
{
    j->calls_watcher = (struct journal_watcher){.on_call = on_call, .owner = owner};
}

static void tell(struct journal *j, const uint64_t *ids, size_t len)
{
    if (len > 0 && j->watcher.on_changed)
        j->watcher.on_changed(j->watcher.owner, ids, len);
}

static uint64_t own_exchange(const struct journal_entry *e)
{
    switch (e->kind) {
    case JOURNAL_ENTRY_REQUEST:
        return e->exchange;
    case JOURNAL_ENTRY_ANSWER:
        return e->answer.exchange;
    case JOURNAL_ENTRY_TASK:
    case JOURNAL_ENTRY_CALL:
    case JOURNAL_ENTRY_PERSON:
        break;
    }
    return 0;
}

static void tell_call(struct journal *j, const struct journal_entry *e)
{
    const struct journal_news_call news = {
        .id = e->call_id,
        .exchange = e->exchange,
        .received_ms = e->received_ms,
        .chats = e->chats,
        .call = &e->call,
        .method = e->method,
        .target = e->target,
        .status = e->answer_status,
    };
    const struct journal_watcher *const watchers[] = {&j->watcher, &j->calls_watcher};

    for (size_t i = 0; e->kind == JOURNAL_ENTRY_CALL && i < ARRAY_LEN(watchers); i++)
        if (watchers[i]->on_call)
            watchers[i]->on_call(watchers[i]->owner, &news);
}

void journal_watch_tell(struct journal *j, const struct journal_entry *e)
{
    uint64_t own = own_exchange(e);

    if (e->rc)
        return;
    tell(j, &own, own > 0);
    tell(j, e->changes.ids, e->changes.len);
    tell_call(j, e);
    if (e->changes.has_gap)
        journal_watch_tell_gap(j);
}

void journal_watch_tell_gap(struct journal *j)
{
    if (j->watcher.on_gap)
        j->watcher.on_gap(j->watcher.owner);
}
