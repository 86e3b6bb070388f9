#include "relay-client/journal/journal_impl.h"

void journal_watch(struct journal *j, const struct journal_watcher *watcher)
{
    j->watcher = watcher ? *watcher : (struct journal_watcher){0};
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
    const struct journal_news_call news = {e->call_id, e->exchange, e->chats};

    if (e->kind == JOURNAL_ENTRY_CALL && j->watcher.on_call)
        j->watcher.on_call(j->watcher.owner, &news);
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
