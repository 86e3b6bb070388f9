/* `hookline trigger TYPE`:
 *   1. the events, and what they have in common with LINE's own (simulate_precedent.h)
 *   2. to the agent that runs, or to one of our own (agent_reach.h); or by the relay
 *   3. the test people are made known, then the webhooks are sent; what came of each is printed
 *   4. what the bot says through LINE's API
 * What can go wrong is said: the events are none, nobody is there to take them, there is no
 * secret to sign with. */
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/agent_reach.h"
#include "relay-client/commands/commands.h"
#include "relay-client/replay/call_report.h"
#include "relay-client/replay/call_watch.h"
#include "relay-client/replay/replay_report.h"
#include "relay-client/simulate/simulate_precedent.h"
#include "relay-client/simulate/trigger_content.h"
#include "relay-client/simulate/trigger_events.h"
#include "relay-client/simulate/trigger_list.h"
#include "relay-client/simulate/trigger_people.h"

#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json.h"

#include <assert.h>

struct trigger {
    struct command_call *call; /* borrowed */
    struct runner_places places;
    struct line_mint mint;
    struct secrets secrets;
    struct simulate_precedent precedent;
    struct trigger_events events;
    struct simulate_plan plan;
    struct loop *loop;
    struct agent_reach reach;
    struct trigger_content content;
    struct trigger_people people;
    struct replay_run *run;   /* owned; NULL before and after */
    struct call_watch *watch; /* owned; NULL: nobody waits for calls */
    unsigned taken;           /* answered with 2xx */
    bool failed;
};

/* --- step 4 --- */

static void on_call(void *owner, const struct journal_call_whole *made)
{
    struct trigger *t = owner;

    call_report_print(t->call, "  ", made);
}

static void close_all(void *owner)
{
    struct trigger *t = owner;

    call_watch_free(t->watch);
    t->watch = NULL;
    agent_reach_close(&t->reach);
}

static const struct call_watch_events watch_events = {.on_call = on_call, .on_done = close_all};

/* --- step 3 --- */

static bool is_badly_signed(const struct trigger *t)
{
    return t->plan.sign == SIMULATE_SIGN_WRONG || t->plan.sign == SIMULATE_SIGN_MISSING;
}

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct trigger *t = owner;
    bool is_taken = replay_run_is_good(result);

    t->taken += is_taken;
    /* A bot that refuses what is badly signed does what it should. */
    t->failed |= is_badly_signed(t) ? is_taken || result->why != OK : !is_taken;
    replay_report_result(t->call, 0, result);
    if (t->watch && result->exchange > 0)
        call_watch_add(t->watch, result->exchange);
}

static void on_run_closed(void *owner)
{
    struct trigger *t = owner;
    struct replay_run_count count = replay_run_count(t->run);

    t->run = NULL;
    replay_report_count(t->call, count);
    if (is_badly_signed(t) && t->taken > 0)
        command_complain(t->call,
                         "the bot took a webhook %s: it must refuse it with 401, or "
                         "anybody can speak to it",
                         t->plan.sign == SIMULATE_SIGN_WRONG ? "with a wrong signature"
                                                             : "without a signature");
    if (t->watch)
        call_watch_start(t->watch, settings_duration_ms(t->call->settings, "wait"));
    else
        close_all(t);
}

static const struct replay_run_events run_events = {
    .on_result = on_result,
    .on_closed = on_run_closed,
};

static void begin_run(struct trigger *t)
{
    const struct replay_run_options options = {
        .maker = &simulate_plan_maker,
        .maker_owner = &t->plan,
        .sender = &trigger_content_sender,
        .sender_owner = &t->content,
        .times = simulate_plan_len(&t->plan),
        .drip_ms = settings_duration_ms(t->call->settings, "drip"),
    };

    if (replay_run_open(t->loop, &options, &run_events, t, &t->run) == OK)
        return;
    command_complain(t->call, "%s", err_text(ERR_NOMEM));
    t->failed = true;
    close_all(t);
}

static void on_people(void *owner, enum err rc, const char *detail)
{
    struct trigger *t = owner;
    char shown[300];

    if (rc != OK)
        command_complain(t->call, "note: the test person's name is not known: %s",
                         text_escape(shown, sizeof shown, span_text(detail)));
    begin_run(t);
}

/* --- step 2 --- */

/* Where the running agent expects webhooks, if none has come so far. */
static void ask_for_path(struct trigger *t)
{
    struct agent_answer answer;
    struct json_doc doc = {0};
    const char *path = NULL;

    if (t->precedent.is_known || t->reach.runner)
        return;
    if (agent_question_ask(t->call, CONTROL_STATUS, NULL, &answer) == OK &&
        json_parse(&doc, bytes_span(&answer.body), CONTROL_BODY_MAX) == OK)
        path = json_string(json_member(json_root(&doc), "webhook_path"));
    if (path)
        simulate_precedent_set_path(&t->precedent, span_text(path));
    json_fini(&doc);
    agent_question_fini(&answer);
}

static enum err reach_agent(struct trigger *t)
{
    const struct settings *s = t->call->settings;
    enum err rc = agent_reach_open(&t->reach, t->call, t->loop);

    t->reach.is_simulated = true;
    if (rc == OK)
        ask_for_path(t);
    if (rc == OK && strcmp(settings_text(s, "through"), "relay") == 0) {
        rc = agent_reach_go_public(&t->reach);
        t->plan.public_authority = span_text(t->reach.place.authority);
        t->plan.public_prefix = span_text(t->reach.place.prefix);
    }
    if (rc == OK)
        rc = trigger_content_init(&t->content, t->call, &t->reach, settings_text(s, "file"));
    if (rc == OK && settings_duration_ms(s, "wait") > 0)
        rc = call_watch_open(t->loop, t->places.journal, &watch_events, t, &t->watch);
    return rc;
}

static enum err send_all(struct trigger *t)
{
    enum err rc = reach_agent(t);

    if (rc != OK) {
        close_all(t);
        return rc;
    }
    t->plan.on_event = trigger_content_note;
    t->plan.owner = &t->content;
    t->people = (struct trigger_people){
        .reach = &t->reach, .events = &t->events, .done = on_people, .owner = t};
    if (!trigger_people_start(&t->people))
        begin_run(t);
    return OK;
}

static enum err run_loop(struct trigger *t)
{
    enum err rc = loop_new(clock_system(), &t->loop);

    if (rc != OK)
        return rc;
    rc = send_all(t);
    loop_run(t->loop);
    trigger_content_fini(&t->content);
    agent_reach_fini(&t->reach);
    loop_free(t->loop);
    return rc;
}

static enum err dry_run(struct trigger *t)
{
    unsigned len = simulate_plan_len(&t->plan);
    enum err rc = OK;

    t->plan.sign = SIMULATE_SIGN_MISSING;
    for (unsigned n = 0; rc == OK && n < len; n++) {
        struct replay_request request;
        rc = simulate_plan_make(&t->plan, n, clock_wall_ms(clock_system()), &request);
        if (rc == OK)
            (void)fprintf(t->call->out, "%.*s\n", (int)request.body.len, request.body.ptr);
        else
            command_complain(t->call, "%s", *request.detail ? request.detail : err_text(rc));
        replay_request_fini(&request);
    }
    return rc;
}

/* --- step 1 --- */

static void read_precedent(struct trigger *t)
{
    struct journal_reader *reader = NULL;
    char detail[512];

    simulate_precedent_init(&t->precedent, &t->mint, t->call->settings);
    if (journal_reader_open(t->places.journal, &reader, detail) != OK)
        return; /* nobody has sent anything so far */
    if (simulate_precedent_read(&t->precedent, reader) != OK)
        command_complain(t->call, "note: the journal cannot be read");
    journal_reader_close(reader);
}

static void fill_plan(struct trigger *t)
{
    const struct settings *s = t->call->settings;
    int64_t rate = settings_integer(s, "rate");

    t->plan = (struct simulate_plan){
        .events = t->events.list,
        .events_len = t->events.len,
        .destination = t->precedent.destination,
        .mint = &t->mint,
        .random = random_system(),
        .secrets = &t->secrets,
        .is_each = settings_bool(s, "each"),
        .order = settings_bool(s, "reorder") ? SIMULATE_REVERSED : SIMULATE_LISTED,
        .is_standby = settings_bool(s, "standby"),
        .has_extra = settings_bool(s, "extra-fields"),
        .is_duplicate = settings_bool(s, "duplicate"),
        .is_redelivered =
            settings_bool(s, "redeliver") || settings_is_given(s, "redeliver-after"),
        .redeliver_after_ms = settings_duration_ms(s, "redeliver-after"),
        .delay_ms = settings_duration_ms(s, "delay"),
        .times = (unsigned)settings_integer(s, "times"),
        .every_ms = rate > 0 ? (uint64_t)(1000 / rate) : 0,
        .path = t->precedent.path,
        .target = settings_text(s, "to"),
    };
    bool is_known =
        simulate_plan_sign_parse(span_text(settings_text(s, "sign")), &t->plan.sign);
    assert(is_known); /* one of the table's choices */
    (void)is_known;
    if (settings_bool(s, "bad-signature"))
        t->plan.sign = SIMULATE_SIGN_WRONG;
}

static enum err check_plan(struct trigger *t)
{
    struct replay_request request;
    enum err rc = simulate_plan_make(&t->plan, 0, clock_wall_ms(clock_system()), &request);

    if (rc != OK)
        command_complain(t->call, "%s", *request.detail ? request.detail : err_text(rc));
    replay_request_fini(&request);
    if (rc == OK && t->plan.order != SIMULATE_LISTED && t->plan.events_len < 2) {
        command_complain(t->call, "--reorder: there is one event; --batch makes several");
        rc = ERR_USAGE;
    }
    return rc;
}

static enum err prepare(struct trigger *t)
{
    char detail[256] = "the folder's path is too long";
    enum err rc = runner_find_places(t->call->settings, t->call->paths, &t->places);

    if (rc == OK)
        rc = line_mint_open(&t->mint, t->places.mint_key, random_system(), detail);
    if (rc != OK) {
        command_complain(t->call, "%s", detail);
        return rc;
    }
    rc = trigger_events_read(&t->events, t->call, &t->mint);
    if (rc != OK)
        return rc;
    secrets_read(&t->secrets, t->call->settings);
    read_precedent(t);
    fill_plan(t);
    if (settings_bool(t->call->settings, "dry-run"))
        return OK;
    if (t->secrets.len == 0)
        command_complain(t->call,
                         "note: it is not signed, for no channel secret is known here: "
                         "give it with --secret-file, or to `hookline login`");
    return check_plan(t);
}

enum command_exit trigger_command(struct command_call *call)
{
    struct trigger *t;

    if (settings_bool(call->settings, "list")) {
        trigger_list_print(call);
        return COMMAND_OK;
    }
    t = mem_alloc(sizeof *t);
    if (!t) {
        command_complain(call, "%s", err_text(ERR_NOMEM));
        return COMMAND_FAILED;
    }
    t->call = call;
    enum err rc = prepare(t);
    if (rc == OK)
        rc = settings_bool(call->settings, "dry-run") ? dry_run(t) : run_loop(t);
    bool failed = t->failed;
    simulate_plan_fini(&t->plan);
    trigger_events_fini(&t->events);
    line_mint_close(&t->mint);
    mem_wipe(&t->secrets, sizeof t->secrets);
    mem_free(t);
    return rc == ERR_USAGE ? COMMAND_USAGE : rc != OK || failed ? COMMAND_FAILED : COMMAND_OK;
}
