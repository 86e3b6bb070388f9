#include "relay-client/commands/doctor_printer.h"

#include "relay-client/display/display.h"
#include "relay-client/doctor/doctor_text.h"
#include "relay-client/view/json_line.h"
#include "relay-client/view/page.h"

#include <string.h>

#define TEXT_MAX      ((size_t)64 * 1024)
#define MARK_COLUMNS  6u
#define TITLE_COLUMNS 19u
#define INDENT        (2u + MARK_COLUMNS + TITLE_COLUMNS)

void doctor_printer_init(struct doctor_printer *p, FILE *out, bool is_json)
{
    struct display_options o = {.kind = DISPLAY_PLAIN};

    display_detect(&o, fileno(out), is_json);
    *p = (struct doctor_printer){.out = out, .is_json = is_json, .colour = o.colour};
    p->columns = o.kind == DISPLAY_TERMINAL && o.columns > 2 * INDENT ? o.columns - 1 : 0;
}

/* One turn of a queue: made, written, gone. */
static enum err write_out(struct doctor_printer *p, struct bytes *text, enum err rc)
{
    if (rc == OK) {
        (void)fwrite(bytes_peek(text), 1, bytes_len(text), p->out);
        (void)fflush(p->out); /* results stream in */
    }
    bytes_fini(text);
    return rc;
}

/* --- JSON --- */

static enum err print_json(struct doctor_printer *p, const struct doctor_check *check)
{
    struct bytes json, line;
    struct json_writer w;

    bytes_init(&json, TEXT_MAX);
    bytes_init(&line, 2 * TEXT_MAX);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", check ? "check" : "done");
    if (check)
        doctor_check_json(&w, check);
    for (unsigned s = DOCTOR_PASS; !check && s <= DOCTOR_SKIPPED; s++)
        json_writer_member_u64(&w, doctor_state_text(s), p->count[s]);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc == OK)
        rc = json_line_append(&line, bytes_span(&json));
    bytes_fini(&json);
    return write_out(p, &line, rc);
}

/* --- for people --- */

struct mark {
    const char *text;
    enum page_paint paint;
};

static struct mark mark_of(enum doctor_state state)
{
    switch (state) {
    case DOCTOR_PASS:
        return (struct mark){"ok", PAGE_PLAIN};
    case DOCTOR_WARN:
        return (struct mark){"warn", PAGE_LATE};
    case DOCTOR_FAIL:
        return (struct mark){"FAIL", PAGE_WRONG};
    case DOCTOR_RUNNING:
    case DOCTOR_SKIPPED:
        break;
    }
    return (struct mark){"-", PAGE_FAINT};
}

/* Texts of the doctor hold what peers said: escaped where it was taken, and here again. */
static void print_wrapped(struct doctor_printer *p, struct page *page, const char *text)
{
    const struct page_wrap wrap = {.indent = INDENT, .columns = p->columns};

    page_wrapped(page, span_text(text), wrap);
    page_text(page, "\n");
}

static void print_indented(struct doctor_printer *p, struct page *page, const char *text)
{
    page_spaces(page, INDENT);
    print_wrapped(p, page, text);
}

static void print_certificate(struct doctor_printer *p, struct page *page,
                              const struct doctor_certificate *c)
{
    char line[400], until[32];

    if (c->state == DOCTOR_CERTIFICATE_MISSING)
        (void)snprintf(line, sizeof line, "X %s, not sent by the relay", c->subject);
    else
        (void)snprintf(line, sizeof line, "%s %s, issued by %s, until %.10s",
                       c->state == DOCTOR_CERTIFICATE_BAD ? "X" : "+", c->subject, c->issuer,
                       text_time(until, sizeof until, c->not_after_ms));
    print_indented(p, page, line);
}

static void print_fix(struct doctor_printer *p, struct page *page, const struct doctor_check *c)
{
    char text[DOCTOR_TEXT_SIZE], line[DOCTOR_TEXT_SIZE + 8];

    if (c->fix == DOCTOR_FIX_NONE)
        return;
    (void)snprintf(line, sizeof line, "Fix: %s", doctor_text_fix(c, text));
    print_indented(p, page, line);
    if (c->fix != DOCTOR_FIX_COMMAND)
        return;
    page_spaces(page, INDENT + 2);
    page_paint(page, PAGE_STRONG);
    page_outside(page, span_text(c->fix_value)); /* in one piece, to be copied */
    page_paint(page, PAGE_PLAIN);
    page_text(page, "\n");
}

static void print_check(struct doctor_printer *p, struct page *page,
                        const struct doctor_check *c)
{
    const struct mark mark = mark_of(c->state);
    char text[DOCTOR_TEXT_SIZE];

    page_text(page, "  ");
    page_paint(page, mark.paint);
    page_cell(page, span_text(mark.text), MARK_COLUMNS, PAGE_LEFT);
    page_paint(page, PAGE_PLAIN);
    page_cell(page, span_text(doctor_text_title(c->id)), TITLE_COLUMNS, PAGE_LEFT);
    print_wrapped(p, page, doctor_text_finding(c, text));
    for (size_t i = 0; c->state != DOCTOR_PASS && i < c->chain_len; i++)
        print_certificate(p, page, &c->chain[i]);
    print_fix(p, page, c);
}

static bool is_new_group(enum doctor_id id)
{
    return id == 0 || strcmp(doctor_group_text(id), doctor_group_text(id - 1)) != 0;
}

static void print_group(struct page *page, enum doctor_id id)
{
    if (id > 0)
        page_text(page, "\n");
    page_paint(page, PAGE_STRONG);
    page_text(page, doctor_text_group(id));
    page_paint(page, PAGE_PLAIN);
    page_text(page, "\n");
}

static enum err print_next(struct doctor_printer *p)
{
    const struct doctor_check *c = &p->checks[p->shown++];
    struct bytes text;
    struct page page;

    bytes_init(&text, TEXT_MAX);
    page_init(&page, &text, p->colour);
    if (is_new_group(c->id))
        print_group(&page, c->id);
    print_check(p, &page, c);
    return write_out(p, &text, page_end(&page));
}

enum err doctor_printer_add(struct doctor_printer *p, const struct doctor_check *check)
{
    enum err rc = OK;

    if (check->state == DOCTOR_RUNNING)
        return OK;
    p->count[check->state]++;
    if (p->is_json)
        return print_json(p, check);
    p->checks[check->id] = *check;
    p->is_known[check->id] = true;
    while (rc == OK && p->shown < DOCTOR_CHECKS && p->is_known[p->shown])
        rc = print_next(p);
    return rc;
}

static const char *headline(const struct doctor_printer *p)
{
    if (p->count[DOCTOR_FAIL] > 0)
        return "Something stops LINE from reaching your bot; repair what says FAIL first, from "
               "the top.";
    return p->count[DOCTOR_WARN] > 0 ? "Nothing is broken; look at what says warn."
                                     : "All is well.";
}

enum err doctor_printer_end(struct doctor_printer *p)
{
    struct bytes text;
    struct page page;

    if (p->is_json)
        return print_json(p, NULL);
    bytes_init(&text, TEXT_MAX);
    page_init(&page, &text, p->colour);
    page_printf(&page, "\n%s\n%zu passed, %zu warned, %zu failed, %zu not checked\n",
                headline(p), p->count[DOCTOR_PASS], p->count[DOCTOR_WARN],
                p->count[DOCTOR_FAIL], p->count[DOCTOR_SKIPPED]);
    return write_out(p, &text, page_end(&page));
}
