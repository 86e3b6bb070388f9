/* A byte of wishes, then an event or a piece of one: dressed it is JSON, and LINE's. */
#include "unit/check.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/line/line_event.h"
#include "relay-client/simulate/event_dress.h"
#include "relay-client/simulate/event_set.h"

#define OUT_MAX (1u << 21)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct random_seeded random_;
static struct line_mint mint;

/* Every member that was there is there still, with the same bytes, but for those that were
 * completed. */
static void check_kept(struct span before, struct span after)
{
    struct json_text_walk a, b;
    struct json_text_item x, y;

    CHECK(json_text_walk_init(&a, before) && json_text_walk_init(&b, after));
    while (json_text_walk_next(&a, &x)) {
        CHECK(json_text_walk_next(&b, &y));
        CHECK(span_is(x.name, y.name));
        CHECK(span_is(x.value, y.value) || json_text_is_object(x.value));
    }
}

static void check_read(struct span event)
{
    struct bytes body;
    struct line_batch batch;

    bytes_init(&body, OUT_MAX);
    CHECK_EQ(bytes_append_text(&body, "{\"destination\":\"\",\"events\":["), OK);
    CHECK_EQ(bytes_append_span(&body, event), OK);
    CHECK_EQ(bytes_append_text(&body, "]}"), OK);
    CHECK_EQ(line_batch_parse(&batch, bytes_span(&body)), OK);
    line_batch_fini(&batch);
    bytes_fini(&body);
}

static void check_set(struct span event)
{
    struct bytes out;

    bytes_init(&out, OUT_MAX);
    enum err rc = event_set(event, NULL, SPAN("message.text"), SPAN("x"), &out);
    CHECK(rc != OK || json_scan(bytes_span(&out), NULL) != ERR_SYNTAX);
    bytes_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned wishes = size > 0 ? data[0] : 0;
    struct span text = size > 0 ? span_of(data + 1, size - 1) : SPAN("");
    char detail[EVENT_DRESS_DETAIL];
    struct bytes out;

    random_seeded_init(&random_, 1);
    mint = (struct line_mint){.random = &random_.base};
    const struct event_dress dress = {
        .mint = &mint,
        .now_ms = 1795305600000u,
        .group = wishes & 1 ? "C\"1" : NULL,
        .room = wishes & 2 ? "R1" : NULL,
        .is_standby = (wishes & 4) != 0,
        .is_redelivery = (wishes & 8) != 0,
        .has_extra = (wishes & 16) != 0,
    };
    bytes_init(&out, OUT_MAX);
    enum err rc = event_dress_make(&dress, text, &out, detail);
    if (rc == OK) {
        struct span made = bytes_span(&out);
        size_t from = json_scan_space_end(text, 0);
        CHECK(json_scan(made, NULL) != ERR_SYNTAX);
        if (json_scan(made, NULL) == OK) {
            check_kept(span_slice(text, from, text.len), made);
            check_read(made);
            check_set(made);
        }
    } else {
        CHECK(detail[0]);
        CHECK(rc != ERR_SYNTAX || json_scan(text, NULL) != OK ||
              !json_text_is_object(span_slice(text, json_scan_space_end(text, 0), text.len)));
    }
    bytes_fini(&out);
    return 0;
}
