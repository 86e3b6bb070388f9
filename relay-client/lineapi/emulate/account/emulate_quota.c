#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "relay-client/lineapi/emulate/emulator_impl.h"
#include "relay-client/lineapi/emulate/message/sent_counts.h"

void emulate_quota(struct emulated_call *c)
{
    uint64_t quota = c->emulator->options.quota;
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", quota > 0 ? "limited" : "none");
    if (quota > 0)
        json_writer_member_u64(&w, "value", quota);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_quota_consumption(struct emulated_call *c)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_u64(&w, "totalUsage",
                           sent_counts_of_month(c->emulator->sent, c->now_ms));
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}
