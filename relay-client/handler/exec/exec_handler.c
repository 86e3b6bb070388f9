/* The happy path:
 *  1. A call collects its request, then waits in line for one of the processes.
 *  2. A process starts with the body and the environment of the call.
 *  3. It exits: its output is the answer.  Once it is gone for good the next one starts.
 *
 * What can go wrong:
 *  - It is no webhook: 404, without a process.
 *  - It is too slow, or nobody waits for its answer any more: it is stopped.  Its place
 *    is free only when it is gone.
 *  - It ends badly, cannot be started, or the line is not moving: aborted with the reason.
 *    What it wrote is for the person at this machine, so no answer is made of it. */
#include "relay-client/handler/exec/exec_handler.h"

#include "base/mem.h"
#include "http/problem.h"
#include "loop/deadline.h"
#include "relay-client/handler/exec/exec_environment.h"
#include "relay-client/handler/exec/exec_explanation.h"
#include "relay-client/handler/exec/exec_process.h"
#include "relay-client/handler/local_exchange.h"

#include <stdio.h>
#include <string.h>

#define BODY_MAX      ((size_t)1024 * 1024)
#define WAITING_MAX   1000u
#define ANSWER_MS     30000u
#define PROCESSES_MAX 4u
#define DELIVERY_SIZE 64u
#define PLAIN         "text/plain; charset=utf-8"
#define REFUSAL_MAX   ((size_t)4096)

/* What the shell says when it cannot run the command. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND      127

struct exec_handler {
    struct handler base;
    char *command; /* owned */
    bool takes_plain;
    uint64_t answer_ms;
    unsigned processes, processes_max;
    struct list calls, line;
    size_t waiting; /* calls that have had no process yet */
};

struct exec_call {
    struct local_exchange x;
    struct exec_handler *handler; /* back-pointer */
    struct list_node in_line;
    struct exec_process *process; /* borrowed: it frees itself; NULL when there is none */
    struct deadline deadline;
    struct handler_request request; /* head and delivery are ours */
    char delivery[DELIVERY_SIZE];
    bool is_for_command;
    bool waits;
};

static struct exec_call *from_exchange(struct local_exchange *x)
{
    return CONTAINER_OF(x, struct exec_call, x);
}

static struct exec_handler *from_base(struct handler *h)
{
    return CONTAINER_OF(h, struct exec_handler, base);
}

static void fail(struct exec_call *c, enum err why, const char *reason, struct span errors)
{
    struct bytes text;

    bytes_init(&text, EXEC_EXPLANATION_MAX);
    bool explained = exec_explanation_format(&text, reason, errors) == OK &&
                     bytes_append(&text, "", 1) == OK;
    local_exchange_fail(&c->x, why, explained ? (const char *)bytes_peek(&text) : reason);
    bytes_fini(&text);
}

/* --- step 3 --- */

static void run_line(struct exec_handler *h);

static void fail_with_status(struct exec_call *c, const struct exec_process_result *r)
{
    char reason[64];

    if (r->signal != 0)
        (void)snprintf(reason, sizeof reason, "the command was ended by signal %d (%s)",
                       r->signal, strsignal(r->signal));
    else
        (void)snprintf(reason, sizeof reason, "the command failed with exit code %d", r->code);
    fail(c, ERR_FAILED, reason, r->errors);
}

static void on_ended(void *owner, const struct exec_process_result *r)
{
    struct exec_call *c = owner;

    c->process = NULL;
    deadline_clear(c->handler->base.loop, &c->deadline);
    if (r->why == ERR_BODY_TOO_LARGE)
        fail(c, r->why, "the command wrote more than 1 MiB to its standard output", r->errors);
    else if (r->why != OK)
        fail(c, r->why, err_text(r->why), r->errors);
    else if (r->signal == 0 && r->code == 0)
        local_exchange_answer(&c->x, 200, PLAIN, r->output);
    else if (r->signal == 0 && r->code == EXIT_NOT_FOUND)
        fail(c, ERR_NOT_FOUND, "there is no such command", r->errors);
    else if (r->signal == 0 && r->code == EXIT_NOT_EXECUTABLE)
        fail(c, ERR_DENIED, "the command is not an executable program", r->errors);
    else
        fail_with_status(c, r);
}

static void on_gone(void *keeper)
{
    struct exec_handler *h = keeper;

    h->processes--;
    run_line(h);
    handler_release(&h->base);
}

static const struct exec_process_events process_events = {
    .on_ended = on_ended,
    .on_gone = on_gone,
};

/* --- step 2 --- */

static void leave_line(struct exec_call *c)
{
    list_remove(&c->in_line);
    if (c->waits)
        c->handler->waiting--;
    c->waits = false;
}

/* Nothing goes on for this call any more. */
static void drop(struct exec_call *c)
{
    leave_line(c);
    deadline_clear(c->handler->base.loop, &c->deadline);
    if (c->process)
        exec_process_stop(c->process);
    c->process = NULL;
}

static void on_late(struct deadline *d)
{
    struct exec_call *c = CONTAINER_OF(d, struct exec_call, deadline);
    char limit[32], reason[96];
    struct span errors = {0};

    (void)handler_limit_text(limit, c->handler->answer_ms);
    if (c->process) {
        (void)snprintf(reason, sizeof reason, "the command did not end within %s", limit);
        errors = exec_process_errors(c->process);
    } else {
        (void)snprintf(reason, sizeof reason,
                       "the request waited %s for one of %u running commands to end", limit,
                       c->handler->processes_max);
    }
    fail(c, ERR_TIMEOUT, reason, errors);
    drop(c);
}

static enum err spawn(struct exec_call *c, struct exec_process_options *o)
{
    struct exec_environment environment;
    struct span input = bytes_span(&c->x.body);
    enum err rc = exec_environment_init(&environment, &c->request, input.len);

    if (rc != OK)
        return rc;
    o->command = c->handler->command;
    o->environment = environment.at;
    o->input = input;
    o->keeper = c->handler;
    rc = exec_process_start(c->handler->base.loop, o, &process_events, c, &c->process);
    exec_environment_fini(&environment);
    return rc;
}

static void start(struct exec_call *c)
{
    struct exec_handler *h = c->handler;
    struct exec_process_options options = {.detail = ""};
    enum err rc = deadline_set(h->base.loop, &c->deadline, h->answer_ms, on_late);

    leave_line(c);
    if (rc == OK)
        rc = spawn(c, &options);
    if (rc != OK) {
        deadline_clear(h->base.loop, &c->deadline);
        local_exchange_fail(&c->x, rc, *options.detail ? options.detail : err_text(rc));
        return;
    }
    h->processes++;
    handler_hold(&h->base);
}

static void run_line(struct exec_handler *h)
{
    struct list_node *n;

    while (h->processes < h->processes_max && (n = list_first(&h->line)) != NULL)
        start(CONTAINER_OF(n, struct exec_call, in_line));
}

/* --- step 1 --- */

static void refuse(struct local_exchange *x)
{
    const struct problem problem = {
        .status = 404,
        .title = "No webhook",
        .detail = "The bot behind this address is a command that is started for webhooks "
                  "only. `hookline up --exec-plain` starts it for other requests too.",
    };
    struct bytes json;

    bytes_init(&json, REFUSAL_MAX);
    enum err rc = problem_format(&json, &problem);
    if (rc == OK)
        local_exchange_answer(x, problem.status, "application/problem+json", bytes_span(&json));
    else
        local_exchange_fail(x, rc, err_text(rc));
    bytes_fini(&json);
}

static void on_request(struct local_exchange *x)
{
    struct exec_call *c = from_exchange(x);
    struct exec_handler *h = c->handler;
    enum err rc = ERR_BODY_TOO_LARGE;

    if (!c->is_for_command) {
        refuse(x);
        return;
    }
    if (!x->too_large)
        rc = deadline_set(h->base.loop, &c->deadline, h->answer_ms, on_late);
    if (rc != OK) {
        leave_line(c);
        local_exchange_fail(x, rc,
                            rc == ERR_BODY_TOO_LARGE ? "a command takes a body of at most 1 MiB"
                                                     : err_text(rc));
        return;
    }
    list_append(&h->line, &c->in_line);
    run_line(h);
}

static void on_close(struct local_exchange *x)
{
    drop(from_exchange(x));
}

static void on_free(struct local_exchange *x)
{
    mem_free(from_exchange(x));
}

static const struct local_exchange_hooks hooks = {
    .on_request = on_request,
    .on_close = on_close,
    .on_free = on_free,
};

static enum err request(struct handler *base, const struct handler_request *r,
                        struct exchange **out)
{
    struct exec_handler *h = from_base(base);
    bool is_for_command = r->webhook || r->replay_of != 0 || h->takes_plain;
    size_t body_max = is_for_command ? BODY_MAX : 0;

    if (is_for_command && h->waiting >= WAITING_MAX)
        return ERR_BUSY;
    struct exec_call *c = mem_alloc(sizeof *c);
    enum err rc = c ? local_exchange_init(&c->x, base, &hooks, r, body_max) : ERR_NOMEM;
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    c->handler = h;
    c->request = *r;
    c->request.head = &c->x.head;
    c->request.delivery = r->delivery ? c->delivery : NULL;
    (void)snprintf(c->delivery, sizeof c->delivery, "%s", r->delivery ? r->delivery : "");
    c->is_for_command = is_for_command;
    c->waits = is_for_command;
    h->waiting += is_for_command;
    list_append(&h->calls, &c->x.in_handler);
    *out = &c->x.base;
    return OK;
}

/* --- life --- */

static void close_exec(struct handler *base)
{
    struct exec_handler *h = from_base(base);
    struct list_node *n = list_first(&h->calls);

    local_exchange_fail_all(&h->calls, ERR_CANCELLED, "the agent is stopping");
    for (; n; n = list_next(&h->calls, n))
        drop(from_exchange(CONTAINER_OF(n, struct local_exchange, in_handler)));
}

static void free_exec(struct handler *base)
{
    struct exec_handler *h = from_base(base);

    mem_free(h->command);
    mem_free(h);
}

static const struct handler_ops ops = {
    .request = request,
    .close = close_exec,
    .free = free_exec,
};

static enum err init(struct exec_handler *h, struct loop *l,
                     const struct exec_handler_options *o)
{
    size_t len = strlen(o->command);
    size_t size = len + sizeof "exec: ";
    char *name = mem_alloc(size);

    if (!name)
        return ERR_NOMEM;
    (void)snprintf(name, size, "exec: %s", o->command);
    h->command = mem_text(o->command, len);
    enum err rc = h->command ? handler_base_init(&h->base, l, &ops, name) : ERR_NOMEM;
    mem_free(name);
    h->takes_plain = o->takes_plain;
    h->answer_ms = o->answer_ms ? o->answer_ms : ANSWER_MS;
    h->processes_max = o->processes_max ? o->processes_max : PROCESSES_MAX;
    list_init(&h->calls);
    list_init(&h->line);
    return rc;
}

enum err exec_handler_open(struct loop *l, const struct exec_handler_options *options,
                           struct handler **out, char detail[static 256])
{
    if (!options->command || !*options->command) {
        (void)snprintf(detail, 256, "there is no command to run");
        return ERR_CONFIG;
    }
    struct exec_handler *h = mem_alloc(sizeof *h);
    enum err rc = h ? init(h, l, options) : ERR_NOMEM;
    if (rc != OK) {
        if (h)
            mem_free(h->command);
        mem_free(h);
        (void)snprintf(detail, 256, "%s", err_text(rc));
        return rc;
    }
    *out = &h->base;
    return OK;
}
