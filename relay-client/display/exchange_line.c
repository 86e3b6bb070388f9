#include "relay-client/display/exchange_line.h"

#include "relay-client/display/exchange_event_cell.h"
#include "relay-client/display/exchange_marks.h"
#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"

#include <stdio.h>

#define TIME_COLUMNS   8u
#define STAMP_COLUMNS  19u /* date and time */
#define STATUS_COLUMNS 6u  /* of its heading */
#define TOOK_COLUMNS   7u  /* "999 ms", "59.9 s" */
#define GAP            2u
#define WORD_COLUMNS   9u /* "unchecked" */

/* A table whose lines flow has columns, too, but what is longer pushes the rest away. */
#define FLOW_REQUEST 16u
#define FLOW_EVENT   32u
#define FLOW_MAX     2000u

/* Where it is narrow the method makes room for what differs. */
#define METHOD_LEAVES 10u

struct exchange_line exchange_line_of_summary(const struct summary *s)
{
    return (struct exchange_line){
        .id = s->id,
        .arrived_ms = s->arrived_ms,
        .method = s->method,
        .target = s->target,
        .webhook = s->webhook,
        .verdict = s->verdict,
        .explanation = span_text(s->explanation),
        .error = span_text(s->error),
        .status = s->status,
        .by = s->by,
        .bot_status = s->bot_status,
        .outcome = s->outcome,
        .attempts = s->attempts,
        .next_ms = s->next_ms,
        .is_again = s->is_again,
        .has_dead_token = s->has_dead_token,
        .total_us = s->total_us,
        .replay_of = s->replay_of,
        .duplicate_of = s->duplicate_of,
        .event_type = span_text(s->event_type),
        .message_type = span_text(s->message_type),
        .event_text = span_text(s->event_text),
        .user_id = span_text(s->user_id),
        .events_len = s->events_len,
    };
}

struct exchange_line exchange_line_of_row(const struct journal_row *row)
{
    return (struct exchange_line){
        .id = row->id,
        .arrived_ms = row->arrived_ms,
        .method = row->method,
        .target = row->target,
        .webhook = row->webhook,
        .is_under_way = !row->answered,
        .verdict = row->verdict,
        .explanation = row->explanation,
        .error = row->error,
        .status = row->status,
        .by = row->by,
        .bot_status = row->bot_status,
        .outcome = row->outcome,
        .attempts = row->attempts,
        .next_ms = row->next_ms,
        .has_dead_token = line_record_was_token_dead(row),
        .total_us = row->total_us,
        .replay_of = row->replay_of,
        .duplicate_of = row->duplicate_of,
        .event_type = row->event_type,
        .message_type = row->message_type,
        .event_text = row->event_text,
        .user_id = row->user_id,
        .events_len = row->events_len,
        .is_simulated = row->is_simulated,
        .calls_len = row->calls_len,
        .calls_worst = row->calls_worst,
    };
}

static bool is_wrongly_signed(const struct exchange_line *x)
{
    return x->webhook && (x->verdict == VERDICT_INVALID || x->verdict == VERDICT_MISSING);
}

bool exchange_line_is_failed(const struct exchange_line *x)
{
    if (x->is_under_way || x->outcome == JOURNAL_PENDING)
        return false;
    return x->status == 0 || x->status >= 500 || x->bot_status >= 500 || x->error.len > 0 ||
           x->outcome == JOURNAL_ASIDE;
}

/* ---- widths ---- */

static size_t clamp(size_t value, size_t low, size_t high)
{
    if (value < low)
        return low;
    return value < high ? value : high;
}

static size_t digits(uint64_t number)
{
    size_t len = 1;

    for (; number >= 10; number /= 10)
        len++;
    return len;
}

void exchange_line_layout(struct exchange_layout *out, size_t columns, uint64_t id_max)
{
    size_t mark = columns > 0 ? 2 : WORD_COLUMNS;
    size_t time = columns > 0 ? TIME_COLUMNS : STAMP_COLUMNS;
    size_t fixed = time + GAP + mark + GAP + GAP + GAP + GAP + STATUS_COLUMNS;

    *out = (struct exchange_layout){
        .flows = columns == 0,
        .columns = columns,
        .time = time,
        .id = clamp(digits(id_max), columns > 0 && columns < 60 ? 2 : 4, 20),
        .took = columns == 0 || columns >= 60 ? TOOK_COLUMNS : 0,
        .request = FLOW_REQUEST,
        .event = FLOW_EVENT,
    };
    fixed += out->id + (out->took > 0 ? GAP + out->took : 0);
    out->details_indent = time + GAP + mark + GAP + out->id + GAP;
    if (out->flows)
        return;
    if (columns < 60)
        out->details_indent = time + GAP;
    size_t room = columns > fixed ? columns - fixed : 0;
    out->request = clamp(room / 4, room < 20 ? 0 : 10, 24);
    out->event = room - out->request;
}

/* ---- cells ---- */

static void gap(struct page *p)
{
    page_spaces(p, GAP);
}

void exchange_line_heading(struct page *p, const struct exchange_layout *layout)
{
    size_t mark = layout->flows ? WORD_COLUMNS : 2;

    page_paint(p, PAGE_FAINT);
    page_cell(p, SPAN("TIME"), layout->time + GAP, PAGE_LEFT);
    page_cell(p, layout->flows ? SPAN("SIGNATURE") : SPAN("OK"), mark + GAP, PAGE_LEFT);
    page_cell(p, SPAN("ID"), layout->id, PAGE_RIGHT);
    gap(p);
    page_cell(p, SPAN("REQUEST"), layout->request, PAGE_LEFT);
    gap(p);
    page_cell(p, SPAN("EVENT"), layout->event, PAGE_LEFT);
    gap(p);
    page_text(p, "STATUS");
    if (layout->took > 0)
        page_cell(p, SPAN("TOOK"), GAP + layout->took, PAGE_RIGHT);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

static void print_verdict(struct page *p, const struct exchange_layout *layout,
                          const struct exchange_line *x)
{
    static const char *const marks[] = {[VERDICT_UNCHECKED] = "- ",
                                        [VERDICT_VALID] = "\u2713 ",
                                        [VERDICT_INVALID] = "\u2717 ",
                                        [VERDICT_MISSING] = "? "};
    static const enum page_paint paints[] = {[VERDICT_UNCHECKED] = PAGE_FAINT,
                                             [VERDICT_VALID] = PAGE_GOOD,
                                             [VERDICT_INVALID] = PAGE_WRONG,
                                             [VERDICT_MISSING] = PAGE_WRONG};

    if (!x->webhook || x->is_under_way) { /* not something that is signed, or not known yet */
        page_spaces(p, layout->flows ? WORD_COLUMNS : 2);
        return;
    }
    page_paint(p, paints[x->verdict]);
    if (layout->flows)
        page_cell(p, span_text(verdict_text(x->verdict)), WORD_COLUMNS, PAGE_LEFT);
    else
        page_text(p, marks[x->verdict]);
    page_paint(p, PAGE_PLAIN);
}

/* A webhook, or the replay of something else; others leave the column to the request. */
static bool has_event(const struct exchange_line *x)
{
    return x->webhook || x->replay_of > 0 || x->event_type.len > 0;
}

static void print_request(struct page *p, const struct exchange_layout *layout,
                          const struct exchange_line *x)
{
    size_t method = text_columns(x->method) + 1;
    size_t room = layout->request + (has_event(x) ? 0 : GAP + layout->event);

    if (layout->flows) {
        size_t used = page_cut(p, x->method, FLOW_MAX) + 1;

        page_text(p, " ");
        used += page_cut(p, x->target, FLOW_MAX);
        page_spaces(p, room > used ? room - used : 0);
        return;
    }
    if (method + METHOD_LEAVES <= room) {
        page_paint(p, PAGE_FAINT);
        room -= page_cut(p, x->method, method) + 1;
        page_paint(p, PAGE_PLAIN);
        page_text(p, " ");
    }
    page_cell(p, x->target, room, PAGE_LEFT);
}

static void print_status(struct page *p, const struct exchange_line *x)
{
    char text[16] = "-";

    if (x->is_under_way)
        (void)snprintf(text, sizeof(text), "..");
    else if (x->status > 0)
        (void)snprintf(text, sizeof(text), "%u", x->status);
    if (!x->is_under_way && (x->status == 0 || x->status >= 400))
        page_paint(p, PAGE_WRONG);
    page_cell(p, span_text(text), STATUS_COLUMNS, PAGE_RIGHT);
    page_paint(p, PAGE_PLAIN);
}

/* What the inbox answered was in time for LINE, however late it is here. */
static bool is_late(const struct exchange_line *x)
{
    return x->webhook && x->by != JOURNAL_BY_INBOX && x->total_us > LINE_RECORD_LATE_US;
}

static void print_took(struct page *p, const struct exchange_layout *layout,
                       const struct exchange_line *x)
{
    char text[32] = "";

    if (layout->took == 0)
        return;
    if (!x->is_under_way && !exchange_marks_is_unfinished(x))
        text_duration(text, sizeof(text), x->total_us);
    gap(p);
    page_paint(p, is_late(x) ? PAGE_LATE : PAGE_PLAIN);
    page_cell(p, span_text(text), layout->took, PAGE_RIGHT);
    page_paint(p, PAGE_PLAIN);
}

/* ---- lines ---- */

static void print_details(struct page *p, const struct exchange_layout *layout, struct span s)
{
    struct page_wrap wrap = {layout->details_indent, layout->columns, layout->details_lines};

    if (s.len == 0)
        return;
    page_spaces(p, wrap.indent);
    page_wrapped(p, s, wrap);
    page_text(p, "\n");
}

static void print_marks(struct page *p, const struct exchange_layout *layout,
                        const struct exchange_line *x)
{
    char marks[EXCHANGE_MARKS_SIZE];

    if (!has_event(x) || !exchange_event_cell_leaves_marks(layout, x))
        return;
    page_paint(p, PAGE_LATE);
    print_details(p, layout, span_text(exchange_marks_format(marks, sizeof(marks), x)));
    page_paint(p, PAGE_PLAIN);
}

static void print_trouble(struct page *p, const struct exchange_layout *layout,
                          const struct exchange_line *x)
{
    char attempts[EXCHANGE_ATTEMPTS_SIZE];

    if (exchange_marks_is_unfinished(x))
        print_details(p, layout,
                      span_text(exchange_marks_attempts(attempts, sizeof(attempts), x)));
    else
        print_details(p, layout, x->error);
}

static void print_row(struct page *p, const struct exchange_layout *layout,
                      const struct exchange_line *x)
{
    char text[LOCAL_TIME_SIZE];

    page_paint(p, PAGE_FAINT);
    page_text(p, layout->flows ? local_time_stamp(text, x->arrived_ms)
                               : local_time_clock(text, x->arrived_ms));
    page_paint(p, PAGE_PLAIN);
    gap(p);
    print_verdict(p, layout, x);
    gap(p);
    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)x->id);
    page_cell(p, span_text(text), layout->id, PAGE_RIGHT);
    gap(p);
    print_request(p, layout, x);
    gap(p);
    if (has_event(x)) {
        exchange_event_cell_print(p, layout, x);
        gap(p);
    }
    print_status(p, x);
    print_took(p, layout, x);
    page_text(p, "\n");
}

void exchange_line_print(struct page *p, const struct exchange_layout *layout,
                         const struct exchange_line *x)
{
    print_row(p, layout, x);
    if (!layout->has_no_details)
        print_marks(p, layout, x);
    if (!layout->has_no_details && is_wrongly_signed(x))
        print_details(p, layout, x->explanation);
    if (!layout->has_no_details || (layout->has_attempts && exchange_marks_is_unfinished(x)))
        print_trouble(p, layout, x);
}
