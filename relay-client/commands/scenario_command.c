/* `hookline scenario run FILE`
 * 1. the file is read; what is wrong with it is said before anything is sent
 * 2. the agent that runs, or one of our own, plays it
 * 3. a line for each step, and a sum */
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-client/commands/commands.h"
#include "relay-client/scenario/scenario_run.h"

#include <inttypes.h>

#define WHAT_COLUMNS 48

struct scenario_call_state {
    struct command_call *call; /* borrowed */
    struct loop *loop;
    struct scenario_file file;
    struct agent_reach reach;
    struct line_mint mint;
    struct secrets secrets;
    struct simulate_precedent precedent;
    struct scenario_run *run; /* owned; NULL before and after */
    size_t passed, failed;
};

static bool wants_json(const struct scenario_call_state *s)
{
    return settings_bool(s->call->settings, "json");
}

/* ---- step 3 ---- */

/* "send text", "tap "Pay"", "expect reply". */
static const char *format_step(const struct scenario_step *s, char *out, size_t size)
{
    const char *quoted = s->verb == SCENARIO_SEND ? s->text : s->label;
    char shown[80] = "", what[24] = "event";

    if (quoted)
        text_escape(shown, sizeof shown, span_text(quoted));
    if (s->sample)
        (void)snprintf(what, sizeof what, "%s", s->sample->name);
    if (s->verb == SCENARIO_EXPECT)
        (void)snprintf(out, size, "expect %s", s->call);
    else
        (void)snprintf(out, size, "%s%s%s%s%s", s->verb == SCENARIO_TAP ? "tap" : "send ",
                       s->verb == SCENARIO_TAP ? "" : what, quoted ? " \"" : "", shown,
                       quoted ? "\"" : "");
    return out;
}

static void print_json(struct scenario_call_state *s, const struct scenario_result *result)
{
    char what[160];
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 16384);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "step");
    json_writer_member_u64(&w, "step", result->step->number);
    json_writer_member_text(&w, "what", format_step(result->step, what, sizeof what));
    json_writer_member_text(&w, "note", result->step->note);
    json_writer_member_bool(&w, "passed", result->is_good);
    json_writer_member_u64(&w, "took_us", result->took_us);
    json_writer_member_text(&w, "detail", result->is_good ? NULL : result->detail);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(s->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

static void print_line(struct scenario_call_state *s, const struct scenario_result *result)
{
    char what[160], took[32], note[160] = "";
    const char *about = result->step->note;

    format_step(result->step, what, sizeof what);
    if (about)
        text_escape(note, sizeof note, span_text(about));
    if (result->is_good) {
        size_t columns = text_columns(span_text(what));
        int pad = columns < WHAT_COLUMNS ? (int)(WHAT_COLUMNS - columns) : 1;
        (void)fprintf(s->call->out, "  ok   %3zu  %s%*s%8s%s%s\n", result->step->number, what,
                      pad, "", text_duration(took, sizeof took, result->took_us),
                      about ? "  " : "", note);
    } else {
        (void)fprintf(s->call->out, "  FAIL %3zu  %s: %s%s%s\n", result->step->number, what,
                      result->detail, about ? "  " : "", note);
    }
}

static void on_step(void *owner, const struct scenario_result *result)
{
    struct scenario_call_state *s = owner;

    s->passed += result->is_good;
    s->failed += !result->is_good;
    if (wants_json(s))
        print_json(s, result);
    else
        print_line(s, result);
    (void)fflush(s->call->out); /* a step may take its time */
}

static void print_sum(struct scenario_call_state *s)
{
    size_t rest = s->file.steps_len - s->passed - s->failed;

    if (wants_json(s))
        (void)fprintf(s->call->out,
                      "{\"type\":\"done\",\"passed\":%zu,\"failed\":%zu,\"not_run\":%zu}\n",
                      s->passed, s->failed, rest);
    else
        (void)fprintf(s->call->out, "%zu passed, %zu failed, %zu not run\n", s->passed,
                      s->failed, rest);
}

static void on_done(void *owner)
{
    struct scenario_call_state *s = owner;

    scenario_run_free(s->run);
    s->run = NULL;
    print_sum(s);
    agent_reach_close(&s->reach);
}

static const struct scenario_run_events events = {.on_step = on_step, .on_done = on_done};

/* ---- step 2 ---- */

static void read_precedent(struct scenario_call_state *s)
{
    struct journal_reader *reader;
    char detail[512];

    simulate_precedent_init(&s->precedent, &s->mint, s->call->settings);
    if (journal_reader_open(s->reach.places.journal, &reader, detail) != OK)
        return; /* there is no journal yet */
    enum err rc = simulate_precedent_read(&s->precedent, reader);
    (void)rc; /* without one it is the mint's bot */
    journal_reader_close(reader);
}

static enum err open_run(struct scenario_call_state *s)
{
    const struct scenario_run_options options = {.file = &s->file,
                                                 .reach = &s->reach,
                                                 .mint = &s->mint,
                                                 .secrets = &s->secrets,
                                                 .precedent = &s->precedent,
                                                 .random = random_system()};
    char title[200];

    if (!wants_json(s))
        (void)fprintf(s->call->out, "%s\n",
                      text_escape(title, sizeof title, span_text(s->file.title)));
    return scenario_run_open(s->loop, &options, &events, s, &s->run);
}

static enum err play(struct scenario_call_state *s)
{
    char detail[256] = "";
    enum err rc = agent_reach_open(&s->reach, s->call, s->loop);

    if (rc != OK)
        return rc;
    rc = line_mint_open(&s->mint, s->reach.places.mint_key, random_system(), detail);
    if (rc == OK) {
        read_precedent(s);
        rc = open_run(s);
    }
    if (rc == OK)
        return OK;
    command_complain(s->call, "%s", *detail ? detail : err_text(rc));
    agent_reach_close(&s->reach);
    return rc;
}

/* ---- step 1 ---- */

static enum command_exit run(struct scenario_call_state *s)
{
    enum err rc = loop_new(clock_system(), &s->loop);

    if (rc == OK) {
        rc = play(s);
        loop_run(s->loop);
        agent_reach_fini(&s->reach);
        loop_free(s->loop);
    }
    line_mint_close(&s->mint);
    mem_wipe(&s->secrets, sizeof s->secrets);
    if (rc == ERR_USAGE)
        return COMMAND_USAGE;
    return rc == OK && s->failed == 0 && s->passed == s->file.steps_len ? COMMAND_OK
                                                                        : COMMAND_FAILED;
}

enum command_exit scenario_command(struct command_call *call)
{
    struct scenario_call_state s = {.call = call};
    char shown[600];
    enum command_exit exit = COMMAND_USAGE;

    command_set_log_level(call);
    secrets_read(&s.secrets, call->settings);
    enum err rc = scenario_file_read(&s.file, settings_text(call->settings, "scenario"));
    if (rc == OK)
        exit = run(&s);
    else
        command_complain(call, "%s: %s", settings_text(call->settings, "scenario"),
                         text_escape(shown, sizeof shown,
                                     span_text(*s.file.detail ? s.file.detail : err_text(rc))));
    scenario_file_fini(&s.file);
    return exit;
}
