#include "relay-client/view/message_view.h"

#include "codec/http/http_head.h"
#include "relay-client/journal/journal_reader.h"
#include "relay-client/view/body_view.h"
#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"

#define LABEL_COLUMNS 14u
#define INDENT        2u

void message_view_heading(struct page *p, const char *text)
{
    page_text(p, "\n");
    page_paint(p, PAGE_STRONG);
    page_text(p, text);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

/* ---- events ---- */

static void event(struct page *p, const struct line_event *e, size_t number)
{
    char stamp[LOCAL_TIME_SIZE];

    page_printf(p, "%*zu  ", (int)INDENT + 1, number);
    page_outside(p, span_text(e->type));
    if (e->message_type[0] != '\0') {
        page_text(p, ".");
        page_outside(p, span_text(e->message_type));
    }
    if (e->source_id[0] != '\0' || e->user_id[0] != '\0') {
        page_text(p, "  from ");
        page_outside(p, span_text(e->user_id[0] != '\0' ? e->user_id : e->source_id));
    }
    if (e->source_type[0] != '\0' && strcmp(e->source_type, "user") != 0) {
        page_text(p, " in ");
        page_outside(p, span_text(e->source_type));
        page_text(p, " ");
        page_outside(p, span_text(e->source_id));
    }
    if (e->timestamp_ms > 0)
        page_printf(p, "  at %s", local_time_full(stamp, e->timestamp_ms));
    page_text(p, "\n");
}

static void event_member(struct page *p, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    page_spaces(p, INDENT + 3);
    page_paint(p, PAGE_FAINT);
    page_cell(p, span_text(name), LABEL_COLUMNS, PAGE_LEFT);
    page_paint(p, PAGE_PLAIN);
    page_outside(p, span_text(value));
    page_text(p, "\n");
}

static void reply_token(struct page *p, const struct journal_row *row,
                        const struct line_event *e, uint64_t now_ms)
{
    event_member(p, "reply token", e->reply_token);
    if (e->reply_token[0] == '\0' ||
        !line_record_is_token_dead(row, e->timestamp_ms, e->is_redelivery, now_ms))
        return;
    page_spaces(p, INDENT + 3 + LABEL_COLUMNS);
    page_paint(p, PAGE_LATE);
    page_text(p, row->outcome == JOURNAL_PENDING || row->outcome == JOURNAL_ASIDE
                     ? "expired: when the bot gets it, LINE takes no reply to it any more"
                     : "had expired when the bot got it: LINE took no reply to it any more");
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

void message_view_events(struct page *p, const struct journal_exchange *x, uint64_t now_ms)
{
    size_t len = journal_exchange_events_len(x);
    size_t total = journal_exchange_row(x)->events_len;

    if (total == 0)
        return;
    message_view_heading(p, total == 1 ? "Event" : "Events");
    for (size_t i = 0; i < len; i++) {
        const struct line_event *e = journal_exchange_event(x, i);

        event(p, e, i + 1);
        body_view_lines(p, span_text(e->text), INDENT + 3);
        event_member(p, "event id", e->webhook_event_id);
        event_member(p, "message id", e->message_id);
        reply_token(p, journal_exchange_row(x), e, now_ms);
        event_member(p, "mode", strcmp(e->mode, "active") == 0 ? "" : e->mode);
        event_member(p, "redelivery", e->is_redelivery ? "yes, LINE sent it before" : "");
    }
    if (total > len)
        page_printf(p, "   ... and %zu more, see the body\n", total - len);
}

/* ---- heads and bodies ---- */

static void field(struct page *p, struct span name, struct span value)
{
    page_spaces(p, INDENT);
    page_paint(p, PAGE_FAINT);
    page_outside(p, name);
    page_text(p, ": ");
    page_paint(p, PAGE_PLAIN);
    page_outside(p, value);
    page_text(p, "\n");
}

static void fields(struct page *p, const struct http_head *h)
{
    for (size_t i = 0; i < h->fields_len; i++)
        field(p, h->fields[i].name,
              h->fields[i].secret ? SPAN("(hidden)") : h->fields[i].value);
}

static void body(struct page *p, struct span s, bool truncated)
{
    char size[32];

    page_text(p, "\n");
    body_view_print(p, s, INDENT);
    page_spaces(p, INDENT);
    page_paint(p, PAGE_FAINT);
    if (s.len == 0)
        page_text(p, "no body");
    else
        page_text(p, text_size(size, sizeof(size), s.len));
    if (truncated)
        page_text(p, "; the body was larger, the rest was not kept");
    else if (body_view_kind(s) == BODY_VIEW_JSON)
        page_text(p, ", indented here; --raw writes the exact bytes");
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

void message_view_request(struct page *p, const struct journal_exchange *x)
{
    const struct http_head *h = journal_exchange_request(x);

    message_view_heading(p, "Request");
    page_spaces(p, INDENT);
    page_outside(p, h->method);
    page_text(p, " ");
    page_outside(p, h->target);
    page_text(p, "\n");
    if (!http_head_find(h, "host"))
        field(p, SPAN("host"), h->authority);
    fields(p, h);
    body(p, journal_exchange_request_body(x), journal_exchange_row(x)->body_truncated);
}

void message_view_answer(struct page *p, const struct journal_exchange *x)
{
    const struct http_head *h = journal_exchange_answer(x);

    if (!h)
        return;
    message_view_heading(p, "Answer");
    page_spaces(p, INDENT);
    page_printf(p, "%u %s\n", h->status, http_status_text(h->status));
    fields(p, h);
    body(p, journal_exchange_answer_body(x), journal_exchange_row(x)->answer_truncated);
}
