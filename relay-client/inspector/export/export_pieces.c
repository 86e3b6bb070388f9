#include "relay-client/inspector/export/export_pieces.h"

#include "base/container.h"
#include "relay-client/inspector/export/export_line.h"
#include "relay-client/inspector/export/export_log.h"
#include "relay-client/inspector/export/har_entry.h"

#include "relay-client/journal/lookup/journal_calls.h"

#include <inttypes.h>
#include <stdio.h>

#define CALLS_MAX 10000u /* of one exchange */

static const struct {
    const char *name, *file, *head, *tail;
} kinds[] = {
    [EXPORT_HAR] = {"har", "hookline.har", HAR_ENTRY_HEAD, HAR_ENTRY_TAIL},
    [EXPORT_JSONL] = {"jsonl", "hookline.jsonl", "", ""},
    [EXPORT_WEBHOOK_LOG] = {"webhook_log", "webhook-log.tsv", EXPORT_LOG_WEBHOOKS, ""},
    [EXPORT_API_LOG] = {"api_log", "api-log.tsv", EXPORT_LOG_API, ""},
};

bool export_pieces_kind_parse(struct span name, enum export_kind *out)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (span_is(name, span_text(kinds[i].name))) {
            *out = (enum export_kind)i;
            return true;
        }
    return false;
}

const char *export_pieces_file_name(enum export_kind kind)
{
    return kinds[kind].file;
}

/* --- one --- */

static enum err write_json(struct export_pieces *p, const struct journal_exchange *x,
                           struct bytes *out)
{
    bool is_har = p->kind == EXPORT_HAR;
    struct json_writer w;
    enum err rc = is_har && p->written > 0 ? bytes_append_text(out, ",\n") : OK;

    if (rc != OK)
        return rc;
    json_writer_init(&w, out);
    rc = is_har ? har_entry_write(&w, x, p->with_signature)
                : export_line_write(&w, x, p->with_signature);
    if (rc == OK)
        rc = json_writer_end(&w);
    return rc == OK && !is_har ? bytes_append_text(out, "\n") : rc;
}

static enum err write_one(struct export_pieces *p, struct journal_reader *reader, uint64_t id,
                          struct bytes *out)
{
    struct journal_exchange *x;
    char number[24];

    (void)snprintf(number, sizeof number, "%" PRIu64, id);
    enum err rc = journal_reader_get(reader, span_text(number), &x);
    if (rc == ERR_NOT_FOUND || rc == ERR_CONFLICT)
        return OK; /* it has been deleted meanwhile */
    if (rc != OK)
        return rc;
    rc = write_json(p, x, out);
    p->written += rc == OK;
    journal_exchange_free(x);
    return rc;
}

/* --- the logs: rows say it all --- */

struct log_page {
    struct export_pieces *p;
    struct bytes *out;
    struct journal_reader *reader;
    size_t len;
    enum err rc;
};

static bool log_row(void *owner, const struct journal_row *row)
{
    struct log_page *page = owner;

    page->len++;
    page->p->last = row->id;
    if (export_log_has(row))
        page->rc = export_log_webhook(page->out, row);
    return page->rc == OK;
}

static bool log_call(void *owner, const struct journal_call_row *row)
{
    struct log_page *page = owner;

    page->rc = export_log_call(page->out, row);
    return page->rc == OK;
}

static bool log_calls(void *owner, const struct journal_row *row)
{
    struct log_page *page = owner;

    page->len++;
    page->p->last = row->id;
    if (row->calls_len > 0 && page->rc == OK)
        page->rc = journal_calls_rows(page->reader, row->id, CALLS_MAX, log_call, page);
    return page->rc == OK;
}

static bool log_all_calls(void *owner, const struct journal_call_row *row)
{
    struct log_page *page = owner;

    page->len++;
    page->p->last = row->id;
    return log_call(owner, row);
}

static bool keep_id(void *owner, const struct journal_row *row)
{
    struct export_pieces *p = owner;

    p->last = row->id;
    p->ids[p->ids_len++] = row->id;
    return p->ids_len < EXPORT_PAGE;
}

/* Ids begin with 1, and a page with what is behind one. */
static enum err read_page(struct export_pieces *p, struct journal_reader *reader,
                          bool (*each)(void *owner, const struct journal_row *row), void *owner)
{
    static const uint64_t first = 1;
    const struct journal_page page = {
        .query = p->query, .after = p->last > 0 ? p->last : first, .limit = EXPORT_PAGE - 1};
    enum err rc = OK;

    if (p->last == 0)
        rc = journal_query_match(reader, p->query, &first, 1, each, owner);
    return rc == OK ? journal_query_list(reader, &page, each, owner) : rc;
}

static enum err next_log(struct export_pieces *p, struct journal_reader *reader,
                         struct bytes *out)
{
    struct log_page page = {.p = p, .out = out, .reader = reader};
    bool is_calls = p->kind == EXPORT_API_LOG;
    enum err rc = is_calls && p->is_everything
                      ? journal_calls_log(reader, p->last, EXPORT_PAGE, log_all_calls, &page)
                      : read_page(p, reader, is_calls ? log_calls : log_row, &page);

    p->is_over = page.len == 0;
    return rc == OK ? page.rc : rc;
}

static enum err next_exchanges(struct export_pieces *p, struct journal_reader *reader,
                               struct bytes *out)
{
    enum err rc = OK;

    if (p->ids_at == p->ids_len) {
        p->ids_at = p->ids_len = 0;
        rc = read_page(p, reader, keep_id, p);
        p->is_over = p->ids_len == 0;
    }
    while (rc == OK && p->ids_at < p->ids_len && bytes_len(out) < EXPORT_PIECE)
        rc = write_one(p, reader, p->ids[p->ids_at++], out);
    return rc;
}

enum err export_pieces_next(struct export_pieces *p, struct journal_reader *reader,
                            struct bytes *out)
{
    enum err rc = p->has_begun ? OK : bytes_append_text(out, kinds[p->kind].head);

    p->has_begun = true;
    if (rc == OK && (p->kind == EXPORT_WEBHOOK_LOG || p->kind == EXPORT_API_LOG))
        rc = next_log(p, reader, out);
    else if (rc == OK)
        rc = next_exchanges(p, reader, out);
    return rc == OK && p->is_over ? bytes_append_text(out, kinds[p->kind].tail) : rc;
}

void export_pieces_fini(struct export_pieces *p)
{
    journal_query_free(p->query);
    p->query = NULL;
}
