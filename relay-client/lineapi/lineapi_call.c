/* A call:
 *   1. its head is matched, its body read until it is whole; a file only as far as it takes to
 *      know that there is one
 *   2. the facts are read, lineapi_decision.h decides
 *   3. the emulator answers (lineapi_emulate.c), or LINE does (lineapi_pass.c)
 *   4. it is recorded, and freed
 * What can go wrong:
 *   - whoever asked hangs up: before step 3 nothing has happened, and nothing is recorded;
 *     later what has happened is
 *   - memory is out: 503 */
#include "relay-client/lineapi/lineapi_call.h"

#include "base/mem.h"
#include "relay-client/lineapi/lineapi_answer.h"
#include "relay-client/lineapi/lineapi_call_impl.h"

#include <stdio.h>

void lineapi_call_free(struct lineapi_call *c)
{
    struct lineapi *a = c->api;

    exchange_let_go(c->server);
    emulated_call_fini(&c->emulated);
    lineapi_facts_fini(&c->facts);
    bytes_fini(&c->body);
    bytes_fini(&c->answer_body);
    mem_free(c->storage);
    mem_free(c->answer_storage);
    mem_free(c);
    lineapi_release(a);
}

/* --- step 4 --- */

void lineapi_call_end(struct lineapi_call *c, enum journal_call_mode mode)
{
    c->state = LINEAPI_CALL_OVER;
    c->mode = mode;
    c->took_us = clock_us(loop_clock(c->api->loop)) - c->began_us;
    lineapi_backlog_put(&c->api->backlog, c);
}

/* --- step 2 --- */

static void decide(struct lineapi_call *c)
{
    const struct lineapi_request request = {
        .options = &c->api->options,
        .emulator = c->api->emulator,
        .match = &c->match,
        .head = &c->head,
        .body = bytes_span(&c->body),
        .is_body_whole = c->is_whole,
        .now_ms = c->at_ms,
    };

    lineapi_facts_read(&c->facts, &request);
    c->decision = lineapi_decision_make(&c->facts.decision);
    snprintf(c->explanation, sizeof c->explanation, "%s",
             lineapi_decision_text(c->decision.why));
}

/* As far as there is something to decide about. */
static void go_on(struct lineapi_call *c)
{
    if (!c->is_decided)
        decide(c);
    c->is_decided = true;
    if (c->decision.is_passed)
        lineapi_pass_start(c);
    else if (c->is_whole || bytes_len(&c->body) > c->body_max)
        lineapi_emulate_start(c);
}

/* --- step 1 --- */

static bool is_file(const struct lineapi_match *m)
{
    return m->operation && m->operation->flags & LINEAPI_BYTES;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct lineapi_call *c = owner;

    if (c->state != LINEAPI_CALL_READING)
        return; /* the answer came early */
    if (bytes_append(&c->body, data, len) != OK)
        lineapi_emulate_refuse(c, 503, "unreachable", "Hookline is out of memory.");
    else if (is_file(&c->match) || bytes_len(&c->body) > c->body_max)
        go_on(c);
}

static void on_complete(void *owner)
{
    struct lineapi_call *c = owner;

    c->is_whole = true;
    if (c->state == LINEAPI_CALL_READING)
        go_on(c);
}

static void on_gone(void *owner, enum err why, const char *detail)
{
    struct lineapi_call *c = owner;

    (void)why, (void)detail;
    exchange_let_go(c->server);
    c->server = NULL;
    if (c->state == LINEAPI_CALL_READING)
        lineapi_call_free(c);
}

static const struct exchange_events server_events = {
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_gone,
};

static void make_request_id(struct lineapi_call *c)
{
    uint8_t b[16];

    random_fill(c->api->options.random, b, sizeof b);
    b[6] = (uint8_t)(b[6] & 0x0f) | 0x40; /* RFC 9562 §5.4 */
    b[8] = (uint8_t)(b[8] & 0x3f) | 0x80;
    snprintf(c->request_id, sizeof c->request_id,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}

void lineapi_call_start(struct lineapi *a, struct exchange *x, const struct http_head *head)
{
    struct lineapi_call *c = mem_alloc(sizeof *c);

    if (!c || http_head_copy(&c->head, head, &c->storage) != OK) {
        mem_free(c);
        lineapi_answer_refuse(x, 503, "Hookline is out of memory.");
        return;
    }
    c->api = a;
    c->server = x;
    c->at_ms = clock_wall_ms(loop_clock(a->loop));
    c->began_us = clock_us(loop_clock(a->loop));
    emulated_call_init(&c->emulated);
    make_request_id(c);
    lineapi_operation_find(c->head.method, c->head.target, &c->match);
    c->body_max = is_file(&c->match) ? LINEAPI_FILE_MAX : EMULATED_BODY_MAX;
    bytes_init(&c->body, c->body_max + LOOP_READ_BUFFER);
    bytes_init(&c->answer_body, JOURNAL_CALL_BODY_MAX);
    lineapi_hold(a);
    exchange_own(x, &server_events, c);
}
