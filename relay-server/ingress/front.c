#include "relay-server/ingress/front.h"

#include "link/link_handshake.h"
#include "relay-server/delivery/forward.h"
#include "relay-server/delivery/webhook.h"
#include "relay-server/handover/late_requests.h"
#include "relay-server/ingress/destination.h"
#include "relay-server/links/link_gate.h"
#include "relay-server/problem_table.h"

/* A client that asked TLS for one name and HTTP for another is confused, or tries to
 * reach one tenant through the other's certificate (RFC 9110 §15.5.20). */
static bool is_misdirected(const struct ingress_request *request)
{
    struct span name = span_text(request->server_name);

    return name.len > 0 && !span_is_nocase(name, router_host(request->head->authority));
}

static void forward_plain(struct relay_state *relay, const struct ingress_request *request,
                          const struct destination *to)
{
    struct forward_options options = {
        .link = to->tunnel->link,
        .request = request->head,
        .route = &to->route,
        .end = request->end,
    };

    forward_start(relay, request->exchange, &options);
}

/* A webhook that may be kept needs no agent. */
static bool waits_for_agent(struct relay_state *relay, const struct ingress_request *request,
                            struct tunnel *tunnel)
{
    bool is_webhook = webhook_is(request->head);

    if (tunnel->link || (is_webhook && tunnel->offline == LINK_OFFLINE_KEEP))
        return false;
    return agent_wait_start(relay, tunnel, request,
                            is_webhook ? AGENT_WAIT_WEBHOOK_MS : AGENT_WAIT_MS);
}

static void to_tunnel(struct relay_state *relay, const struct ingress_request *request)
{
    struct destination to;
    const struct problem *why = destination_find(relay, request->head, &to);

    if (why)
        problem_refuse(request->exchange, why);
    else if (waits_for_agent(relay, request, to.tunnel))
        return;
    else if (webhook_is(request->head))
        webhook_start(relay, request->exchange, request->head, to.tunnel);
    else if (!to.tunnel->link)
        problem_refuse(request->exchange, destination_unlinked(relay));
    else
        forward_plain(relay, request, &to);
}

/* Only who holds the connection can give it away as a link. */
static void enter_gate(struct relay_state *relay, const struct ingress_request *request)
{
    if (request->conn)
        link_gate_enter(relay, request);
    else
        problem_refuse(request->exchange, &problem_shutdown);
}

static bool is_method_refused(struct span method)
{
    return span_is(method, SPAN("CONNECT")) || span_is(method, SPAN("TRACE"));
}

void front_request(struct relay_state *relay, const struct ingress_request *request)
{
    if (is_method_refused(request->head->method))
        problem_refuse(request->exchange, &problem_method);
    else if (is_misdirected(request))
        problem_refuse(request->exchange, &problem_wrong_host);
    else if (link_hello_is(request->head))
        enter_gate(relay, request);
    else if (relay->late)
        late_requests_take(relay->late, request->exchange, request->head, request->end);
    else
        to_tunnel(relay, request);
}
