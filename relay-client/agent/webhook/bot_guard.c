#include "relay-client/agent/webhook/bot_guard.h"

#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/lineapi/push_guard.h"

/* Ours, however it came here: by way of the relay, or out of the journal. */
static bool has_own_event(const struct line_mint *mint, const struct line_batch *batch)
{
    for (size_t i = 0; mint && i < batch->events_len; i++) {
        const struct line_event *e = &batch->events[i];
        if (line_mint_is_own(mint, LINE_MINT_EVENT_ID, span_text(e->webhook_event_id)) ||
            line_mint_is_own(mint, LINE_MINT_REPLY_TOKEN, span_text(e->reply_token)))
            return true;
    }
    return false;
}

/* LINE marks what it sends again ("isRedelivery"); who does not has got hold of the bytes, out
 * of an export for instance, or the agent was started anew while our own were on their way. */
static bool is_sent_again_by_others(const struct recording *r)
{
    if (r->duplicate_of == 0 || r->batch.kind != LINE_BODY_LINE)
        return false;
    for (size_t i = 0; i < r->batch.events_len; i++)
        if (r->batch.events[i].is_redelivery)
            return false;
    return true;
}

static enum given_origin origin_of(const struct recording *r)
{
    if (r->replay_of > 0) /* of a simulated one too: its token works once more */
        return GIVEN_BY_REPLAY;
    if (r->is_simulated || has_own_event(r->agent->options->mint, &r->batch))
        return GIVEN_BY_SIMULATION;
    return is_sent_again_by_others(r) ? GIVEN_BY_REPLAY : GIVEN_BY_LINE;
}

void bot_guard_enter(struct recording *r, bool *is_inside)
{
    const struct agent_options *o = r->agent->options;

    if (!o->given || !o->guard)
        return;
    recording_read_events(r);
    const struct given_webhook webhook = {
        .exchange = r->id,
        .origin = origin_of(r),
        .received_ms = r->received_ms,
        .bot_ms = clock_wall_ms(loop_clock(r->agent->loop)),
    };
    given_events_add(o->given, &webhook, &r->batch);
    if (webhook.origin == GIVEN_BY_LINE || *is_inside)
        return;
    push_guard_enter(o->guard);
    *is_inside = true;
}

void bot_guard_leave(struct recording *r, bool *is_inside)
{
    if (*is_inside)
        push_guard_leave(r->agent->options->guard);
    *is_inside = false;
}
