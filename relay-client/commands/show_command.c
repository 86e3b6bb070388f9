#include "base/clock.h"
#include "relay-client/commands/commands.h"
#include "relay-client/display/display.h"
#include "relay-client/journal_access.h"
#include "relay-client/view/exchange_view.h"
#include "relay-client/view/exchange_view_json.h"
#include "relay-client/view/json_line.h"

#include <inttypes.h>

#define TEXT_MAX    ((size_t)512 * 1024 * 1024) /* two bodies of 64 MiB, escaped */
#define REPLAYS_MAX 100000u

struct show {
    struct command_call *call;
    struct journal_access journal;
    struct journal_exchange *exchange; /* owned */
    struct exchange_view view;
};

static void write_bytes(const struct show *s, struct span bytes)
{
    if (fwrite(bytes.ptr, 1, bytes.len, s->call->out) != bytes.len)
        return; /* command_main looks at the stream in the end */
}

/* ---- what it was replayed as ---- */

static bool on_replay(void *owner, const struct journal_row *row)
{
    struct show *s = owner;
    struct exchange_view *v = &s->view;

    if (row->replay_of != journal_exchange_row(s->exchange)->id)
        return true;
    if (v->replays_len < EXCHANGE_VIEW_REPLAYS_MAX)
        v->replays[v->replays_len] = row->id;
    v->replays_len++;
    return true;
}

static enum err find_replays(struct show *s)
{
    const struct journal_filter f = {
        .replays_only = true,
        .after = journal_exchange_row(s->exchange)->id,
        .limit = REPLAYS_MAX,
        .oldest_first = true,
    };

    return journal_reader_list(s->journal.reader, &f, on_replay, s);
}

/* ---- the three ways to show it ---- */

static enum command_exit show_raw(struct show *s)
{
    if (!settings_bool(s->call->settings, "answer")) {
        write_bytes(s, journal_exchange_request_body(s->exchange));
        return COMMAND_OK;
    }
    if (!journal_exchange_answer(s->exchange)) {
        command_complain(s->call, "exchange %" PRIu64 " has no answer",
                         journal_exchange_row(s->exchange)->id);
        return COMMAND_FAILED;
    }
    write_bytes(s, journal_exchange_answer_body(s->exchange));
    return COMMAND_OK;
}

static enum err make_text(struct show *s, struct bytes *out)
{
    struct display_options o = {.kind = DISPLAY_PLAIN};
    struct page p;

    display_detect(&o, fileno(s->call->out), false);
    s->view.columns = o.kind == DISPLAY_TERMINAL ? o.columns - 1 : 0;
    page_init(&p, out, o.colour);
    enum err e = exchange_view_print(&p, &s->view);

    return e ? e : page_end(&p);
}

static enum err make_json(struct show *s, struct bytes *out)
{
    struct bytes json;

    bytes_init(&json, TEXT_MAX);
    enum err e = exchange_view_json(&s->view, &json);

    if (!e)
        e = json_line_append(out, bytes_span(&json));
    bytes_fini(&json);
    return e;
}

static enum command_exit show(struct show *s)
{
    struct bytes text;
    enum err e;

    if (settings_bool(s->call->settings, "raw"))
        return show_raw(s);
    bytes_init(&text, TEXT_MAX);
    s->view.exchange = s->exchange;
    s->view.reader = s->journal.reader;
    s->view.now_ms = clock_wall_ms(clock_system());
    e = find_replays(s);
    if (!e)
        e = settings_bool(s->call->settings, "json") ? make_json(s, &text)
                                                     : make_text(s, &text);
    if (!e)
        write_bytes(s, bytes_span(&text));
    bytes_fini(&text);
    return e ? journal_access_complain(s->call, e) : COMMAND_OK;
}

/* ---- the command ---- */

enum command_exit show_command(struct command_call *call)
{
    const char *id = settings_text(call->settings, "id");
    struct show s = {.call = call};
    enum command_exit result;

    if (settings_bool(call->settings, "answer") && !settings_bool(call->settings, "raw")) {
        command_complain(call, "--answer goes with --raw");
        return COMMAND_USAGE;
    }
    result = journal_access_open(call, &s.journal);
    if (result == COMMAND_OK) {
        enum err e = journal_reader_get(s.journal.reader, span_text(id), &s.exchange);

        result = e ? journal_access_complain_of(call, id, e) : show(&s);
        journal_exchange_free(s.exchange);
    }
    journal_access_close(&s.journal);
    return result;
}
