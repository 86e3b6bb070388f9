#include "relay-client/agent/recording.h"

#include "base/log.h"
#include "codec/line/line_reply_token.h"

/* When the bot got it; what waited in the relay's inbox was received before it came. */
static bool has_dead_token(const struct recording *r, const struct line_event *e)
{
    bool has_waited = r->sender.by == JOURNAL_BY_INBOX && r->received_ms > 0;
    uint64_t received_ms = has_waited ? r->received_ms : r->arrived_ms;

    if (r->replay_of > 0 && e->timestamp_ms > 0)
        received_ms = e->timestamp_ms;
    return r->answer.status > 0 && e->reply_token[0] != '\0' &&
           line_reply_token_is_dead(e->timestamp_ms, e->is_redelivery, received_ms,
                                    r->arrived_ms + r->called_us / 1000);
}

static void tell_events(const struct recording *r, struct summary *s)
{
    const struct line_batch *batch = &r->batch;

    s->event_type = s->message_type = s->event_text = s->user_id = "";
    if (batch->events_len == 0)
        return;
    s->event_type = batch->events[0].type;
    s->message_type = batch->events[0].message_type;
    s->event_text = batch->events[0].text;
    s->user_id = batch->events[0].user_id;
    s->events_len = batch->events_total;
    s->has_dead_token = has_dead_token(r, &batch->events[0]);
}

static void tell(struct recording *r, const struct journal_answer *a)
{
    struct summary s = {
        .id = r->id,
        .arrived_ms = r->arrived_ms,
        .method = r->head.method,
        .target = r->head.target,
        .webhook = r->webhook,
        .verdict = a->verdict,
        .explanation = a->explanation,
        .status = a->status,
        .by = a->by,
        .bot_status = r->answer.status,
        .outcome = a->outcome,
        .attempts = a->attempts,
        .next_ms = a->next_ms,
        .is_again = r->is_again,
        .total_us = a->total_us,
        .replay_of = r->replay_of,
        .duplicate_of = r->duplicate_of,
        .error = a->error,
    };

    if (!r->agent->events->on_exchange)
        return;
    recording_read_events(r);
    tell_events(r, &s);
    r->agent->events->on_exchange(r->agent->owner, &s);
}

static void count(const struct recording *r)
{
    if (!r->webhook || r->answer.status == 0)
        return;
    r->agent->counts.delivered++;
    agent_context_tell_counts(r->agent);
}

void recording_finish(struct recording *r, const struct recording_end *end)
{
    const struct signature_provider *provider = r->check.provider;
    const struct agent_options *o = r->agent->options;
    bool valid = r->check.verdict == VERDICT_VALID;
    struct journal_answer a = {
        .exchange = r->id,
        .verdict = r->check.verdict,
        .provider = provider ? provider->name : "",
        .secret_label = valid ? o->secrets[r->check.matched].label : "",
        .explanation = r->check.explanation,
        .cause = r->check.code,
        .handler = end->handler,
        .status = r->sender.status,
        .by = r->sender.by,
        .answered_us = r->sender.answered_us,
        .is_now = r->sender.is_now,
        .outcome = end->outcome,
        .attempts = r->attempts,
        .crashes = r->crashes,
        .next_ms = end->next_ms,
        .is_unreachable = r->is_unreachable,
        .head = r->answer.status ? &r->answer : NULL,
        .body = bytes_span(&r->answer_body),
        .body_truncated = r->answer_truncated,
        .error = end->error,
        .stored_us = r->stored_us,
        .called_us = r->called_us,
        .handler_us = r->handler_us,
        .total_us = clock_us(loop_clock(r->agent->loop)) - r->arrived_us,
    };

    if (r->id != 0) {
        enum err rc = journal_answer(o->journal, &a);
        if (rc != OK)
            log_warn("agent", "exchange=%llu answer not recorded: %s",
                     (unsigned long long)r->id, err_text(rc));
    }
    count(r);
    if (!end->is_silent)
        tell(r, &a);
}
