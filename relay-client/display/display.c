#include "relay-client/display/display.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/display/display_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_FALLBACK 80u
#define ROWS_FALLBACK    24u

/* ---- what the descriptor is ---- */

void display_measure(int fd, unsigned *columns, unsigned *rows)
{
    struct winsize size = {0};

    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        size = (struct winsize){0};
    *columns = size.ws_col > 0 ? size.ws_col : COLUMNS_FALLBACK;
    *rows = size.ws_row > 0 ? size.ws_row : ROWS_FALLBACK;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] != '\0';
}

/* One that moves its cursor when told so. */
static bool is_terminal(int fd)
{
    const char *term = getenv("TERM");

    return isatty(fd) && term && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

void display_detect(struct display_options *out, int fd, bool json)
{
    out->fd = fd;
    out->kind = DISPLAY_PLAIN;
    if (json)
        out->kind = DISPLAY_JSON;
    else if (is_terminal(fd))
        out->kind = DISPLAY_TERMINAL;
    out->colour = out->kind == DISPLAY_TERMINAL && !is_set("NO_COLOR");
    display_measure(fd, &out->columns, &out->rows);
}

/* ---- life ---- */

static const struct display_face *face_of(enum display_kind kind)
{
    switch (kind) {
    case DISPLAY_TERMINAL:
        return &terminal_display_face;
    case DISPLAY_PLAIN:
        return &plain_display_face;
    case DISPLAY_JSON:
        return &json_display_face;
    }
    return &plain_display_face;
}

static void on_drained(struct output *o)
{
    struct display *d = CONTAINER_OF(o, struct display, output);

    d->face->drained(d);
}

enum err display_new(struct loop *l, const struct display_options *options,
                     struct display **out)
{
    struct display *d = mem_alloc(sizeof(*d));

    if (!d)
        return ERR_NOMEM;
    d->loop = l;
    d->options = *options;
    d->face = face_of(options->kind);
    output_init(&d->output, l, options->fd, on_drained);
    enum err e = d->face->start(d);

    if (e) {
        output_fini(&d->output);
        mem_free(d);
        return e;
    }
    *out = d;
    return OK;
}

void display_free(struct display *d)
{
    if (!d)
        return;
    d->session.is_over = true;
    d->face->finish(d);
    output_fini(&d->output);
    mem_free(d);
}

/* ---- news ---- */

static void copy_text(char *buf, size_t size, const char *text)
{
    (void)snprintf(buf, size, "%s", text ? text : "");
}

/* Not each single delivery that an inbox gives, or that waits. */
static bool is_news(const struct status_session *before, const struct status_session *now)
{
    return !before->is_known || before->state != now->state ||
           before->attempt != now->attempt || strcmp(before->url, now->url) != 0 ||
           strcmp(before->detail, now->detail) != 0 || (before->kept > 0) != (now->kept > 0) ||
           (before->pending > 0) != (now->pending > 0) || before->aside != now->aside;
}

void display_status(struct display *d, const struct agent_status *status)
{
    struct status_session before = d->session;
    struct status_session *s = &d->session;

    s->is_known = true;
    s->state = status->state;
    copy_text(s->url, sizeof(s->url), status->url);
    copy_text(s->detail, sizeof(s->detail), status->detail);
    s->retry_at_ms = loop_now_ms(d->loop) + status->retry_ms;
    s->rtt_us = status->rtt_us;
    s->attempt = status->attempt;
    s->kept = status->kept;
    s->pending = status->pending;
    s->aside = status->aside;
    d->face->status(d, is_news(&before, s));
}

/* One that was pending is counted once; what becomes of it may be a failure. */
static void add_up(struct status_counts *c, const struct summary *s)
{
    const struct exchange_line x = exchange_line_of_summary(s);
    bool is_new = !s->is_again;

    if (!s->webhook) {
        c->others += is_new;
        return;
    }
    c->webhooks += is_new;
    c->valid += is_new && s->verdict == VERDICT_VALID;
    c->invalid += is_new && (s->verdict == VERDICT_INVALID || s->verdict == VERDICT_MISSING);
    c->failed += exchange_line_is_failed(&x);
}

void display_exchange(struct display *d, const struct summary *summary)
{
    add_up(&d->counts, summary);
    d->face->exchange(d, summary);
}

void display_note(struct display *d, const char *text)
{
    if (text && text[0] != '\0')
        d->face->note(d, text);
}

void display_resize(struct display *d, unsigned columns, unsigned rows)
{
    d->options.columns = columns;
    d->options.rows = rows;
    d->face->resize(d);
}
