#include "relay-client/display/display_impl.h"
#include "relay-client/view/exchange_json.h"
#include "relay-client/view/json_line.h"

#define LINE_MAX_BYTES OUTPUT_BACKLOG_MAX

/* An object is made whole, then written as a line. */
struct object {
    struct bytes json;
    struct json_writer w;
};

static void object_init(struct object *o)
{
    bytes_init(&o->json, LINE_MAX_BYTES);
    json_writer_init(&o->w, &o->json);
    json_writer_object(&o->w);
}

static void object_finish(struct object *o, struct display *d)
{
    struct bytes line;

    bytes_init(&line, LINE_MAX_BYTES);
    json_writer_object_end(&o->w);
    if (json_writer_end(&o->w) || json_line_append(&line, bytes_span(&o->json)))
        d->output.dropped++;
    else
        output_write(&d->output, bytes_span(&line));
    bytes_fini(&line);
    bytes_fini(&o->json);
}

static void begin_place(struct object *o, const struct display *d, const char *type,
                        const char *url)
{
    object_init(o);
    json_writer_member_text(&o->w, "type", type);
    exchange_json_time(&o->w, "time", clock_wall_ms(loop_clock(d->loop)));
    json_writer_member_text(&o->w, "url", url);
}

static enum err start(struct display *d)
{
    struct object o;

    if (d->options.inspector) {
        begin_place(&o, d, "inspector", d->options.inspector);
        object_finish(&o, d);
    }
    if (d->options.line_api) {
        begin_place(&o, d, "line_api", d->options.line_api);
        json_writer_member_text(&o.w, "how", d->options.line_api_how);
        object_finish(&o, d);
    }
    return OK;
}

static void status(struct display *d, bool is_news)
{
    const struct status_session *s = &d->session;
    struct object o;

    if (!is_news)
        return;
    object_init(&o);
    json_writer_member_text(&o.w, "type", "status");
    exchange_json_time(&o.w, "time", clock_wall_ms(loop_clock(d->loop)));
    json_writer_member_text(&o.w, "state", status_header_word(s));
    exchange_json_string(&o.w, "url", span_text(s->url));
    exchange_json_string(&o.w, "tunnel", span_text(d->options.tunnel));
    exchange_json_string(&o.w, "handler", span_text(d->options.handler));
    exchange_json_string(&o.w, "detail", span_text(s->detail));
    json_writer_member_u64(&o.w, "attempt", s->attempt);
    exchange_json_number(&o.w, "rtt_us", s->rtt_us);
    json_writer_member_u64(&o.w, "kept", s->kept);
    json_writer_member_u64(&o.w, "pending", s->pending);
    json_writer_member_u64(&o.w, "aside", s->aside);
    object_finish(&o, d);
}

static void exchange(struct display *d, const struct summary *s)
{
    const struct exchange_line x = exchange_line_of_summary(s);
    struct object o;

    object_init(&o);
    exchange_json_members(&o.w, &x);
    json_writer_member_bool(&o.w, "again", x.is_again);
    object_finish(&o, d);
}

static void note(struct display *d, const char *text)
{
    struct object o;

    object_init(&o);
    json_writer_member_text(&o.w, "type", "note");
    exchange_json_time(&o.w, "time", clock_wall_ms(loop_clock(d->loop)));
    json_writer_member_text(&o.w, "text", text);
    object_finish(&o, d);
}

static void resize(struct display *d)
{
    (void)d;
}

static void drained(struct display *d)
{
    uint64_t dropped = d->output.dropped;
    struct object o;

    if (dropped == 0)
        return;
    d->output.dropped = 0;
    object_init(&o);
    json_writer_member_text(&o.w, "type", "dropped");
    exchange_json_time(&o.w, "time", clock_wall_ms(loop_clock(d->loop)));
    json_writer_member_u64(&o.w, "lines", dropped);
    object_finish(&o, d);
}

static void finish(struct display *d)
{
    drained(d);
    status(d, true);
}

const struct display_face json_display_face = {
    start, status, exchange, note, resize, drained, finish,
};
