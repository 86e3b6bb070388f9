#include "relay-client/agent/recording_problem.h"

#include "link/link_handshake.h"

#define JSON_MAX 4096u

struct problem recording_problem(const struct recording *r, const struct problem *p,
                                 const char *why)
{
    struct problem shown = *p;

    if (r->origin == AGENT_FROM_HERE && *why)
        shown.detail = why;
    return shown;
}

unsigned recording_problem_status(enum err why)
{
    return why == ERR_TIMEOUT ? 504 : why == ERR_FAILED ? 500 : 502;
}

void recording_problem_refuse(struct exchange *server, enum err why)
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

static enum err send_unanswered(struct exchange *server, const struct problem *p,
                                struct bytes *json)
{
    char length[PROBLEM_LENGTH_SIZE];
    struct http_head head;
    enum err rc = problem_format(json, p);

    if (rc == OK)
        rc = problem_head(&head, p, bytes_len(json), length);
    if (rc == OK)
        rc = http_head_add(&head, SPAN(LINK_FIELD_UNANSWERED), SPAN("1"));
    if (rc == OK)
        rc = exchange_send_head(server, &head, false);
    if (rc == OK)
        rc = exchange_send_body(server, bytes_peek(json), bytes_len(json));
    return rc == OK ? exchange_send_end(server) : rc;
}

void recording_problem_unanswered(struct exchange *server, const struct problem *p)
{
    struct bytes json;

    bytes_init(&json, JSON_MAX);
    enum err rc = send_unanswered(server, p, &json);
    (void)rc; /* letting go of it then breaks it off: after *stored* the relay knows enough */
    bytes_fini(&json);
    exchange_let_go(server);
}
