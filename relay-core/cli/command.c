/* 1. --help, --version and __man are answered at once
 * 2. the longest command name at the front of the arguments is the one that is meant
 * 3. --help behind it explains it, whatever else is there
 * 4. settings are loaded; with a problem, all are printed and nothing runs
 * 5. the command runs; what it printed is flushed
 * What can go wrong: no or an unknown command (a suggestion), no home folder, a reader
 * that went away (silence), a full disk behind standard output (COMMAND_FAILED). */
#include "cli/command.h"

#include "base/container.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/manpage.h"
#include "cli/settings/suggest.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE  64u
#define SHOWN_SIZE 64u

const struct command *command_find(const struct command_program *program, struct span name)
{
    for (size_t i = 0; i < program->commands_len; i++)
        if (span_is(span_text(program->commands[i].name), name))
            return &program->commands[i];
    return NULL;
}

void command_complain(const struct command_call *call, const char *format, ...)
{
    va_list args;

    (void)fprintf(call->err, "%s: ", call->program->name);
    va_start(args, format);
    (void)vfprintf(call->err, format, args);
    va_end(args);
    (void)fputc('\n', call->err);
}

/* --- which command --- */

/* "token create" before "token"; *used says how many arguments the name took. */
static const struct command *match(const struct command_program *program,
                                   const char *const *args, size_t *used)
{
    char name[NAME_SIZE];
    const struct command *found = NULL;

    *used = 2;
    if (args[0] && args[1] &&
        snprintf(name, sizeof name, "%s %s", args[0], args[1]) < (int)sizeof name)
        found = command_find(program, span_text(name));
    if (found || !args[0])
        return found;
    *used = 1;
    return command_find(program, span_text(args[0]));
}

static bool is_help(const char *arg)
{
    return arg && (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0);
}

static bool asks_for_help(const char *const *args)
{
    for (; *args && strcmp(*args, "--") != 0; args++)
        if (is_help(*args))
            return true;
    return false;
}

static enum command_exit refuse_unknown(const struct command_call *call,
                                        const char *const *args)
{
    const struct command_program *program = call->program;
    char typed[NAME_SIZE], shown[SHOWN_SIZE];
    struct suggest near;

    (void)snprintf(typed, sizeof typed, "%s%s%s", args[0], args[1] ? " " : "",
                   args[1] ? args[1] : "");
    suggest_init(&near, span_text(typed));
    for (size_t i = 0; i < program->commands_len; i++)
        suggest_offer(&near, program->commands[i].name);
    near.word = span_text(args[0]);
    for (size_t i = 0; i < program->commands_len; i++)
        suggest_offer(&near, program->commands[i].name);
    if (args[0][0] == '-')
        command_complain(call, "options come after the command: %s COMMAND %s", program->name,
                         text_escape(shown, sizeof shown, span_text(args[0])));
    else
        command_complain(call, "there is no command \"%s\"%s%s%s",
                         text_escape(shown, sizeof shown, span_text(args[0])),
                         near.best ? "; did you mean \"" : "", near.best ? near.best : "",
                         near.best ? "\"?" : "");
    (void)fprintf(call->err, "\"%s --help\" lists the commands.\n", program->name);
    return COMMAND_USAGE;
}

/* "token" alone, "token --help", "token frobnicate" or anything else. */
static enum command_exit run_group(const struct command_call *call, const char *const *args)
{
    bool wanted = is_help(args[1]);

    if (args[0][0] != '-' && (!args[1] || wanted) &&
        help_group(call->program, span_text(args[0]), wanted ? call->out : call->err))
        return wanted ? COMMAND_OK : COMMAND_USAGE;
    return refuse_unknown(call, args);
}

/* --- running it --- */

static enum command_exit show_problems(const struct command_call *call, enum err e)
{
    const char *line = settings_problems(call->settings);

    for (size_t len = strcspn(line, "\n"); len > 0; len = strcspn(line, "\n")) {
        command_complain(call, "%.*s", (int)len, line);
        line += len + 1;
    }
    if (e == ERR_NOMEM)
        return COMMAND_FAILED;
    (void)fprintf(call->err, "\"%s %s --help\" explains the options.\n", call->program->name,
                  call->command->name);
    return COMMAND_USAGE;
}

static enum command_exit run_with_settings(struct command_call *call, const char *const *args,
                                           const char *config_file)
{
    struct settings settings;
    struct settings_input input = {
        .table = call->program->settings,
        .table_len = call->program->settings_len,
        .command = call->command->bit,
        .args = args,
        .environment = call->environment,
        .config_file = config_file,
        .makes_config = call->command->makes_config,
        .stdin_fd = call->in,
    };
    enum err e = settings_load(&settings, &input);
    enum command_exit result;

    call->settings = &settings;
    result = e ? show_problems(call, e) : call->command->run(call);
    call->settings = NULL;
    settings_fini(&settings);
    return result;
}

static enum command_exit run_command(struct command_call *call, const char *const *args)
{
    const struct passwd *user = getpwuid(geteuid());
    struct paths_input input = {
        .name = call->program->name,
        .is_service = call->program->is_service,
        .is_root = geteuid() == 0,
        .home = user ? user->pw_dir : NULL,
        .environment = call->environment,
    };
    struct paths paths;
    enum command_exit result;

    if (asks_for_help(args)) {
        help_command(call->program, call->command, call->out);
        return COMMAND_OK;
    }
    if (paths_find(&input, &paths)) {
        command_complain(call, "there is no home folder for its files: set HOME");
        return COMMAND_FAILED;
    }
    call->paths = &paths;
    result = run_with_settings(call, args, paths.config_file);
    call->paths = NULL;
    return result;
}

/* --- the whole command line --- */

static enum command_exit help_about(struct command_call *call, const char *const *args)
{
    size_t used;

    if (!args[0]) {
        help_program(call->program, call->out);
        return COMMAND_OK;
    }
    call->command = match(call->program, args, &used);
    if (call->command)
        help_command(call->program, call->command, call->out);
    else if (!help_group(call->program, span_text(args[0]), call->out))
        return refuse_unknown(call, args);
    return COMMAND_OK;
}

static enum command_exit run(struct command_call *call, const char *const *args)
{
    size_t used;

    if (!args[0]) {
        help_program(call->program, call->err);
        return COMMAND_USAGE;
    }
    if (is_help(args[0]) || strcmp(args[0], "help") == 0)
        return help_about(call, args + 1);
    if (strcmp(args[0], "--version") == 0) {
        (void)fprintf(call->out, "%s %s\n", call->program->name, call->program->version);
        return COMMAND_OK;
    }
    if (strcmp(args[0], "__man") == 0) {
        manpage_print(call->program, call->out);
        return COMMAND_OK;
    }
    call->command = match(call->program, args, &used);
    return call->command ? run_command(call, args + used) : run_group(call, args);
}

/* After a failed write errno may be long gone, but the pipe still knows. */
static bool reader_is_gone(FILE *out)
{
    struct pollfd fd = {.fd = fileno(out), .events = POLLOUT};

    return fd.fd >= 0 && poll(&fd, 1, 0) == 1 && (fd.revents & (POLLERR | POLLHUP));
}

static enum command_exit finish(const struct command_call *call, enum command_exit result)
{
    if (fflush(call->out) == 0 && !ferror(call->out))
        return result;
    if (reader_is_gone(call->out))
        return result;
    command_complain(call, "cannot write its output: %s", strerror(errno));
    return COMMAND_FAILED;
}

enum command_exit command_main(const struct command_program *program,
                               const struct command_io *io)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct command_call call = {
        .program = program,
        .environment = io->environment,
        .out = io->out,
        .err = io->err,
        .in = io->in,
    };

    (void)sigaction(SIGPIPE, &ignore, NULL);
    return finish(&call, run(&call, io->args[0] ? io->args + 1 : io->args));
}

void command_set_log_level(const struct command_call *call)
{
    const char *name = settings_text(call->settings, "log-level");
    enum log_level level;

    if (name && log_parse_level(span_text(name), &level))
        log_set_level(level);
}
