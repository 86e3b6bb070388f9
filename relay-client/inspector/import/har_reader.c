#include "relay-client/inspector/import/har_reader.h"

#include "codec/json/json_scan.h"

#include <stdio.h>

#define BYTE_ORDER_MARK SPAN("\xef\xbb\xbf") /* some programs begin with it */

/* As an editor counts. */
static size_t line_of(struct span text, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

enum err har_reader_open(struct har_reader *r, struct span text, char detail[static 160])
{
    size_t mark = span_starts(text, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.len : 0;
    struct span json = span_slice(text, mark, text.len);
    struct json_problem problem;
    enum err rc = json_scan(json, &problem);

    if (rc != OK) {
        (void)snprintf(detail, 160, "no JSON: %s, at byte %zu, in line %zu", problem.what,
                       problem.at + mark, line_of(json, problem.at));
        return rc;
    }
    struct span root = span_slice(json, json_scan_space_end(json, 0), json.len);
    struct span log = json_text_member(root, "log");
    struct span entries = json_text_member(log, "entries");
    if (json_text_is_array(entries) && json_text_walk_init(&r->entries, entries))
        return OK;
    (void)snprintf(detail, 160, "no HAR: %s",
                   !json_text_is_object(root)  ? "it is no JSON object"
                   : !json_text_is_object(log) ? "there is no object `log`"
                                               : "`log` has no list `entries`");
    return ERR_SYNTAX;
}

bool har_reader_next(struct har_reader *r, struct span *out)
{
    struct json_text_item item;

    if (!json_text_walk_next(&r->entries, &item))
        return false;
    *out = item.value;
    return true;
}
