#include "relay-client/agent/recording.h"

#include "base/mem.h"

#include <stdio.h>

/* We died before anything was recorded of its end: then the link broke, and the relay
 * answers what it knows to be stored (recording_note_gone). */
static bool is_left_to_the_relay(const struct agent_options *o, const struct journal_load *load)
{
    bool is_untold = load->by == JOURNAL_BY_NOBODY && load->stored_us == 0 && load->crashes > 0;

    return is_untold && o->answer != LINK_ANSWER_BOT && o->offline == LINK_OFFLINE_KEEP;
}

static void restore_answer(struct recording *r, const struct journal_load *load)
{
    r->sender = (struct recording_sender){.by = load->by,
                                          .status = load->status,
                                          .answered_us = load->answered_us,
                                          .is_known = true};
    if (is_left_to_the_relay(r->agent->options, load)) {
        r->sender.by = JOURNAL_BY_GUARD;
        r->sender.status = 200;
    }
    r->stored_us = load->stored_us;
    r->attempts = load->attempts;
    r->crashes = load->crashes;
    r->is_unreachable = load->is_unreachable;
}

/* Durations go on since its arrival; a clock that was set back makes none longer. */
static void restore_times(struct recording *r, const struct journal_request *request)
{
    const struct clock *clock = loop_clock(r->agent->loop);
    uint64_t now_ms = clock_wall_ms(clock);
    uint64_t age_ms = now_ms > request->arrived_ms ? now_ms - request->arrived_ms : 0;

    r->received_ms = request->received_ms;
    r->arrived_ms = request->arrived_ms;
    r->arrived_us = clock_us(clock) - age_ms * 1000; /* wraps, and back when it is used */
}

enum err recording_restore(struct recording *r, struct agent_context *agent,
                           const struct journal_load *load,
                           const struct journal_request *request)
{
    enum err rc = http_head_copy(&r->head, request->head, &r->storage);

    if (rc != OK)
        return rc;
    bytes_init(&r->body, RECORDING_BODY_MAX);
    bytes_init(&r->answer_body, RECORDING_BODY_MAX);
    rc = bytes_append_span(&r->body, request->body);
    if (rc != OK) {
        mem_free(r->storage);
        r->storage = NULL;
        return rc;
    }
    r->agent = agent;
    r->handler = agent->options->handler;
    r->origin = AGENT_FROM_LINK;
    r->webhook = true;
    r->id = load->exchange;
    r->replay_of = request->replay_of;
    r->is_simulated = request->is_simulated;
    snprintf(r->delivery, sizeof r->delivery, "%s", request->delivery);
    restore_times(r, request);
    restore_answer(r, load);
    list_append(&agent->deliveries, &r->in_agent);
    return OK;
}
