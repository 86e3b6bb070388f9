#include "unit/support/linker_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

#include <signal.h>

/* --- events --- */

static void end(struct linker_rig *r)
{
    if (r->shuts)
        linker_shutdown(r->linker);
    else
        linker_close(r->linker);
}

static void heard(struct linker_rig *r)
{
    CHECK_EQ(r->closed, 0);
    r->events++;
    if (r->events == r->close_at)
        end(r);
}

static void on_status(void *owner, const struct agent_status *status)
{
    struct linker_rig *r = owner;
    struct linker_rig_status *s = &r->status[r->statuses % (int)LINKER_RIG_STATUSES];

    CHECK(status->url && status->detail && status->attempt > 0);
    r->statuses++;
    s->state = status->state;
    s->retry_ms = status->retry_ms;
    s->rtt_us = status->rtt_us;
    s->attempt = status->attempt;
    (void)snprintf(s->url, sizeof s->url, "%s", status->url);
    (void)snprintf(s->detail, sizeof s->detail, "%s", status->detail);
    heard(r);
}

static void on_linked(void *owner, uint64_t kept)
{
    struct linker_rig *r = owner;

    r->linked++;
    r->kept = kept;
}

static void on_request(void *owner, struct intake *intake, struct exchange *x,
                       const struct http_head *head)
{
    struct linker_rig *r = owner;

    CHECK(intake);
    (void)head;
    r->requests++;
    if (r->log.x) {
        exchange_let_go(x);
    } else {
        exchange_log_fini(&r->log);
        exchange_log_init(&r->log);
        exchange_log_own(&r->log, x);
    }
    heard(r);
}

static void on_closed(void *owner)
{
    struct linker_rig *r = owner;

    CHECK_EQ(++r->closed, 1);
    r->linker = NULL;
}

static const struct linker_events events = {
    .on_status = on_status,
    .on_linked = on_linked,
    .on_request = on_request,
    .on_closed = on_closed,
};

/* --- life --- */

static void prepare(struct linker_rig *r)
{
    random_seeded_init(&r->random, 7);
    exchange_log_init(&r->log);
    r->options = (struct linker_options){
        .host = "127.0.0.1", /* no name: nothing happens on other threads */
        .port = r->relay->port,
        .tunnel = "mybot",
        .token = "hkl_secret",
        .ca_file = test_pki_ca(),
        .random = &r->random.base,
    };
}

void linker_rig_open(struct linker_rig *r, enum fake_relay_manner manner)
{
    static struct fake_relay relay;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    memset(r, 0, sizeof *r);
    memset(&relay, 0, sizeof relay);
    r->live = mem_live();
    clock_fake_init(&r->clock, 1795894305000u);
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    r->relay = &relay;
    relay.manner = manner;
    fake_relay_open(&relay, r->loop);
    prepare(r);
}

void linker_rig_open_beside(struct linker_rig *r, struct linker_rig *first)
{
    memset(r, 0, sizeof *r);
    r->first = first;
    r->loop = first->loop;
    r->relay = first->relay;
    prepare(r);
    random_seeded_init(&r->random, 8);
}

enum err linker_rig_start(struct linker_rig *r)
{
    enum err rc = linker_open(r->loop, &r->options, &events, r, &r->linker);

    if (rc == OK)
        linker_start(r->linker);
    CHECK_EQ(r->events, 0); /* never from inside the call */
    return rc;
}

void linker_rig_close(struct linker_rig *r)
{
    if (r->linker)
        linker_close(r->linker);
    if (r->log.x)
        exchange_close(r->log.x);
    while (r->linker || r->log.x)
        loop_turn(r->loop, true);
    exchange_log_fini(&r->log);
    if (r->first)
        return;
    fake_relay_close(r->relay);
    loop_run(r->loop);
    loop_free(r->loop);
    CHECK_EQ(mem_live(), r->live);
}

/* --- what happens --- */

struct linker_rig_status *linker_rig_last(struct linker_rig *r)
{
    CHECK(r->statuses > 0);
    return &r->status[(r->statuses - 1) % (int)LINKER_RIG_STATUSES];
}

/* What is due comes first: under this clock it would not wake the loop. */
static void turn(struct linker_rig *r)
{
    int before = r->events;

    deadline_run_due(r->loop);
    if (r->events == before)
        loop_turn(r->loop, true);
}

void linker_rig_await(struct linker_rig *r, enum agent_state state)
{
    while (r->statuses == 0 || linker_rig_last(r)->state != state)
        turn(r);
}

void linker_rig_wait(struct linker_rig *r, const int *flag, int count)
{
    while (*flag < count)
        turn(r);
}

void linker_rig_advance(struct linker_rig *r, uint64_t ms)
{
    clock_fake_advance(&(r->first ? r->first : r)->clock, ms * 1000);
    linker_rig_settle(r);
}

void linker_rig_settle(struct linker_rig *r)
{
    for (int i = 0; i < 10; i++) {
        deadline_run_due(r->loop);
        loop_turn(r->loop, false);
    }
}

enum err linker_rig_request(struct linker_rig *r, struct exchange_log *log)
{
    struct http_head head;

    http_head_init_request(&head, SPAN("GET"), SPAN("/page"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    return fake_relay_request(fake_relay_last(r->relay), log, &head, NULL);
}
