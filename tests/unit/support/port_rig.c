#include "unit/support/port_rig.h"

#include "base/log.h"
#include "base/mem.h"
#include "http/problem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

#include <signal.h>

const char *const port_rig_alpn[] = {"h2", "http/1.1", "http/1.0", NULL};
const struct problem port_rig_answer = {
    .status = 418, .title = "Hello", .detail = "from the port"};

static void on_request(void *owner, const struct ingress_request *request)
{
    struct port_rig *rig = owner;

    CHECK(request->conn && !rig->closed);
    rig->requests++;
    (void)snprintf(rig->server_name, sizeof rig->server_name, "%s", request->server_name);
    if (rig->holds)
        rig->held = request->exchange;
    else
        problem_refuse(request->exchange, &port_rig_answer);
}

static void on_closed(void *owner)
{
    struct port_rig *rig = owner;

    rig->closed++;
    rig->ingress = NULL;
}

const struct ingress_events port_rig_events = {on_request, on_closed};

void port_rig_open(struct port_rig *rig, bool with_tls, size_t connections_max)
{
    struct ingress_options options = {.address = "127.0.0.1:0",
                                      .connections_max = connections_max};

    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    *rig = (struct port_rig){.live = mem_live()};
    clock_fake_init(&rig->clock, 1795894305000);
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    rig->tls = with_tls ? test_pki_server(NULL, port_rig_alpn) : NULL;
    options.tls = rig->tls;
    CHECK_EQ(ingress_open(rig->loop, &options, &port_rig_events, rig, &rig->ingress), OK);
    CHECK(ingress_port(rig->ingress) > 0);
}

void port_rig_wait_closed(struct port_rig *rig)
{
    while (!rig->closed)
        loop_turn(rig->loop, true);
}

void port_rig_close(struct port_rig *rig)
{
    for (size_t i = 0; i < PORT_RIG_CLIENTS; i++)
        loopback_leave(&rig->clients[i]);
    if (rig->ingress)
        ingress_close(rig->ingress);
    port_rig_wait_closed(rig);
    CHECK_EQ(rig->closed, 1);
    tls_context_put(rig->tls);
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}

void port_rig_advance(struct port_rig *rig, uint64_t ms)
{
    clock_fake_advance(&rig->clock, ms * 1000);
    deadline_run_due(rig->loop);
    for (int i = 0; i < 8; i++)
        loop_turn(rig->loop, false);
}

void port_rig_call(struct port_rig *rig, size_t i)
{
    loopback_sit(&rig->clients[i], rig->loop,
                 loopback_tcp(rig->loop, ingress_port(rig->ingress)), false);
}

void port_rig_call_tls(struct port_rig *rig, size_t i, const char *const *offers,
                       const char *host, bool is_h2)
{
    struct tls_context *context = test_pki_client(NULL, offers);

    loopback_sit(&rig->clients[i], rig->loop,
                 loopback_tls(rig->loop, ingress_port(rig->ingress), context, host), is_h2);
    tls_context_put(context);
}

bool port_rig_ask(struct port_rig *rig, size_t i)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    return loopback_ask(&rig->clients[i], &request);
}

void port_rig_await(struct port_rig *rig, size_t connections)
{
    while (ingress_connections(rig->ingress) != connections)
        loop_turn(rig->loop, true);
}

void port_rig_hold(struct port_rig *rig, size_t i)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    rig->holds = true;
    CHECK(public_client_send(&rig->clients[i], &request));
    while (!rig->held)
        loop_turn(rig->loop, true);
    rig->holds = false;
}
