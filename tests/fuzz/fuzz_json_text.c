/* A path on the first line, then a JSON text: found, replaced, printed in every style. */
#include "unit/check.h"

#include "base/text.h"
#include "codec/json/json_reprint.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#define OUT_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_strings(struct span value)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (json_text_is_string(value)) {
        char *plain = malloc(value.len);
        size_t len = json_text_unescape(value, plain);

        CHECK(len <= value.len - 2);
        CHECK(text_is_utf8(span_of(plain, len)));
        CHECK(json_text_string_is(value, span_of(plain, len)));
        free(plain);
        return;
    }
    if (!json_text_walk_init(&walk, value))
        return;
    while (json_text_walk_next(&walk, &item))
        check_strings(item.value);
}

static void check_replace(struct span text, struct span path)
{
    struct bytes out;
    struct span found;

    bytes_init(&out, OUT_MAX);
    enum err e = json_text_find(text, path, &found);
    CHECK_EQ(json_text_replace(text, path, SPAN("[1]"), &out), e);
    if (e == OK) {
        CHECK(found.len > 0 && found.ptr >= text.ptr &&
              found.ptr + found.len <= text.ptr + text.len);
        CHECK_EQ(bytes_len(&out), text.len - found.len + 3);
        CHECK_EQ(json_scan(bytes_span(&out), NULL) == OK, true);
        check_strings(found);
    }
    bytes_fini(&out);
}

static void check_style(struct span text, struct json_style style)
{
    struct bytes once;
    struct bytes twice;

    bytes_init(&once, OUT_MAX);
    bytes_init(&twice, OUT_MAX);
    enum err e = json_reprint(text, style, &once);
    CHECK(e == OK || e == ERR_LIMIT);
    if (e == OK) {
        CHECK_EQ(json_scan(bytes_span(&once), NULL), OK);
        CHECK_EQ(json_reprint(bytes_span(&once), style, &twice), OK);
        CHECK(span_is(bytes_span(&once), bytes_span(&twice)));
    }
    if (style.space == JSON_SPACE_KEEP && style.escape == JSON_ESCAPE_KEEP && !style.js_numbers)
        CHECK(e == OK && span_is(bytes_span(&once), text));
    bytes_fini(&once);
    bytes_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);
    size_t end = span_find(text, '\n');
    struct span path = span_slice(text, 0, end);

    text = span_slice(text, end + 1, text.len);
    check_replace(text, path);
    if (json_scan(text, NULL))
        return 0;
    for (int space = JSON_SPACE_KEEP; space <= JSON_SPACE_INDENT4; space++)
        for (int escape = JSON_ESCAPE_KEEP; escape <= JSON_ESCAPE_HTML; escape++)
            check_style(text, (struct json_style){(enum json_space)space,
                                                  (enum json_escape)escape, escape % 2 == 1});
    return 0;
}
