#include "relay-client/view/exchange_view.h"

#include "codec/http/http_head.h"
#include "relay-client/journal/journal_reader.h"
#include "relay-client/view/local_time.h"
#include "relay-client/view/message_view.h"

#include <inttypes.h>
#include <stdio.h>

#define LABEL_COLUMNS 14u
#define INDENT        2u       /* as in message_view.c */
#define LATE_US       1500000u /* the answer to LINE must have left by then */
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

static void title(struct page *p, const struct journal_row *row)
{
    char took[32];

    page_paint(p, PAGE_STRONG);
    page_printf(p, "Exchange %" PRIu64, row->id);
    page_paint(p, PAGE_PLAIN);
    page_text(p, row->webhook ? ", a webhook: " : ", not a webhook: ");
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
    page_text(p, row->status > 0 ? " in " : " within ");
    if (row->webhook && row->total_us > LATE_US)
        page_paint(p, PAGE_LATE);
    page_text(p, text_duration(took, sizeof(took), row->total_us));
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
    line(p, v, "Answered by", row->handler);
    line(p, v, "Error", row->error);
    relatives(p, v, row);
}

/* ---- timing ---- */

static void moment(struct page *p, uint64_t us, const char *what)
{
    char took[32];
    char text[40];

    if (us == 0)
        return;
    (void)snprintf(text, sizeof(text), "+%s", text_duration(took, sizeof(took), us));
    page_spaces(p, INDENT);
    page_cell(p, span_text(text), 9, PAGE_RIGHT);
    page_text(p, "   ");
    page_text(p, what);
    page_text(p, "\n");
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
    moment(p, row->stored_us, "is on disk");
    moment(p, row->handler_us, "the handler has answered");
    moment(p, row->total_us, "the exchange is over");
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

void exchange_view_print(struct page *p, const struct exchange_view *v)
{
    const struct journal_row *row = journal_exchange_row(v->exchange);

    title(p, row);
    facts(p, v, row);
    if (row->answered)
        timing(p, row);
    message_view_events(p, v->exchange);
    message_view_request(p, v->exchange);
    message_view_answer(p, v->exchange);
    next(p, v, row);
}
