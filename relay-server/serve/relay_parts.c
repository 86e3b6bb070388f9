#include "base/log.h"
#include "net/local_socket.h"
#include "net/socket_handover.h"
#include "net/tcp_stream.h"
#include "relay-server/handover/handover_taker.h"
#include "relay-server/ingress/front.h"
#include "relay-server/serve/relay_impl.h"

#include <poll.h>
#include <stdio.h>

/* The one before lets go of its inbox when it is gone, which the kernel may tell us before
 * it is. */
#define INBOX_WAIT_MS 2000u
#define INBOX_STEP_MS 20u

/* LINE's sender speaks HTTP/1.0 too; a client that offers nothing we name is refused. */
static const char *const public_alpn[] = {"h2", "http/1.1", "http/1.0", NULL};

/* --- tables --- */

enum err relay_parts_open_tls(struct relay *r, struct tls_context **out)
{
    char detail[256] = "";
    struct tls_server_options tls = {
        .identities = r->options->identities,
        .identities_len = r->options->identities_len,
        .alpn = public_alpn,
        .handshakes = r->worker,
    };
    enum err rc = tls_context_new_server(&tls, out, detail);

    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", detail);
    return rc;
}

static enum err open_tables(struct relay *r)
{
    struct relay_state *s = &r->state;
    enum err rc = tokens_open(r->options->tokens_file, &s->tokens, r->options->detail);

    if (rc == OK)
        rc = attempts_new(loop_clock(s->loop), s->random, &s->attempts);
    if (rc == OK)
        rc = relay_parts_open_tls(r, &r->tls);
    return rc;
}

/* --- the inbox --- */

/* Its senders are answered as its owner wanted it, before its agent is back.  When the inbox
 * is opened again, what was heard since is newer than what it says. */
static void on_known_tunnel(void *owner, const struct inbox_tunnel *known)
{
    struct relay *r = owner;
    struct tunnel *tunnel;
    enum err rc = tunnels_open(&r->state.tunnels, span_text(known->name), &tunnel);

    if (rc != OK) {
        log_warn("inbox", "tunnel=%s is not known until it is linked: %s", known->name,
                 err_text(rc));
        return;
    }
    if (tunnel->since_ms > 0)
        return;
    snprintf(tunnel->token_id, sizeof tunnel->token_id, "%s", known->token_id);
    tunnel->since_ms = known->linked_ms;
    tunnel->unlinked_ms = loop_now_ms(r->state.loop);
    tunnel->answer = known->answer;
    tunnel->offline = known->offline;
}

enum err relay_parts_open_inbox(struct relay *r)
{
    const struct inbox_options options = {
        .path = r->options->inbox_file,
        .tunnel_bytes = r->options->inbox_tunnel_bytes,
        .total_bytes = r->options->inbox_bytes,
    };

    if (!options.path)
        return OK;
    enum err rc = inbox_open(r->state.loop, &options, &r->state.inbox, r->options->detail);
    if (rc == OK)
        inbox_each_tunnel(r->state.inbox, on_known_tunnel, r);
    return rc;
}

/* --- one relay for a folder --- */

/* 0: it cannot be told. */
static long process_behind(struct relay *r, const char *path)
{
    struct stream *stream;
    pid_t pid = 0;

    if (local_socket_connect(r->state.loop, path, &stream) != OK)
        return 0;
    if (socket_handover_check_peer(tcp_stream_descriptor(stream), &pid) != OK)
        pid = 0;
    stream_let_go(stream);
    return (long)pid;
}

static void explain_running(struct relay *r, long pid)
{
    snprintf(r->options->detail, sizeof r->options->detail,
             "another relay (process %ld) runs on this folder: stop it, take over from it with "
             "--takeover, or choose another --data",
             pid);
}

static enum err explain_socket(struct relay *r, enum err rc, const char *path)
{
    char *detail = r->options->detail;
    size_t size = sizeof r->options->detail;

    if (rc == ERR_LIMIT)
        snprintf(detail, size,
                 "the path of the control socket is too long for a socket (at most 107 bytes): "
                 "choose a shorter --data");
    else if (rc == ERR_CONFLICT)
        explain_running(r, process_behind(r, path));
    else if (rc != OK)
        snprintf(detail, size, "socket %.100s: %s", path, err_text(rc));
    return rc;
}

/* Whoever has the lock of the inbox, if it is a relay; its own words otherwise. */
static enum err explain_busy(struct relay *r, enum err rc)
{
    const char *path = r->options->control_socket;
    long pid = rc == ERR_BUSY && path ? process_behind(r, path) : 0;

    if (pid > 0)
        explain_running(r, pid);
    return rc;
}

static void overview(void *owner, struct control_overview *out)
{
    const struct relay *r = owner;

    *out = (struct control_overview){
        .state = r->phase == RELAY_OPEN ? "serving" : "ending",
        .uptime_ms = (clock_us(loop_clock(r->state.loop)) - r->opened_us) / 1000,
        .connections = r->ingress ? ingress_connections(r->ingress) : 0,
    };
}

enum err relay_parts_open_control(struct relay *r)
{
    const char *path = r->options->control_socket;

    if (!path || r->control)
        return OK;
    return control_server_open(&r->state, path, overview, r, &r->control);
}

static enum err open_giver(struct relay *r)
{
    const char *path = r->options->takeover_socket;

    if (!path)
        return OK;
    enum err rc = late_requests_new(&r->state, &relay_late_events, r, &r->late);
    if (rc == OK)
        rc = handover_giver_open(r->state.loop, path, &relay_handover_giver_events, r,
                                 &r->giver);
    return explain_socket(r, rc, path);
}

/* The lock of the inbox decides, whatever became of the sockets.  It makes the folder, too. */
static enum err open_folder(struct relay *r)
{
    enum err rc = relay_parts_open_inbox(r);

    for (unsigned waited = 0; rc == ERR_BUSY && r->options->taker && waited < INBOX_WAIT_MS;
         waited += INBOX_STEP_MS) {
        (void)poll(NULL, 0, INBOX_STEP_MS);
        rc = relay_parts_open_inbox(r);
    }
    if (rc != OK)
        return explain_busy(r, rc);
    rc = explain_socket(r, relay_parts_open_control(r), r->options->control_socket);
    return rc == OK ? open_giver(r) : rc;
}

/* --- ports --- */

static void on_request(void *owner, const struct ingress_request *request)
{
    struct relay *r = owner;

    front_request(&r->state, request);
}

static void on_ingress_closed(void *owner)
{
    struct relay *r = owner;

    r->ingress = NULL;
    relay_close_when_empty(r);
}

static void on_plain_closed(void *owner)
{
    struct relay *r = owner;

    r->plain = NULL;
    relay_close_when_empty(r);
}

static const struct ingress_events ingress_events = {
    .on_request = on_request,
    .on_closed = on_ingress_closed,
};

static enum err open_https(struct relay *r)
{
    struct relay_options *o = r->options;
    struct ingress_options public = {.address = o->listen,
                                     .fd = o->https_fd,
                                     .tls = r->tls,
                                     .connections_max = o->connections_max};
    enum err rc = ingress_open(r->state.loop, &public, &ingress_events, r, &r->ingress);

    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "%s", public.detail);
    else
        r->state.public_port = o->public_port ? o->public_port : ingress_port(r->ingress);
    return rc;
}

static enum err open_plain(struct relay *r)
{
    struct relay_options *o = r->options;
    struct plain_port_options plain = {
        .address = o->plain_listen,
        .fd = o->http_fd,
        .acme_folder = o->acme_folder,
        .https_port = r->state.public_port,
        .worker = r->worker,
        .on_closed = on_plain_closed,
        .owner = r,
    };

    if (!o->plain_listen)
        return OK;
    enum err rc = plain_port_open(r->state.loop, &plain, &r->plain);
    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "%s", plain.detail);
    return rc;
}

/* --- the relay before --- */

/* It is gone: then it does nothing that we could not do. */
static enum err take_over(struct relay *r)
{
    struct handover_taker *t = r->options->taker;

    if (!t)
        return OK;
    enum err rc = handover_taker_take(t);
    if (rc == ERR_EOF) {
        log_warn("takeover",
                 "the relay before (process %ld) ended in the middle of it: this "
                 "one starts alone",
                 (long)t->pid);
        return OK;
    }
    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", t->detail);
    return rc;
}

static void on_predecessor_closed(void *owner)
{
    struct relay *r = owner;

    r->predecessor = NULL;
    relay_close_when_empty(r);
}

/* Whoever is told this ends, so it is the last thing, and nothing fails behind it. */
static void tell_predecessor(struct relay *r)
{
    struct handover_taker *t = r->options->taker;
    struct stream *stream;

    if (!t)
        return;
    enum err rc = handover_taker_serve(t, r->state.loop, &stream);
    if (rc == OK) {
        rc = predecessor_open(&r->state, stream, on_predecessor_closed, r, &r->predecessor);
        if (rc != OK)
            stream_let_go(stream);
    }
    if (rc != OK)
        log_warn("takeover", "what still reaches process %ld is not passed on: %s",
                 (long)t->pid, err_text(rc));
    else
        log_info("takeover", "process %ld has handed over", (long)t->pid);
}

enum err relay_parts_open(struct relay *r)
{
    enum err rc = open_tables(r);

    if (rc == OK)
        rc = take_over(r);
    if (rc == OK)
        rc = open_folder(r);
    if (rc == OK)
        rc = open_https(r);
    if (rc == OK)
        rc = open_plain(r);
    if (rc == OK)
        tell_predecessor(r);
    r->options->taker = NULL;
    return rc;
}
