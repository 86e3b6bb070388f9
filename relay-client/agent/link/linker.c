/* The life of the agent's links:
 *   1. an attempt dials and asks (link_attempt.h)
 *   2. it becomes the current link
 *   3. the current link is lost, or told to go: back to 1, at once if it had lived well
 * What can go wrong:
 *   - the attempt fails, or the relay (or a proxy) cannot now, 5xx: wait (pace.h), then 1
 *   - the relay refuses: wait long, then 1; somebody may have made a new token meanwhile
 *   - the machine sleeps while we wait: the wall clock jumps ahead, back to 1 at once
 *   - the relay ends links that live shortly: they do not reset the back-off
 *   - another agent took the tunnel over with the same token: dialling again would take it
 *     back, and so on for ever: this one stays off until it is started again */
#include "relay-client/agent/link/linker.h"

#include "base/container.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "link/link_session.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/tls/tls_context.h"
#include "relay-client/agent/link/backoff.h"
#include "relay-client/agent/link/link_attempt.h"
#include "relay-client/agent/link/pace.h"

#include <stdio.h>
#include <string.h>

/* How often the round trip is looked at; only a new one is reported. */
#define PULSE_MS 1000u
/* How often the clocks are compared while waiting, and what counts as sleep. */
#define LOOK_MS  1000u
#define SLEPT_MS 2000u
/* Before the start. */
#define NEVER_MS UINT32_MAX

struct linker {
    struct loop *loop;
    struct linker_options options;
    struct tls_context *tls;      /* counted */
    struct link_attempt *attempt; /* owned while one is under way */
    struct client_link *current;  /* borrowed from `links` */
    struct list links;            /* current and those that finish */
    struct pace pace;
    unsigned number;       /* of the try, for people */
    struct deadline retry; /* looks at the clocks until `due_ms` */
    uint64_t due_ms;       /* loop_now_ms of the next attempt */
    uint64_t look_ms, look_wall_ms;
    struct deadline pulse; /* while linked */
    uint64_t rtt_us;       /* as it was reported last */
    struct defer_task closed_task;
    char url[LINK_URL_MAX + 1];
    const struct linker_events *events;
    void *owner;
    bool closing;
};

struct client_link {
    struct list_node in_linker;
    struct linker *linker;        /* back-pointer */
    struct link_session *session; /* owned */
    struct intake intake;
    uint64_t since_ms;
};

static void attempt(struct linker *k);

static void report_status(struct linker *k, enum agent_state state, const char *detail,
                          uint64_t retry_ms)
{
    struct agent_status status = {
        .state = state,
        .url = k->url,
        .detail = detail,
        .retry_ms = retry_ms,
        .rtt_us = state == AGENT_LINKED ? k->rtt_us : 0,
        .attempt = k->number,
    };

    k->events->on_status(k->owner, &status);
}

static void on_all_closed(struct defer_task *task)
{
    struct linker *k = CONTAINER_OF(task, struct linker, closed_task);

    deadline_clear(k->loop, &k->retry);
    tls_context_put(k->tls);
    k->events->on_closed(k->owner);
    mem_free(k);
}

static void close_when_empty(struct linker *k)
{
    if (k->closing && list_is_empty(&k->links))
        defer_post(k->loop, &k->closed_task, on_all_closed);
}

/* --- waiting --- */

static void on_retry(struct deadline *d);

static void look_later(struct linker *k)
{
    uint64_t now = loop_now_ms(k->loop);
    uint64_t left = k->due_ms > now ? k->due_ms - now : 0;

    k->look_ms = now;
    k->look_wall_ms = clock_wall_ms(loop_clock(k->loop));
    if (deadline_set(k->loop, &k->retry, left < LOOK_MS ? left : LOOK_MS, on_retry) != OK)
        log_error("link", "out of memory: no further tries to link");
}

static bool has_slept(const struct linker *k)
{
    uint64_t passed_ms = loop_now_ms(k->loop) - k->look_ms;

    return clock_wall_ms(loop_clock(k->loop)) >= k->look_wall_ms + passed_ms + SLEPT_MS;
}

static void on_retry(struct deadline *d)
{
    struct linker *k = CONTAINER_OF(d, struct linker, retry);

    if (loop_now_ms(k->loop) >= k->due_ms || has_slept(k))
        attempt(k);
    else
        look_later(k);
}

static void wait_and_retry(struct linker *k, enum agent_state state, const char *detail)
{
    if (k->closing)
        return;
    k->number = pace_attempt(&k->pace);
    uint64_t ms = pace_failed(&k->pace);
    if (state == AGENT_REFUSED)
        ms = BACKOFF_REFUSED_MS;
    k->due_ms = loop_now_ms(k->loop) + ms;
    look_later(k);
    report_status(k, state, detail, ms);
}

/* --- step 2 and 3: links --- */

static void on_pulse(struct deadline *d)
{
    struct linker *k = CONTAINER_OF(d, struct linker, pulse);
    uint64_t rtt_us = link_session_rtt_us(k->current->session);
    enum err rc = deadline_set(k->loop, d, PULSE_MS, on_pulse);

    (void)rc; /* out of memory: the display goes on with the last one */
    if (rtt_us == k->rtt_us)
        return;
    k->rtt_us = rtt_us;
    report_status(k, AGENT_LINKED, "", 0);
}

/* False: it was not the current one. */
static bool unseat(struct client_link *link)
{
    struct linker *k = link->linker;

    if (k->current != link)
        return false;
    k->current = NULL;
    deadline_clear(k->loop, &k->pulse);
    return true;
}

/* The current link takes no more requests: look for the next one. */
static void leave(struct client_link *link, const char *detail, bool is_told)
{
    struct linker *k = link->linker;

    if (!unseat(link))
        return;
    pace_lived(&k->pace, loop_now_ms(k->loop) - link->since_ms, is_told);
    wait_and_retry(k, AGENT_WAITING, detail);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct client_link *link = owner;

    (void)end; /* on_complete comes in any case */
    link->linker->events->on_request(link->linker->owner, &link->intake, x, head);
}

/* Our own new link takes over too; then the old one is not current any more. */
static void on_goaway(void *owner, bool taken_over)
{
    struct client_link *link = owner;
    struct linker *k = link->linker;

    if (!taken_over)
        leave(link, "the relay closed the link: it is about to restart", true);
    else if (unseat(link) && !k->closing)
        report_status(k, AGENT_REPLACED,
                      "another agent linked this tunnel with the same token; this one stays "
                      "off: start `hookline up` again to take the tunnel back",
                      0);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct client_link *link = owner;
    char text[256];

    text_escape(text, sizeof text, span_text(*detail ? detail : err_text(why)));
    leave(link, text, false);
    link_session_close(link->session);
}

static void on_link_closed(void *owner)
{
    struct client_link *link = owner;
    struct linker *k = link->linker;

    leave(link, "the link was closed", false);
    list_remove(&link->in_linker);
    intake_fini(&link->intake);
    mem_free(link);
    close_when_empty(k);
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_link_closed,
};

static enum err take_link(struct linker *k, struct stream *stream, struct span early)
{
    struct client_link *link = mem_alloc(sizeof *link);

    if (!link)
        return ERR_NOMEM;
    enum err rc =
        link_session_open(k->loop, stream, LINK_AGENT, &session_events, link, &link->session);
    if (rc != OK) {
        mem_free(link);
        return rc;
    }
    intake_init(&link->intake);
    link->linker = k;
    link->since_ms = loop_now_ms(k->loop);
    list_append(&k->links, &link->in_linker);
    k->current = link;
    k->rtt_us = 0;
    if (link_session_feed_early(link->session, early.ptr, early.len) != OK)
        link_session_close(link->session);
    return OK;
}

/* --- step 1: the attempt --- */

static void on_linked(void *owner, struct stream *stream, struct span early, struct span url,
                      uint64_t kept)
{
    struct linker *k = owner;

    k->attempt = NULL;
    snprintf(k->url, sizeof k->url, "%.*s", (int)url.len, url.ptr);
    stream_resume(stream);
    enum err rc = take_link(k, stream, early);
    if (rc != OK) {
        stream_let_go(stream);
        wait_and_retry(k, AGENT_WAITING, err_text(rc));
        return;
    }
    rc = deadline_set(k->loop, &k->pulse, PULSE_MS, on_pulse);
    (void)rc; /* as there */
    k->events->on_linked(k->owner, kept);
    report_status(k, AGENT_LINKED, "", 0);
}

static void on_refused(void *owner, unsigned status, const char *detail)
{
    struct linker *k = owner;

    k->attempt = NULL;
    /* A relay that stops, or the proxy before it, comes back by itself. */
    wait_and_retry(k, status >= 500 ? AGENT_WAITING : AGENT_REFUSED, detail);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    struct linker *k = owner;

    (void)why;
    k->attempt = NULL;
    wait_and_retry(k, AGENT_WAITING, detail);
}

static void on_unreached(void *owner, const char *detail)
{
    struct linker *k = owner;
    bool is_news = pace_is_news(&k->pace);
    uint64_t ms = pace_unreached(&k->pace, loop_now_ms(k->loop));

    k->attempt = NULL;
    k->due_ms = loop_now_ms(k->loop) + ms;
    look_later(k);
    if (is_news)
        report_status(k, AGENT_WAITING, detail, ms);
}

static const struct link_attempt_events attempt_events = {
    .on_linked = on_linked,
    .on_refused = on_refused,
    .on_failed = on_failed,
    .on_unreached = on_unreached,
};

static void attempt(struct linker *k)
{
    struct link_attempt_options options = {
        .host = k->options.host,
        .port = k->options.port,
        .tunnel = k->options.tunnel,
        .token = k->options.token,
        .answer = k->options.answer,
        .offline = k->options.offline,
        .tls = k->tls,
        .answer_ms = pace_begin(&k->pace, loop_now_ms(k->loop), k->rtt_us),
    };

    k->number = pace_attempt(&k->pace);
    if (pace_is_news(&k->pace))
        report_status(k, AGENT_CONNECTING, "", 0);
    if (k->closing) /* in that event */
        return;
    enum err rc = link_attempt_start(k->loop, &options, &attempt_events, k, &k->attempt);
    if (rc != OK)
        wait_and_retry(k, AGENT_WAITING, err_text(rc));
}

/* --- calls --- */

enum err linker_open(struct loop *l, struct linker_options *options,
                     const struct linker_events *events, void *owner, struct linker **out)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    struct tls_client_options tls = {
        .ca_file = options->ca_file, .pin = options->pin, .alpn = alpn};
    struct linker *k = mem_alloc(sizeof *k);

    if (!k)
        return ERR_NOMEM;
    k->loop = l;
    k->options = *options;
    k->events = events;
    k->owner = owner;
    k->pace.random = options->random;
    list_init(&k->links);
    enum err rc = tls_context_new_client(&tls, &k->tls, options->detail);
    if (rc == OK)
        rc = deadline_set(l, &k->retry, NEVER_MS, on_retry); /* now it may fail */
    if (rc != OK) {
        tls_context_put(k->tls);
        mem_free(k);
        return rc;
    }
    *out = k;
    return OK;
}

void linker_start(struct linker *k)
{
    enum err rc = k->closing ? OK : deadline_set(k->loop, &k->retry, 0, on_retry);

    (void)rc; /* it has its place among the deadlines */
}

static void end_all(struct linker *k, void (*end)(struct link_session *))
{
    k->closing = true;
    deadline_clear(k->loop, &k->retry);
    deadline_clear(k->loop, &k->pulse);
    if (k->attempt)
        link_attempt_cancel(k->attempt);
    k->attempt = NULL;
    for (struct list_node *n = list_first(&k->links); n; n = list_next(&k->links, n))
        end(CONTAINER_OF(n, struct client_link, in_linker)->session);
    close_when_empty(k);
}

void linker_shutdown(struct linker *k)
{
    end_all(k, link_session_shutdown);
}

void linker_close(struct linker *k)
{
    end_all(k, link_session_close);
}
