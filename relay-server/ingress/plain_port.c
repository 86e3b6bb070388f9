#include "relay-server/ingress/plain_port.h"

#include "base/log.h"
#include "base/mem.h"
#include "http/problem.h"
#include "relay-server/ingress/acme_webroot.h"
#include "relay-server/ingress/ingress.h"
#include "relay-server/ingress/router.h"

#include <stdio.h>

#define CONNECTIONS_MAX 1000u

struct plain_port {
    struct ingress *ingress; /* owned */
    char *acme_folder;       /* owned, or NULL */
    unsigned https_port;
    struct worker *worker; /* borrowed */
    void (*on_closed)(void *owner);
    void *owner;
};

/* A challenge being fetched for one exchange. */
struct challenge {
    struct exchange *exchange;        /* owned */
    struct acme_webroot_fetch *fetch; /* owned while it is under way */
};

static const struct problem no_challenge = {
    .status = 404,
    .title = "No such challenge",
    .detail = "There is no file for this token in the folder of --acme-folder. The ACME client "
              "must run in webroot mode and write there.",
};

static const struct problem no_memory = {
    .status = 503,
    .title = "The relay is out of memory",
    .detail = "Try again in a moment.",
    .retry_after = "10",
};

static const struct problem too_many_challenges = {
    .status = 503,
    .title = "Too many certificate challenges at once",
    .detail = "The files of other challenges are still being read. Try again in a moment.",
    .retry_after = "5",
};

/* --- the challenge --- */

static const struct problem *problem_for(enum err why)
{
    if (why == ERR_NOT_FOUND)
        return &no_challenge;
    return why == ERR_BUSY ? &too_many_challenges : &no_memory;
}

static void send_challenge(struct exchange *x, struct span contents)
{
    struct http_head head;
    char length[16];

    snprintf(length, sizeof length, "%zu", contents.len);
    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("content-type"), SPAN("application/octet-stream"));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("content-length"), span_text(length));
    if (rc == OK)
        rc = exchange_send_head(x, &head, false);
    if (rc == OK)
        rc = exchange_send_body(x, contents.ptr, contents.len);
    if (rc == OK)
        rc = exchange_send_end(x);
    if (rc != OK)
        log_warn("acme", "challenge not answered: %s", err_text(rc));
    exchange_let_go(x); /* cut, if it is unfinished */
}

static void on_challenge(void *owner, enum err why, struct span contents)
{
    struct challenge *c = owner;

    if (why == OK)
        send_challenge(c->exchange, contents);
    else
        problem_refuse(c->exchange, &no_challenge);
    mem_free(c);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct challenge *c = owner;

    (void)why;
    (void)detail;
    acme_webroot_cancel(c->fetch);
    exchange_let_go(c->exchange);
    mem_free(c);
}

static const struct exchange_events challenge_events = {
    .on_abort = on_abort,
};

static void fetch_challenge(struct plain_port *p, struct exchange *x, struct span target)
{
    struct challenge *c = mem_alloc(sizeof *c);
    struct acme_webroot_request request = {
        .worker = p->worker,
        .folder = p->acme_folder,
        .target = target,
        .on_answer = on_challenge,
        .owner = c,
    };
    enum err rc = c ? acme_webroot_fetch(&request, &c->fetch) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(c);
        problem_refuse(x, problem_for(rc));
        return;
    }
    c->exchange = x;
    exchange_own(x, &challenge_events, c);
}

/* --- the redirect --- */

/* 308 keeps method and body (RFC 9110 §15.4.9).  LINE follows no redirect: its console
 * shows the 308, and the owner sees that the address must begin with https. */
static void redirect(struct plain_port *p, struct exchange *x, const struct http_head *request)
{
    struct span host = router_host(request->authority);
    struct http_head head;
    struct bytes location;
    char port[8] = "";

    if (p->https_port != 443)
        snprintf(port, sizeof port, ":%u", p->https_port);
    bytes_init(&location, HTTP_TARGET_MAX + 512);
    http_head_init_response(&head, 308);
    enum err rc = bytes_append_text(&location, "https://");
    if (rc == OK)
        rc = bytes_append_span(&location, host);
    if (rc == OK)
        rc = bytes_append_text(&location, port);
    if (rc == OK)
        rc = bytes_append_span(&location, request->target);
    if (rc == OK)
        rc = http_head_add(&head, SPAN("location"), bytes_span(&location));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("content-length"), SPAN("0"));
    if (rc == OK)
        rc = exchange_send_head(x, &head, true);
    bytes_fini(&location);
    if (rc == OK)
        exchange_let_go(x);
    else
        problem_refuse(x, &no_memory);
}

static void on_request(void *owner, const struct ingress_request *request)
{
    struct plain_port *p = owner;
    struct span target = request->head->target;

    if (!acme_webroot_is_target(target))
        redirect(p, request->exchange, request->head);
    else if (p->acme_folder)
        fetch_challenge(p, request->exchange, target);
    else
        problem_refuse(request->exchange, &no_challenge);
}

/* --- life --- */

static void on_ingress_closed(void *owner)
{
    struct plain_port *p = owner;

    p->on_closed(p->owner);
    mem_free(p->acme_folder);
    mem_free(p);
}

static const struct ingress_events ingress_events = {
    .on_request = on_request,
    .on_closed = on_ingress_closed,
};

static enum err open_ingress(struct loop *l, struct plain_port *p,
                             struct plain_port_options *options)
{
    struct ingress_options ingress = {
        .address = options->address, .fd = options->fd, .connections_max = CONNECTIONS_MAX};

    if (options->acme_folder &&
        !(p->acme_folder = mem_text(options->acme_folder, strlen(options->acme_folder))))
        return ERR_NOMEM;
    enum err rc = ingress_open(l, &ingress, &ingress_events, p, &p->ingress);
    if (rc != OK)
        snprintf(options->detail, sizeof options->detail, "%s", ingress.detail);
    return rc;
}

enum err plain_port_open(struct loop *l, struct plain_port_options *options,
                         struct plain_port **out)
{
    struct plain_port *p = mem_alloc(sizeof *p);

    if (!p)
        return ERR_NOMEM;
    p->https_port = options->https_port;
    p->worker = options->worker;
    p->on_closed = options->on_closed;
    p->owner = options->owner;
    enum err rc = open_ingress(l, p, options);
    if (rc != OK) {
        mem_free(p->acme_folder);
        mem_free(p);
        return rc;
    }
    *out = p;
    return OK;
}

unsigned plain_port_number(const struct plain_port *p)
{
    return ingress_port(p->ingress);
}

int plain_port_descriptor(const struct plain_port *p)
{
    return ingress_descriptor(p->ingress);
}

enum err plain_port_pause(struct plain_port *p)
{
    return ingress_pause(p->ingress);
}

enum err plain_port_resume(struct plain_port *p)
{
    return ingress_resume(p->ingress);
}

void plain_port_retire(struct plain_port *p)
{
    ingress_retire(p->ingress);
}

void plain_port_shutdown(struct plain_port *p)
{
    ingress_shutdown(p->ingress);
}

void plain_port_close(struct plain_port *p)
{
    ingress_close(p->ingress);
}
