#include "relay-client/view/call_view.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/view/call_words.h"
#include "relay-client/view/exchange_json.h"
#include "relay-client/view/message_view.h"

#include <stdio.h>

#define INDENT       2u
#define AFTER        9u
#define TEXT_INDENT  14u
#define MESSAGES_MAX 10u /* of a call that are shown */
#define TEXT_BYTES   500u

struct calls {
    struct page *p;
    struct json_writer *w;
    const struct journal_row *row;
    size_t columns, len;
};

static const char *mode_of(enum journal_call_mode mode)
{
    switch (mode) {
    case JOURNAL_CALL_EMULATED:
        return "emulated";
    case JOURNAL_CALL_PASSED:
        return "passed on";
    case JOURNAL_CALL_FAILED:
        break;
    }
    return "failed";
}

static struct call_words words_of(const struct calls *c, const struct journal_call_row *row)
{
    uint64_t received_ms = c->row->received_ms > 0 ? c->row->received_ms : c->row->arrived_ms;

    return (struct call_words){
        .operation = row->operation,
        .method = row->method,
        .target = row->target,
        .problem = row->problem,
        .explanation = row->explanation,
        .mode = row->mode,
        .status = row->status,
        .after_ms = row->at_ms > received_ms ? row->at_ms - received_ms : 0,
    };
}

/* ---- what its messages say ---- */

static struct span messages_of(struct span body)
{
    if (json_scan(body, NULL))
        return SPAN("");
    size_t from = json_scan_space_end(body, 0);
    struct span root = span_slice(body, from, json_scan_value_end(body, from));

    return json_text_is_object(root) ? json_text_member(root, "messages") : SPAN("");
}

/* The first of these that is a string, escapes undone. */
static size_t read_text(struct span message, const char *const *names, char *out, size_t size)
{
    for (; *names; names++) {
        struct span literal = json_text_member(message, *names);

        if (!json_text_is_string(literal))
            continue;
        struct span inner = span_slice(literal, 1, literal.len - 1);
        size_t len = 0;
        for (size_t at = 0; at < inner.len && len + 4 <= size;)
            len += json_text_put_char(json_text_next_char(inner, &at), out + len);
        return len;
    }
    return 0;
}

static void print_message(const struct calls *c, struct span message)
{
    static const char *const types[] = {"type", NULL};
    static const char *const texts[] = {"text", "altText", "title", NULL};
    char type[64], text[TEXT_BYTES];

    if (!json_text_is_object(message))
        return;
    struct span kind = span_of(type, read_text(message, types, type, sizeof(type)));
    struct span said = span_of(text, read_text(message, texts, text, sizeof(text)));
    page_spaces(c->p, TEXT_INDENT);
    page_outside(c->p, kind);
    if (said.len > 0) {
        page_text(c->p, "  ");
        page_wrapped(
            c->p, said,
            (struct page_wrap){.indent = TEXT_INDENT + 2, .columns = c->columns, .lines = 4});
    }
    page_text(c->p, "\n");
}

static void print_messages(const struct calls *c, const struct journal_call_whole *call)
{
    struct json_text_walk walk;
    struct json_text_item item;
    struct span messages = messages_of(call->request_body);

    if (!json_text_is_array(messages) || !json_text_walk_init(&walk, messages))
        return;
    for (size_t i = 0; i < MESSAGES_MAX && json_text_walk_next(&walk, &item); i++)
        print_message(c, item.value);
}

/* ---- a call ---- */

static void print_problem(const struct calls *c, const struct call_words *words)
{
    char text[CALL_WORDS_SIZE];

    if (call_words_problem(text, words)[0] == '\0')
        return;
    page_spaces(c->p, TEXT_INDENT);
    page_paint(c->p, PAGE_WRONG);
    page_wrapped(c->p, span_text(text),
                 (struct page_wrap){.indent = TEXT_INDENT, .columns = c->columns});
    page_paint(c->p, PAGE_PLAIN);
    page_text(c->p, "\n");
}

static void print_line(const struct calls *c, const struct journal_call_row *row,
                       const struct call_words *words)
{
    char text[CALL_WORDS_SIZE], took[32], after[40];

    (void)snprintf(after, sizeof(after), "+%s",
                   text_duration(took, sizeof(took), words->after_ms * 1000));
    page_spaces(c->p, INDENT);
    page_cell(c->p, span_text(after), AFTER, PAGE_RIGHT);
    page_text(c->p, "   ");
    page_outside(c->p, span_text(call_words_name(text, words)));
    page_paint(c->p, row->mode == JOURNAL_CALL_EMULATED ? PAGE_MADE : PAGE_PLAIN);
    page_printf(c->p, "  %s", mode_of(row->mode));
    page_paint(c->p, row->status == 0 || row->status >= 400 ? PAGE_WRONG : PAGE_PLAIN);
    if (row->status > 0)
        page_printf(c->p, "  %u", row->status);
    page_paint(c->p, PAGE_FAINT);
    page_printf(c->p, "  %s", text_duration(took, sizeof(took), row->took_us));
    if (row->request_id.len > 0) {
        page_text(c->p, "  ");
        page_outside(c->p, row->request_id);
    }
    page_paint(c->p, PAGE_PLAIN);
    page_text(c->p, "\n");
}

static bool print_call(void *owner, const struct journal_call_whole *call)
{
    struct calls *c = owner;
    const struct call_words words = words_of(c, &call->row);

    if (c->len++ == 0)
        message_view_heading(c->p, "LINE API");
    print_line(c, &call->row, &words);
    if (call->row.is_sending)
        print_messages(c, call);
    print_problem(c, &words);
    return !c->p->failed;
}

enum err call_view_print(struct page *p, struct journal_reader *reader,
                         const struct journal_row *row, size_t columns)
{
    struct calls c = {.p = p, .row = row, .columns = columns};

    if (row->calls_len == 0)
        return OK;
    enum err rc = journal_calls_of(reader, row->id, CALL_VIEW_MAX, print_call, &c);

    if (row->calls_len > CALL_VIEW_MAX)
        page_printf(p, "  and %zu more\n", (size_t)row->calls_len - CALL_VIEW_MAX);
    return rc;
}

/* ---- JSON ---- */

static const char *tie_of(enum journal_call_tie tie)
{
    switch (tie) {
    case JOURNAL_CALL_UNTIED:
        break;
    case JOURNAL_CALL_BY_TOKEN:
        return "token";
    case JOURNAL_CALL_BY_MESSAGE:
        return "message";
    case JOURNAL_CALL_BY_TIME:
        return "time";
    }
    return NULL;
}

/* What is not UTF-8 is no message: only its length is told. */
static void body_member(struct json_writer *w, const char *name, struct span body,
                        bool is_truncated)
{
    json_writer_key(w, name);
    json_writer_object(w);
    json_writer_member_u64(w, "len", body.len);
    json_writer_member_bool(w, "truncated", is_truncated);
    if (text_is_utf8(body))
        json_writer_member_string(w, "text", body);
    json_writer_object_end(w);
}

static bool write_call(void *owner, const struct journal_call_whole *call)
{
    struct calls *c = owner;
    const struct journal_call_row *row = &call->row;
    const struct call_words words = words_of(c, row);
    char text[CALL_WORDS_SIZE];
    struct json_writer *w = c->w;

    json_writer_object(w);
    json_writer_member_u64(w, "id", row->id);
    exchange_json_time(w, "at", row->at_ms);
    json_writer_member_u64(w, "took_us", row->took_us);
    json_writer_member_u64(w, "event", row->event);
    json_writer_member_text(w, "tied_by", tie_of(row->tie));
    json_writer_member_text(w, "mode",
                            row->mode == JOURNAL_CALL_PASSED ? "passed" : mode_of(row->mode));
    exchange_json_string(w, "operation", row->operation);
    json_writer_member_string(w, "method", row->method);
    json_writer_member_string(w, "target", row->target);
    json_writer_member_string(w, "host", row->host);
    exchange_json_number(w, "status", row->status);
    exchange_json_string(w, "request_id", row->request_id);
    exchange_json_string(w, "problem", row->problem);
    exchange_json_string(w, "explanation", span_text(call_words_problem(text, &words)));
    body_member(w, "request", call->request_body, call->request_truncated);
    body_member(w, "answer", call->answer_body, call->answer_truncated);
    json_writer_object_end(w);
    return !w->failed;
}

enum err call_view_json(struct json_writer *w, struct journal_reader *reader,
                        const struct journal_row *row)
{
    struct calls c = {.w = w, .row = row};
    enum err rc = OK;

    json_writer_key(w, "calls");
    json_writer_array(w);
    if (row->calls_len > 0)
        rc = journal_calls_of(reader, row->id, CALL_VIEW_MAX, write_call, &c);
    json_writer_array_end(w);
    return rc;
}
