/* A webhook body: any bytes. */
#include "unit/check.h"

#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_scan.h"
#include "codec/line/line_event.h"

#define BODY_MAX (4u * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    CHECK(text && text_is_utf8(span_text(text)));
}

static void check_event(const struct line_event *e)
{
    const char *texts[] = {e->type,        e->mode,       e->source_type,
                           e->source_id,   e->user_id,    e->webhook_event_id,
                           e->reply_token, e->message_id, e->message_type,
                           e->text};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        check_text(texts[i]);
}

static void check_batch(const struct line_batch *b)
{
    bool is_known = b->kind == LINE_BODY_LINE || b->kind == LINE_BODY_WORKS;

    check_text(b->destination);
    CHECK_EQ(b->problem[0] == '\0', is_known);
    CHECK(b->events_len <= b->events_total && b->events_len <= LINE_EVENTS_MAX);
    for (size_t i = 0; i < b->events_len; i++)
        check_event(&b->events[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span body = span_of(data, size);
    struct line_batch batch;
    struct json_doc doc;

    bool is_json = size <= BODY_MAX && json_scan(body, NULL) == OK;
    CHECK_EQ(line_batch_parse(&batch, body), OK);
    CHECK_EQ(batch.kind == LINE_BODY_NOT_JSON, !is_json);
    check_batch(&batch);
    line_batch_fini(&batch);

    /* The view agrees: what the scanner accepts, it holds. */
    enum err e = json_parse(&doc, body, BODY_MAX);
    CHECK(is_json ? e == OK || e == ERR_LIMIT : e != OK);
    json_fini(&doc);
    return 0;
}
