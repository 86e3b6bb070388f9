/* Any bytes fold to UTF-8 that folds to itself, and line by line to the same. */
#include "unit/check.h"

#include "base/text.h"
#include "codec/fold.h"

#define OUT_MAX   (1u << 20)
#define SHORT_MAX 128u /* bytes of a line that is always folded in one piece */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(struct span line)
{
    struct bytes once, twice;

    bytes_init(&once, OUT_MAX);
    bytes_init(&twice, OUT_MAX);
    CHECK_EQ(fold_append(line, &once), OK);
    CHECK(text_is_utf8(bytes_span(&once)));
    CHECK_EQ(fold_append(bytes_span(&once), &twice), OK);
    CHECK(line.len > SHORT_MAX || span_is(bytes_span(&once), bytes_span(&twice)));
    bytes_fini(&once);
    bytes_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size < 16384 ? size : 16384);
    struct bytes whole, lines;

    bytes_init(&whole, OUT_MAX);
    bytes_init(&lines, OUT_MAX);
    CHECK_EQ(fold_append(rest, &whole), OK);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        bool has_more = end < rest.len;

        check_line(span_slice(rest, 0, end));
        CHECK_EQ(fold_append(span_slice(rest, 0, end), &lines), OK);
        if (has_more)
            CHECK_EQ(bytes_append(&lines, "\n", 1), OK);
        rest = span_slice(rest, end + has_more, rest.len);
    }
    CHECK(span_is(bytes_span(&whole), bytes_span(&lines)));
    bytes_fini(&whole);
    bytes_fini(&lines);
    return 0;
}
