#include "relay-client/display/terminal_frame.h"

#include <inttypes.h>

#define ROWS_MIN    8u  /* of a terminal with a header */
#define ROWS_FULL   16u /* ... with the whole of it */
#define COLUMNS_MIN 40u
#define DETAILS_MAX 3u

/* Terminal control: ECMA-48, and DEC's private mode 2026 (the terminal shows what comes
 * between at once), which others ignore. */
#define BEGIN_FRAME  "\x1b[?2026h"
#define END_FRAME    "\x1b[?2026l"
#define HOME         "\x1b[H"
#define ERASE_TO_EOL "\x1b[K"
#define ERASE_TO_END "\x1b[J"

struct frame {
    struct terminal_screen *screen;
    const struct status_header *header;
    struct exchange_layout layout;
    struct page page;  /* what the terminal gets */
    struct bytes text; /* lines, before they are placed */
    struct page lines; /* ... written by this */
};

/* ---- lines ---- */

static void begin_lines(struct frame *f)
{
    bytes_clear(&f->text);
    page_init(&f->lines, &f->text, f->screen->colour);
}

static size_t end_lines(struct frame *f)
{
    struct span s = bytes_span(&f->text);
    size_t lines = 0;

    if (page_end(&f->lines))
        f->page.failed = page_end(&f->lines);
    for (size_t i = 0; i < s.len; i++)
        lines += s.ptr[i] == '\n';
    return lines;
}

/* From where the cursor is; nothing of what stood there remains. */
static void place_lines(struct frame *f)
{
    struct span lines = bytes_span(&f->text);

    while (lines.len > 0 && !f->page.failed) {
        size_t end = span_find(lines, '\n');

        page_span(&f->page, span_slice(lines, 0, end));
        page_text(&f->page, ERASE_TO_EOL "\n");
        lines = span_slice(lines, end + 1, lines.len);
    }
}

/* The lines leave the screen by its upper edge. */
static void scroll_away(struct frame *f, size_t lines)
{
    page_text(&f->page, HOME);
    place_lines(f);
    page_printf(&f->page, "\x1b[%u;1H", f->screen->rows);
    for (; lines > 0; lines--)
        page_text(&f->page, "\n");
}

/* ---- parts; each returns how many lines it made ---- */

/* The last column stays free: some terminals wrap when it is written. */
static size_t line_columns(const struct frame *f)
{
    return f->screen->columns - 1;
}

static size_t make_header(struct frame *f)
{
    begin_lines(f);
    status_header_print(&f->lines, f->header, line_columns(f), f->screen->rows < ROWS_FULL);
    exchange_line_heading(&f->lines, &f->layout);
    return end_lines(f);
}

static size_t make_entry(struct frame *f, uint64_t index)
{
    begin_lines(f);
    exchange_log_print(f->screen->log, index, &f->lines, &f->layout);
    return end_lines(f);
}

static size_t make_gap(struct frame *f, uint64_t missing)
{
    begin_lines(f);
    page_paint(&f->lines, PAGE_FAINT);
    page_printf(&f->lines, "          %" PRIu64 " more: hookline list", missing);
    page_paint(&f->lines, PAGE_PLAIN);
    page_text(&f->lines, "\n");
    return end_lines(f);
}

static size_t make_hint(struct frame *f)
{
    static const char hint[] = "Waiting for the first request. To have LINE send one, set the "
                               "public URL as Webhook URL in the LINE Developers Console and "
                               "press Verify there.";
    const struct page_wrap wrap = {0, line_columns(f), DETAILS_MAX};
    const struct status_session *s = f->header->session;

    begin_lines(f);
    if (exchange_log_id_max(f->screen->log) > 0 || !s->is_known || s->is_over ||
        s->state != AGENT_LINKED || s->kept + s->pending + s->aside > 0)
        return 0;
    page_paint(&f->lines, PAGE_FAINT);
    page_wrapped(&f->lines, span_text(hint), wrap);
    page_paint(&f->lines, PAGE_PLAIN);
    page_text(&f->lines, "\n");
    return end_lines(f);
}

/* The first entry of the log that is on the screen when `room` lines are left for them. */
static uint64_t first_shown(struct frame *f, size_t room)
{
    uint64_t index = exchange_log_len(f->screen->log);

    while (index > exchange_log_first(f->screen->log)) {
        size_t lines = make_entry(f, index - 1);

        if (lines > room)
            break;
        room -= lines;
        index--;
    }
    return index;
}

/* Entries before `first` go into the history, in order. */
static void move_on(struct frame *f, uint64_t first)
{
    struct terminal_screen *s = f->screen;
    uint64_t known = exchange_log_first(s->log);

    if (s->gone < known) {
        scroll_away(f, make_gap(f, known - s->gone));
        s->gone = known;
    }
    for (; s->gone < first; s->gone++)
        scroll_away(f, make_entry(f, s->gone));
    if (s->has_grown)
        s->gone = first;
    s->has_grown = false;
}

/* ---- the whole ---- */

static void take_screen(struct frame *f)
{
    for (unsigned i = 1; i < f->screen->rows && !f->screen->is_ours; i++)
        page_text(&f->page, "\n");
    f->screen->is_ours = true;
}

static void draw_screen(struct frame *f)
{
    page_text(&f->page, BEGIN_FRAME);
    take_screen(f);
    size_t used = make_header(f) + 1; /* the cursor waits below all */
    uint64_t index = first_shown(f, f->screen->rows > used ? f->screen->rows - used : 0);

    move_on(f, index);
    page_text(&f->page, HOME);
    (void)make_header(f);
    place_lines(f);
    for (; index < exchange_log_len(f->screen->log); index++) {
        (void)make_entry(f, index);
        place_lines(f);
    }
    (void)make_hint(f);
    place_lines(f);
    page_text(&f->page, ERASE_TO_END END_FRAME);
}

static void draw_lines(struct frame *f)
{
    struct terminal_screen *s = f->screen;

    if (s->gone < exchange_log_first(s->log))
        s->gone = exchange_log_first(s->log);
    for (; s->gone < exchange_log_len(s->log); s->gone++) {
        (void)make_entry(f, s->gone);
        page_span(&f->page, bytes_span(&f->text));
    }
    s->is_ours = false;
}

enum err terminal_frame_draw(struct terminal_screen *screen, const struct status_header *header,
                             struct bytes *out)
{
    struct frame f = {.screen = screen, .header = header};

    page_init(&f.page, out, screen->colour);
    bytes_init(&f.text, TERMINAL_FRAME_MAX);
    exchange_line_layout(&f.layout, line_columns(&f), exchange_log_id_max(screen->log));
    f.layout.details_lines = DETAILS_MAX;
    if (screen->rows < ROWS_MIN || screen->columns < COLUMNS_MIN)
        draw_lines(&f);
    else
        draw_screen(&f);
    bytes_fini(&f.text);
    return page_end(&f.page);
}
