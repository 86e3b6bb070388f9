/* The happy path:
 *  1. News only mark the picture as old.  It is drawn at once if the last one was drawn
 *     50 ms ago or earlier, else when that time is over: one buffer, one write, whatever
 *     happened in between.
 *  2. While the agent waits for its next try, the picture is old after each second.
 *
 * What can go wrong:
 *  - The terminal is slow (or stopped by Ctrl-S): nothing is drawn before it has taken the
 *    last picture.
 *  - More exchanges than the log holds come in between: their number is shown instead.
 *  - Other programs write to the same terminal: the next picture repairs it. */
#include "base/container.h"
#include "base/mem.h"
#include "relay-client/display/display_impl.h"
#include "relay-client/display/terminal_frame.h"

#define DRAW_MS     50u /* 20 pictures per second */
#define TICK_MS     1000u
#define ROWS_MAX    250u /* fewer than the log holds */
#define COLUMNS_MAX 1000u

struct terminal_display {
    struct display *display;       /* back-pointer */
    struct terminal_screen screen; /* its log is owned */
    struct deadline draw;
    struct deadline tick;
    bool is_stale;
    uint64_t drawn_ms; /* loop_now_ms */
};

/* ---- pictures ---- */

static void draw(struct terminal_display *t)
{
    struct display *d = t->display;
    const struct status_header h = {&d->options, &d->session, &d->counts, loop_now_ms(d->loop)};
    struct bytes frame;

    t->is_stale = false;
    t->drawn_ms = h.now_ms;
    bytes_init(&frame, TERMINAL_FRAME_MAX);
    if (terminal_frame_draw(&t->screen, &h, &frame) == OK) /* else the next one is complete */
        output_write(&d->output, bytes_span(&frame));
    bytes_fini(&frame);
}

static void on_draw(struct deadline *deadline)
{
    struct terminal_display *t = CONTAINER_OF(deadline, struct terminal_display, draw);

    if (t->is_stale && output_is_idle(&t->display->output))
        draw(t);
}

/* Now, or when it is time. */
static void refresh(struct terminal_display *t)
{
    struct display *d = t->display;
    uint64_t since = loop_now_ms(d->loop) - t->drawn_ms;

    t->is_stale = true;
    if (!output_is_idle(&d->output) || deadline_is_set(&t->draw))
        return;
    if (since >= DRAW_MS || deadline_set(d->loop, &t->draw, DRAW_MS - since, on_draw) != OK)
        draw(t);
}

static void on_tick(struct deadline *deadline);

static void count_down(struct terminal_display *t)
{
    struct display *d = t->display;

    deadline_clear(d->loop, &t->tick);
    if (d->session.retry_at_ms <= loop_now_ms(d->loop))
        return;
    if (deadline_set(d->loop, &t->tick, TICK_MS, on_tick) != OK)
        return; /* the seconds stand still */
}

static void on_tick(struct deadline *deadline)
{
    struct terminal_display *t = CONTAINER_OF(deadline, struct terminal_display, tick);

    refresh(t);
    count_down(t);
}

/* ---- the face ---- */

static void adopt_size(struct terminal_display *t)
{
    const struct display_options *o = &t->display->options;
    unsigned rows = o->rows < ROWS_MAX ? o->rows : ROWS_MAX;

    t->screen.has_grown = t->screen.has_grown || rows > t->screen.rows;
    t->screen.rows = rows;
    t->screen.columns = o->columns < COLUMNS_MAX ? o->columns : COLUMNS_MAX;
    if (t->screen.columns < 2)
        t->screen.columns = 2;
}

static enum err start(struct display *d)
{
    struct terminal_display *t = mem_alloc(sizeof(*t));

    if (!t)
        return ERR_NOMEM;
    if (exchange_log_new(&t->screen.log)) {
        mem_free(t);
        return ERR_NOMEM;
    }
    t->display = d;
    t->screen.colour = d->options.colour;
    d->terminal = t;
    adopt_size(t);
    t->screen.has_grown = false;
    return OK;
}

static void status(struct display *d, bool is_news)
{
    (void)is_news;
    refresh(d->terminal);
    count_down(d->terminal);
}

static void exchange(struct display *d, const struct summary *s)
{
    const struct exchange_line x = exchange_line_of_summary(s);

    exchange_log_add(d->terminal->screen.log, &x);
    refresh(d->terminal);
}

static void note(struct display *d, const char *text)
{
    exchange_log_note(d->terminal->screen.log, text);
    refresh(d->terminal);
}

static void resize(struct display *d)
{
    adopt_size(d->terminal);
    refresh(d->terminal);
}

static void drained(struct display *d)
{
    d->output.dropped = 0; /* of pictures: the next one shows all */
    if (d->terminal->is_stale)
        refresh(d->terminal);
}

static void finish(struct display *d)
{
    struct terminal_display *t = d->terminal;

    deadline_clear(d->loop, &t->draw);
    deadline_clear(d->loop, &t->tick);
    if (output_is_idle(&d->output))
        draw(t);
    exchange_log_free(t->screen.log);
    mem_free(t);
    d->terminal = NULL;
}

const struct display_face terminal_display_face = {
    start, status, exchange, note, resize, drained, finish,
};
