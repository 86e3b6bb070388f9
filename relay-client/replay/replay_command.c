/* `hookline replay ID`:
 *   1. the recorded exchange, changed as told
 *   2. to the agent that runs, or to one of our own (agent_reach.h); or by the relay
 *   3. as often as wanted; what came of each is printed
 *   4. what the bot says through LINE's API, beside what it said then */
#include "relay-client/agent_reach.h"
#include "relay-client/commands/commands.h"
#include "relay-client/journal_access.h"
#include "relay-client/replay/call_report.h"
#include "relay-client/replay/call_watch.h"
#include "relay-client/replay/replay_body.h"
#include "relay-client/replay/replay_report.h"

#include "base/mem.h"

#include <assert.h>

#define WAIT_MS 2000u /* if the bot is known to call LINE's API */

struct replay {
    struct command_call *call;         /* borrowed */
    struct journal_exchange *exchange; /* owned */
    struct bytes body;
    struct secrets secrets;
    struct line_mint mint; /* open with --fresh */
    struct replay_plan plan;
    struct loop *loop;
    struct agent_reach reach;
    struct replay_run *run;   /* owned; NULL before and after */
    struct call_watch *watch; /* owned; NULL: nobody waits for calls */
    uint64_t wait_ms;
    bool had_calls; /* the bot made some then */
    bool failed;
};

/* --- step 4 --- */

static void on_call(void *owner, const struct journal_call_whole *made)
{
    struct replay *r = owner;

    call_report_print(r->call, r->had_calls ? "now:      " : "", made);
}

static void close_all(void *owner)
{
    struct replay *r = owner;

    call_watch_free(r->watch);
    r->watch = NULL;
    agent_reach_close(&r->reach);
}

static const struct call_watch_events watch_events = {.on_call = on_call, .on_done = close_all};

static void print_calls_of_then(struct replay *r)
{
    struct journal_access journal;

    if (!r->had_calls || journal_access_open(r->call, &journal) != COMMAND_OK)
        return;
    (void)call_report_exchange(r->call, "original: ", journal.reader,
                               journal_exchange_row(r->exchange)->id);
    journal_access_close(&journal);
}

/* --- step 3 --- */

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct replay *r = owner;

    replay_report_result(r->call, journal_exchange_row(r->exchange)->id, result);
    if (r->watch && result->exchange > 0)
        call_watch_add(r->watch, result->exchange);
}

static void on_run_closed(void *owner)
{
    struct replay *r = owner;
    struct replay_run_count count = replay_run_count(r->run);

    r->run = NULL;
    r->failed = count.failed > 0;
    replay_report_count(r->call, count);
    if (!r->watch) {
        close_all(r);
        return;
    }
    print_calls_of_then(r);
    call_watch_start(r->watch, r->wait_ms);
}

static const struct replay_run_events run_events = {
    .on_result = on_result,
    .on_closed = on_run_closed,
};

/* --- step 2 --- */

static enum err go_public(struct replay *r)
{
    enum err rc = agent_reach_go_public(&r->reach);

    r->plan.public_authority = span_text(r->reach.place.authority);
    r->plan.public_prefix = span_text(r->reach.place.prefix);
    r->reach.replay_of = journal_exchange_row(r->exchange)->id;
    return rc;
}

static enum err reach_agent(struct replay *r)
{
    bool is_by_relay = strcmp(settings_text(r->call->settings, "through"), "relay") == 0;
    enum err rc = agent_reach_open(&r->reach, r->call, r->loop);

    if (rc == OK && is_by_relay)
        rc = go_public(r);
    if (rc == OK && r->wait_ms > 0)
        rc = call_watch_open(r->loop, r->reach.places.journal, &watch_events, r, &r->watch);
    return rc;
}

static enum err send_replay(struct replay *r)
{
    const struct settings *s = r->call->settings;
    enum err rc = reach_agent(r);
    const struct replay_run_options options = {
        .plan = &r->plan,
        .sender = agent_reach_sender(&r->reach),
        .sender_owner = &r->reach,
        .times = (unsigned)settings_integer(s, "times"),
        .every_ms = settings_duration_ms(s, "every"),
    };

    if (rc == OK) {
        rc = replay_run_open(r->loop, &options, &run_events, r, &r->run);
        if (rc != OK)
            command_complain(r->call, "%s", err_text(rc));
    }
    if (rc != OK)
        close_all(r);
    return rc;
}

/* --- step 1 --- */

static bool note_call(void *owner, const struct journal_call_whole *made)
{
    struct replay *r = owner;

    (void)made;
    r->had_calls = true;
    return false;
}

/* Who made calls then will make some now; others are not waited for unless it is wanted. */
static void note_calls(struct replay *r, struct journal_reader *reader)
{
    const struct settings *s = r->call->settings;
    uint64_t id = journal_exchange_row(r->exchange)->id;

    if (journal_calls_of(reader, id, 1, note_call, r) != OK)
        r->had_calls = false;
    if (settings_is_given(s, "wait"))
        r->wait_ms = settings_duration_ms(s, "wait");
    else if (r->had_calls && !settings_bool(s, "json"))
        r->wait_ms = WAIT_MS;
}

static enum err read_exchange(struct replay *r)
{
    struct journal_access journal;
    const char *id = settings_text(r->call->settings, "id");

    if (journal_access_open(r->call, &journal) != COMMAND_OK)
        return ERR_NOT_FOUND;
    enum err rc = journal_reader_get(journal.reader, span_text(id), &r->exchange);
    if (rc == OK)
        note_calls(r, journal.reader);
    journal_access_close(&journal);
    if (rc != OK) {
        command_complain(r->call,
                         rc == ERR_CONFLICT ? "%s begins several delivery ids; write more of it"
                                            : "there is no exchange %s; see `hookline list`",
                         id);
        return rc;
    }
    if (journal_exchange_row(r->exchange)->body_truncated) {
        command_complain(r->call,
                         "%s cannot be replayed: the journal has only the beginning of "
                         "its body",
                         id);
        return ERR_LIMIT;
    }
    return bytes_append_span(&r->body, journal_exchange_request_body(r->exchange));
}

static void complain_of(struct replay *r, const struct replay_request *request, enum err rc)
{
    if (rc == ERR_NOT_FOUND)
        command_complain(r->call,
                         "a changed body must be signed again, and there is no secret of "
                         "%s: give it with --secret-file, or to `hookline login`",
                         request->provider->title);
    else if (rc == ERR_SYNTAX && r->plan.is_redelivery)
        command_complain(r->call,
                         "--as-redelivery: the body is not JSON; --body and --edit can "
                         "change it");
    else if (rc == ERR_LIMIT)
        command_complain(r->call, "the changed body is longer than 1 MiB, or nested too deep");
    else
        command_complain(r->call, "%s", *request->detail ? request->detail : err_text(rc));
}

/* What cannot be sent at all is said before anything is. */
static enum err try_plan(struct replay *r)
{
    struct replay_request request;
    enum err rc = replay_request_make(&request, &r->plan, clock_wall_ms(clock_system()));

    if (rc != OK) {
        complain_of(r, &request, rc);
    } else if (r->plan.is_redelivery && request.marked == 0) {
        command_complain(r->call, "--as-redelivery: the body has no event of LINE with a "
                                  "deliveryContext");
        rc = ERR_NOT_FOUND;
    } else if (r->plan.is_fresh && request.renewed == 0) {
        command_complain(r->call,
                         "--fresh: the body has no event of LINE with an id, a time or "
                         "a reply token");
        rc = ERR_NOT_FOUND;
    }
    replay_request_fini(&request);
    return rc;
}

static enum err open_mint(struct replay *r)
{
    struct runner_places places;
    char detail[256] = "the folder's path is too long";
    enum err rc = runner_find_places(r->call->settings, r->call->paths, &places);

    if (rc == OK)
        rc = line_mint_open(&r->mint, places.mint_key, random_system(), detail);
    if (rc != OK)
        command_complain(r->call, "%s", detail);
    return rc;
}

static enum err make_plan(struct replay *r)
{
    const struct settings *s = r->call->settings;
    enum err rc = replay_body_change(r->call, &r->body);

    if (rc != OK)
        return rc;
    secrets_read(&r->secrets, s);
    r->plan = (struct replay_plan){
        .exchange = r->exchange,
        .body = bytes_span(&r->body),
        .is_fresh = settings_bool(s, "fresh"),
        .is_redelivery = settings_bool(s, "as-redelivery"),
        .secrets = &r->secrets,
        .target = settings_text(s, "to"),
        .mint = &r->mint,
        .random = random_system(),
    };
    bool is_known =
        replay_request_sign_parse(span_text(settings_text(s, "sign")), &r->plan.sign);
    assert(is_known); /* one of the table's choices */
    (void)is_known;
    rc = r->plan.is_fresh ? open_mint(r) : OK;
    return rc == OK ? try_plan(r) : rc;
}

enum command_exit replay_command(struct command_call *call)
{
    struct replay r = {.call = call, .failed = true};

    bytes_init(&r.body, REPLAY_BODY_MAX);
    enum err rc = read_exchange(&r);
    if (rc == OK)
        rc = make_plan(&r);
    if (rc == OK)
        rc = loop_new(clock_system(), &r.loop);
    if (rc == OK) {
        rc = send_replay(&r);
        loop_run(r.loop);
        loop_free(r.loop);
        agent_reach_fini(&r.reach);
    }
    line_mint_close(&r.mint);
    if (r.exchange)
        journal_exchange_free(r.exchange);
    bytes_fini(&r.body);
    mem_wipe(&r.secrets, sizeof r.secrets);
    return rc == ERR_USAGE ? COMMAND_USAGE : rc != OK || r.failed ? COMMAND_FAILED : COMMAND_OK;
}
