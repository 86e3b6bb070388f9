#include "relay-client/agent/recording.h"

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

/* Also those that only a later version knows: they are between relay and agent. */
static void remove_own_fields(struct http_head *head)
{
    size_t kept = 0;

    for (size_t i = 0; i < head->fields_len; i++)
        if (!span_is_nocase(span_slice(head->fields[i].name, 0, 9), SPAN("hookline-")))
            head->fields[kept++] = head->fields[i];
    head->fields_len = kept;
}

/* A time that no clock shows is none. */
static void take_received(struct recording *r)
{
    uint64_t ms;

    if (span_parse_u64(http_head_value(&r->head, LINK_FIELD_RECEIVED), &ms) && ms <= INT64_MAX)
        r->received_ms = ms;
}

static void take_own_fields(struct recording *r)
{
    take_delivery_id(r);
    r->received_ms = r->arrived_ms;
    if (r->origin == AGENT_FROM_LINK)
        take_received(r);
    else
        (void)span_parse_u64(http_head_value(&r->head, AGENT_FIELD_REPLAY_OF), &r->replay_of);
    remove_own_fields(&r->head);
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
    if (list_is_empty(&agent->deliveries))
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
        .batch = &r->batch,
    };

    return journal_record(r->agent->options->journal, &request, ticket);
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
    return rc == OK ? exchange_send_head(server, &stored, false) : rc;
}

void recording_refuse(struct exchange *server, enum err why)
{
    static const struct problem no_memory = {
        .status = 503,
        .title = "The agent is out of memory",
        .detail = "the request was not taken; try again in a moment",
        .retry_after = "10",
    };
    static const struct problem no_target = {
        .status = 404,
        .title = "No such target",
        .detail = "the running agent knows no target of that name: start it with --target "
                  "NAME=URL, or put \"target\" into the configuration file",
    };

    problem_refuse(server, why == ERR_NOT_FOUND ? &no_target : &no_memory);
}

/* The journal has read it, unless the disk refused. */
static void read_body(struct recording *r)
{
    if (r->webhook && !r->batch.destination &&
        line_batch_parse(&r->batch, bytes_span(&r->body)) != OK)
        log_warn("agent", "exchange=%llu out of memory: its events are not shown",
                 (unsigned long long)r->id);
}

static void tell(struct recording *r, const struct journal_answer *a)
{
    const struct line_batch *batch = &r->batch;
    struct summary s = {
        .id = r->id,
        .arrived_ms = r->arrived_ms,
        .method = r->head.method,
        .target = r->head.target,
        .webhook = r->webhook,
        .verdict = a->verdict,
        .explanation = a->explanation,
        .status = a->status,
        .total_us = a->total_us,
        .replay_of = r->replay_of,
        .error = a->error,
        .event_type = "",
        .message_type = "",
        .event_text = "",
        .user_id = "",
    };

    if (!r->agent->events->on_exchange)
        return;
    read_body(r);
    if (batch->events_len > 0) {
        s.event_type = batch->events[0].type;
        s.message_type = batch->events[0].message_type;
        s.event_text = batch->events[0].text;
        s.user_id = batch->events[0].user_id;
        s.events_len = batch->events_total;
    }
    r->agent->events->on_exchange(r->agent->owner, &s);
}

void recording_finish(struct recording *r, unsigned status, const char *handler,
                      const char *error)
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
        .handler = handler,
        .status = status,
        .head = r->answer.status ? &r->answer : NULL,
        .body = bytes_span(&r->answer_body),
        .body_truncated = r->answer_truncated,
        .error = error,
        .stored_us = r->stored_us,
        .handler_us = r->handler_us,
        .total_us = since_arrival_us(r),
    };

    if (r->id != 0) {
        enum err rc = journal_answer(o->journal, &a);
        if (rc != OK)
            log_warn("agent", "exchange=%llu answer not recorded: %s",
                     (unsigned long long)r->id, err_text(rc));
    }
    tell(r, &a);
}

const char *recording_handler_name(const struct recording *r)
{
    return handler_name(r->handler);
}

struct problem recording_problem(const struct recording *r, const struct problem *p,
                                 const char *why)
{
    struct problem shown = *p;

    if (r->origin == AGENT_FROM_HERE && *why)
        shown.detail = why;
    return shown;
}

unsigned recording_failure_status(enum err why)
{
    return why == ERR_TIMEOUT ? 504 : why == ERR_FAILED ? 500 : 502;
}
