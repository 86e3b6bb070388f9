#include "relay-client/display/display_impl.h"
#include "relay-client/view/local_time.h"

#include <inttypes.h>

#define LINE_MAX_BYTES (64u * 1024)

/* A line is made whole, then written. */
struct line {
    struct bytes text;
    struct page page;
};

static void line_init(struct line *line)
{
    bytes_init(&line->text, LINE_MAX_BYTES);
    page_init(&line->page, &line->text, false);
}

static void line_finish(struct line *line, struct display *d)
{
    if (page_end(&line->page))
        d->output.dropped++;
    else
        output_write(&d->output, bytes_span(&line->text));
    bytes_fini(&line->text);
}

/* With the time, as the exchanges' lines begin. */
static void begin(struct line *line, const struct display *d)
{
    char text[LOCAL_TIME_SIZE];

    line_init(line);
    page_text(&line->page, local_time_stamp(text, clock_wall_ms(loop_clock(d->loop))));
    page_text(&line->page, "  ");
}

static enum err start(struct display *d)
{
    struct line line;

    if (!d->options.line_api)
        return OK;
    begin(&line, d);
    page_printf(&line.page, "LINE API  %s  (%s)\n", d->options.line_api,
                d->options.line_api_how);
    line_finish(&line, d);
    return OK;
}

static void finish_counts(struct page *p, const struct status_session *s)
{
    if (s->pending > 0)
        page_printf(p, ", %" PRIu64 " pending", s->pending);
    if (s->aside > 0)
        page_printf(p, ", %" PRIu64 " set aside", s->aside);
}

static void finish_status(struct line *line, struct display *d)
{
    const struct status_header h = {&d->options, &d->session, &d->counts, loop_now_ms(d->loop)};
    struct page *p = &line->page;
    char state[128];

    page_text(p, status_header_state(state, sizeof(state), &h));
    if (d->session.state == AGENT_LINKED && !d->session.is_over) {
        page_text(p, ": ");
        page_outside(p, span_text(d->session.url));
        page_text(p, " -> ");
        page_outside(p, span_text(d->options.handler));
    }
    finish_counts(p, &d->session);
    if (d->session.detail[0] != '\0' && !d->session.is_over) {
        page_text(p, ": ");
        page_outside(p, span_text(d->session.detail));
    }
    page_text(p, "\n");
    line_finish(line, d);
}

static void status(struct display *d, bool is_news)
{
    struct line line;

    if (!is_news)
        return;
    begin(&line, d);
    finish_status(&line, d);
}

static void exchange(struct display *d, const struct summary *s)
{
    const struct exchange_line x = exchange_line_of_summary(s);
    struct exchange_layout layout;
    struct line line;

    exchange_line_layout(&layout, 0, 0);
    line_init(&line);
    exchange_line_print(&line.page, &layout, &x);
    line_finish(&line, d);
}

static void note(struct display *d, const char *text)
{
    struct line line;

    begin(&line, d);
    page_outside(&line.page, span_text(text));
    page_text(&line.page, "\n");
    line_finish(&line, d);
}

static void resize(struct display *d)
{
    (void)d;
}

static void drained(struct display *d)
{
    uint64_t dropped = d->output.dropped;
    struct line line;

    if (dropped == 0)
        return;
    d->output.dropped = 0;
    begin(&line, d);
    page_printf(&line.page, "%" PRIu64 " lines were dropped: nobody read them in time\n",
                dropped);
    line_finish(&line, d);
}

static void finish(struct display *d)
{
    struct line line;

    drained(d);
    begin(&line, d);
    finish_status(&line, d);
}

const struct display_face plain_display_face = {
    start, status, exchange, note, resize, drained, finish,
};
