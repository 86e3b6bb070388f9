#include "relay-client/display/exchange_log.h"

#include "base/mem.h"

#define TEXT_SIZE 2048u /* of one entry, all texts together */
#define PIECE_MAX 511u  /* of one text: fits four of them and short names */

#define NOTE_INDENT 10u /* as wide as the column of times */

struct entry {
    struct exchange_line line; /* its spans point into `text`; `id` 0: a note */
    bool is_note;
    size_t used;
    char text[TEXT_SIZE];
};

struct exchange_log {
    uint64_t len;
    uint64_t id_max;
    struct entry entries[EXCHANGE_LOG_MAX];
};

enum err exchange_log_new(struct exchange_log **out)
{
    struct exchange_log *log = mem_alloc(sizeof(*log));

    if (!log)
        return ERR_NOMEM;
    *out = log;
    return OK;
}

void exchange_log_free(struct exchange_log *log)
{
    mem_free(log);
}

/* Not in the middle of a character: its pieces would be shown as bytes. */
static size_t kept_len(struct span s, size_t max)
{
    size_t len = s.len < max ? s.len : max;

    while (len > 0 && len < s.len && ((uint8_t)s.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void keep(struct entry *e, struct span *s)
{
    size_t room = TEXT_SIZE - e->used;
    size_t len = kept_len(*s, room < PIECE_MAX ? room : PIECE_MAX);

    if (len > 0)
        memcpy(e->text + e->used, s->ptr, len);
    *s = span_of(e->text + e->used, len);
    e->used += len;
}

static struct entry *next_entry(struct exchange_log *log)
{
    struct entry *e = &log->entries[log->len++ % EXCHANGE_LOG_MAX];

    e->used = 0;
    return e;
}

void exchange_log_add(struct exchange_log *log, const struct exchange_line *x)
{
    struct entry *e = next_entry(log);

    e->is_note = false;
    e->line = *x;
    keep(e, &e->line.method);
    keep(e, &e->line.explanation);
    keep(e, &e->line.error);
    keep(e, &e->line.event_type);
    keep(e, &e->line.message_type);
    keep(e, &e->line.event_text);
    keep(e, &e->line.target);
    keep(e, &e->line.user_id);
    if (x->id > log->id_max)
        log->id_max = x->id;
}

void exchange_log_note(struct exchange_log *log, const char *text)
{
    struct entry *e = next_entry(log);

    e->is_note = true;
    e->line = (struct exchange_line){.explanation = span_text(text)};
    keep(e, &e->line.explanation);
}

uint64_t exchange_log_len(const struct exchange_log *log)
{
    return log->len;
}

uint64_t exchange_log_first(const struct exchange_log *log)
{
    return log->len > EXCHANGE_LOG_MAX ? log->len - EXCHANGE_LOG_MAX : 0;
}

uint64_t exchange_log_id_max(const struct exchange_log *log)
{
    return log->id_max;
}

void exchange_log_print(const struct exchange_log *log, uint64_t index, struct page *p,
                        const struct exchange_layout *layout)
{
    const struct entry *e = &log->entries[index % EXCHANGE_LOG_MAX];
    const struct page_wrap wrap = {NOTE_INDENT, layout->columns, layout->details_lines};

    if (!e->is_note) {
        exchange_line_print(p, layout, &e->line);
        return;
    }
    page_paint(p, PAGE_LATE);
    page_cell(p, SPAN("Note"), NOTE_INDENT, PAGE_LEFT);
    page_paint(p, PAGE_PLAIN);
    page_wrapped(p, e->line.explanation, wrap);
    page_text(p, "\n");
}
