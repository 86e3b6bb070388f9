#include "relay-client/display/exchange_event_cell.h"

#include "relay-client/display/exchange_marks.h"

#include <inttypes.h>
#include <stdio.h>

#define FLOW_MAX 2000u

/* Where it is narrow the word "message" makes room for what differs. */
#define EVENT_NARROW 32u

/* What stands behind the text of the event and is never cut for it. */
struct suffix {
    char more[32];
    char replay[40]; /* or that it was simulated */
    char calls[32];
    char marks[EXCHANGE_MARKS_SIZE]; /* "" if they have a line of their own */
};

bool exchange_event_cell_leaves_marks(const struct exchange_layout *layout,
                                      const struct exchange_line *x)
{
    char marks[EXCHANGE_MARKS_SIZE];

    exchange_marks_format(marks, sizeof(marks), x);
    return !layout->flows && 1 + strlen(marks) > layout->event / 2;
}

static size_t suffix_len(const struct suffix *s)
{
    return strlen(s->more) + strlen(s->replay) + strlen(s->calls) + strlen(s->marks);
}

static void format_suffix(struct suffix *s, const struct exchange_layout *layout,
                          const struct exchange_line *x)
{
    *s = (struct suffix){.more = ""};
    if (x->events_len > 1)
        (void)snprintf(s->more, sizeof(s->more), " +%zu", x->events_len - 1);
    if (x->replay_of > 0)
        (void)snprintf(s->replay, sizeof(s->replay), " replay of %llu",
                       (unsigned long long)x->replay_of);
    else if (x->is_simulated)
        (void)snprintf(s->replay, sizeof(s->replay), " simulated");
    if (x->calls_len > 0)
        (void)snprintf(s->calls, sizeof(s->calls), " (%llu call%s)",
                       (unsigned long long)x->calls_len, x->calls_len == 1 ? "" : "s");
    exchange_marks_format(s->marks + 1, sizeof(s->marks) - 1, x);
    if (s->marks[1] != '\0' && !exchange_event_cell_leaves_marks(layout, x))
        s->marks[0] = ' ';
    if (layout->flows || suffix_len(s) <= layout->event)
        return;
    s->more[0] = s->calls[0] = '\0';
    if (suffix_len(s) > layout->event)
        s->marks[0] = '\0';
    if (strlen(s->replay) > layout->event)
        s->replay[layout->event] = '\0';
}

/* "message.text", or "text" where it is narrow; returns its columns. */
static size_t print_type(struct page *p, const struct exchange_line *x, size_t room)
{
    bool has_kind = x->message_type.len > 0;
    size_t used;

    if (has_kind && room < EVENT_NARROW)
        return page_cut(p, x->message_type, room);
    used = page_cut(p, x->event_type, room);
    if (has_kind && used + 2 < room) {
        page_text(p, ".");
        used += 1 + page_cut(p, x->message_type, room - used - 1);
    }
    return used;
}

/* type.kind "text"; returns its columns. */
static size_t print_summary(struct page *p, const struct exchange_line *x, size_t room)
{
    size_t used;

    if (x->event_type.len == 0) {
        page_paint(p, PAGE_FAINT);
        used = x->webhook ? page_cut(p, SPAN("no events"), room) : 0;
        page_paint(p, PAGE_PLAIN);
        return used;
    }
    used = print_type(p, x, room);
    if (x->event_text.len > 0 && used + 6 < room) {
        page_text(p, " \"");
        used += 3 + page_cut(p, x->event_text, room - used - 3);
        page_text(p, "\"");
    }
    return used;
}

void exchange_event_cell_print(struct page *p, const struct exchange_layout *layout,
                               const struct exchange_line *x)
{
    struct suffix suffix;
    size_t room = layout->event;

    format_suffix(&suffix, layout, x);
    size_t used = suffix_len(&suffix);
    if (layout->flows)
        used += print_summary(p, x, FLOW_MAX);
    else
        used += print_summary(p, x, room > used ? room - used : 0);
    page_text(p, suffix.more);
    page_paint(p, PAGE_MADE);
    page_text(p, suffix.replay);
    page_paint(p, PAGE_FAINT);
    page_text(p, suffix.calls);
    page_paint(p, suffix.marks[0] ? PAGE_LATE : PAGE_PLAIN);
    page_text(p, suffix.marks);
    page_paint(p, PAGE_PLAIN);
    page_spaces(p, room > used ? room - used : 0);
}
