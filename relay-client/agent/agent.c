/* The life of an agent:
 *   1. what is unfinished is found in the journal, then the linker looks for the relay; the
 *      local port waits for this machine's requests from the beginning
 *   2. requests of either origin become deliveries; local ones to the agent are answered
 *   3. shutdown: no new link, no new local connection, nothing is tried again; deliveries
 *      finish
 *   4. when links, connections and deliveries are gone: on_closed
 * What can go wrong:
 *   - deliveries take longer than 30 s to finish: links and connections are closed; a
 *     delivery without them ends by itself when its handler answers or is too late
 *   - the control socket is served by another agent: refused to open, with its reason */
#include "relay-client/agent/agent.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/announced.h"
#include "relay-client/agent/control_request.h"
#include "relay-client/agent/link/linker.h"
#include "relay-client/agent/link_gap.h"
#include "relay-client/agent/local_port.h"
#include "relay-client/agent/plain_request.h"
#include "relay-client/agent/webhook/pending_queue.h"
#include "relay-client/agent/webhook/webhook_delivery.h"
#include "relay-client/agent/webhook_path.h"

#include <stdio.h>

#define SHUTDOWN_MS 30000u

struct agent {
    struct agent_context context;
    struct agent_options options;
    struct linker_options linker_options;
    struct linker *linker; /* owned, NULL: none, or gone */
    struct local_port local;
    struct pending_queue queue; /* with a relay only */
    struct status_board board;
    struct link_gap gap;
    struct deadline drain;
    struct defer_task closed_task;
    bool closing;
};

const char *agent_state_text(enum agent_state state)
{
    switch (state) {
    case AGENT_CONNECTING:
        return "connecting";
    case AGENT_LINKED:
        return "linked";
    case AGENT_WAITING:
        return "waiting";
    case AGENT_REFUSED:
        return "refused";
    case AGENT_REPLACED:
        return "replaced";
    }
    return "";
}

/* --- step 4 --- */

static void free_agent(struct agent *a)
{
    deadline_clear(a->context.loop, &a->drain);
    status_board_stop(&a->board);
    pending_queue_fini(&a->queue);
    secret_bots_fini(&a->context.bots);
    announced_free(&a->context.announced);
    mem_free(a);
}

static void on_nothing_left(struct defer_task *task)
{
    struct agent *a = CONTAINER_OF(task, struct agent, closed_task);

    a->context.events->on_closed(a->context.owner);
    free_agent(a);
}

static void close_when_empty(struct agent *a)
{
    if (a->closing && !a->linker && local_port_is_empty(&a->local) &&
        agent_context_is_quiet(&a->context))
        defer_post(a->context.loop, &a->closed_task, on_nothing_left);
}

static void on_quiet(struct agent_context *context)
{
    close_when_empty(CONTAINER_OF(context, struct agent, context));
}

/* --- step 2 --- */

/* A POST with a known signature header, or one that should have it: to the path for
 * webhooks, and while that is unknown any POST, if there is a secret to check with. */
static bool is_webhook(const struct agent *a, const struct http_head *head)
{
    const struct agent_options *o = &a->options;

    if (!span_is(head->method, SPAN("POST")))
        return false;
    for (size_t i = 0; i < head->fields_len; i++)
        if (signature_is_header(head->fields[i].name))
            return true;
    return o->webhook_path ? webhook_path_matches(o->webhook_path, head->target)
                           : o->secrets_len > 0;
}

static void on_link_request(void *owner, struct intake *intake, struct exchange *x,
                            const struct http_head *head)
{
    struct agent *a = owner;

    if (is_webhook(a, head))
        webhook_delivery_start(&a->context, intake, x, head);
    else
        plain_request_start(&a->context, x, head, AGENT_FROM_LINK);
}

static void on_local_request(void *owner, struct exchange *x, const struct http_head *head)
{
    struct agent *a = owner;

    if (control_request_is(head))
        control_request_start(&a->context, &a->board, x, head);
    else if (is_webhook(a, head) || http_head_find(head, AGENT_FIELD_SIMULATED))
        webhook_delivery_start(&a->context, NULL, x, head);
    else
        plain_request_start(&a->context, x, head, AGENT_FROM_HERE);
}

static void on_local_empty(void *owner)
{
    close_when_empty(owner);
}

static const struct local_port_events local_events = {
    .on_request = on_local_request,
    .on_empty = on_local_empty,
};

enum err agent_serve(struct agent *a, struct stream *stream)
{
    return local_port_serve(&a->local, stream);
}

/* --- what is known --- */

void agent_show_inspector(struct agent *a, const char *url)
{
    snprintf(a->context.inspector, sizeof a->context.inspector, "%s", url);
}

enum err agent_announce(struct agent *a, struct span body, uint64_t replay_of,
                        bool is_simulated)
{
    struct announced_entry wish = {.replay_of = replay_of, .is_simulated = is_simulated};

    digest_sha256(body, wish.sha256);
    return announced_put(&a->context, &wish);
}

uint64_t agent_announced(struct agent *a, struct span body)
{
    uint8_t sha256[DIGEST_SHA256_LEN];

    digest_sha256(body, sha256);
    return announced_collect(&a->context, sha256);
}

enum err agent_settle(struct agent *a, struct agent_settling *s)
{
    return agent_settling_start(s, &a->context);
}

static void on_counts(struct agent_context *context)
{
    status_board_counts(&CONTAINER_OF(context, struct agent, context)->board);
}

static void on_link_status(void *owner, const struct agent_status *status)
{
    struct agent *a = owner;

    if (!a->closing)
        link_gap_note(&a->gap, status->state, clock_wall_ms(loop_clock(a->context.loop)));
    status_board_link(&a->board, status);
}

static void on_linked(void *owner, uint64_t kept)
{
    struct agent *a = owner;

    a->context.counts.kept = kept; /* on_link_status follows */
}

static void on_linker_closed(void *owner)
{
    struct agent *a = owner;

    a->linker = NULL;
    close_when_empty(a);
}

static const struct linker_events linker_events = {
    .on_status = on_link_status,
    .on_linked = on_linked,
    .on_request = on_link_request,
    .on_closed = on_linker_closed,
};

/* --- step 1 --- */

static enum err open_linker(struct agent *a)
{
    const struct agent_options *o = &a->options;

    a->linker_options = (struct linker_options){
        .host = o->relay_host,
        .port = o->relay_port,
        .tunnel = o->tunnel,
        .token = o->token,
        .ca_file = o->ca_file,
        .pin = o->pin,
        .answer = o->answer,
        .offline = o->offline,
        .random = o->random,
    };
    return linker_open(a->context.loop, &a->linker_options, &linker_events, a, &a->linker);
}

/* What was unfinished is known: now the relay may send more. */
static void on_ready(struct agent_context *context)
{
    struct agent *a = CONTAINER_OF(context, struct agent, context);

    if (a->linker)
        linker_start(a->linker);
}

static enum err open_link(struct agent *a, char detail[static 256])
{
    if (!a->options.relay_host)
        return OK;
    enum err rc = open_linker(a);
    if (rc != OK) {
        snprintf(detail, 256, "%s", a->linker_options.detail);
        return rc;
    }
    a->context.queue = &a->queue;
    pending_queue_start(&a->queue, on_ready);
    return OK;
}

static enum err open_parts(struct agent *a, struct agent_options *given)
{
    enum err rc = secret_bots_init(&a->context.bots, given->secrets, given->secrets_len);

    if (rc != OK) {
        snprintf(given->detail, sizeof given->detail, "%s", err_text(rc));
        return rc;
    }
    a->options.secrets = a->context.bots.secrets;
    if (a->options.control_socket)
        rc = local_port_listen(&a->local, a->options.control_socket, given->detail);
    return rc == OK ? open_link(a, given->detail) : rc;
}

enum err agent_open(struct loop *l, struct agent_options *options,
                    const struct agent_events *events, void *owner, struct agent **out)
{
    struct agent *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->options = *options;
    a->context = (struct agent_context){.loop = l,
                                        .options = &a->options,
                                        .events = events,
                                        .owner = owner,
                                        .on_quiet = on_quiet,
                                        .on_counts = on_counts};
    list_init(&a->context.deliveries);
    local_port_init(&a->local, l, &local_events, a);
    pending_queue_init(&a->queue, &a->context);
    status_board_init(&a->board, &a->context);
    a->gap.journal = options->journal;
    enum err rc = open_parts(a, options);
    if (rc != OK) {
        local_port_shutdown(&a->local);
        free_agent(a);
        return rc;
    }
    *out = a;
    return OK;
}

/* --- step 3 --- */

static void cut(struct agent *a)
{
    if (a->linker)
        linker_close(a->linker);
    local_port_cut(&a->local);
}

static void on_drain_over(struct deadline *d)
{
    log_warn("agent", "requests still under way after %u s are cut", SHUTDOWN_MS / 1000);
    cut(CONTAINER_OF(d, struct agent, drain));
}

void agent_shutdown(struct agent *a)
{
    if (a->closing) {
        cut(a);
        return;
    }
    a->closing = true;
    pending_queue_stop(&a->queue);
    if (a->linker)
        linker_shutdown(a->linker);
    local_port_shutdown(&a->local);
    if (deadline_set(a->context.loop, &a->drain, SHUTDOWN_MS, on_drain_over) != OK)
        local_port_cut(&a->local);
    close_when_empty(a);
}
