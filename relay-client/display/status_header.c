#include "relay-client/display/status_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LABEL_COLUMNS 12u
#define DETAIL_LINES  3u

/* Whole seconds until the next try, 0: it is due. */
static uint64_t seconds_left(const struct status_header *h)
{
    uint64_t at = h->session->retry_at_ms;

    return at > h->now_ms ? (at - h->now_ms + 999) / 1000 : 0;
}

const char *status_header_word(const struct status_session *session)
{
    if (session->is_over)
        return "stopped";
    switch (session->state) {
    case AGENT_CONNECTING:
        return "connecting";
    case AGENT_LINKED:
        return "linked";
    case AGENT_WAITING:
        return "waiting";
    case AGENT_REFUSED:
        return "refused";
    case AGENT_REPLACED:
        return "replaced";
    }
    return "connecting";
}

static void format_linked(char *buf, size_t size, const struct status_session *s)
{
    char rtt[32] = "", trip[64] = "", inbox[64] = "";

    if (s->rtt_us > 0)
        (void)snprintf(trip, sizeof(trip), ", round trip %s",
                       text_duration(rtt, sizeof(rtt), s->rtt_us));
    if (s->kept > 0)
        (void)snprintf(inbox, sizeof(inbox), ", inbox %" PRIu64 " kept, draining", s->kept);
    (void)snprintf(buf, size, "linked%s%s", trip, inbox);
}

static void format_wait(char *buf, size_t size, const struct status_header *h)
{
    const struct status_session *s = h->session;
    uint64_t left = seconds_left(h);

    if (left == 0)
        (void)snprintf(buf, size, "%s, now try %u", status_header_word(s), s->attempt + 1);
    else if (s->state == AGENT_REFUSED)
        (void)snprintf(buf, size, "refused, next try in %" PRIu64 " s", left);
    else
        (void)snprintf(buf, size, "waiting %" PRIu64 " s, then try %u", left, s->attempt + 1);
}

const char *status_header_state(char *buf, size_t size, const struct status_header *h)
{
    const struct status_session *s = h->session;

    (void)snprintf(buf, size, "%s", status_header_word(s));
    if (s->is_over || !s->is_known)
        return buf;
    switch (s->state) {
    case AGENT_CONNECTING:
        if (s->attempt > 1)
            (void)snprintf(buf, size, "connecting, try %u", s->attempt);
        break;
    case AGENT_LINKED:
        format_linked(buf, size, s);
        break;
    case AGENT_WAITING:
    case AGENT_REFUSED:
        format_wait(buf, size, h);
        break;
    case AGENT_REPLACED: /* the word says it */
        break;
    }
    return buf;
}

/* ---- lines ---- */

static enum page_paint paint_of(const struct status_session *s)
{
    if (s->is_over || !s->is_known)
        return PAGE_FAINT;
    switch (s->state) {
    case AGENT_CONNECTING:
    case AGENT_WAITING:
        return PAGE_LATE;
    case AGENT_LINKED:
        return PAGE_GOOD;
    case AGENT_REFUSED:
    case AGENT_REPLACED:
        return PAGE_WRONG;
    }
    return PAGE_PLAIN;
}

static void label(struct page *p, const char *text)
{
    page_paint(p, PAGE_FAINT);
    page_cell(p, span_text(text), LABEL_COLUMNS, PAGE_LEFT);
    page_paint(p, PAGE_PLAIN);
}

static void value_line(struct page *p, const char *name, const char *value, size_t columns)
{
    if (!value)
        return;
    label(p, name);
    page_cut(p, span_text(value), columns - LABEL_COLUMNS);
    page_text(p, "\n");
}

static void session_lines(struct page *p, const struct status_header *h, size_t columns)
{
    const struct page_wrap wrap = {LABEL_COLUMNS, columns, DETAIL_LINES};
    char state[128];

    label(p, "Session");
    page_paint(p, paint_of(h->session));
    page_cut(p, span_text(status_header_state(state, sizeof(state), h)),
             columns - LABEL_COLUMNS);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
    if (h->session->detail[0] == '\0' || h->session->is_over)
        return;
    page_spaces(p, LABEL_COLUMNS);
    page_wrapped(p, span_text(h->session->detail), wrap);
    page_text(p, "\n");
}

/* It is good for nothing when it is cut: a line of its own, or where else it is to be had. */
static void inspector_line(struct page *p, const char *url, size_t columns)
{
    size_t len = url ? strlen(url) : 0;

    if (len <= columns - LABEL_COLUMNS) {
        value_line(p, "Inspector", url, columns);
        return;
    }
    value_line(p, "Inspector", len <= columns ? "" : "`hookline status` prints its address",
               columns);
    if (len > columns)
        return;
    page_cut(p, span_text(url), columns);
    page_text(p, "\n");
}

/* The address is what a bot is given: the rest may be cut. */
static void line_api_line(struct page *p, const struct display_options *facts, size_t columns)
{
    char text[256];

    if (!facts->line_api)
        return;
    (void)snprintf(text, sizeof(text), "%s  (%s)", facts->line_api, facts->line_api_how);
    value_line(p, "LINE API", text, columns);
}

/* A path in the home folder as "~/...". */
static void journal_line(struct page *p, const char *path, size_t columns)
{
    const char *home = getenv("HOME");
    size_t len = home ? strlen(home) : 0;
    char text[512];

    if (len > 1 && path && strncmp(path, home, len) == 0 && path[len] == '/') {
        (void)snprintf(text, sizeof(text), "~%s", path + len);
        path = text;
    }
    value_line(p, "Journal", path, columns);
}

/* Returns the columns that it took. */
static size_t count(struct page *p, uint64_t number, const char *name, enum page_paint paint)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%" PRIu64 " %s", number, name);
    page_paint(p, number > 0 ? paint : PAGE_FAINT);
    page_text(p, text);
    page_paint(p, PAGE_PLAIN);
    return strlen(text);
}

/* Only what there is: most users never have any. */
static size_t unfinished(struct page *p, const struct status_session *s)
{
    size_t used = 0;

    if (s->pending > 0) {
        page_text(p, "   ");
        used += 3 + count(p, s->pending, "pending", PAGE_LATE);
    }
    if (s->aside > 0) {
        page_text(p, "   ");
        used += 3 + count(p, s->aside, "set aside", PAGE_WRONG);
    }
    return used;
}

static void counts_line(struct page *p, const struct status_header *h, size_t columns)
{
    const struct status_counts *c = h->counts;
    size_t used = LABEL_COLUMNS;

    label(p, "Webhooks");
    page_printf(p, "%" PRIu64 "   ", c->webhooks);
    used += count(p, c->valid, "valid", PAGE_PLAIN) + 3;
    page_text(p, "   ");
    used += count(p, c->invalid, "invalid", PAGE_WRONG) + 3;
    page_text(p, "   ");
    used += count(p, c->failed, "failed", PAGE_WRONG) + 20;
    used += unfinished(p, h->session);
    if (c->others > 0 && used + 20 < columns) {
        page_text(p, "   ");
        count(p, c->others, c->others == 1 ? "other request" : "other requests", PAGE_PLAIN);
    }
    page_text(p, "\n");
}

static void title_line(struct page *p, const struct status_header *h, size_t columns)
{
    static const char hint[] = "Ctrl-C stops";
    size_t used = strlen("hookline");

    page_paint(p, PAGE_STRONG);
    page_text(p, "hookline");
    page_paint(p, PAGE_PLAIN);
    if (h->facts->tunnel) {
        page_text(p, "  ");
        used += 2 + page_cut(p, span_text(h->facts->tunnel), columns / 2);
    }
    if (!h->session->is_over && used + strlen(hint) + 2 <= columns) {
        page_spaces(p, columns - used - strlen(hint));
        page_paint(p, PAGE_FAINT);
        page_text(p, hint);
        page_paint(p, PAGE_PLAIN);
    }
    page_text(p, "\n");
}

static void url_line(struct page *p, const struct status_header *h, size_t columns)
{
    const char *url = h->session->url;

    label(p, "Public URL");
    page_paint(p, url[0] ? PAGE_STRONG : PAGE_FAINT);
    page_cut(p, span_text(url[0] ? url : "comes with the first link"), columns - LABEL_COLUMNS);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

static void short_form(struct page *p, const struct status_header *h, size_t columns)
{
    char state[128];
    size_t used;

    page_paint(p, paint_of(h->session));
    used = page_cut(p, span_text(status_header_state(state, sizeof(state), h)), columns / 2);
    page_paint(p, PAGE_PLAIN);
    page_text(p, "  ");
    page_cut(p, span_text(h->session->url), columns - used - 2);
    page_text(p, "\n");
    counts_line(p, h, columns);
}

void status_header_print(struct page *p, const struct status_header *h, size_t columns,
                         bool is_short)
{
    if (is_short) {
        short_form(p, h, columns);
        return;
    }
    title_line(p, h, columns);
    page_text(p, "\n");
    session_lines(p, h, columns);
    url_line(p, h, columns);
    value_line(p, "Forwards to", h->facts->handler, columns);
    line_api_line(p, h->facts, columns);
    inspector_line(p, h->facts->inspector, columns);
    journal_line(p, h->facts->journal, columns);
    counts_line(p, h, columns);
    page_text(p, "\n");
}
