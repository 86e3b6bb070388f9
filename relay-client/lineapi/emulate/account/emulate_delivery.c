#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "relay-client/lineapi/emulate/emulator_impl.h"
#include "relay-client/lineapi/emulate/message/sent_counts.h"
#include "relay-client/lineapi/emulate/message/sent_day.h"

#define FIRST_DAY 17621u /* 2018-03-31, when LINE began to count */

static void write(struct emulated_call *c, enum sent_kind kind, uint64_t day)
{
    bool is_early = day < FIRST_DAY;
    bool is_late = day > sent_day_of(c->now_ms);
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "status",
                            is_early  ? "out_of_service"
                            : is_late ? "unready"
                                      : "ready");
    if (!is_early && !is_late)
        json_writer_member_u64(&w, "success", sent_counts_of_day(c->emulator->sent, kind, day));
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

static void answer(struct emulated_call *c, enum sent_kind kind)
{
    char date[16];
    uint64_t day;

    if (emulated_call_query(c, "date", date, sizeof date) &&
        sent_day_parse(span_text(date), &day))
        write(c, kind, day);
    else
        emulated_call_refuse(c, 400, "The value for the 'date' parameter is invalid");
}

void emulate_delivery_of_replies(struct emulated_call *c)
{
    answer(c, SENT_REPLY);
}

void emulate_delivery_of_pushes(struct emulated_call *c)
{
    answer(c, SENT_PUSH);
}

void emulate_delivery_of_multicasts(struct emulated_call *c)
{
    answer(c, SENT_MULTICAST);
}

void emulate_delivery_of_broadcasts(struct emulated_call *c)
{
    answer(c, SENT_BROADCAST);
}
