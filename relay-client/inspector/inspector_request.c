/* 1. the route is found, the parameters are decoded
 * 2. the body is read whole
 * 3. a reading route goes to the reader's thread, an acting one is called
 * 4. its reply is sent
 * What can go wrong:
 *   - no such path or method, bad parameters, a body that is too large: told at once
 *   - the reader has too much to do: 503
 *   - who asked goes away in 2: nothing was done; later: it is done, and told to nobody */
#include "relay-client/inspector/inspector_request.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/exchange.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_param.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/inspector_router.h"

#include <stdio.h>

struct inspector_request {
    struct inspector *inspector; /* held */
    struct exchange *x;          /* owned; NULL: gone, or taken */
    const struct inspector_route *route;
    struct http_head head;
    char *head_storage; /* owned */
    struct inspector_params params;
    struct bytes body;
    bool is_complete;
    struct inspector_reply reply;
    char cookie[INSPECTOR_SESSION_SET_COOKIE];
    struct inspector_job job;
    enum err (*read)(struct inspector_reading *reading);
    char public_url[LINK_URL_MAX + 1];
};

static void free_request(struct inspector_request *r)
{
    struct inspector *i = r->inspector;

    exchange_let_go(r->x);
    mem_free(r->head_storage);
    inspector_param_free(&r->params);
    bytes_fini(&r->body);
    inspector_reply_fini(&r->reply);
    mem_wipe(r->cookie, sizeof r->cookie);
    mem_free(r);
    inspector_release(i);
}

/* --- step 4 --- */

void inspector_request_reply(struct inspector_request *r)
{
    if (r->x)
        inspector_reply_send(r->x, &r->reply, r->cookie[0] ? r->cookie : NULL);
    r->x = NULL;
    free_request(r);
}

static void fail(struct inspector_request *r, enum err why)
{
    inspector_reply_error(&r->reply, why, NULL);
    inspector_request_reply(r);
}

/* --- step 3 --- */

static enum err run(struct inspector_job *job, struct journal_reader *reader)
{
    struct inspector_request *r = CONTAINER_OF(job, struct inspector_request, job);
    struct inspector_reading reading = {
        .facts = &r->inspector->facts,
        .params = &r->params,
        .body = bytes_span(&r->body),
        .public_url = r->public_url,
        .reader = reader,
        .reply = &r->reply,
    };

    return r->read(&reading);
}

static void on_read(struct inspector_job *job, enum err rc)
{
    struct inspector_request *r = CONTAINER_OF(job, struct inspector_request, job);

    if (rc != OK && !r->reply.code)
        fail(r, rc);
    else
        inspector_request_reply(r);
}

void inspector_request_read(struct inspector_request *r,
                            enum err (*read)(struct inspector_reading *reading))
{
    r->read = read;
    r->job.run = run;
    r->job.done = on_read;
    snprintf(r->public_url, sizeof r->public_url, "%s", r->inspector->board.url);
    enum err rc = inspector_job_start(r->inspector, &r->job);
    if (rc != OK)
        fail(r, rc);
}

static void on_complete(void *owner)
{
    struct inspector_request *r = owner;

    r->is_complete = true;
    if (r->route->read)
        inspector_request_read(r, r->route->read);
    else
        r->route->act(r);
}

/* --- step 2 --- */

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct inspector_request *r = owner;
    enum err rc = bytes_append(&r->body, data, len);

    if (rc == ERR_LIMIT)
        inspector_reply_problem(&r->reply, 413, "too_large",
                                "the body may have at most %zu bytes", r->body.max);
    else if (rc != OK)
        inspector_reply_error(&r->reply, rc, NULL);
    if (rc != OK)
        inspector_request_reply(r);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct inspector_request *r = owner;

    (void)why, (void)detail;
    exchange_let_go(r->x);
    r->x = NULL;
    if (!r->is_complete)
        free_request(r);
}

static const struct exchange_events events = {
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

/* --- step 1 --- */

static bool find_route(struct inspector_request *r, struct span path)
{
    char allowed[32];

    r->route = inspector_router_find(r->head.method, path, allowed);
    if (r->route)
        return true;
    if (*allowed) {
        inspector_reply_problem(&r->reply, 405, "method", "this path knows %s", allowed);
        snprintf(r->reply.allow, sizeof r->reply.allow, "%s", allowed);
    } else {
        inspector_reply_problem(&r->reply, 404, "not_found",
                                "there is no such path; docs/inspector-api.yaml names all");
    }
    return false;
}

static bool read_params(struct inspector_request *r, struct span path, struct span query)
{
    enum err rc = inspector_param_read(r->route->pattern, path, query, &r->params);

    if (rc == ERR_SYNTAX || rc == ERR_LIMIT)
        inspector_reply_problem(&r->reply, 400, "bad_request",
                                "the parameters must be percent-encoded UTF-8, each name once, "
                                "at most %u of them",
                                INSPECTOR_PARAMS_MAX);
    else if (rc != OK)
        inspector_reply_error(&r->reply, rc, NULL);
    return rc == OK;
}

static bool prepare(struct inspector_request *r, const struct http_head *head)
{
    enum err rc = http_head_copy(&r->head, head, &r->head_storage);

    if (rc != OK) {
        inspector_reply_error(&r->reply, rc, NULL);
        return false;
    }
    struct span target = r->head.target;
    struct span path = span_slice(target, 0, span_find(target, '?'));
    struct span query = span_slice(target, path.len + 1, target.len);
    if (!find_route(r, path) || !read_params(r, path, query))
        return false;
    bytes_init(&r->body, r->route->body_max > 0 ? r->route->body_max : INSPECTOR_BODY_MAX);
    return true;
}

void inspector_request_start(struct inspector *i, struct exchange *x,
                             const struct http_head *head)
{
    struct inspector_request *r = mem_alloc(sizeof *r);

    if (!r) {
        exchange_let_go(x);
        return;
    }
    inspector_hold(i);
    r->inspector = i;
    r->x = x;
    inspector_reply_init(&r->reply);
    if (prepare(r, head))
        exchange_own(x, &events, r);
    else
        inspector_request_reply(r);
}

/* --- for routes --- */

struct inspector *inspector_request_owner(const struct inspector_request *r)
{
    return r->inspector;
}

const struct inspector_params *inspector_request_params(const struct inspector_request *r)
{
    return &r->params;
}

struct span inspector_request_body(const struct inspector_request *r)
{
    return bytes_span(&r->body);
}

const struct http_head *inspector_request_head(const struct inspector_request *r)
{
    return &r->head;
}

struct inspector_reply *inspector_request_prepare(struct inspector_request *r)
{
    return &r->reply;
}

void inspector_request_set_cookie(struct inspector_request *r, const char *cookie)
{
    snprintf(r->cookie, sizeof r->cookie, "%s", cookie);
}

struct exchange *inspector_request_take(struct inspector_request *r)
{
    struct exchange *x = r->x;

    r->x = NULL;
    free_request(r);
    return x;
}
