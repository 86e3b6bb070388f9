#include "base/clock.h"
#include "base/mem.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/filter_options.h"
#include "relay-client/commands/filter_query.h"
#include "relay-client/commands/row_printer.h"
#include "relay-client/journal_access.h"
#include "relay-client/view/local_time.h"

#include <inttypes.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

/* Rows come newest first and are printed the other way round, like a log. */
struct row {
    size_t at, len; /* in the text */
    uint64_t arrived_ms;
};

struct list {
    struct command_call *call;
    struct journal_access journal;
    struct journal_query *query; /* owned; NULL: none */
    struct journal_filter filter;
    struct row_printer printer;
    struct bytes text; /* of all rows */
    struct row *rows;  /* owned */
    size_t len, cap, limit;
    bool has_more; /* than the limit */
    enum err failed;
};

/* ---- reading ---- */

static enum err make_room(struct list *l)
{
    size_t cap = l->cap > 0 ? l->cap * 2 : 64;
    struct row *grown;

    if (l->len < l->cap)
        return OK;
    grown = mem_grow(l->rows, cap * sizeof(*grown));
    if (!grown)
        return ERR_NOMEM;
    l->rows = grown;
    l->cap = cap;
    return OK;
}

static bool on_row(void *owner, const struct journal_row *row)
{
    struct list *l = owner;
    size_t at = bytes_len(&l->text);

    if (l->len == l->limit) {
        l->has_more = true;
        return false;
    }
    if (l->len == 0) {
        row_printer_layout(&l->printer, row->id, l->printer.is_terminal);
        /* `show` has the whole */
        l->printer.layout.details_lines = l->filter.pending_only ? 3 : 1;
        l->printer.layout.has_attempts = l->filter.pending_only;
    }
    l->failed = make_room(l);
    if (!l->failed)
        l->failed = row_printer_format(&l->printer, row, &l->text);
    if (l->failed)
        return false;
    l->rows[l->len++] = (struct row){at, bytes_len(&l->text) - at, row->arrived_ms};
    return true;
}

/* ---- printing ---- */

static void write_text(const struct list *l, struct span text)
{
    if (fwrite(text.ptr, 1, text.len, l->call->out) != text.len)
        return; /* command_main looks at the stream in the end */
}

static void write_row(struct list *l, const struct row *row)
{
    struct bytes day;

    bytes_init(&day, 1024);
    if (row_printer_format_day(&l->printer, row->arrived_ms, &day) == OK)
        write_text(l, bytes_span(&day));
    bytes_fini(&day);
    write_text(l, span_slice(bytes_span(&l->text), row->at, row->at + row->len));
}

static void write_rows(struct list *l)
{
    const bool newest_first = settings_bool(l->call->settings, "reverse");
    struct bytes heading;

    bytes_init(&heading, 4096);
    if (row_printer_format_heading(&l->printer, &heading) == OK)
        write_text(l, bytes_span(&heading));
    bytes_fini(&heading);
    for (size_t i = 0; i < l->len; i++)
        write_row(l, &l->rows[newest_first ? i : l->len - 1 - i]);
    if (l->has_more && l->printer.is_terminal)
        (void)fprintf(l->call->err, "These are the newest %zu; --limit %zu shows more.\n",
                      l->len, l->limit * 5);
}

/* ---- nothing to print ---- */

static bool on_newest(void *owner, const struct journal_row *row)
{
    char stamp[LOCAL_TIME_SIZE];
    struct list *l = owner;

    l->len++;
    (void)fprintf(l->call->err,
                  "No exchange matches. The newest one of all has the id %" PRIu64
                  " and is of %s; fewer conditions show more.\n",
                  row->id, local_time_stamp(stamp, row->arrived_ms));
    return false;
}

/* Standard output stays empty, for scripts. */
static enum err explain_nothing(struct list *l)
{
    const struct journal_filter all = {.limit = 1};
    enum err e = OK;

    if (l->filter.pending_only) {
        (void)fprintf(l->call->err, "Nothing is pending or set aside.\n");
        return OK;
    }
    if (filter_options_is_any(&l->filter))
        e = journal_reader_list(l->journal.reader, &all, on_newest, l);
    if (!e && l->len == 0)
        (void)fprintf(l->call->err, "The journal is still empty. Start `hookline up` and send "
                                    "your bot a message.\n");
    return e;
}

/* ---- the command ---- */

static enum command_exit list(struct list *l)
{
    enum err e;

    l->limit = (size_t)settings_integer(l->call->settings, "limit");
    l->filter.limit = l->limit + 1;
    e = journal_reader_list(l->journal.reader, &l->filter, on_row, l);
    if (!e)
        e = l->failed;
    if (!e && l->len > 0)
        write_rows(l);
    else if (!e)
        e = explain_nothing(l);
    return e ? journal_access_complain(l->call, e) : COMMAND_OK;
}

enum command_exit list_command(struct command_call *call)
{
    char detail[FILTER_OPTIONS_DETAIL];
    struct list l = {.call = call};
    const uint64_t now_ms = clock_wall_ms(clock_system());
    enum command_exit result;

    if (filter_options_read(call->settings, now_ms, &l.filter, detail)) {
        command_complain(call, "%s", detail);
        return COMMAND_USAGE;
    }
    l.filter.pending_only = settings_bool(call->settings, "pending");
    result = filter_query_read(call, now_ms, &l.query);
    l.filter.query = l.query;
    if (result == COMMAND_OK)
        result = journal_access_open(call, &l.journal);
    if (result == COMMAND_OK) {
        bytes_init(&l.text, TEXT_MAX);
        row_printer_init(&l.printer, call, now_ms);
        result = list(&l);
        bytes_fini(&l.text);
        mem_free(l.rows);
    }
    journal_access_close(&l.journal);
    journal_query_free(l.query);
    return result;
}
