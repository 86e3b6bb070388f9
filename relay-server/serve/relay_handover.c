/* How a relay ends because another process takes over (handover_text.h):
 *   1. on_take: the ports pause (who comes waits in the kernel), requests on connections
 *      from before wait (late_requests.h), webhooks that somebody waits for go to the
 *      inbox, the inbox is closed
 *   2. it is closed: the other one is told, opens it, and accepts
 *   3. on_served: requests that waited go there; agents and clients are told to go, and what
 *      is under way has the usual time
 * What can go wrong:
 *   - the other one goes away in 1 or 2: everything is taken back.  Its lock of the inbox
 *     outlives it for a moment, so that is tried again and again
 *   - it has the lock and keeps it: then it serves, whatever became of the conversation,
 *     and this one ends
 *   - this one is told to end: it does, and the other one finds nobody */
#include "base/container.h"
#include "base/log.h"
#include "relay-server/delivery/backlog.h"
#include "relay-server/delivery/delivery.h"
#include "relay-server/serve/relay_impl.h"

#include <stdio.h>

#define RETRY_MS    50u
#define PATIENCE_MS 3000u /* while somebody else has the lock of the inbox */
#define REPAIR_MS   1000u /* between tries to have again what the system denies */

/* --- steps 1 and 2 --- */

static struct handover_sockets on_sockets(void *owner)
{
    const struct relay *r = owner;

    if (r->phase != RELAY_OPEN)
        return (struct handover_sockets){0};
    return (struct handover_sockets){
        .https = ingress_descriptor(r->ingress),
        .http = r->plain ? plain_port_descriptor(r->plain) : 0,
    };
}

/* A port that cannot pause goes on accepting beside the other process: what it gets waits
 * like everything else. */
static void pause_ports(struct relay *r)
{
    enum err rc = ingress_pause(r->ingress);

    if (rc == OK && r->plain)
        rc = plain_port_pause(r->plain);
    if (rc != OK)
        log_warn("takeover", "a port does not pause: %s", err_text(rc));
}

static void on_take(void *owner)
{
    struct relay *r = owner;

    r->phase = RELAY_HANDING;
    r->handing.is_broken = false;
    r->state.late = r->late;
    deadline_clear(r->state.loop, &r->handing.retry);
    pause_ports(r);
    if (r->control)
        control_server_close(r->control);
    r->control = NULL;
    agent_wait_give_up(&r->state);
    delivery_settle_all(&r->state);
    backlog_leave_all(&r->state);
    relay_close_inbox(r);
}

static void take_back(struct relay *r);

void relay_handover_released(struct relay *r)
{
    if (r->phase != RELAY_HANDING)
        return;
    if (r->handing.is_broken)
        take_back(r);
    else
        handover_giver_released(r->giver);
}

/* --- step 3 --- */

static void close_giver(struct relay *r)
{
    if (r->giver)
        handover_giver_close(r->giver);
    r->giver = NULL;
}

static void end_in_peace(struct relay *r)
{
    close_giver(r);
    ingress_retire(r->ingress);
    if (r->plain)
        plain_port_retire(r->plain);
    relay_drain(r, RELAY_SETTLE_MS, RELAY_SHUTDOWN_MS - RELAY_SETTLE_MS);
}

static void on_served(void *owner, struct stream *stream, struct span early, pid_t pid)
{
    struct relay *r = owner;

    log_info("takeover",
             "process %ld serves; this one ends when what is under way has finished",
             (long)pid);
    late_requests_pass(r->late, stream, early);
    end_in_peace(r);
    if (r->options->on_handed_over)
        r->options->on_handed_over(r->options->owner, pid);
}

/* --- what can go wrong --- */

static void on_retry(struct deadline *d)
{
    take_back(CONTAINER_OF(d, struct relay, handing.retry));
}

static void retry(struct relay *r, unsigned after_ms)
{
    if (deadline_set(r->state.loop, &r->handing.retry, after_ms, on_retry) == OK)
        return;
    log_error("takeover", "out of memory in the middle of a takeover: this relay ends");
    relay_shutdown(r);
}

/* Whatever is there again stays; what is not, is tried again. */
static enum err open_again(struct relay *r)
{
    enum err rc = ingress_resume(r->ingress);

    if (rc == OK && r->plain)
        rc = plain_port_resume(r->plain);
    if (rc == OK)
        rc = relay_parts_open_control(r);
    return rc == OK && r->giver ? handover_giver_listen(r->giver) : rc;
}

static void serve_again(struct relay *r)
{
    log_warn("takeover", "it did not come to that: this relay goes on");
    r->phase = RELAY_OPEN;
    r->state.late = NULL;
    late_requests_give_back(r->late);
}

static void lose(struct relay *r)
{
    log_error("takeover", "%s: whoever that is serves now, and this relay ends",
              r->options->detail);
    late_requests_refuse(r->late);
    end_in_peace(r);
}

static void take_back(struct relay *r)
{
    enum err rc = r->state.inbox ? OK : relay_parts_open_inbox(r);
    bool is_long = loop_now_ms(r->state.loop) - r->handing.since_ms >= PATIENCE_MS;

    if (rc == ERR_BUSY && is_long && r->phase == RELAY_HANDING) {
        lose(r);
        return;
    }
    if (rc == ERR_BUSY && r->phase == RELAY_HANDING) {
        retry(r, RETRY_MS);
        return;
    }
    if (rc != OK)
        log_error("inbox", "%s (tried again every second; nothing is kept until then)",
                  r->options->detail);
    if (r->phase == RELAY_HANDING)
        serve_again(r);
    if (rc == OK)
        backlog_kick_all(&r->state);
    enum err opened = open_again(r);
    if (opened != OK)
        log_error("takeover", "not all of it is back: %s (tried again)", err_text(opened));
    if (rc != OK || opened != OK)
        retry(r, REPAIR_MS);
}

static void on_broken(void *owner, const char *why)
{
    struct relay *r = owner;

    (void)why; /* told already */
    r->handing.since_ms = loop_now_ms(r->state.loop);
    r->handing.is_broken = true;
    if (!r->is_inbox_closing)
        take_back(r);
}

const struct handover_giver_events relay_handover_giver_events = {
    .sockets = on_sockets,
    .on_take = on_take,
    .on_served = on_served,
    .on_broken = on_broken,
};

void relay_handover_end(struct relay *r)
{
    deadline_clear(r->state.loop, &r->handing.retry);
    close_giver(r);
    late_requests_refuse(r->late);
}
