#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "relay-client/lineapi/emulate/emulator_impl.h"
#include "relay-client/lineapi/emulate/message/sent_counts.h"
#include "relay-client/lineapi/emulate/people/list_page.h"

#define PAGE_MAX 100u

void emulate_units_info(struct emulated_call *c)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_u64(&w, "numOfCustomAggregationUnits",
                           sent_counts_units_len(c->emulator->sent, c->now_ms));
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_units_list(struct emulated_call *c)
{
    const struct sent_counts *sent = c->emulator->sent;
    size_t total = sent_counts_units_len(sent, c->now_ms);
    struct list_page page;
    struct json_writer w;

    if (!list_page_read(c, PAGE_MAX, PAGE_MAX, &page))
        return;
    list_page_fit(&page, total);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "customAggregationUnits");
    json_writer_array(&w);
    for (size_t i = 0; i < page.len; i++)
        json_writer_text(&w, sent_counts_unit(sent, page.start + i));
    json_writer_array_end(&w);
    list_page_write_next(&w, &page, total);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}
