/* `hookline demo`: everything on this machine, with the real programs.
 *   1. a folder with a CA, a certificate, a secret and a signed webhook
 *   2. `hookline-relay token create`, `hookline-relay serve`
 *   3. `hookline up --echo`, until it is linked
 *   4. curl sends the webhook to the relay's public port, as LINE would
 *   5. `hookline show last` prints what was recorded
 *   6. `hookline tail` until Ctrl-C, unless --once
 * With --json each of them says so in an object, and `show` and `tail` print theirs.
 * All that was started is ended, and the folder removed: also when Ctrl-C, SIGTERM or the
 * terminal's end comes before 6.  What fails by itself is said, and then the folder stays,
 * for the logs in it. */
#include "base/container.h"
#include "codec/json/json.h"
#include "loop/loop.h"
#include "relay-client/commands/commands.h"
#include "relay-client/demo/demo_files.h"
#include "relay-client/demo/demo_process.h"
#include "relay-client/demo/demo_report.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define READY_MS 30000u

struct demo {
    struct command_call *call; /* borrowed */
    struct demo_files files;
    struct demo_interrupt interrupt;
    struct demo_report report;
    struct demo_address address;
    char hookline[PATHS_MAX], hookline_relay[PATHS_MAX];
    struct demo_process relay, agent;
    char detail[256];
};

/* --- step 2 --- */

/* Beside ourselves, as they are installed. */
static enum err find_programs(struct demo *d)
{
    char self[PATHS_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    if (len <= 0)
        return ERR_IO;
    self[len] = '\0';
    snprintf(d->hookline, sizeof d->hookline, "%s", self);
    enum err rc = paths_join(dirname(self), "hookline-relay", d->hookline_relay);
    if (rc == OK && access(d->hookline_relay, X_OK) != 0) {
        snprintf(d->detail, sizeof d->detail,
                 "hookline-relay is not beside hookline; install both in one folder");
        return ERR_NOT_FOUND;
    }
    return rc;
}

static enum err create_token(struct demo *d)
{
    const char *const args[] = {d->hookline_relay, "token",     "create",
                                "--tunnel",        DEMO_TUNNEL, "--data",
                                d->files.folder,   "--json",    NULL};
    struct demo_program program = {.args = args,
                                   .interrupt = &d->interrupt,
                                   .log_file = d->files.relay_log,
                                   .read_output = true};
    struct json_doc doc = {0};
    struct bytes out;

    bytes_init(&out, 8192);
    enum err rc = demo_process_run(&program, &out);
    if (rc == OK)
        rc = json_parse(&doc, span_trim(bytes_span(&out)), 8192);
    const char *token = json_string(json_member(json_root(&doc), "token"));
    if (rc == OK && !token)
        rc = ERR_PROTOCOL;
    if (rc == OK)
        rc = demo_files_write_token(&d->files, span_text(token), d->detail);
    json_fini(&doc);
    bytes_fini(&out);
    return rc;
}

/* Reads lines of JSON until one that has the text `type` (NULL: any) satisfies `take`. */
static enum err wait_for(struct demo *d, struct demo_process *p, const char *type,
                         bool (*take)(struct demo *d, const struct json_value *line))
{
    struct span line;
    enum err rc = OK;
    bool taken = false;

    while (rc == OK && !taken) {
        struct json_doc doc = {0};
        rc = demo_process_read_line(p, READY_MS, &line);
        if (rc == OK && json_parse(&doc, line, 65536) == OK) {
            const char *is = json_string(json_member(json_root(&doc), "type"));
            taken = is && (!type || strcmp(is, type) == 0) && take(d, json_root(&doc));
        }
        json_fini(&doc);
    }
    return rc;
}

static bool take_port(struct demo *d, const struct json_value *line)
{
    uint64_t port;

    if (!json_u64(json_member(line, "https_port"), &port))
        return false;
    d->address.https_port = (unsigned)port;
    snprintf(d->address.relay, sizeof d->address.relay, "localhost:%u", (unsigned)port);
    return true;
}

static enum err start_relay(struct demo *d)
{
    const char *const args[] = {d->hookline_relay,
                                "serve",
                                "--domain=localhost",
                                "--listen=127.0.0.1:0",
                                "--listen-plain=off",
                                "--tunnel-address=path",
                                "--cert",
                                d->files.cert,
                                "--key",
                                d->files.key,
                                "--ca-bundle",
                                d->files.ca,
                                "--data",
                                d->files.folder,
                                "--json",
                                NULL};
    struct demo_program program = {.args = args,
                                   .interrupt = &d->interrupt,
                                   .log_file = d->files.relay_log,
                                   .read_output = true};
    enum err rc = demo_process_start(&d->relay, &program);

    if (rc == OK)
        rc = wait_for(d, &d->relay, "ready", take_port);
    return rc;
}

/* --- step 3 --- */

/* The inspector's address comes first, if there is one. */
static bool take_urls(struct demo *d, const struct json_value *line)
{
    const char *type = json_string(json_member(line, "type"));
    const char *state = json_string(json_member(line, "state"));
    const char *url = json_string(json_member(line, "url"));

    if (url && type && strcmp(type, "inspector") == 0)
        snprintf(d->address.inspector, sizeof d->address.inspector, "%s", url);
    if (!state || !url || !span_is(span_text(state), SPAN("linked")))
        return false;
    snprintf(d->address.url, sizeof d->address.url, "%s", url);
    return true;
}

static enum err start_agent(struct demo *d)
{
    const char *const args[] = {d->hookline,
                                "up",
                                "--relay",
                                d->address.relay,
                                "--tunnel=" DEMO_TUNNEL,
                                "--token-file",
                                d->files.token,
                                "--secret-file",
                                d->files.secret,
                                "--ca-file",
                                d->files.ca,
                                "--data",
                                d->files.folder,
                                "--echo",
                                "--json",
                                NULL};
    struct demo_program program = {.args = args,
                                   .interrupt = &d->interrupt,
                                   .log_file = d->files.agent_log,
                                   .read_output = true};
    enum err rc = demo_process_start(&d->agent, &program);

    if (rc == OK)
        rc = wait_for(d, &d->agent, NULL, take_urls);
    if (rc == OK)
        demo_report_ready(&d->report, &d->address);
    return rc;
}

/* --- step 4 and 5 --- */

static enum err send_webhook(struct demo *d)
{
    char url[400], signature[128], body[PATHS_MAX + 1];
    struct bytes status;
    const char *const args[] = {"curl",
                                "--silent",
                                "--show-error",
                                "--cacert",
                                d->files.ca,
                                "--header",
                                signature,
                                "--header",
                                "content-type: application/json; charset=utf-8",
                                "--data-binary",
                                body,
                                "--write-out",
                                "\n%{http_version} %{http_code}\n",
                                url,
                                NULL};
    struct demo_program program = {
        .args = args, .interrupt = &d->interrupt, .read_output = true};

    snprintf(url, sizeof url, "%s/callback", d->address.url);
    snprintf(signature, sizeof signature, "x-line-signature: %s", d->files.signature);
    snprintf(body, sizeof body, "@%s", d->files.body);
    bytes_init(&status, 65536);
    enum err rc = demo_process_run(&program, &status);
    if (rc == ERR_NOT_FOUND)
        snprintf(d->detail, sizeof d->detail, "curl is not installed; the demo sends with it");
    if (rc == OK && !span_ends(bytes_span(&status), SPAN(" 200\n"))) {
        snprintf(d->detail, sizeof d->detail, "the webhook was not answered with 200");
        rc = ERR_PROTOCOL;
    }
    bytes_fini(&status);
    return rc;
}

/* Ends the arguments, or is the last of them. */
static const char *json_flag(const struct demo *d)
{
    return d->report.is_json ? "--json" : NULL;
}

static enum err show_exchange(struct demo *d)
{
    const char *const args[] = {d->hookline,     "show",       "last", "--data",
                                d->files.folder, json_flag(d), NULL};
    struct demo_program program = {.args = args, .interrupt = &d->interrupt};

    demo_report_gap(&d->report);
    return demo_process_run(&program, NULL);
}

/* --- step 6 --- */

/* Only the demo hears Ctrl-C: its programs have process groups of their own. */
static enum err stay(struct demo *d)
{
    const char *const args[] = {d->hookline,     "tail",       "--data",
                                d->files.folder, json_flag(d), NULL};
    struct demo_program program = {.args = args, .interrupt = &d->interrupt};
    struct demo_process tail;
    enum err rc = demo_process_start(&tail, &program);

    if (rc == OK)
        demo_interrupt_wait(&d->interrupt);
    demo_process_stop(&tail);
    return rc;
}

/* --- all together --- */

struct demo_step {
    const char *says;
    enum err (*run)(struct demo *d);
};

static const struct demo_step steps[] = {
    {"looking for the programs", find_programs},
    {"a token for the tunnel \"" DEMO_TUNNEL "\"", create_token},
    {"a relay with TLS on this machine", start_relay},
    {"an agent with the echo bot, linked to it", start_agent},
    {"a signed LINE webhook, sent by curl through the public port", send_webhook},
    {"what was recorded", show_exchange},
};

static void complain(struct demo *d, enum err rc)
{
    command_complain(d->call, "%s", *d->detail ? d->detail : err_text(rc));
    (void)fprintf(d->call->err, "The logs are %s and %s.\n", d->files.relay_log,
                  d->files.agent_log);
}

static enum err run_steps(struct demo *d)
{
    enum err rc = OK;

    for (size_t i = 0; rc == OK && i < ARRAY_LEN(steps); i++) {
        demo_report_step(&d->report, steps[i].says);
        rc = steps[i].run(d);
        if (demo_interrupt_came(&d->interrupt))
            rc = ERR_CANCELLED;
    }
    return rc;
}

enum command_exit demo_command(struct command_call *call)
{
    struct demo d = {
        .call = call,
        .report = {call->out, settings_bool(call->settings, "json")},
        .address = {.files = &d.files, .hookline = d.hookline},
        .relay.out = -1,
        .agent.out = -1,
    };
    enum err rc = demo_interrupt_open(&d.interrupt);

    if (rc == OK)
        rc =
            demo_files_make(&d.files, random_system(), clock_wall_ms(clock_system()), d.detail);
    if (rc == OK)
        rc = run_steps(&d);
    if (rc == OK && !settings_bool(call->settings, "once")) {
        demo_report_invitation(&d.report, &d.address);
        rc = stay(&d);
    }
    demo_process_stop(&d.agent);
    demo_process_stop(&d.relay);
    if (rc == OK || rc == ERR_CANCELLED)
        demo_files_remove(&d.files);
    else
        complain(&d, rc);
    if (rc == OK)
        demo_report_done(&d.report);
    demo_interrupt_close(&d.interrupt);
    return rc == OK ? COMMAND_OK : COMMAND_FAILED;
}
