/* A head as the journal and the inbox keep it: what is read and written reads the same. */
#include "unit/check.h"

#include "codec/http/http_head_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct http_head *a, const struct http_head *b)
{
    CHECK_EQ(a->status, b->status);
    CHECK(a->status || span_is(a->method, b->method));
    CHECK(a->status || span_is(a->scheme, b->scheme));
    CHECK(a->status || span_is(a->authority, b->authority));
    CHECK(a->status || span_is(a->target, b->target));
    CHECK_EQ(a->fields_len, b->fields_len);
    for (size_t i = 0; i < a->fields_len; i++) {
        CHECK(span_is(a->fields[i].name, b->fields[i].name));
        CHECK(span_is(a->fields[i].value, b->fields[i].value));
        CHECK_EQ(a->fields[i].secret, b->fields[i].secret);
    }
}

static void check_inside(struct span text, struct span part)
{
    CHECK(part.len == 0 ||
          (part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);
    struct http_head head, again;
    enum err rc = http_head_text_parse(text, &head);

    CHECK(rc == OK || rc == ERR_CORRUPT);
    if (rc)
        return 0;
    for (size_t i = 0; i < head.fields_len; i++) {
        CHECK(head.fields[i].name.len > 0);
        check_inside(text, head.fields[i].name);
        check_inside(text, head.fields[i].value);
    }
    size_t len = http_head_text_size(&head);
    char *written = malloc(len + 1); /* exact but for an empty one */
    CHECK(written);
    http_head_text_format(&head, written);
    CHECK_EQ(http_head_text_parse(span_of(written, len), &again), OK);
    check_same(&head, &again);
    free(written);
    return 0;
}
