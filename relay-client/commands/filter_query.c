#include "relay-client/commands/filter_query.h"

#include "base/container.h"
#include "base/text.h"
#include "relay-client/journal/query/query_text.h"

#define TEXT_MAX  65536u
#define SHOWN_MAX 60u /* columns in front of a mistake, and bytes behind it */
#define INDENT    4

/* ---- what is wrong ---- */

static const char *explanation(const char *code)
{
    static const struct {
        const char *code, *text;
    } all[] = {
        {"unknown_key", "there is no such key"},
        {"unknown_value", "this key has no such value"},
        {"unclosed_quote", "these quotes are never closed"},
        {"unclosed_group", "this bracket is never closed"},
        {"unexpected", "something else must stand here"},
        {"empty_value", "a value is missing"},
        {"bad_number", "this is no such number"},
        {"bad_time", "this is no time"},
        {"bad_range", "this is no such range"},
        {"too_long", "it is too long: 2000 bytes and 64 conditions are the most"},
        {"too_deep", "there are too many brackets in each other"},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i].code, code) == 0)
            return all[i].text;
    return code;
}

/* From a character's beginning, so that it fits on a line with what follows. */
static size_t first_shown(struct span text, size_t wrong)
{
    size_t from = 0;

    while (text_columns(span_slice(text, from, wrong)) > SHOWN_MAX)
        do
            from++;
        while (from < wrong && ((unsigned char)text.ptr[from] & 0xc0) == 0x80);
    return from;
}

static void point(const struct command_call *call, struct span text,
                  const struct journal_query_error *error)
{
    size_t wrong = query_text_offset(text, error->offset);
    size_t end = query_text_offset(text, error->offset + error->length);
    size_t from = first_shown(text, wrong);
    char before[512], rest[512], marked[512];

    (void)text_escape(before, sizeof(before), span_slice(text, from, wrong));
    (void)text_escape(rest, sizeof(rest), span_slice(text, wrong, wrong + SHOWN_MAX));
    (void)text_escape(marked, sizeof(marked), span_slice(text, wrong, end));
    size_t column = INDENT + text_columns(span_text(before));
    size_t width = text_columns(span_text(marked));

    if (width > SHOWN_MAX)
        width = SHOWN_MAX;
    (void)fprintf(call->err, "%*s%s%s\n%*s^", INDENT, "", before, rest, (int)column, "");
    for (size_t i = 1; i < width; i++)
        (void)fputc('~', call->err);
    (void)fputc('\n', call->err);
}

static void complain(const struct command_call *call, struct span text,
                     const struct journal_query_error *error)
{
    bool is_name = strncmp(error->code, "unknown", 7) == 0;

    command_complain(call, "the query has a mistake: %s", explanation(error->code));
    point(call, text, error);
    if (error->hint[0] != '\0')
        (void)fprintf(call->err, is_name ? "Did you mean: %s\n" : "For example: %s\n",
                      error->hint);
}

/* ---- the arguments ---- */

static enum err join(const char *const *words, size_t len, struct bytes *out)
{
    enum err e = OK;

    for (size_t i = 0; !e && i < len; i++) {
        if (i > 0)
            e = bytes_append(out, " ", 1);
        if (!e)
            e = bytes_append_text(out, words[i]);
    }
    return e;
}

static enum command_exit parse(struct command_call *call, uint64_t now_ms, struct span text,
                               struct journal_query **out)
{
    struct journal_query_error error;
    enum err e = journal_query_parse(text, now_ms, out, &error);

    if (e == ERR_SYNTAX) {
        complain(call, text, &error);
        return COMMAND_USAGE;
    }
    if (e)
        command_complain(call, "%s", err_text(e));
    return e ? COMMAND_FAILED : COMMAND_OK;
}

enum command_exit filter_query_read(struct command_call *call, uint64_t now_ms,
                                    struct journal_query **out)
{
    size_t len;
    const char *const *words = settings_list(call->settings, "query", &len);
    enum command_exit result = COMMAND_FAILED;
    struct bytes text;

    *out = NULL;
    if (len == 0)
        return COMMAND_OK;
    bytes_init(&text, TEXT_MAX);
    enum err e = join(words, len, &text);
    if (e == ERR_LIMIT)
        e = OK; /* what is there is too long already, and refused as that */
    if (e)
        command_complain(call, "%s", err_text(e));
    else
        result = parse(call, now_ms, bytes_span(&text), out);
    bytes_fini(&text);
    return result;
}
