#include "relay-server/control/control_inbox.h"

#include "base/log.h"
#include "codec/json/json.h"
#include "relay-server/control/control_server.h"
#include "relay-server/delivery/backlog.h"

#include <inttypes.h>

#define BATCH 256u

static const struct problem no_inbox = {
    .status = 503,
    .title = "There is no inbox",
    .detail = "The relay has none, or its file cannot be opened: see its log.",
    .retry_after = "5",
};

static const struct problem no_such_delivery = {
    .status = 404,
    .title = "No such delivery",
    .detail = "Nothing of this number waits here: `hookline-relay inbox list` shows what does.",
};

static const struct problem not_set_aside = {
    .status = 409,
    .title = "It is not set aside",
    .detail = "This delivery goes out by itself as soon as its agent is linked.",
};

static const struct problem inbox_busy = {
    .status = 503,
    .title = "The inbox is busy",
    .detail = "Not all of it is done: the disk is behind. Try again in a moment.",
    .retry_after = "2",
};

enum err control_inbox_parse(struct span json, struct control_order *out)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, json, CONTROL_BODY_MAX);
    const struct json_value *seq = json_member(json_root(&doc), "seq");

    if (rc == OK && json_kind(seq) == JSON_NULL)
        out->seq = 0;
    else if (rc == OK && (!json_u64(seq, &out->seq) || out->seq == 0))
        rc = ERR_SYNTAX;
    json_fini(&doc);
    return rc == ERR_LIMIT ? ERR_SYNTAX : rc;
}

static enum err change_one(struct relay_state *relay, enum control_change change, uint64_t seq)
{
    log_info("inbox", "seq=%" PRIu64 " %s by its owner", seq,
             change == CONTROL_DROP ? "dropped" : "sent again");
    return change == CONTROL_DROP ? inbox_remove(relay->inbox, seq, false)
                                  : inbox_restore(relay->inbox, seq);
}

static bool is_there(const struct inbox *b, bool aside, uint64_t seq)
{
    uint64_t found;

    return inbox_seqs(b, aside, seq - 1, &found, 1) == 1 && found == seq;
}

static const struct problem *change_given(struct relay_state *relay,
                                          const struct control_order *order, uint64_t *changed)
{
    bool is_aside = is_there(relay->inbox, true, order->seq);
    bool is_kept = !is_aside && is_there(relay->inbox, false, order->seq);

    if (!is_aside && !is_kept)
        return &no_such_delivery;
    if (is_kept && order->change == CONTROL_RETRY)
        return &not_set_aside;
    if (change_one(relay, order->change, order->seq) != OK)
        return &inbox_busy;
    *changed = 1;
    return NULL;
}

static const struct problem *change_aside(struct relay_state *relay, enum control_change change,
                                          uint64_t *changed)
{
    uint64_t seqs[BATCH], after = 0;
    size_t len;

    while ((len = inbox_seqs(relay->inbox, true, after, seqs, BATCH)) > 0) {
        for (size_t i = 0; i < len; i++, ++*changed)
            if (change_one(relay, change, seqs[i]) != OK)
                return &inbox_busy;
        after = seqs[len - 1];
    }
    return NULL;
}

const struct problem *control_inbox_change(struct relay_state *relay,
                                           const struct control_order *order, uint64_t *changed)
{
    const struct problem *why;

    *changed = 0;
    if (!relay->inbox)
        return &no_inbox;
    why = order->seq > 0 ? change_given(relay, order, changed)
                         : change_aside(relay, order->change, changed);
    if (order->change == CONTROL_RETRY && *changed > 0)
        backlog_kick_all(relay);
    return why;
}
