/* Any bytes as responses: never a crash, the same result for every cut, and what is accepted
 * can be printed and read again as the same. */
#include "unit/check.h"
#include "unit/support/h1_record.h"
#include "unit/support/h1_reparse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    h1_reparse_check(head, end);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_complete(void *owner)
{
    (void)owner;
}

static void check_reparse(const uint8_t *data, size_t size)
{
    static const struct h1_events events = {on_head, on_body, on_complete};
    struct h1_codec codec;
    size_t used;

    h1_codec_init(&codec, H1_CLIENT, &events, NULL);
    while (size > 0 && !h1_codec_feed(&codec, data, size, &used)) {
        data += used;
        size -= used;
    }
    h1_codec_fini(&codec);
}

static void check_cuts(struct h1_feeding *how)
{
    struct h1_record whole, cut;

    h1_record_run(&whole, how);
    for (how->step = 1; how->step <= 16; how->step += 5) {
        how->stop_at_events = how->step == 6;
        h1_record_run(&cut, how);
        CHECK_EQ(cut.result, whole.result);
        CHECK(span_is(bytes_span(&cut.log), bytes_span(&whole.log)));
        h1_record_fini(&cut);
    }
    h1_record_fini(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct h1_feeding how = {.role = H1_CLIENT, .input = span_of(data, size), .eof = true};

    check_cuts(&how);
    check_reparse(data, size);
    return 0;
}
