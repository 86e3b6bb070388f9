#include "unit/support/attempt_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

#include <signal.h>

struct attempt_rig attempt_rig;

/* --- events --- */

static void take(enum attempt_outcome outcome)
{
    attempt_rig.attempt = NULL;
    attempt_rig.outcome = outcome;
    CHECK_EQ(++attempt_rig.events, 1);
}

static void on_linked(void *owner, struct stream *stream, struct span early, struct span url,
                      uint64_t kept)
{
    struct attempt_rig *r = owner;

    CHECK(early.len <= sizeof r->early);
    take(ATTEMPT_LINKED);
    r->kept = kept;
    r->early_len = early.len;
    memcpy(r->early, early.ptr, early.len);
    (void)snprintf(r->url, sizeof r->url, "%.*s", (int)url.len, url.ptr);
    net_peer_sit(&r->peer, r->loop, stream);
}

static void on_refused(void *owner, unsigned status, const char *detail)
{
    struct attempt_rig *r = owner;

    CHECK(*detail);
    take(ATTEMPT_REFUSED);
    r->status = status;
    (void)snprintf(r->detail, sizeof r->detail, "%s", detail);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    struct attempt_rig *r = owner;

    CHECK(why != OK && *detail);
    take(ATTEMPT_FAILED);
    r->why = why;
    (void)snprintf(r->detail, sizeof r->detail, "%s", detail);
}

static void on_unreached(void *owner, const char *detail)
{
    struct attempt_rig *r = owner;

    CHECK(*detail);
    take(ATTEMPT_UNREACHED);
    (void)snprintf(r->detail, sizeof r->detail, "%s", detail);
}

static const struct link_attempt_events events = {
    .on_linked = on_linked,
    .on_refused = on_refused,
    .on_failed = on_failed,
    .on_unreached = on_unreached,
};

/* --- life --- */

static void open_all(enum fake_relay_manner manner, struct tls_context *server,
                     struct tls_context *client)
{
    struct attempt_rig *r = &attempt_rig;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&r->clock, 1795894305000u);
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    r->trust = client ? client : test_pki_client(NULL, NULL);
    r->relay.tls = server;
    r->relay.manner = manner;
    fake_relay_open(&r->relay, r->loop);
    r->options = (struct link_attempt_options){
        .host = "localhost",
        .port = r->relay.port,
        .tunnel = "mybot",
        .token = "hkl_secret",
        .tls = r->trust,
    };
}

void attempt_rig_open(enum fake_relay_manner manner)
{
    (void)test_pki_localhost();
    memset(&attempt_rig, 0, sizeof attempt_rig);
    attempt_rig.live = mem_live();
    open_all(manner, NULL, NULL);
}

void attempt_rig_open_with(struct tls_context *server, struct tls_context *client)
{
    (void)test_pki_localhost();
    memset(&attempt_rig, 0, sizeof attempt_rig);
    attempt_rig.live = 0; /* the contexts are there already, and go with us */
    open_all(FAKE_RELAY_ACCEPTS, server, client);
}

void attempt_rig_close(void)
{
    struct attempt_rig *r = &attempt_rig;

    if (r->attempt)
        link_attempt_cancel(r->attempt);
    net_peer_close(&r->peer);
    fake_relay_close(&r->relay);
    tls_context_put(r->trust);
    loop_run(r->loop);
    net_peer_fini(&r->peer);
    loop_free(r->loop);
    CHECK(r->live == 0 || mem_live() == r->live);
}

/* --- what happens --- */

enum err attempt_rig_start(void)
{
    struct attempt_rig *r = &attempt_rig;
    enum err rc = link_attempt_start(r->loop, &r->options, &events, r, &r->attempt);

    CHECK_EQ(r->events, 0); /* never from inside the call */
    return rc;
}

void attempt_rig_run(enum attempt_outcome want)
{
    CHECK_EQ(attempt_rig_start(), OK);
    while (attempt_rig.events == 0)
        loop_turn(attempt_rig.loop, true);
    if (attempt_rig.outcome != want)
        (void)fprintf(stderr, "%s\n", attempt_rig.detail);
    CHECK_EQ(attempt_rig.outcome, want);
}

void attempt_rig_hear(const char *text, enum fake_relay_manner manner,
                      enum attempt_outcome want)
{
    attempt_rig_open(manner);
    fake_relay_say(&attempt_rig.relay, text);
    attempt_rig_run(want);
}

void attempt_rig_advance(uint64_t ms)
{
    clock_fake_advance(&attempt_rig.clock, ms * 1000);
    deadline_run_due(attempt_rig.loop);
}

void attempt_rig_has(const char *text, const char *part)
{
    if (strstr(text, part))
        return;
    (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, text);
    abort();
}
