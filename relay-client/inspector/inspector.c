/* The life of the inspector:
 *   1. the key is read or made, the port listened on
 *   2. each request passes the gate, then it is the page's (inspector_page.h), or a route's
 *      (inspector_router.h)
 *   3. close: connections and streams are cut; what was asked of the reader is finished
 *   4. nobody holds us, the port is empty, the reader's thread has gone: on_closed
 * What can go wrong:
 *   - the address needs a password, is taken, or is none: refused to open, with the reason
 *   - an acting route that is under way when we close: it is waited for (inspector_hold) */
#include "relay-client/inspector/inspector.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/defer.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_page.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/inspector_request.h"
#include "relay-client/inspector/inspector_router.h"
#include "relay-client/journal/journal_watch.h"

#include <assert.h>
#include <stdio.h>

/* --- step 4 --- */

static void on_nothing_left(struct defer_task *task)
{
    struct inspector *i = CONTAINER_OF(task, struct inspector, closed_task);
    void (*on_closed)(void *owner) = i->on_closed;
    void *owner = i->owner;

    inspector_session_fini(&i->session);
    mem_free(i);
    if (on_closed)
        on_closed(owner);
}

static void close_when_alone(struct inspector *i)
{
    if (!i->is_closing || i->holds > 0 || !i->is_reader_closed ||
        !inspector_port_is_empty(&i->port))
        return;
    defer_post(i->loop, &i->closed_task, on_nothing_left);
}

void inspector_hold(struct inspector *i)
{
    i->holds++;
}

void inspector_release(struct inspector *i)
{
    assert(i->holds > 0);
    i->holds--;
    close_when_alone(i);
}

static void on_reader_closed(void *owner)
{
    struct inspector *i = owner;

    i->is_reader_closed = true;
    close_when_alone(i);
}

/* --- step 3 --- */

void inspector_close(struct inspector *i, void (*on_closed)(void *owner), void *owner)
{
    if (i->is_closing)
        return;
    i->is_closing = true;
    i->on_closed = on_closed;
    i->owner = owner;
    inspector_activity_stop_all(i);
    journal_watch(i->options.journal, NULL);
    feed_hub_close(&i->feed);
    inspector_status_stop(&i->board);
    inspector_port_close(&i->port);
    if (!inspector_job_reader_close(&i->reader, on_reader_closed, i))
        i->is_reader_closed = true;
    close_when_alone(i);
}

/* --- step 2 --- */

/* Of a path of the API what it knows, of the page's what every file does. */
static void name_methods(struct inspector_reply *reply, const struct http_head *head)
{
    struct span path = span_slice(head->target, 0, span_find(head->target, '?'));

    if (!inspector_router_find(head->method, path, reply->allow) && !*reply->allow)
        snprintf(reply->allow, sizeof reply->allow, "GET, HEAD");
}

static void refuse(struct exchange *x, const struct inspector_gate_refusal *why,
                   const struct http_head *head)
{
    struct inspector_reply reply;

    inspector_reply_init(&reply);
    reply.title = why->title;
    inspector_reply_problem(&reply, why->status, why->code, "%s", why->detail);
    if (why->status == 405)
        name_methods(&reply, head);
    inspector_reply_send(x, &reply, NULL);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct inspector *i = owner;
    const struct inspector_gate_refusal *why =
        inspector_gate_check(&i->site, &i->session, head);

    (void)end; /* on_complete comes in any case */
    if (why)
        refuse(x, why, head);
    else if (inspector_gate_is_api(head->target))
        inspector_request_start(i, x, head);
    else
        inspector_page_serve(x, head);
}

static void on_empty(void *owner)
{
    close_when_alone(owner);
}

static const struct inspector_port_events port_events = {
    .on_request = on_request,
    .on_empty = on_empty,
};

/* --- step 1 --- */

static void format_url(struct inspector *i)
{
    const char *host = i->site.host[0] ? i->site.host : "127.0.0.1";

    snprintf(i->url, sizeof i->url, "http://%s:%u/#key=%s", host, i->site.port, i->session.key);
}

static enum err check_password(struct inspector_options *o)
{
    if (inspector_gate_is_loopback(o->address) || o->password.len > 0)
        return OK;
    snprintf(o->detail, sizeof o->detail,
             "--inspect-addr %.50s: others could open the inspector there; give "
             "--inspect-password-file FILE with a password for them, or an address of this "
             "machine alone, like 127.0.0.1:4649",
             o->address);
    return ERR_CONFIG;
}

static enum err listen(struct inspector *i, struct inspector_options *o)
{
    char detail[192] = "";
    enum err rc = inspector_port_listen(&i->port, o->address, detail);

    if (rc == OK)
        rc = inspector_gate_site_init(&i->site, o->address, inspector_port_number(&i->port));
    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "--inspect-addr %.45s: %s", o->address,
                 *detail ? detail : err_text(rc));
    return rc;
}

static enum err open_parts(struct inspector *i, struct inspector_options *o)
{
    enum err rc = check_password(o);

    if (rc == OK)
        rc =
            inspector_session_init(&i->session, o->key_file, o->password, o->random, o->detail);
    return rc == OK ? listen(i, o) : rc;
}

enum err inspector_open(struct loop *l, struct inspector_options *options,
                        struct inspector **out)
{
    struct inspector *i = mem_alloc(sizeof *i);

    if (!i) {
        snprintf(options->detail, sizeof options->detail, "%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    i->loop = l;
    inspector_port_init(&i->port, l, &port_events, i);
    enum err rc = open_parts(i, options);
    if (rc != OK) {
        inspector_port_close(&i->port);
        inspector_session_fini(&i->session);
        mem_free(i);
        return rc;
    }
    i->options = *options;
    i->facts = (struct inspector_facts){
        .secrets = options->secrets,
        .forward_url = settings_text(options->settings, "forward"),
        .clock = loop_clock(l),
    };
    inspector_session_set_port(&i->session, i->site.port);
    format_url(i);
    inspector_job_reader_init(&i->reader, l, options->journal_path);
    inspector_status_init(&i->board, i);
    feed_hub_init(&i->feed, i);
    list_init(&i->activities);
    *out = i;
    return OK;
}

/* --- what others may know --- */

const char *inspector_url(const struct inspector *i)
{
    return i->url;
}

unsigned inspector_port(const struct inspector *i)
{
    return i->site.port;
}

void inspector_status(struct inspector *i, const struct agent_status *status)
{
    inspector_status_take(&i->board, status);
}

const char *inspector_public_url(const struct inspector *i)
{
    return i->board.url;
}

struct loop *inspector_loop(const struct inspector *i)
{
    return i->loop;
}

const struct inspector_options *inspector_options_of(const struct inspector *i)
{
    return &i->options;
}

const struct inspector_facts *inspector_facts_of(const struct inspector *i)
{
    return &i->facts;
}

bool inspector_is_closing(const struct inspector *i)
{
    return i->is_closing;
}

void inspector_publish(struct inspector *i, const char *type, struct span json)
{
    feed_hub_publish(&i->feed, type, json);
}
