/* The life of a simulation:
 *   1. what the page wants is read and checked
 *   2. which bot and path LINE's webhooks had so far, and for the public way whom to trust: on
 *      the reader's thread
 *   3. one webhook is made, to see whether it can be; the page hears 202
 *   4. all are sent; `run` on the stream, at most twenty times a second
 *   5. all are answered: the last `run` says `over`
 * What can go wrong:
 *   - the request is not understood, there is no such target, no secret to sign with: a
 *     problem, and nothing is sent
 *   - ten simulations are under way: too_many
 *   - the inspector closes: what is under way is cut */
#include "relay-client/inspector/simulate/inspector_simulation.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_text.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/replay/replay_way.h"
#include "relay-client/inspector/replay/run_news.h"
#include "relay-client/inspector/simulate/simulate_wish.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/lineapi.h"
#include "relay-client/simulate/simulate_precedent.h"

#define CONTENT_READY_MS 1500u /* a film or a voice is prepared for so long */

struct inspector_simulation {
    struct inspector_activity activity;
    struct inspector_job job;          /* step 2 */
    struct inspector_request *request; /* until it is answered, in step 3 */
    struct simulate_wish wish;
    struct simulate_precedent precedent;
    struct replay_way way;
    char trust_detail[256];
    struct simulate_plan plan;
    struct replay_run *run; /* owned in step 4 */
    struct run_news news;
};

static void free_simulation(struct inspector_simulation *s)
{
    run_news_fini(&s->news);
    simulate_plan_fini(&s->plan);
    simulate_wish_fini(&s->wish);
    replay_way_fini(&s->way);
    inspector_activity_end(&s->activity);
    mem_free(s);
}

static const struct inspector_options *options_of(const struct inspector_simulation *s)
{
    return inspector_options_of(s->activity.inspector);
}

/* --- step 4 and 5 --- */

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct inspector_simulation *s = owner;

    run_news_result(&s->news, replay_run_count(s->run), result);
}

static void on_closed(void *owner)
{
    struct inspector_simulation *s = owner;

    s->run = NULL;
    run_news_over(&s->news);
    free_simulation(s);
}

static const struct replay_run_events run_events = {
    .on_result = on_result,
    .on_closed = on_closed,
};

static void stop(struct inspector_activity *a)
{
    struct inspector_simulation *s = CONTAINER_OF(a, struct inspector_simulation, activity);

    if (s->run)
        replay_run_close(s->run);
}

/* An event is about to be sent: the bot may ask for its content at once. */
static void on_event(void *owner, size_t index, struct span event)
{
    struct inspector_simulation *s = owner;
    const struct simulate_wish_content *c = &s->wish.contents[index];
    struct lineapi *port = options_of(s)->lineapi;
    uint64_t now = clock_wall_ms(loop_clock(inspector_loop(s->activity.inspector)));
    char id[LINE_MINT_SIZE];
    struct span literal;

    if (!port || c->type.len == 0 ||
        json_text_find(event, SPAN("message.id"), &literal) != OK ||
        !json_text_is_string(literal) || literal.len > sizeof id)
        return;
    bool is_prepared =
        span_starts(c->type, SPAN("video/")) || span_starts(c->type, SPAN("audio/"));
    const struct emulator_content content = {
        .message_id = span_of(id, json_text_unescape(literal, id)),
        .type = c->type,
        .bytes = c->bytes,
        .ready_ms = is_prepared ? now + CONTENT_READY_MS : 0,
    };
    enum err rc = emulator_put_content(lineapi_emulator(port), &content);
    (void)rc; /* the bot's call says that there is none */
}

/* --- step 3 --- */

/* Answers the request with what is in its reply. */
static void answer(struct inspector_simulation *s)
{
    struct inspector_request *request = s->request;

    s->request = NULL;
    inspector_request_reply(request);
}

static void refuse(struct inspector_simulation *s, unsigned status, const char *code,
                   const char *detail)
{
    inspector_reply_problem(inspector_request_prepare(s->request), status, code, "%s", detail);
    answer(s);
    free_simulation(s);
}

static void refuse_error(struct inspector_simulation *s, enum err why, const char *detail)
{
    inspector_reply_error(inspector_request_prepare(s->request), why, detail);
    answer(s);
    free_simulation(s);
}

/* What cannot be sent once is not tried a thousand times. */
static bool try_plan(struct inspector_simulation *s)
{
    const struct clock *clock = loop_clock(inspector_loop(s->activity.inspector));
    struct replay_request made;
    enum err rc = simulate_plan_make(&s->plan, 0, clock_wall_ms(clock), &made);
    const char *detail = *made.detail ? made.detail : err_text(rc);

    if (rc == ERR_NOT_FOUND)
        refuse(s, 409, "no_secret", detail);
    else if (rc == ERR_LIMIT)
        refuse(s, 413, "too_large", detail);
    else if (rc == ERR_SYNTAX)
        refuse(s, 400, "bad_request", detail);
    else if (rc != OK)
        refuse_error(s, rc, detail);
    replay_request_fini(&made);
    return rc == OK;
}

static enum err begin(struct inspector_simulation *s)
{
    const struct replay_run_options options = {
        .maker = &simulate_plan_maker,
        .maker_owner = &s->plan,
        .sender = replay_way_sender(&s->way),
        .sender_owner = &s->way,
        .times = simulate_plan_len(&s->plan),
        .drip_ms = s->wish.drip_ms,
    };
    struct inspector_reply *reply = inspector_request_prepare(s->request);
    s->news.count.times = options.times;
    enum err rc = run_news_write(&s->news, &reply->body);

    s->plan.on_event = on_event;
    s->plan.owner = s;
    if (rc == OK)
        rc = replay_run_open(inspector_loop(s->activity.inspector), &options, &run_events, s,
                             &s->run);
    reply->status = 202;
    return rc;
}

static void make_plan(struct inspector_simulation *s)
{
    const struct inspector_options *o = options_of(s);
    const struct simulate_wish *w = &s->wish;
    const char *target = s->plan.target;

    s->plan = (struct simulate_plan){
        .events = w->events,
        .events_len = w->events_len,
        .destination = w->destination ? w->destination : s->precedent.destination,
        .mint = o->agent_options->mint,
        .random = o->random,
        .secrets = o->secrets,
        .is_each = w->is_each,
        .order = w->order,
        .sign = w->sign,
        .is_duplicate = w->is_duplicate,
        .is_redelivered = w->is_redelivered,
        .redeliver_after_ms = w->redeliver_after_ms,
        .times = w->times,
        .every_ms = w->every_ms,
        .path = s->precedent.path,
        .target = target,
        .public_authority = span_text(s->way.place.authority),
        .public_prefix = span_text(s->way.place.prefix),
    };
    s->way.is_simulated = true;
}

static void on_read(struct inspector_job *job, enum err rc)
{
    struct inspector_simulation *s = CONTAINER_OF(job, struct inspector_simulation, job);

    if (rc == OK && inspector_is_closing(s->activity.inspector))
        rc = ERR_CLOSED;
    if (rc != OK) {
        refuse_error(s, rc, s->trust_detail);
        return;
    }
    make_plan(s);
    if (!try_plan(s))
        return;
    rc = begin(s);
    if (rc != OK)
        refuse_error(s, rc, "");
    else
        answer(s);
}

/* --- step 2 --- */

static enum err read_all(struct inspector_job *job, struct journal_reader *reader)
{
    struct inspector_simulation *s = CONTAINER_OF(job, struct inspector_simulation, job);
    enum err rc = simulate_precedent_read(&s->precedent, reader);

    if (rc == OK && s->way.is_public)
        rc = replay_way_load_trust(&s->way, options_of(s)->agent_options, s->trust_detail);
    return rc;
}

/* --- step 1 --- */

/* A target is only ever one of the agent's own. */
static bool find_target(struct inspector_simulation *s)
{
    const struct agent_options *o = options_of(s)->agent_options;

    for (size_t i = 0; i < o->targets_len; i++)
        if (span_is(s->wish.target, span_text(o->targets[i].name)))
            s->plan.target = o->targets[i].name;
    return s->wish.target.len == 0 || s->plan.target;
}

static bool find_way(struct inspector_simulation *s)
{
    struct inspector *i = s->activity.inspector;
    struct agent *agent = inspector_options_of(i)->agent;

    if (!s->wish.is_by_relay) {
        replay_way_init_direct(&s->way, inspector_loop(i), agent);
        return true;
    }
    return replay_way_init_public(&s->way, inspector_loop(i), agent, inspector_public_url(i)) ==
           OK;
}

static void start_reading(struct inspector_simulation *s)
{
    const struct inspector_options *o = options_of(s);

    simulate_precedent_init(&s->precedent, o->agent_options->mint, o->settings);
    enum err rc = inspector_job_start(s->activity.inspector, &s->job);
    if (rc != OK)
        refuse_error(s, rc, "");
}

static void check_wish(struct inspector_simulation *s)
{
    enum err rc = simulate_wish_read(inspector_request_body(s->request), &s->wish);

    if (rc == ERR_NOMEM)
        refuse_error(s, rc, "");
    else if (rc != OK)
        refuse(s, rc == ERR_CONFLICT ? 409 : 400, "bad_request", s->wish.detail);
    else if (!find_target(s))
        refuse(s, 404, "not_found", "there is no such target; `hookline up --target` names it");
    else if (!find_way(s))
        refuse(s, 503, "busy",
               "the tunnel has no public address yet: there was no link so far");
    else
        start_reading(s);
}

void inspector_simulation_act(struct inspector_request *request)
{
    struct inspector *i = inspector_request_owner(request);
    struct inspector_reply *reply = inspector_request_prepare(request);
    struct inspector_simulation *s = NULL;

    if (inspector_activity_count(i, stop) >= INSPECTOR_SIMULATIONS_MAX)
        inspector_reply_problem(reply, 429, "too_many",
                                "%u simulations run already; wait for the end of one",
                                INSPECTOR_SIMULATIONS_MAX);
    else if (!inspector_options_of(i)->agent_options->mint || !(s = mem_alloc(sizeof *s)))
        inspector_reply_problem(reply, 503, "out_of_memory", "try again in a moment");
    if (!s) {
        inspector_request_reply(request);
        return;
    }
    s->request = request;
    s->job.run = read_all;
    s->job.done = on_read;
    s->activity.stop = stop;
    inspector_activity_begin(i, &s->activity);
    run_news_init(&s->news, i, 0);
    check_wish(s);
}
