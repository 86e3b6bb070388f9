/* A scenario:
 *   1. its people are introduced to the agent, by name
 *   2. a step sends: its event is made, completed, signed and sent; the bot must answer 2xx
 *   3. a step expects: the journal is looked into, until a call is there or the time is over
 *   4. after the last step, or the first that failed: on_done
 * What can go wrong:
 *   - an event cannot be made or sent, or the bot does not answer it: the step has failed
 *   - the agent cannot be told of people: they have made-up names, and all goes on */
#include "relay-client/scenario/scenario_run.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-client/agent/control.h"
#include "relay-client/scenario/scenario_calls.h"
#include "relay-client/scenario/scenario_event.h"
#include "relay-client/scenario/scenario_match.h"
#include "relay-client/simulate/simulate_plan.h"

#include <stdarg.h>
#include <stdio.h>

/* Between two looks into the journal, which another process may write. */
#define LOOK_MS 4u

struct scenario_run {
    struct loop *loop;
    struct scenario_run_options options;
    struct scenario_calls calls;
    size_t next;       /* step */
    size_t introduced; /* steps whose people are known */
    bool is_group_next;
    uint64_t began_us, until_ms;
    char user[LINE_MINT_SIZE], group[LINE_MINT_SIZE]; /* of the step; group: "" none */
    struct bytes event;
    struct simulate_event piece;
    struct simulate_plan plan;
    struct replay_run *sending;   /* owned; NULL before and after */
    struct http_head person_head; /* of who is being introduced, and JSON */
    struct bytes person;
    char person_length[24];
    char detail[600];
    struct deadline timer;
    struct defer_task task;
    const struct scenario_run_events *events;
    void *owner;
};

static void go_on(struct defer_task *task);

static const struct scenario_step *step_of(const struct scenario_run *r)
{
    return &r->options.file->steps[r->next];
}

/* --- the end of a step --- */

__attribute__((format(printf, 2, 3))) static void end(struct scenario_run *r,
                                                      const char *format, ...)
{
    struct scenario_result result = {.step = step_of(r), .detail = r->detail};
    va_list args;

    va_start(args, format);
    (void)vsnprintf(r->detail, sizeof r->detail, format, args);
    va_end(args);
    deadline_clear(r->loop, &r->timer);
    result.is_good = r->detail[0] == '\0';
    result.took_us = clock_us(loop_clock(r->loop)) - r->began_us;
    r->next = result.is_good ? r->next + 1 : r->options.file->steps_len;
    r->events->on_step(r->owner, &result);
    defer_post(r->loop, &r->task, go_on);
}

static void pass(struct scenario_run *r)
{
    end(r, "%s", "");
}

/* Where the step is: a group, or alone with the bot. */
static const char *chat_of(const struct scenario_run *r)
{
    return *r->group ? r->group : r->user;
}

/* --- step 2 --- */

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct scenario_run *r = owner;

    if (result->exchange > 0)
        scenario_calls_know(&r->calls, result->exchange, chat_of(r));
    if (!replay_run_is_good(result) && result->status > 0)
        (void)snprintf(r->detail, sizeof r->detail, "the bot answered %u", result->status);
    else if (!replay_run_is_good(result))
        (void)snprintf(r->detail, sizeof r->detail, "%s", result->detail);
}

static void on_sent(void *owner)
{
    struct scenario_run *r = owner;
    char detail[sizeof r->detail];

    r->sending = NULL;
    simulate_plan_fini(&r->plan);
    (void)snprintf(detail, sizeof detail, "%s", r->detail);
    end(r, "%s", detail);
}

static const struct replay_run_events sending_events = {
    .on_result = on_result,
    .on_closed = on_sent,
};

static enum err send_event(struct scenario_run *r)
{
    const struct scenario_run_options *o = &r->options;

    r->piece = (struct simulate_event){
        .text = bytes_span(&r->event), .user = r->user, .group = *r->group ? r->group : NULL};
    r->plan = (struct simulate_plan){.events = &r->piece,
                                     .events_len = 1,
                                     .destination = o->precedent->destination,
                                     .mint = o->mint,
                                     .random = o->random,
                                     .secrets = o->secrets,
                                     .times = 1,
                                     .path = o->precedent->path};
    const struct replay_run_options options = {
        .maker = &simulate_plan_maker,
        .maker_owner = &r->plan,
        .sender = agent_reach_sender(o->reach),
        .sender_owner = o->reach,
        .times = simulate_plan_len(&r->plan),
    };
    return replay_run_open(r->loop, &options, &sending_events, r, &r->sending);
}

static enum err make_event(struct scenario_run *r, char detail[static SCENARIO_EVENT_DETAIL])
{
    const struct scenario_step *s = step_of(r);

    if (s->verb == SCENARIO_SEND)
        return scenario_event_of_send(s, &r->event, detail);
    scenario_calls_look(&r->calls);
    const struct json_value *action = scenario_calls_action(&r->calls, chat_of(r), s->label);
    if (!action) {
        (void)snprintf(detail, SCENARIO_EVENT_DETAIL,
                       "the bot has sent nothing to this chat with that label");
        return ERR_NOT_FOUND;
    }
    return scenario_event_of_action(action, s->value, &r->event, detail);
}

static void start_sending(struct scenario_run *r)
{
    char detail[SCENARIO_EVENT_DETAIL] = "";

    bytes_clear(&r->event);
    enum err rc = make_event(r, detail);
    if (rc == OK)
        rc = send_event(r);
    if (rc != OK)
        end(r, "%s", *detail ? detail : err_text(rc));
}

/* --- step 3 --- */

static void judge_messages(struct scenario_run *r, const struct scenario_call *call)
{
    const struct json_value *wanted = step_of(r)->messages;
    struct scenario_mismatch m = {.says = ""};

    if (!wanted || scenario_match(wanted, json_member(json_root(&call->body), "messages"), &m))
        pass(r);
    else
        end(r, "messages%s%s %s", m.path[0] && m.path[0] != '[' ? "." : "", m.path, m.says);
}

static void judge(struct scenario_run *r, const struct scenario_call *call)
{
    const struct scenario_step *s = step_of(r);
    bool is_good = call->status >= 200 && call->status <= 299;
    bool is_right = strcmp(s->call, "any") == 0 || strcmp(s->call, call->name) == 0;

    if (!is_right)
        end(r, "the bot's next call to this chat is a %s", call->name);
    else if (s->status > 0 && call->status != s->status)
        end(r, "it was answered %u, wanted: %u", call->status, (unsigned)s->status);
    else if (s->status == 0 && !is_good)
        end(r, "it was refused with %u: %s", call->status, call->refusal);
    else
        judge_messages(r, call);
}

static void on_timer(struct deadline *d);

static void look(struct scenario_run *r)
{
    const struct scenario_step *s = step_of(r);
    bool is_nothing = strcmp(s->call, "nothing") == 0;

    scenario_calls_look(&r->calls);
    struct scenario_call *call = scenario_calls_next(&r->calls, chat_of(r));
    if (call) {
        call->is_taken = true;
        if (is_nothing)
            end(r, "the bot has called %s", call->name);
        else
            judge(r, call);
    } else if (loop_now_ms(r->loop) >= r->until_ms) {
        if (is_nothing)
            pass(r);
        else
            end(r, "there was no %s within %u ms", strcmp(s->call, "any") ? s->call : "call",
                (unsigned)s->within_ms);
    } else if (deadline_set(r->loop, &r->timer, LOOK_MS, on_timer) != OK) {
        end(r, "%s", err_text(ERR_NOMEM));
    }
}

static void on_timer(struct deadline *d)
{
    look(CONTAINER_OF(d, struct scenario_run, timer));
}

/* --- step 1 --- */

static void on_introduced(void *owner, const struct agent_call_result *result)
{
    struct scenario_run *r = owner;

    (void)result;
    defer_post(r->loop, &r->task, go_on);
}

static bool was_introduced(const struct scenario_run *r, const char *name, bool is_group)
{
    for (size_t i = 0; i < r->introduced; i++) {
        const struct scenario_step *s = &r->options.file->steps[i];
        const char *other = is_group ? s->in : s->as;
        if (other && strcmp(other, name) == 0)
            return true;
    }
    return false;
}

static enum err introduce(struct scenario_run *r, const char *name, bool is_group)
{
    struct http_head *head = &r->person_head;
    struct json_writer w;
    char id[LINE_MINT_SIZE];

    line_mint_named(r->options.mint, is_group ? LINE_MINT_GROUP : LINE_MINT_USER,
                    span_text(name), id);
    bytes_clear(&r->person);
    json_writer_init(&w, &r->person);
    json_writer_object(&w);
    json_writer_member_text(&w, "id", id);
    json_writer_member_text(&w, "type", is_group ? "group" : "user");
    json_writer_member_text(&w, "name", name);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    (void)snprintf(r->person_length, sizeof r->person_length, "%zu", bytes_len(&r->person));
    http_head_init_request(head, SPAN("POST"), SPAN(CONTROL_PERSON));
    head->authority = SPAN("localhost");
    if (rc == OK)
        rc = http_head_add(head, SPAN("Content-Type"), SPAN("application/json"));
    if (rc == OK)
        rc = http_head_add(head, SPAN("Content-Length"), span_text(r->person_length));
    const struct agent_call_request request = {.head = head, .body = bytes_span(&r->person)};
    return rc == OK ? agent_reach_ask(r->options.reach, &request, on_introduced, r) : rc;
}

/* True: somebody is being introduced. */
static bool introduce_next(struct scenario_run *r)
{
    while (r->introduced < r->options.file->steps_len) {
        const struct scenario_step *s = &r->options.file->steps[r->introduced];
        bool is_group = r->is_group_next;
        const char *name = is_group ? s->in : s->as;
        bool is_new = name && !was_introduced(r, name, is_group);
        r->is_group_next = !is_group;
        r->introduced += is_group;
        if (is_new && introduce(r, name, is_group) == OK)
            return true;
    }
    return false;
}

/* --- one after the other --- */

static void begin_step(struct scenario_run *r)
{
    const struct scenario_step *s = step_of(r);

    r->began_us = clock_us(loop_clock(r->loop));
    r->until_ms = loop_now_ms(r->loop) + s->within_ms;
    r->detail[0] = r->group[0] = '\0';
    line_mint_named(r->options.mint, LINE_MINT_USER, span_text(s->as), r->user);
    if (s->in)
        line_mint_named(r->options.mint, LINE_MINT_GROUP, span_text(s->in), r->group);
    if (s->verb == SCENARIO_EXPECT)
        look(r);
    else
        start_sending(r);
}

static void go_on(struct defer_task *task)
{
    struct scenario_run *r = CONTAINER_OF(task, struct scenario_run, task);

    if (introduce_next(r))
        return;
    if (r->next == r->options.file->steps_len)
        r->events->on_done(r->owner);
    else
        begin_step(r);
}

/* --- life --- */

enum err scenario_run_open(struct loop *l, const struct scenario_run_options *options,
                           const struct scenario_run_events *events, void *owner,
                           struct scenario_run **out)
{
    struct scenario_run *r = mem_alloc(sizeof *r);

    if (!r)
        return ERR_NOMEM;
    r->loop = l;
    r->options = *options;
    r->events = events;
    r->owner = owner;
    bytes_init(&r->event, EVENT_DRESS_MAX);
    bytes_init(&r->person, CONTROL_BODY_MAX);
    scenario_calls_init(&r->calls, options->reach->places.journal);
    defer_post(l, &r->task, go_on);
    *out = r;
    return OK;
}

void scenario_run_free(struct scenario_run *r)
{
    if (!r)
        return;
    deadline_clear(r->loop, &r->timer);
    defer_cancel(r->loop, &r->task);
    scenario_calls_fini(&r->calls);
    bytes_fini(&r->event);
    bytes_fini(&r->person);
    mem_free(r);
}
