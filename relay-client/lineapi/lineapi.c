/* The life of the port:
 *   1. the emulated account is made, the ways to LINE are opened, the port is listened on
 *   2. each request passes the gate, then it is a call's (lineapi_call.h)
 *   3. close: connections are cut, calls end, the ways to LINE are closed
 *   4. nobody holds us, the port is empty: the account goes, on_closed
 * What can go wrong:
 *   - the port is taken, or not of this machine; there is no trust for LINE's certificates:
 *     refused to open, with the reason
 *   - an SDK that was given https for our address: it is told in the log, and recorded */
#include "relay-client/lineapi/lineapi.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "codec/url.h"
#include "relay-client/lineapi/lineapi_answer.h"
#include "relay-client/lineapi/lineapi_call.h"
#include "relay-client/lineapi/lineapi_gate.h"
#include "relay-client/lineapi/lineapi_impl.h"
#include "relay-client/lineapi/lineapi_record.h"

#include <stdio.h>

#define TLS_PAUSE_MS 60000u
#define ANSWER_MS    60000u /* LINE's own limit is not documented; uploads take a while */

/* --- step 4 --- */

static void on_nothing_left(struct defer_task *task)
{
    struct lineapi *a = CONTAINER_OF(task, struct lineapi, closed_task);
    void (*on_closed)(void *owner) = a->on_closed;
    void *owner = a->owner;

    emulator_free(a->emulator);
    assertion_keys_fini(&a->keys);
    mem_free(a);
    if (on_closed)
        on_closed(owner);
}

static void close_when_alone(struct lineapi *a)
{
    if (a->is_closing && a->holds == 0 && !a->api && !a->data &&
        lineapi_port_is_empty(&a->port))
        defer_post(a->loop, &a->closed_task, on_nothing_left);
}

void lineapi_hold(struct lineapi *a)
{
    a->holds++;
}

void lineapi_release(struct lineapi *a)
{
    a->holds--;
    close_when_alone(a);
}

static void on_api_closed(void *owner)
{
    struct lineapi *a = owner;

    a->api = NULL;
    close_when_alone(a);
}

static void on_data_closed(void *owner)
{
    struct lineapi *a = owner;

    a->data = NULL;
    close_when_alone(a);
}

/* --- step 3 --- */

void lineapi_close(struct lineapi *a, void (*on_closed)(void *owner), void *owner)
{
    if (a->is_closing)
        return;
    a->is_closing = true;
    a->on_closed = on_closed;
    a->owner = owner;
    lineapi_port_close(&a->port);
    lineapi_backlog_stop(&a->backlog);
    if (a->api)
        handler_close(a->api, on_api_closed, a);
    if (a->data)
        handler_close(a->data, on_data_closed, a);
    close_when_alone(a);
}

/* --- step 2 --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct lineapi *a = owner;
    const char *why = lineapi_gate_check(head);

    (void)end; /* on_complete comes in any case */
    if (why)
        lineapi_answer_refuse(x, 403, why);
    else
        lineapi_call_start(a, x, head);
}

static void on_tls(void *owner)
{
    struct lineapi *a = owner;
    uint64_t now_ms = loop_now_ms(a->loop);

    if (a->tls_told_ms > 0 && now_ms - a->tls_told_ms < TLS_PAUSE_MS)
        return;
    a->tls_told_ms = now_ms > 0 ? now_ms : 1;
    log_warn("lineapi", "%s", lineapi_record_tls_text);
    lineapi_record_tls(a);
}

static void on_empty(void *owner)
{
    close_when_alone(owner);
}

static const struct lineapi_port_events port_events = {
    .on_request = on_request,
    .on_tls = on_tls,
    .on_empty = on_empty,
};

enum err lineapi_serve(struct lineapi *a, struct stream *stream)
{
    return lineapi_port_serve(&a->port, stream);
}

/* --- step 1 --- */

/* Of "127.0.0.1:0" the host: a port of its own is none for an URL. */
static bool parse_host(const char *address, struct url *out)
{
    const char *colon = strrchr(address, ':');

    return colon && url_parse_authority(span_of(address, (size_t)(colon - address)), 80, out,
                                        NULL) == OK;
}

/* Whoever can reach it can send messages with an access token that it does not check. */
static enum err check_address(struct lineapi_options *o)
{
    struct url url;

    if (parse_host(o->address, &url) && url_is_loopback(&url))
        return OK;
    snprintf(
        o->detail, sizeof o->detail,
        "--line-api-addr %.60s: give an address of this machine alone, with its port, like "
        "127.0.0.1:4650",
        o->address);
    return ERR_CONFIG;
}

static enum err open_way(struct lineapi *a, struct lineapi_options *o, const char *url,
                         struct handler **out)
{
    const struct forward_handler_options options = {
        .url = url,
        .ca_file = o->ca_file,
        .rewrite_host = true,
        .answer_ms = ANSWER_MS,
    };

    return handler_open_forward(a->loop, &options, out, o->detail);
}

static enum err open_emulator(struct lineapi *a, struct lineapi_options *o)
{
    const struct emulator_options options = {
        .mint = o->mint,
        .given = o->given,
        .random = o->random,
        .clock = loop_clock(a->loop),
        .secrets = o->secrets,
        .channel_id = settings_text(o->settings, "channel-id"),
        .keys = &a->keys,
        .quota = (uint64_t)settings_integer(o->settings, "line-quota"),
        .is_relaxed = o->is_relaxed,
        .test_webhook = o->test_webhook,
        .owner = o->owner,
        .webhook_url = o->webhook_url,
    };

    char detail[512] = "";
    enum err rc = assertion_keys_load(&a->keys, o->settings, detail);

    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "%.255s", detail);
    return rc == OK ? emulator_new(&options, &a->emulator) : rc;
}

static enum err listen(struct lineapi *a, struct lineapi_options *o)
{
    char detail[192] = "";
    enum err rc = lineapi_port_listen(&a->port, o->address, detail);

    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "--line-api-addr %.45s: %s", o->address, detail);
    return rc;
}

/* Without credentials nothing goes to LINE unless the user says so. */
static bool may_pass(const struct lineapi_options *o)
{
    return o->mode == LINEAPI_PASS || (o->mode == LINEAPI_AUTO && o->is_configured);
}

static enum err open_parts(struct lineapi *a, struct lineapi_options *o)
{
    enum err rc = check_address(o);

    if (rc == OK)
        rc = listen(a, o);
    if (rc == OK)
        rc = open_emulator(a, o);
    if (rc == OK && may_pass(o))
        rc = open_way(a, o, o->api_url, &a->api);
    if (rc == OK && may_pass(o))
        rc = open_way(a, o, o->data_url, &a->data);
    return rc;
}

static void format_url(struct lineapi *a, const char *address)
{
    struct url url;

    if (parse_host(address, &url))
        snprintf(a->url, sizeof a->url, url.is_ipv6 ? "http://[%.40s]:%u" : "http://%.40s:%u",
                 url.host, lineapi_port_number(&a->port));
}

enum err lineapi_open(struct loop *l, struct lineapi_options *options, struct lineapi **out)
{
    struct lineapi *a = mem_alloc(sizeof *a);

    if (!a) {
        snprintf(options->detail, sizeof options->detail, "%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    a->loop = l;
    a->options = *options;
    lineapi_port_init(&a->port, l, &port_events, a);
    lineapi_backlog_init(&a->backlog, l);
    enum err rc = open_parts(a, options);
    if (rc != OK) {
        lineapi_close(a, NULL, NULL);
        if (!*options->detail)
            snprintf(options->detail, sizeof options->detail, "%s", err_text(rc));
        return rc;
    }
    format_url(a, options->address);
    *out = a;
    return OK;
}

/* --- what others may know --- */

const char *lineapi_url(const struct lineapi *a)
{
    return a->url;
}

unsigned lineapi_port(const struct lineapi *a)
{
    return lineapi_port_number(&a->port);
}

const struct lineapi_options *lineapi_options_of(const struct lineapi *a)
{
    return &a->options;
}

struct emulator *lineapi_emulator(struct lineapi *a)
{
    return a->emulator;
}
