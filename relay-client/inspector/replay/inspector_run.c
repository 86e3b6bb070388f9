/* The life of a run:
 *   1. what the page wants is read and checked
 *   2. the exchange, and for the public way whom to trust: on the reader's thread
 *   3. one request is made of the plan, to see whether it can be; the page hears 202
 *   4. it is sent as often as wanted; `run` on the stream, at most twenty times a second
 *   5. all are answered: the last `run` says `over`
 * What can go wrong:
 *   - the request is not understood, there is no such exchange or target, no secret to sign
 *     with, or only the beginning of the body: a problem, and nothing is sent
 *   - ten runs are under way: too_many
 *   - the inspector closes: what is under way is cut */
#include "relay-client/inspector/replay/inspector_run.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/replay/replay_way.h"
#include "relay-client/inspector/replay/replay_wish.h"
#include "relay-client/inspector/replay/run_news.h"

#include <inttypes.h>
#include <stdio.h>

struct inspector_run {
    struct inspector_activity activity;
    struct inspector_job job;          /* step 2 */
    struct inspector_request *request; /* until it is answered, in step 3 */
    struct replay_wish wish;
    struct replay_way way;
    char trust_detail[256];
    struct journal_exchange *exchange; /* owned from step 2 on */
    struct replay_plan plan;
    struct replay_run *run; /* owned in step 4 */
    struct run_news news;
};

static void free_run(struct inspector_run *r)
{
    run_news_fini(&r->news);
    replay_wish_fini(&r->wish);
    replay_way_fini(&r->way);
    if (r->exchange)
        journal_exchange_free(r->exchange);
    inspector_activity_end(&r->activity);
    mem_free(r);
}

/* --- step 4 and 5 --- */

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct inspector_run *r = owner;

    run_news_result(&r->news, replay_run_count(r->run), result);
}

static void on_closed(void *owner)
{
    struct inspector_run *r = owner;

    r->run = NULL;
    run_news_over(&r->news);
    free_run(r);
}

static const struct replay_run_events run_events = {
    .on_result = on_result,
    .on_closed = on_closed,
};

static void stop(struct inspector_activity *a)
{
    struct inspector_run *r = CONTAINER_OF(a, struct inspector_run, activity);

    if (r->run)
        replay_run_close(r->run);
}

/* --- step 3 --- */

/* Answers the request with the problem that is in its reply, if there is one. */
static void answer(struct inspector_run *r)
{
    struct inspector_request *request = r->request;

    r->request = NULL;
    inspector_request_reply(request);
}

static void refuse(struct inspector_run *r, unsigned status, const char *code,
                   const char *detail)
{
    inspector_reply_problem(inspector_request_prepare(r->request), status, code, "%s", detail);
    answer(r);
    free_run(r);
}

static void refuse_error(struct inspector_run *r, enum err why, const char *detail)
{
    if (why == ERR_NOMEM)
        refuse(r, 503, "out_of_memory", "out of memory; try again in a moment");
    else if (why == ERR_BUSY)
        refuse(r, 503, "busy", "too much is asked of the journal; try again in a moment");
    else if (why == ERR_CLOSED)
        refuse(r, 503, "gone", "the agent is stopping");
    else
        refuse(r, 503, "journal", *detail ? detail : err_text(why));
}

static void refuse_request(struct inspector_run *r, const struct replay_request *made,
                           enum err why)
{
    char detail[256];

    if (why == ERR_NOMEM || why == ERR_CLOSED) {
        refuse_error(r, why, "");
    } else if (why == ERR_NOT_FOUND) {
        (void)snprintf(detail, sizeof detail,
                       "it must be signed again, and there is no secret of %s: give it to "
                       "`hookline up` with --secret-file, or to `hookline login`",
                       made->provider->title);
        refuse(r, 409, "no_secret", detail);
    } else if (why == ERR_LIMIT) {
        refuse(r, 413, "too_large",
               "the body becomes longer than 1 MiB, or is nested too deep");
    } else {
        refuse(r, 400, "bad_request", *made->detail ? made->detail : err_text(why));
    }
}

/* What cannot be sent once is not tried a thousand times. */
static bool try_plan(struct inspector_run *r)
{
    const struct clock *clock = loop_clock(inspector_loop(r->activity.inspector));
    struct replay_request made;
    enum err rc = replay_request_make(&made, &r->plan, clock_wall_ms(clock));
    bool is_unmarked = rc == OK && r->plan.is_redelivery && made.marked == 0;

    if (rc != OK)
        refuse_request(r, &made, rc);
    else if (is_unmarked)
        refuse(r, 400, "bad_request",
               "the body has no event of LINE with a deliveryContext: it cannot be a "
               "redelivery");
    replay_request_fini(&made);
    return rc == OK && !is_unmarked;
}

static enum err begin(struct inspector_run *r)
{
    const struct replay_run_options options = {
        .plan = &r->plan,
        .sender = replay_way_sender(&r->way),
        .sender_owner = &r->way,
        .times = r->wish.times,
        .every_ms = r->wish.every_ms,
    };
    struct inspector_reply *reply = inspector_request_prepare(r->request);
    r->news.count.times = r->wish.times;
    enum err rc = run_news_write(&r->news, &reply->body);

    if (rc == OK)
        rc = replay_run_open(inspector_loop(r->activity.inspector), &options, &run_events, r,
                             &r->run);
    reply->status = 202;
    return rc;
}

static void make_plan(struct inspector_run *r)
{
    const struct inspector_options *o = inspector_options_of(r->activity.inspector);
    const struct replay_wish *w = &r->wish;

    r->plan.exchange = r->exchange;
    r->plan.body = w->has_body ? w->body : journal_exchange_request_body(r->exchange);
    r->plan.fields = w->has_fields ? w->fields : NULL;
    r->plan.fields_len = w->fields_len;
    r->plan.is_fresh = w->is_fresh;
    r->plan.is_redelivery = w->is_redelivery;
    r->plan.sign = w->sign;
    r->plan.secrets = o->secrets;
    r->plan.random = o->random;
    r->plan.mint = o->agent_options->mint;
    r->plan.public_authority = span_text(r->way.place.authority);
    r->plan.public_prefix = span_text(r->way.place.prefix);
    if (journal_exchange_row(r->exchange)->webhook)
        r->way.replay_of = r->news.parent;
}

static void on_read(struct inspector_job *job, enum err rc)
{
    struct inspector_run *r = CONTAINER_OF(job, struct inspector_run, job);

    if (rc == ERR_NOT_FOUND) {
        refuse(r, 404, "not_found", "there is no such exchange, or no longer");
        return;
    }
    if (rc == OK && inspector_is_closing(r->activity.inspector))
        rc = ERR_CLOSED;
    if (rc != OK) {
        refuse_error(r, rc, r->trust_detail);
        return;
    }
    if (!r->wish.has_body && journal_exchange_row(r->exchange)->body_truncated) {
        refuse(r, 409, "truncated",
               "the journal has only the beginning of its body; send another body");
        return;
    }
    make_plan(r);
    if (!try_plan(r))
        return;
    rc = begin(r);
    if (rc != OK)
        refuse_error(r, rc, "");
    else
        answer(r);
}

/* --- step 2 --- */

static enum err read_all(struct inspector_job *job, struct journal_reader *reader)
{
    struct inspector_run *r = CONTAINER_OF(job, struct inspector_run, job);
    const struct inspector_options *o = inspector_options_of(r->activity.inspector);
    char id[24];

    (void)snprintf(id, sizeof id, "%" PRIu64, r->news.parent);
    enum err rc = journal_reader_get(reader, span_text(id), &r->exchange);
    if (rc == OK && r->way.is_public)
        rc = replay_way_load_trust(&r->way, o->agent_options, r->trust_detail);
    return rc == ERR_CONFLICT ? ERR_NOT_FOUND : rc;
}

/* --- step 1 --- */

/* A target is only ever one of the agent's own. */
static bool find_target(struct inspector_run *r)
{
    const struct agent_options *o = inspector_options_of(r->activity.inspector)->agent_options;

    for (size_t i = 0; i < o->targets_len; i++)
        if (span_is(r->wish.target, span_text(o->targets[i].name)))
            r->plan.target = o->targets[i].name;
    return r->wish.target.len == 0 || r->plan.target;
}

static bool find_way(struct inspector_run *r)
{
    struct inspector *i = r->activity.inspector;

    if (!r->wish.is_by_relay) {
        replay_way_init_direct(&r->way, inspector_loop(i), inspector_options_of(i)->agent);
        return true;
    }
    return replay_way_init_public(&r->way, inspector_loop(i), inspector_options_of(i)->agent,
                                  inspector_public_url(i)) == OK;
}

static void start_reading(struct inspector_run *r)
{
    enum err rc = inspector_job_start(r->activity.inspector, &r->job);

    if (rc != OK)
        refuse_error(r, rc, "");
}

static void check_wish(struct inspector_run *r)
{
    enum err rc = replay_wish_read(inspector_request_body(r->request), &r->wish);

    if (rc == ERR_NOMEM)
        refuse_error(r, rc, "");
    else if (rc == ERR_LIMIT)
        refuse(r, 413, "too_large", r->wish.detail);
    else if (rc != OK)
        refuse(r, 400, "bad_request", r->wish.detail);
    else if (!find_target(r))
        refuse(r, 400, "bad_request",
               "there is no such target; `hookline up --target` names it");
    else if (r->wish.is_fresh &&
             !inspector_options_of(r->activity.inspector)->agent_options->mint)
        refuse(r, 503, "busy", "there is nobody to make new ids and tokens");
    else if (!find_way(r))
        refuse(r, 503, "busy",
               "the tunnel has no public address yet: there was no link so far");
    else
        start_reading(r);
}

void inspector_run_act(struct inspector_request *request)
{
    struct inspector *i = inspector_request_owner(request);
    struct inspector_reply *reply = inspector_request_prepare(request);
    struct inspector_run *r = NULL;
    uint64_t id;

    if (!inspector_param_u64(inspector_request_params(request), "id", &id))
        inspector_reply_problem(reply, 404, "not_found", "an exchange's id is a number");
    else if (inspector_activity_count(i, stop) >= INSPECTOR_RUNS_MAX)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u replays run already; wait for the end of one",
                                INSPECTOR_RUNS_MAX);
    else if (!(r = mem_alloc(sizeof *r)))
        inspector_reply_problem(reply, 503, "out_of_memory", "try again in a moment");
    if (!r) {
        inspector_request_reply(request);
        return;
    }
    r->request = request;
    r->job.run = read_all;
    r->job.done = on_read;
    r->activity.stop = stop;
    inspector_activity_begin(i, &r->activity);
    run_news_init(&r->news, i, id);
    check_wish(r);
}
