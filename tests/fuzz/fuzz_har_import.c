/* A HAR file, as anybody may send it: what is read of it can be recorded. */
#include "unit/check.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"
#include "relay-client/inspector/import/har_exchange.h"
#include "relay-client/inspector/import/har_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every byte is there to be read. */
static void touch(struct span s)
{
    static volatile char sink;

    for (size_t i = 0; i < s.len; i++)
        sink = s.ptr[i];
    (void)sink;
}

static void check_head(const struct http_head *head)
{
    size_t size = http_head_text_size(head);
    char *text = mem_alloc(size);
    struct http_head again;

    CHECK(text);
    http_head_text_format(head, text);
    CHECK_EQ(http_head_text_parse(span_of(text, size), &again), OK);
    CHECK_EQ(again.fields_len, head->fields_len);
    CHECK(span_is(again.target, head->target));
    mem_free(text);
}

static void check_answer(const struct journal_answer *a)
{
    CHECK(a->status == 0 || (a->status >= 100 && a->status <= 599));
    CHECK(a->body.len <= HAR_EXCHANGE_BODY_MAX);
    touch(a->body);
    touch(span_text(a->provider));
    touch(span_text(a->error));
    touch(span_text(a->handler));
    if (a->head)
        check_head(a->head);
}

static void check_exchange(const struct har_exchange *x)
{
    CHECK(http_is_token(x->head.method));
    CHECK(http_is_target(x->head.target));
    CHECK(ulid_is_valid(span_text(x->request.delivery)));
    CHECK(x->request.received_ms > 0 && x->request.received_ms <= INT64_MAX);
    CHECK(x->request.body.len <= HAR_EXCHANGE_BODY_MAX);
    touch(x->request.body);
    touch(span_text(x->request.peer));
    touch(span_text(x->request.tunnel));
    check_head(&x->head);
    if (x->has_answer)
        check_answer(&x->answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct har_reader reader;
    struct har_exchange x;
    struct span entry;
    char detail[160] = "";

    if (har_reader_open(&reader, span_of(data, size), detail) != OK) {
        CHECK(*detail);
        return 0;
    }
    while (har_reader_next(&reader, &entry)) {
        enum err rc = har_exchange_read(entry, &x);
        CHECK(rc == OK || rc == ERR_NOT_FOUND);
        if (rc == OK)
            check_exchange(&x);
        har_exchange_fini(&x);
    }
    CHECK_EQ(mem_live(), live);
    return 0;
}
