/* The happy path:
 *  1. The newest matching exchanges of the journal are printed, oldest first.
 *  2. Another process writes: the folder's change wakes us, or a second has passed.  If the
 *     journal's version is another one, it is looked at.
 *  3. Each exchange is printed once it is answered, and again when something has become of
 *     one that was pending.  Ctrl-C ends with success.
 *
 * What can go wrong:
 *  - The change is seen before the commit is complete: we look again and again, less and
 *    less often, for a second.
 *  - The journal is replaced (an agent set a damaged one aside): the new one is opened.
 *  - Nobody reads our output any more: the end, without a complaint. */
#include "base/clock.h"
#include "base/mem.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/filter_options.h"
#include "relay-client/commands/filter_query.h"
#include "relay-client/commands/row_printer.h"
#include "relay-client/commands/tail_wait.h"
#include "relay-client/commands/tail_window.h"
#include "relay-client/journal_access.h"

#include <sys/stat.h>

#define FIRST_ROWS   10u
#define FALLBACK_MS  1000
#define SOON_MS      10
#define PAUSE_MS     50 /* between two looks: at most 20 per second */
#define ROW_TEXT_MAX ((size_t)64 * 1024 * 1024)

struct tail {
    struct command_call *call;
    struct journal_access journal;
    struct journal_query *query; /* owned; NULL: none */
    struct journal_filter filter;
    struct row_printer printer;
    struct tail_wait wait;
    struct tail_window *window; /* owned */
    uint64_t first;             /* what was answered before we came is shown from here on */
    uint64_t version;
    ino_t file; /* which one is open */
    enum err failed;
};

/* ---- printing ---- */

static bool is_written(const struct tail *t, struct span text)
{
    return fwrite(text.ptr, 1, text.len, t->call->out) == text.len && fflush(t->call->out) == 0;
}

static bool print_row(void *owner, const struct journal_row *row)
{
    struct tail *t = owner;
    struct bytes text;

    if (row->id < t->first)
        return true;
    bytes_init(&text, ROW_TEXT_MAX);
    t->failed = row_printer_format_day(&t->printer, row->arrived_ms, &text);
    if (!t->failed)
        t->failed = row_printer_format(&t->printer, row, &text);
    if (!t->failed && !is_written(t, bytes_span(&text)))
        t->failed = ERR_EOF;
    bytes_fini(&text);
    return t->failed == OK;
}

static enum err print_heading(struct tail *t)
{
    struct bytes text;

    bytes_init(&text, 4096);
    enum err e = row_printer_format_heading(&t->printer, &text);

    if (!e && !is_written(t, bytes_span(&text)))
        e = ERR_EOF;
    bytes_fini(&text);
    return e;
}

/* ---- looking ---- */

static enum err look(struct tail *t)
{
    const struct tail_window_reader reader = {t->journal.reader, &t->filter, print_row, t};
    enum err e;

    t->version = journal_reader_version(t->journal.reader);
    e = tail_window_look(t->window, &reader, clock_wall_ms(clock_system()));
    return e ? e : t->failed;
}

/* Rows come newest first: the last one is where to begin. */
static bool on_first_row(void *owner, const struct journal_row *row)
{
    uint64_t *first = owner;

    *first = row->id;
    return true;
}

static bool on_newest_row(void *owner, const struct journal_row *row)
{
    uint64_t *newest = owner;

    *newest = row->id;
    return false;
}

/* The last FIRST_ROWS that match, and all that are still without an answer: those are not
 * shown now, but the window goes back to them. */
static enum err begin(struct tail *t)
{
    const struct journal_filter any = {.limit = 1};
    struct journal_filter f = t->filter;
    uint64_t newest = 0;

    f.limit = FIRST_ROWS;
    enum err e = journal_reader_list(t->journal.reader, &any, on_newest_row, &newest);

    if (!e)
        e = journal_reader_list(t->journal.reader, &f, on_first_row, &t->first);
    if (e)
        return e;
    if (t->first == 0)
        t->first = newest + 1;
    tail_window_init(t->window, newest > TAIL_WINDOW_MAX ? newest - TAIL_WINDOW_MAX : 0);
    row_printer_layout(&t->printer, newest, true);
    e = print_heading(t);
    if (!e)
        e = look(t);
    t->first = 0;
    return e;
}

/* ---- following ---- */

static ino_t file_number(const struct tail *t)
{
    struct stat st;

    return stat(t->journal.path, &st) == 0 ? st.st_ino : 0;
}

/* Another file may be in its place. */
static enum err reopen_if_replaced(struct tail *t)
{
    char detail[512];
    struct journal_reader *reader;
    ino_t file = file_number(t);

    if (file == t->file || file == 0)
        return OK;
    if (journal_reader_open(t->journal.path, &reader, detail))
        return OK; /* not complete yet: next time */
    journal_reader_close(t->journal.reader);
    t->journal.reader = reader;
    t->file = file;
    tail_window_init(t->window, 0);
    return look(t);
}

/* Until something is news for us.  OK and *stop when it is over. */
static enum err wait_for_news(struct tail *t, bool *stop)
{
    int timeout_ms = FALLBACK_MS;

    *stop = tail_wait_pause(&t->wait, PAUSE_MS) == TAIL_WAIT_STOP;
    while (!*stop && journal_reader_version(t->journal.reader) == t->version) {
        switch (tail_wait_next(&t->wait, timeout_ms)) {
        case TAIL_WAIT_NEWS:
            timeout_ms = SOON_MS;
            break;
        case TAIL_WAIT_TIMEOUT:
            timeout_ms = timeout_ms < FALLBACK_MS / 2 ? timeout_ms * 2 : FALLBACK_MS;
            break;
        case TAIL_WAIT_STOP:
            *stop = true;
            return OK;
        }
        enum err e = timeout_ms == FALLBACK_MS ? reopen_if_replaced(t) : OK;

        if (e)
            return e;
    }
    return OK;
}

static enum err follow(struct tail *t)
{
    bool stop = false;
    enum err e = begin(t);

    while (!e && !stop) {
        e = wait_for_news(t, &stop);
        if (!e && !stop)
            e = look(t);
    }
    return e == ERR_EOF ? OK : e; /* command_main says why output failed, if it must */
}

/* ---- the command ---- */

static enum command_exit tail(struct tail *t)
{
    enum err e = tail_wait_open(&t->wait, t->journal.folder, fileno(t->call->out));

    if (e)
        return journal_access_complain(t->call, e);
    t->file = file_number(t);
    t->window = mem_alloc(sizeof(*t->window));
    e = t->window ? follow(t) : ERR_NOMEM;
    mem_free(t->window);
    tail_wait_close(&t->wait);
    return e ? journal_access_complain(t->call, e) : COMMAND_OK;
}

enum command_exit tail_command(struct command_call *call)
{
    char detail[FILTER_OPTIONS_DETAIL];
    struct tail t = {.call = call};
    const uint64_t now_ms = clock_wall_ms(clock_system());
    enum command_exit result;

    if (filter_options_read(call->settings, now_ms, &t.filter, detail)) {
        command_complain(call, "%s", detail);
        return COMMAND_USAGE;
    }
    row_printer_init(&t.printer, call, now_ms);
    result = filter_query_read(call, now_ms, &t.query);
    t.filter.query = t.query;
    if (result == COMMAND_OK)
        result = journal_access_open(call, &t.journal);
    if (result == COMMAND_OK)
        result = tail(&t);
    journal_access_close(&t.journal);
    journal_query_free(t.query);
    return result;
}
