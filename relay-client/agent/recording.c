#include "relay-client/agent/recording.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "link/link_handshake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t since_arrival_us(const struct recording *r)
{
    return clock_us(loop_clock(r->agent->loop)) - r->arrived_us;
}

/* The relay numbers deliveries; an id that is not one of its kind, or none at all
 * (local requests), is replaced by our own. */
static void take_delivery_id(struct recording *r)
{
    struct span given = http_head_value(&r->head, LINK_FIELD_DELIVERY);

    if (r->origin == AGENT_FROM_LINK && ulid_is_valid(given))
        memcpy(r->delivery, given.ptr, ULID_LEN);
    else
        ulid_make(&r->agent->ids, r->arrived_ms, r->agent->options->random, r->delivery);
}

static enum err choose_handler(struct recording *r)
{
    const struct agent_options *o = r->agent->options;
    struct span name = http_head_value(&r->head, AGENT_FIELD_TARGET);

    r->handler = o->handler;
    if (r->origin == AGENT_FROM_LINK || name.len == 0)
        return OK;
    for (size_t i = 0; i < o->targets_len; i++) {
        r->handler = o->targets[i].handler;
        if (span_is(name, span_text(o->targets[i].name)))
            return OK;
    }
    return ERR_NOT_FOUND;
}

/* A time that no clock shows is none. */
static void take_received(struct recording *r)
{
    uint64_t ms;

    if (span_parse_u64(http_head_value(&r->head, LINK_FIELD_RECEIVED), &ms) && ms <= INT64_MAX)
        r->received_ms = ms;
}

static void take_answered(struct recording *r)
{
    uint64_t status;

    if (span_parse_u64(http_head_value(&r->head, LINK_FIELD_ANSWERED), &status) &&
        status >= 200 && status <= 599)
        recording_note_sender(r, JOURNAL_BY_INBOX, (unsigned)status);
}

static void take_own_fields(struct recording *r)
{
    take_delivery_id(r);
    r->received_ms = r->arrived_ms;
    if (r->origin == AGENT_FROM_LINK) {
        take_received(r);
        take_answered(r);
    } else {
        (void)span_parse_u64(http_head_value(&r->head, AGENT_FIELD_REPLAY_OF), &r->replay_of);
        r->is_simulated = span_is(http_head_value(&r->head, AGENT_FIELD_SIMULATED), SPAN("1"));
    }
    http_head_remove_prefixed(&r->head, SPAN(LINK_FIELDS));
}

enum err recording_init(struct recording *r, struct agent_context *agent,
                        const struct http_head *head, enum agent_origin origin)
{
    const struct clock *clock = loop_clock(agent->loop);
    enum err rc = http_head_copy(&r->head, head, &r->storage);

    if (rc != OK)
        return rc;
    r->agent = agent;
    r->origin = origin;
    rc = choose_handler(r);
    if (rc != OK) {
        mem_free(r->storage);
        return rc;
    }
    r->arrived_us = clock_us(clock);
    r->arrived_ms = clock_wall_ms(clock);
    bytes_init(&r->body, RECORDING_BODY_MAX);
    bytes_init(&r->answer_body, RECORDING_BODY_MAX);
    take_own_fields(r);
    list_append(&agent->deliveries, &r->in_agent);
    return OK;
}

void recording_fini(struct recording *r)
{
    struct agent_context *agent = r->agent;

    mem_free(r->storage);
    mem_free(r->answer_storage);
    bytes_fini(&r->body);
    bytes_fini(&r->answer_body);
    line_batch_fini(&r->batch);
    if (!agent)
        return;
    list_remove(&r->in_agent);
    if (agent_context_is_quiet(agent))
        agent->on_quiet(agent);
}

static bool keep(struct bytes *kept, bool *truncated, const uint8_t *data, size_t len)
{
    size_t room = kept->max - bytes_len(kept);
    size_t n = len < room ? len : room;

    if (*truncated || bytes_append(kept, data, n) != OK || n < len)
        *truncated = true;
    return !*truncated;
}

bool recording_keep_body(struct recording *r, const uint8_t *data, size_t len)
{
    return keep(&r->body, &r->body_truncated, data, len);
}

bool recording_keep_answer_body(struct recording *r, const uint8_t *data, size_t len)
{
    return keep(&r->answer_body, &r->answer_truncated, data, len);
}

enum err recording_keep_answer(struct recording *r, const struct http_head *head)
{
    r->handler_us = since_arrival_us(r);
    return http_head_copy(&r->answer, head, &r->answer_storage);
}

enum err recording_store(struct recording *r, struct journal_ticket *ticket)
{
    char peer[64];
    struct span from = http_head_value(&r->head, "x-forwarded-for");
    struct journal_request request = {
        .delivery = r->delivery,
        .tunnel = r->agent->options->tunnel ? r->agent->options->tunnel : "",
        .received_ms = r->received_ms,
        .arrived_ms = r->arrived_ms,
        .peer = text_escape(peer, sizeof peer, from),
        .head = &r->head,
        .body = bytes_span(&r->body),
        .body_truncated = r->body_truncated,
        .webhook = r->webhook,
        .replay_of = r->replay_of,
        .is_simulated = r->is_simulated,
        .answered = r->sender.by == JOURNAL_BY_INBOX ? r->sender.status : 0,
        .batch = &r->batch,
    };

    return journal_record(r->agent->options->journal, &request, ticket);
}

/* --answer=now: the relay answers at this very word. */
static bool is_answered_when_stored(const struct recording *r)
{
    return r->origin == AGENT_FROM_LINK && r->agent->options->answer == LINK_ANSWER_NOW;
}

enum err recording_tell_stored(struct recording *r, uint64_t id, struct exchange *server)
{
    struct http_head stored;
    char number[24];
    enum err rc = OK;

    r->id = id;
    r->stored_us = since_arrival_us(r);
    if (!server)
        return ERR_CLOSED;
    http_head_init_response(&stored, LINK_STATUS_STORED);
    if (r->origin == AGENT_FROM_HERE) {
        snprintf(number, sizeof number, "%" PRIu64, id);
        rc = http_head_add(&stored, SPAN(AGENT_FIELD_EXCHANGE), span_text(number));
    }
    if (rc == OK)
        rc = exchange_send_head(server, &stored, false);
    r->is_stored_said = rc == OK;
    if (r->is_stored_said && r->webhook && is_answered_when_stored(r)) {
        recording_note_sender(r, JOURNAL_BY_GUARD, 200);
        r->sender.is_now = r->sender.by == JOURNAL_BY_GUARD;
    }
    return rc;
}

/* --- the sender --- */

void recording_note_sender(struct recording *r, enum journal_answerer by, unsigned status)
{
    if (r->sender.is_known)
        return;
    r->sender = (struct recording_sender){.by = by, .status = status, .is_known = true};
    if (by != JOURNAL_BY_INBOX && by != JOURNAL_BY_NOBODY)
        r->sender.answered_us = since_arrival_us(r);
}

/* The relay ends a stream after *stored*: CANCEL when it has answered itself, an error
 * when the sender has gone.  When the link breaks it answers by itself what it knows to
 * be stored, but in the bot's place only if it was told to. */
void recording_note_gone(struct recording *r, enum err why)
{
    bool relay_answers = r->origin == AGENT_FROM_LINK && r->webhook && r->is_stored_said &&
                         why != ERR_IO && r->agent->options->answer != LINK_ANSWER_BOT;

    if (relay_answers)
        recording_note_sender(r, JOURNAL_BY_GUARD, 200);
    else
        recording_note_sender(r, JOURNAL_BY_NOBODY, 0);
}

void recording_correct_sender(struct agent_context *agent, uint64_t id, unsigned status)
{
    struct journal_answer a = {
        .exchange = id, .status = status, .by = JOURNAL_BY_INBOX, .is_sender_only = true};
    enum err rc = journal_answer(agent->options->journal, &a);

    if (rc != OK)
        log_warn("agent", "exchange=%" PRIu64 " that the inbox answered is not recorded: %s",
                 id, err_text(rc));
    for (struct list_node *n = list_first(&agent->deliveries); n;
         n = list_next(&agent->deliveries, n)) {
        struct recording *r = CONTAINER_OF(n, struct recording, in_agent);
        if (r->id == id)
            r->sender = (struct recording_sender){
                .by = JOURNAL_BY_INBOX, .status = status, .is_known = true};
    }
}

void recording_read_events(struct recording *r)
{
    if (r->webhook && !r->batch.destination &&
        line_batch_parse(&r->batch, bytes_span(&r->body)) != OK)
        log_warn("agent", "exchange=%llu out of memory: its events are not shown",
                 (unsigned long long)r->id);
}

const char *recording_handler_name(const struct recording *r)
{
    return handler_name(r->handler);
}
