#include "relay-client/commands/tail_window.h"

void tail_window_init(struct tail_window *w, uint64_t id)
{
    *w = (struct tail_window){.low = id, .top = id};
}

struct look {
    struct tail_window *window;
    const struct tail_window_reader *reader;
    uint64_t now_ms;
    uint64_t first_open;    /* the oldest one that may still be answered, or 0 */
    uint64_t first_pending; /* ... that is answered, but not over */
    bool is_full;           /* there is more than the window holds */
};

static bool is_lost(const struct look *l, const struct journal_row *row)
{
    return !row->answered && row->arrived_ms + TAIL_WINDOW_LOST_MS < l->now_ms;
}

static bool is_pending(const struct journal_row *row)
{
    return row->answered && row->outcome == JOURNAL_PENDING;
}

static enum tail_window_mark *mark(struct tail_window *w, uint64_t id)
{
    return &w->marks[id % TAIL_WINDOW_MAX];
}

/* ---- the two passes ---- */

/* All rows, whatever the filter says: how far the window goes. */
static bool on_any(void *owner, const struct journal_row *row)
{
    struct look *l = owner;
    struct tail_window *w = l->window;

    if (row->id - w->low > TAIL_WINDOW_MAX && w->top == w->low)
        w->low = w->top = row->id - 1; /* what lay between was removed */
    if (row->id - w->low > TAIL_WINDOW_MAX) {
        l->is_full = true; /* the rest comes with the next look */
        return false;
    }
    if (row->id > w->top) {
        w->top = row->id;
        *mark(w, row->id) = TAIL_WINDOW_UNSEEN;
    }
    if (is_pending(row) && l->first_pending == 0)
        l->first_pending = row->id;
    if (!row->answered && !is_lost(l, row) && l->first_open == 0)
        l->first_open = row->id;
    return true;
}

/* A full window gives up the oldest one that is open. */
static bool is_given_up(const struct look *l, const struct journal_row *row)
{
    return l->is_full && row->id == l->first_open;
}

static bool on_match(void *owner, const struct journal_row *row)
{
    struct look *l = owner;
    enum tail_window_mark *printed = mark(l->window, row->id);
    enum tail_window_mark now = is_pending(row) ? TAIL_WINDOW_PENDING : TAIL_WINDOW_DONE;

    if (*printed >= now || (!row->answered && !is_lost(l, row) && !is_given_up(l, row)))
        return true;
    *printed = now;
    return l->reader->print(l->reader->owner, row);
}

static enum err list(struct look *l, struct journal_filter f, uint64_t before,
                     bool (*each)(void *owner, const struct journal_row *row))
{
    f.after = l->window->low;
    f.before = before;
    f.limit = TAIL_WINDOW_MAX + 1;
    f.oldest_first = true;
    return journal_reader_list(l->reader->journal, &f, each, l);
}

/* A full window waits for nobody who is pending. */
static void move(const struct look *l)
{
    struct tail_window *w = l->window;
    uint64_t first = l->first_open;

    if (!l->is_full && l->first_pending > 0 && (first == 0 || l->first_pending < first))
        first = l->first_pending;
    if (first == 0)
        w->low = w->top;
    else
        w->low = l->is_full ? first : first - 1;
}

enum err tail_window_look(struct tail_window *w, const struct tail_window_reader *reader,
                          uint64_t now_ms)
{
    struct look l = {.window = w, .reader = reader, .now_ms = now_ms};
    enum err e = list(&l, (struct journal_filter){0}, 0, on_any);

    if (e || w->top == w->low)
        return e;
    e = list(&l, *reader->filter, w->top + 1, on_match);
    if (!e)
        move(&l);
    return e;
}
