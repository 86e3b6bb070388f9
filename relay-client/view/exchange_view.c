#include "relay-client/view/exchange_view.h"

#include "base/container.h"
#include "codec/http/http_head.h"
#include "relay-client/journal/journal_reader.h"
#include "relay-client/view/call_view.h"
#include "relay-client/view/delivery_view.h"
#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"
#include "relay-client/view/message_view.h"

#include <inttypes.h>
#include <stdio.h>

#define LABEL_COLUMNS 14u
#define INDENT        2u /* as in message_view.c */
#define USER_ID_MAX   64u

/* ---- pieces ---- */

static void label(struct page *p, const char *text)
{
    page_paint(p, PAGE_FAINT);
    page_cell(p, span_text(text), LABEL_COLUMNS, PAGE_LEFT);
    page_paint(p, PAGE_PLAIN);
}

static void wrapped(struct page *p, const struct exchange_view *v, struct span s)
{
    page_wrapped(p, s, (struct page_wrap){.indent = LABEL_COLUMNS, .columns = v->columns});
    page_text(p, "\n");
}

/* Nothing for an empty value. */
static void line(struct page *p, const struct exchange_view *v, const char *name, struct span s)
{
    if (s.len == 0)
        return;
    label(p, name);
    wrapped(p, v, s);
}

/* ---- the facts ---- */

static enum page_paint paint_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_UNCHECKED:
        return PAGE_FAINT;
    case VERDICT_VALID:
        return PAGE_GOOD;
    case VERDICT_INVALID:
    case VERDICT_MISSING:
        return PAGE_WRONG;
    }
    return PAGE_PLAIN;
}

static uint64_t answer_us(const struct journal_row *row)
{
    return row->answered_us > 0 ? row->answered_us : row->total_us;
}

/* How long the sender waited, if it did. */
static void title_time(struct page *p, const struct journal_row *row)
{
    char took[32];

    if (row->by == JOURNAL_BY_INBOX)
        return;
    page_text(p, row->status > 0 ? " in " : " within ");
    if (row->webhook && answer_us(row) > LINE_RECORD_LATE_US && row->by != JOURNAL_BY_GUARD)
        page_paint(p, PAGE_LATE);
    page_text(p, text_duration(took, sizeof(took), answer_us(row)));
    page_paint(p, PAGE_PLAIN);
}

static const char *title_outcome(const struct journal_row *row)
{
    switch (row->outcome) {
    case JOURNAL_FINAL:
        break;
    case JOURNAL_PENDING:
        return "; the bot has not got it yet";
    case JOURNAL_ASIDE:
        return "; set aside";
    case JOURNAL_DROPPED:
        return "; dropped";
    }
    return "";
}

static void title(struct page *p, const struct journal_row *row)
{
    page_paint(p, PAGE_STRONG);
    page_printf(p, "Exchange %" PRIu64, row->id);
    page_paint(p, PAGE_PLAIN);
    page_text(p, row->is_simulated ? ", a simulated webhook: "
                 : row->webhook    ? ", a webhook: "
                                   : ", not a webhook: ");
    if (!row->answered) {
        page_text(p, "no answer yet\n\n");
        return;
    }
    if (row->status == 0 || row->status >= 400)
        page_paint(p, PAGE_WRONG);
    if (row->status > 0)
        page_printf(p, "%u %s", row->status, http_status_text(row->status));
    else
        page_text(p, "no answer");
    page_paint(p, PAGE_PLAIN);
    title_time(p, row);
    page_paint(p, PAGE_LATE);
    page_text(p, title_outcome(row));
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n\n");
}

static void signature(struct page *p, const struct exchange_view *v,
                      const struct journal_row *row)
{
    if (!row->webhook || !row->answered)
        return;
    label(p, "Signature");
    page_paint(p, paint_of(row->verdict));
    page_text(p, verdict_text(row->verdict));
    page_paint(p, PAGE_PLAIN);
    if (row->provider.len > 0) {
        page_text(p, ", ");
        page_outside(p, row->provider);
    }
    if (row->secret_label.len > 0) {
        page_text(p, ", ");
        page_outside(p, row->secret_label);
    }
    if (row->verdict == VERDICT_UNCHECKED)
        page_text(p, " (no channel secret is configured)");
    page_text(p, "\n");
    if (row->explanation.len == 0)
        return;
    page_spaces(p, LABEL_COLUMNS);
    wrapped(p, v, row->explanation);
}

static void replays(struct page *p, const struct exchange_view *v)
{
    size_t shown =
        v->replays_len < EXCHANGE_VIEW_REPLAYS_MAX ? v->replays_len : EXCHANGE_VIEW_REPLAYS_MAX;

    if (shown == 0)
        return;
    label(p, "Replayed as");
    page_paint(p, PAGE_MADE);
    for (size_t i = 0; i < shown; i++)
        page_printf(p, "%s%" PRIu64, i > 0 ? ", " : "", v->replays[i]);
    page_paint(p, PAGE_PLAIN);
    if (v->replays_len > shown)
        page_printf(p, " and %zu more", v->replays_len - shown);
    page_text(p, "\n");
}

static void relatives(struct page *p, const struct exchange_view *v,
                      const struct journal_row *row)
{
    if (row->replay_of > 0) {
        label(p, "Replay of");
        page_paint(p, PAGE_MADE);
        page_printf(p, "%" PRIu64, row->replay_of);
        page_paint(p, PAGE_PLAIN);
        page_text(p, "\n");
    }
    replays(p, v);
    if (row->duplicate_of > 0) {
        label(p, "Duplicate of");
        page_printf(p, "%" PRIu64 ": an event with the same webhookEventId came before\n",
                    row->duplicate_of);
    }
}

/* The relay may have answered for it. */
static bool is_handlers_answer(const struct journal_row *row)
{
    return row->bot_status > 0 || row->by == JOURNAL_BY_BOT || row->by == JOURNAL_BY_AGENT;
}

static void facts(struct page *p, const struct exchange_view *v, const struct journal_row *row)
{
    char stamp[LOCAL_TIME_SIZE];

    label(p, "Arrived");
    page_text(p, local_time_full(stamp, row->arrived_ms));
    if (row->peer.len > 0) {
        page_text(p, " from ");
        page_outside(p, row->peer);
    }
    page_text(p, "\n");
    line(p, v, "Tunnel", row->tunnel);
    line(p, v, "Delivery", row->delivery);
    signature(p, v, row);
    line(p, v, is_handlers_answer(row) ? "Answered by" : "Handler", row->handler);
    line(p, v, "Error", row->error);
    delivery_view_print(p, row, v->columns);
    relatives(p, v, row);
}

/* ---- timing ---- */

struct moment {
    uint64_t us;
    const char *what;
};

static void print_moment(struct page *p, const struct moment *m)
{
    char took[32];
    char text[40];

    (void)snprintf(text, sizeof(text), "+%s", text_duration(took, sizeof(took), m->us));
    page_spaces(p, INDENT);
    page_cell(p, span_text(text), 9, PAGE_RIGHT);
    page_text(p, "   ");
    page_text(p, m->what);
    page_text(p, "\n");
}

/* In their order; equal ones as they stand. */
static void sort_moments(struct moment *all, size_t len)
{
    for (size_t i = 1; i < len; i++)
        for (size_t k = i; k > 0 && all[k - 1].us > all[k].us; k--) {
            struct moment m = all[k];

            all[k] = all[k - 1];
            all[k - 1] = m;
        }
}

static void moments(struct page *p, const struct journal_row *row)
{
    bool is_over = row->outcome == JOURNAL_FINAL;
    struct moment all[] = {
        {row->stored_us, "is on disk"},
        {row->by == JOURNAL_BY_GUARD ? row->answered_us : 0, "the relay has answered LINE"},
        {row->called_us,
         row->attempts > 1 ? "the bot was called for the last time" : "the bot was called"},
        {row->handler_us, "the handler has answered"},
        {row->total_us, is_over ? "the exchange is over" : "this is how far it is known"},
    };

    sort_moments(all, ARRAY_LEN(all));
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].us > 0)
            print_moment(p, &all[i]);
}

static void timing(struct page *p, const struct journal_row *row)
{
    char took[32];

    message_view_heading(p, "Timing");
    page_spaces(p, INDENT);
    page_cell(p, SPAN("0"), 9, PAGE_RIGHT);
    page_text(p, "   arrived here");
    if (row->received_ms > 0 && row->received_ms < row->arrived_ms)
        page_printf(
            p, ", %s after the relay had it (by the clocks of both)",
            text_duration(took, sizeof(took), (row->arrived_ms - row->received_ms) * 1000));
    page_text(p, "\n");
    moments(p, row);
}

/* ---- what to do next ---- */

/* It may be pasted into a shell. */
static bool is_harmless(struct span id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!((id.ptr[i] >= '0' && id.ptr[i] <= '9') ||
              (id.ptr[i] >= 'A' && id.ptr[i] <= 'Z') || (id.ptr[i] >= 'a' && id.ptr[i] <= 'z')))
            return false;
    return id.len > 0 && id.len <= USER_ID_MAX;
}

static void command(struct page *p, const char *verb, uint64_t id, const char *flags,
                    const char *what)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%s %" PRIu64 "%s", verb, id, flags);
    page_text(p, "  hookline ");
    page_cell(p, span_text(text), 26, PAGE_LEFT);
    page_text(p, "  ");
    page_paint(p, PAGE_FAINT);
    page_text(p, what);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

static void next(struct page *p, const struct exchange_view *v, const struct journal_row *row)
{
    message_view_heading(p, "Next");
    if (row->answered && (row->outcome == JOURNAL_PENDING || row->outcome == JOURNAL_ASIDE)) {
        command(p, "retry", row->id, "", "try it now");
        command(p, "drop", row->id, "", "give it up: the bot never gets it");
    }
    command(p, "replay", row->id, "", "send it to the bot again");
    command(p, "show", row->id, " --raw", "only the body, byte for byte");
    if (journal_exchange_answer_body(v->exchange).len > 0)
        command(p, "show", row->id, " --raw --answer", "only the answer's body");
    if (!is_harmless(row->user_id))
        return;
    page_text(p, "  hookline list --user ");
    page_outside(p, row->user_id);
    page_text(p, "\n");
}

enum err exchange_view_print(struct page *p, const struct exchange_view *v)
{
    const struct journal_row *row = journal_exchange_row(v->exchange);

    title(p, row);
    facts(p, v, row);
    if (row->answered)
        timing(p, row);
    message_view_events(p, v->exchange, v->now_ms);
    enum err rc = call_view_print(p, v->reader, row, v->columns);
    message_view_request(p, v->exchange);
    message_view_answer(p, v->exchange);
    next(p, v, row);
    return rc;
}
