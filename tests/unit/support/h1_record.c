#include "unit/support/h1_record.h"

#include "base/mem.h"
#include "unit/check.h"

#define LOG_MAX ((size_t)64 << 20)

struct run {
    struct h1_codec codec;
    struct h1_record *record;
    bool stops;
};

static void log_span(struct h1_record *r, struct span s)
{
    CHECK_EQ(bytes_append_span(&r->log, s), OK);
}

static void after_event(struct run *run)
{
    if (run->stops)
        h1_codec_stop(&run->codec);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct run *run = owner;
    struct h1_record *r = run->record;

    if (head->status != 0)
        CHECK_EQ(bytes_printf(&r->log, "%u", head->status), OK);
    log_span(r, head->method);
    log_span(r, SPAN(" "));
    log_span(r, head->authority);
    log_span(r, SPAN(" "));
    log_span(r, head->target);
    for (size_t i = 0; i < head->fields_len; i++) {
        log_span(r, SPAN("|"));
        log_span(r, head->fields[i].name);
        log_span(r, SPAN("="));
        log_span(r, head->fields[i].value);
    }
    log_span(r, end ? SPAN(" end\n") : SPAN("\n"));
    after_event(run);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct run *run = owner;

    CHECK(len > 0);
    run->record->in_body = true;
    log_span(run->record, span_of(data, len));
    after_event(run);
}

static void on_complete(void *owner)
{
    struct run *run = owner;

    log_span(run->record, run->record->in_body ? SPAN("\n.\n") : SPAN(".\n"));
    run->record->in_body = false;
    run->record->messages++;
    after_event(run);
}

/* With stops a feed may take nothing and still have something to say. */
static enum err feed_all(struct run *run, struct span piece)
{
    size_t idle = 0;

    while (piece.len > 0 || (run->stops && idle < 3)) {
        size_t used;
        enum err e = h1_codec_feed(&run->codec, (const uint8_t *)piece.ptr, piece.len, &used);

        if (e)
            return e;
        CHECK(used <= piece.len);
        idle = used == 0 ? idle + 1 : 0;
        CHECK(idle < 4);
        piece = span_slice(piece, used, piece.len);
    }
    return OK;
}

static size_t piece_end(const struct h1_feeding *how, size_t at)
{
    size_t end = how->input.len;

    if (how->step > 0 && how->step < end - at)
        end = at + how->step;
    if (at < how->cut && how->cut < end)
        end = how->cut;
    return end;
}

/* Each piece in memory of its own size, so that reading past it is caught. */
static enum err feed_piece(struct run *run, struct span piece)
{
    char *copy = mem_alloc(piece.len);

    CHECK(copy);
    if (piece.ptr)
        memcpy(copy, piece.ptr, piece.len);
    enum err e = feed_all(run, span_of(copy, piece.len));
    mem_free(copy);
    return e;
}

void h1_record_run(struct h1_record *r, const struct h1_feeding *how)
{
    static const struct h1_events events = {on_head, on_body, on_complete};
    struct run run = {.record = r, .stops = how->stop_at_events};
    size_t at = 0;

    *r = (struct h1_record){.result = OK};
    bytes_init(&r->log, LOG_MAX);
    h1_codec_init(&run.codec, how->role, &events, &run);
    run.codec.head_request = how->head_request;
    while (!r->result && at < how->input.len) {
        size_t end = piece_end(how, at);

        r->result = feed_piece(&run, span_slice(how->input, at, end));
        at = end;
    }
    if (!r->result && how->eof)
        r->result = h1_codec_feed_eof(&run.codec);
    r->detail = r->result ? h1_codec_detail(&run.codec) : "";
    h1_codec_fini(&run.codec);
}

void h1_record_fini(struct h1_record *r)
{
    bytes_fini(&r->log);
}

static void check_same(const struct h1_record *want, const struct h1_feeding *how)
{
    struct h1_record got;

    h1_record_run(&got, how);
    if (got.result != want->result || !span_is(bytes_span(&got.log), bytes_span(&want->log)))
        (void)fprintf(stderr, "cut=%zu step=%zu stops=%d\n", how->cut, how->step,
                      how->stop_at_events);
    CHECK_EQ(got.result, want->result);
    CHECK_STR(got.detail, want->detail);
    CHECK_EQ(bytes_len(&got.log), bytes_len(&want->log));
    CHECK_MEM(bytes_peek(&got.log), bytes_peek(&want->log), bytes_len(&got.log));
    h1_record_fini(&got);
}

void h1_record_sweep(struct h1_record *out, const struct h1_feeding *how)
{
    struct h1_feeding other = *how;

    h1_record_run(out, how);
    for (other.cut = 1; other.cut < how->input.len; other.cut++)
        check_same(out, &other);
    other.cut = 0;
    other.step = 1;
    check_same(out, &other);
    other.stop_at_events = true;
    check_same(out, &other);
    other.step = 0;
    check_same(out, &other);
}
