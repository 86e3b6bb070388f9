#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static enum err add_own(struct http_head *head, const struct agent_rig_request *request)
{
    const char *id = request->delivery ? request->delivery : AGENT_RIG_DELIVERY;
    enum err rc = OK;

    if (*id)
        rc = http_head_add(head, SPAN(LINK_FIELD_DELIVERY), span_text(id));
    for (size_t i = 0; rc == OK && i < 4 && request->fields[i][0]; i++)
        rc = http_head_add(head, span_text(request->fields[i][0]),
                           span_text(request->fields[i][1]));
    return rc;
}

static enum err start(struct exchange_log *log, const struct agent_rig_request *request,
                      bool is_whole)
{
    static struct signature_fields fields;
    struct signature_secret secret = agent_rig.secret;
    struct http_head head;

    http_head_init_request(&head, span_text(request->method ? request->method : "POST"),
                           span_text(request->target ? request->target : "/callback"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    if (request->secret)
        secret.secret = span_text(request->secret);
    enum err rc = add_own(&head, request);
    if (rc == OK && !request->unsigned_)
        rc = signature_sign(&secret, request->body, SPAN(""), AGENT_RIG_NOW_MS, &fields, &head);
    if (rc == OK)
        rc = agent_rig.relay
                 ? link_session_request(agent_rig.relay, &head, is_whole && !request->body.len,
                                        &exchange_log_events, log, &log->x)
                 : ERR_CLOSED;
    return rc;
}

/* A log that has room already was prepared by the test. */
static void prepare(struct exchange_log *log)
{
    if (log->text.cap == 0)
        exchange_log_init(log);
}

enum err agent_rig_begin(struct exchange_log *log, const struct agent_rig_request *request)
{
    prepare(log);
    return start(log, request, false);
}

enum err agent_rig_send(struct exchange_log *log, const struct agent_rig_request *request)
{
    prepare(log);
    enum err rc = start(log, request, true);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_body(log->x, request->body.ptr, request->body.len);
    if (rc == OK && request->body.len > 0)
        rc = exchange_send_end(log->x);
    return rc;
}

void agent_rig_finish(struct exchange_log *log)
{
    while (!log->completes && !log->aborts)
        loop_turn(agent_rig.loop, true);
    exchange_close(log->x);
    agent_rig_wait(&log->closeds, 1);
}

void agent_rig_wait(const int *flag, int count)
{
    while (*flag < count)
        loop_turn(agent_rig.loop, true);
}

void agent_rig_advance(uint64_t ms)
{
    clock_fake_advance(&agent_rig.clock, ms * 1000);
    deadline_run_due(agent_rig.loop);
    agent_rig_settle();
}

void agent_rig_settle(void)
{
    for (int i = 0; i < 20; i++)
        loop_turn(agent_rig.loop, false);
}

void agent_rig_quiet(void)
{
    agent_rig_settle();
    while (!agent_context_is_quiet(&agent_rig.context))
        loop_turn(agent_rig.loop, true);
    agent_rig_settle();
}

void agent_rig_drain(void)
{
    agent_rig_quiet();
    while (pending_queue_is_waiting(&agent_rig.queue)) {
        agent_rig_advance(1000);
        agent_rig_quiet();
    }
}

struct journal_exchange *agent_rig_read(const char *id)
{
    struct journal_reader *reader = journal_rig_reader();
    struct journal_exchange *x = NULL;

    CHECK_EQ(journal_reader_get(reader, span_text(id), &x), OK);
    journal_reader_close(reader);
    return x;
}
