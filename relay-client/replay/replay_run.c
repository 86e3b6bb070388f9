/* The life of a run:
 *   1. from the loop: a request is made, of the plan or by the maker, and the sender has it
 *   2. the next one goes when it is due, or when the one before is answered
 *   3. each answer is counted, and told
 *   4. all are answered: on_closed
 * What can go wrong:
 *   - a request cannot be made or sent: it counts as failed, and the others go on
 *   - answers take longer than every_ms: eight are under way at once, the ninth waits
 *   - the run is closed: what is under way is cut, its end awaited, and nobody told */
#include "relay-client/replay/replay_run.h"

#include "base/container.h"
#include "base/list.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "loop/defer.h"

struct replay_run {
    struct loop *loop;
    struct replay_run_options options;
    struct replay_run_count count;
    struct list shots;     /* under way */
    size_t shots_len;      /* in it */
    uint64_t began_ms;     /* of the last one */
    struct deadline timer; /* until then */
    struct defer_task go_on_task;
    bool closing;
    const struct replay_run_events *events;
    void *owner;
};

/* One sending. */
struct shot {
    struct list_node in_run;
    struct replay_run *run; /* back-pointer */
    struct replay_request request;
    void *handle; /* of the sender */
};

static void go_on(struct defer_task *task);

static void free_shot(struct shot *s)
{
    if (list_has_node(&s->in_run))
        s->run->shots_len--;
    list_remove(&s->in_run);
    replay_request_fini(&s->request);
    mem_free(s);
}

/* --- step 3 --- */

bool replay_run_is_good(const struct agent_call_result *result)
{
    return result->why == OK && result->status >= 200 && result->status <= 299;
}

static void tell(struct replay_run *r, const struct agent_call_result *result)
{
    r->count.done++;
    r->count.failed += !replay_run_is_good(result);
    r->events->on_result(r->owner, result);
}

static void on_done(void *call, const struct agent_call_result *result)
{
    struct shot *s = call;
    struct replay_run *r = s->run;

    free_shot(s);
    if (!r->closing)
        tell(r, result);
    defer_post(r->loop, &r->go_on_task, go_on);
}

/* --- step 1 --- */

static enum err make(struct replay_run *r, struct replay_request *out)
{
    const struct replay_run_options *o = &r->options;
    uint64_t now_ms = clock_wall_ms(loop_clock(r->loop));

    return o->maker ? o->maker->make(o->maker_owner, r->count.sent, now_ms, out)
                    : replay_request_make(out, o->plan, now_ms);
}

static enum err start(struct replay_run *r, struct shot *s)
{
    const struct agent_call_request request = {
        .head = &s->request.head, .body = s->request.body, .drip_ms = r->options.drip_ms};

    return r->options.sender->start(r->options.sender_owner, &request, on_done, s, &s->handle);
}

static enum err shoot(struct replay_run *r, struct shot **out)
{
    struct shot *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    s->run = r;
    *out = s;
    enum err rc = make(r, &s->request);
    if (rc == OK)
        rc = start(r, s);
    if (rc != OK)
        return rc;
    list_append(&r->shots, &s->in_run);
    r->shots_len++;
    return OK;
}

static void send_one(struct replay_run *r)
{
    struct shot *s = NULL;
    enum err rc = shoot(r, &s);

    r->count.sent++;
    if (rc == OK)
        return;
    const char *detail = s && *s->request.detail ? s->request.detail : err_text(rc);
    tell(r, &(struct agent_call_result){.why = rc, .detail = detail});
    if (s)
        free_shot(s);
}

/* --- step 2 --- */

static void on_due(struct deadline *d)
{
    struct replay_run *r = CONTAINER_OF(d, struct replay_run, timer);

    defer_post(r->loop, &r->go_on_task, go_on);
}

static uint64_t pause_before_next(const struct replay_run *r)
{
    const struct replay_run_options *o = &r->options;

    return o->maker ? o->maker->pause_ms(o->maker_owner, r->count.sent) : o->every_ms;
}

/* Not yet due: the timer is set. */
static bool is_due(struct replay_run *r)
{
    uint64_t pause = pause_before_next(r);
    uint64_t passed = loop_now_ms(r->loop) - r->began_ms;

    if (pause == 0)
        return r->shots_len == 0;
    if (r->shots_len >= REPLAY_RUN_AT_ONCE)
        return false; /* an answer goes on */
    if (r->count.sent == 0 || passed >= pause)
        return true;
    return deadline_set(r->loop, &r->timer, pause - passed, on_due) != OK;
}

static bool is_over(const struct replay_run *r)
{
    return r->shots_len == 0 && (r->closing || r->count.sent == r->count.times);
}

/* One in a turn, so that a thousand that fail at once hold nobody up. */
static void go_on(struct defer_task *task)
{
    struct replay_run *r = CONTAINER_OF(task, struct replay_run, go_on_task);

    if (is_over(r)) {
        deadline_clear(r->loop, &r->timer);
        r->events->on_closed(r->owner);
        mem_free(r);
        return;
    }
    if (r->closing || r->count.sent == r->count.times || !is_due(r))
        return;
    r->began_ms = loop_now_ms(r->loop);
    send_one(r);
    defer_post(r->loop, &r->go_on_task, go_on);
}

/* --- calls --- */

enum err replay_run_open(struct loop *l, const struct replay_run_options *options,
                         const struct replay_run_events *events, void *owner,
                         struct replay_run **out)
{
    struct replay_run *r = mem_alloc(sizeof *r);

    if (!r)
        return ERR_NOMEM;
    r->loop = l;
    r->options = *options;
    r->count.times = options->times;
    list_init(&r->shots);
    r->events = events;
    r->owner = owner;
    defer_post(l, &r->go_on_task, go_on);
    *out = r;
    return OK;
}

struct replay_run_count replay_run_count(const struct replay_run *r)
{
    return r->count;
}

void replay_run_close(struct replay_run *r)
{
    if (r->closing)
        return;
    r->closing = true;
    deadline_clear(r->loop, &r->timer);
    for (struct list_node *n = list_first(&r->shots); n; n = list_next(&r->shots, n))
        r->options.sender->cancel(CONTAINER_OF(n, struct shot, in_run)->handle);
    defer_post(r->loop, &r->go_on_task, go_on);
}
