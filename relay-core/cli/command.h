#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/paths.h"
#include "cli/settings/settings.h"

#include <stdio.h>

/* A program as a table of commands: finds the one that is meant, loads its settings, runs
 * it.  Help and the man page come from the same tables.
 *
 *     PROGRAM COMMAND [options]     PROGRAM help COMMAND     PROGRAM --help, --version
 *     PROGRAM COMMAND --help        PROGRAM __man (for the build: prints the man page)  */

enum command_exit {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1,
    COMMAND_USAGE = 2, /* wrong options or settings; nothing was done */
};

/* What a running command may use; borrowed for the call. */
struct command_call {
    const struct command_program *program;
    const struct command *command;
    const struct settings *settings;
    const struct paths *paths;
    const char *const *environment; /* NULL-terminated */
    FILE *out, *err;
    int in; /* descriptor */
};

struct command_example {
    const char *line; /* as typed, with the program's name; NULL ends the list */
    const char *what; /* what it is good for */
};

struct command {
    const char *name;                       /* "serve", or two words: "token create" */
    uint32_t bit;                           /* in setting.commands; each command has its own */
    const char *summary;                    /* one line without full stop */
    const char *details;                    /* paragraphs, "\n\n" between them; or NULL */
    const struct command_example *examples; /* or NULL */
    bool makes_config;                      /* writes the file that --config names */
    enum command_exit (*run)(struct command_call *call);
};

struct command_program {
    const char *name; /* "hookline" */
    const char *version;
    const char *summary; /* "webhook tunnel and recorder for LINE bots" */
    const char *details; /* or NULL */
    bool is_service;     /* see paths.h */
    const struct command *commands;
    size_t commands_len;
    const struct setting *settings;
    size_t settings_len;
};

/* What the process was given: main() passes argv, environ, stdout, stderr and 0. */
struct command_io {
    const char *const *args; /* args[0] is the program; NULL-terminated */
    const char *const *environment;
    FILE *out, *err;
    int in;
};

/* The return value of main().  Ignores SIGPIPE from here on: a reader that went away
 * (`| head`) ends the output silently; any other failure to write is COMMAND_FAILED. */
enum command_exit command_main(const struct command_program *program,
                               const struct command_io *io);
/* By its whole name, or NULL. */
const struct command *command_find(const struct command_program *program, struct span name);
/* By the setting "log-level", which the command must have. */
void command_set_log_level(const struct command_call *call);
/* "hookline: MESSAGE" to call->err; for what a command has to say about its failure. */
void command_complain(const struct command_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
