#include "relay-client/commands/row_printer.h"

#include "relay-client/display/display.h"
#include "relay-client/view/exchange_json.h"
#include "relay-client/view/json_line.h"
#include "relay-client/view/local_time.h"

#include <stdio.h>

#define JSON_MAX ((size_t)16 * 1024 * 1024)

void row_printer_init(struct row_printer *p, const struct command_call *call, uint64_t now_ms)
{
    struct display_options o = {.kind = DISPLAY_PLAIN};

    *p = (struct row_printer){
        .out = call->out,
        .json = settings_bool(call->settings, "json"),
        .day_ms = now_ms,
    };
    display_detect(&o, fileno(call->out), p->json);
    p->is_terminal = o.kind == DISPLAY_TERMINAL;
    p->colour = o.colour;
    p->columns = o.columns;
}

void row_printer_layout(struct row_printer *p, uint64_t id_max, bool with_details)
{
    exchange_line_layout(&p->layout, p->is_terminal ? p->columns - 1 : 0, id_max);
    p->layout.has_no_details = !with_details;
}

static enum err append_json(const struct journal_row *row, struct bytes *out)
{
    struct bytes json;
    struct json_writer w;

    bytes_init(&json, JSON_MAX);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    exchange_json_row_members(&w, row);
    json_writer_object_end(&w);
    enum err e = json_writer_end(&w);

    if (!e)
        e = json_line_append(out, bytes_span(&json));
    bytes_fini(&json);
    return e;
}

enum err row_printer_format(struct row_printer *p, const struct journal_row *row,
                            struct bytes *out)
{
    const struct exchange_line x = exchange_line_of_row(row);
    struct page page;

    if (p->json)
        return append_json(row, out);
    page_init(&page, out, p->colour);
    exchange_line_print(&page, &p->layout, &x);
    return page_end(&page);
}

enum err row_printer_format_heading(struct row_printer *p, struct bytes *out)
{
    struct page page;

    if (p->json)
        return OK;
    page_init(&page, out, p->colour);
    exchange_line_heading(&page, &p->layout);
    return page_end(&page);
}

enum err row_printer_format_day(struct row_printer *p, uint64_t arrived_ms, struct bytes *out)
{
    char before[LOCAL_TIME_SIZE];
    char day[LOCAL_TIME_SIZE];
    struct page page;

    local_time_date(before, p->day_ms);
    local_time_date(day, arrived_ms);
    p->day_ms = arrived_ms;
    if (p->json || p->layout.flows || strcmp(before, day) == 0)
        return OK;
    page_init(&page, out, p->colour);
    page_paint(&page, PAGE_STRONG);
    page_text(&page, day);
    page_paint(&page, PAGE_PLAIN);
    page_text(&page, "\n");
    return page_end(&page);
}
