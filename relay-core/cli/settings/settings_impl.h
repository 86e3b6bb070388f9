#ifndef CLI_SETTINGS_IMPL_H
#define CLI_SETTINGS_IMPL_H

#include "cli/settings/settings_value.h"

/* How the layers of settings (flags, environment, file) report what they find.  Only for
 * the settings_*.c files; help prints the names of variables.  The strongest layer comes
 * first; what a stronger one has set
 * is not looked at again.  Memory that runs out is remembered in `nomem`. */

struct settings_place {
    enum settings_source source;
    const char *name; /* for messages: "--port", "HOOKLINE_PORT", "/etc/x.json: \"port\"" */
};

#define SETTINGS_NAME_SIZE 80u

/* Rows of this command only; NULL when there is none. */
const struct setting *settings_find(const struct settings *s, struct span key);
/* A row of any command. */
const struct setting *settings_find_anywhere(const struct settings *s, struct span key);
bool settings_applies(const struct settings *s, const struct setting *row);
/* Flag, file: the row that "KEY-file" names if KEY is a secret. */
const struct setting *settings_find_secret_file(const struct settings *s, struct span name);
/* Nothing stronger has set this row? */
bool settings_wants(const struct settings *s, const struct setting *row,
                    enum settings_source source);
bool settings_has(const struct settings *s, const struct setting *row);

void settings_give(struct settings *s, const struct setting *row, struct settings_place from,
                   struct span text);
/* The secret is in the file `path`; "-" is standard input. */
void settings_give_file(struct settings *s, const struct setting *row,
                        struct settings_place from, const char *path);
void settings_problem(struct settings *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The variable of the environment, or NULL when it is unset or empty. */
const char *settings_variable(const struct settings *s, const char *name);

/* The layers. */
void settings_flags_read(struct settings *s);
void settings_environment_read(struct settings *s);
/* HOOKLINE_KEY for key "key". */
void settings_environment_name(const struct setting *row, const char *suffix,
                               char name[static SETTINGS_NAME_SIZE]);
void settings_file_read(struct settings *s);

#endif
