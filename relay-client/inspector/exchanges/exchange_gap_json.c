#include "relay-client/inspector/exchanges/exchange_gap_json.h"

#include "relay-client/inspector/exchanges/exchange_json_member.h"

static const char *kind_of(const struct journal_gap *gap)
{
    switch (gap->kind) {
    case JOURNAL_GAP_LINK:
        return "link";
    case JOURNAL_GAP_AGENT:
        break;
    }
    return "agent";
}

void exchange_gap_json(struct json_writer *w, const struct journal_gap *gap)
{
    json_writer_object(w);
    json_writer_member_text(w, "kind", kind_of(gap));
    json_writer_member_u64(w, "from", gap->from_ms);
    exchange_json_member_number(w, "to", gap->to_ms);
    json_writer_member_u64(w, "count", gap->kept);
    json_writer_object_end(w);
}
