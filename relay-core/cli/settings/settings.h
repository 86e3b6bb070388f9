#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* What a user may set.  One table per program drives the flags (--key=value, --key
 * value, --flag, --no-flag), the environment (HOOKLINE_KEY), the JSON configuration file,
 * --help and the man page.  A flag wins over the environment, that over the file, that
 * over the default.
 *
 *     settings_load -> settings_text, settings_size, ... -> settings_fini
 *
 * A wrong value that something stronger replaces is no mistake.  All mistakes are found
 * before settings_load gives up, not only the first. */

enum setting_type {
    SETTING_BOOL,     /* true or false */
    SETTING_INTEGER,  /* 42 */
    SETTING_DURATION, /* 300ms 1.5s 10min 12h 30d; kept in milliseconds */
    SETTING_SIZE,     /* 4096 64KiB 1.5MiB 1GB; kept in bytes */
    SETTING_TEXT,
    SETTING_LIST, /* of texts: the flag again and again, a,b,c in the environment */
    SETTING_PATH, /* a leading ~/ is the home folder */
    /* Never a flag's value, which every user of the machine can see.  Only from
     * --KEY-file PATH (- is standard input), HOOKLINE_KEY, HOOKLINE_KEY_FILE, and "KEY" or
     * "KEY-file" in a configuration file that is private. */
    SETTING_SECRET,
};

enum setting_flags {
    SETTING_POSITIONAL = 1 << 0, /* no flag but an argument, in the table's order */
    SETTING_REQUIRED = 1 << 1,
    SETTING_FLAG_ONLY = 1 << 2,  /* makes no sense in environment and file */
    SETTING_REPEATABLE = 1 << 3, /* secrets: several; one per line in the environment */
    SETTING_HIDDEN = 1 << 4,     /* not in help */
    SETTING_DASHED = 1 << 5,     /* positional: may begin with one dash */
};

struct setting {
    const char *key; /* "listen-https" */
    enum setting_type type;
    unsigned flags;       /* enum setting_flags */
    uint32_t commands;    /* bits of struct command; 0: of every command */
    const char *fallback; /* the default, as a user would write it; NULL: unset */
    /* Bounds of a number (ms, bytes) or of a text's bytes; `max` entries of a list or a
     * repeatable secret.  Both 0: 0 .. 2^53, 1 .. 4096 bytes, 64 entries.  No text
     * is ever empty. */
    int64_t min, max;
    const char *choices; /* texts and lists: "guard|bot|now"; NULL: any */
    const char *value;   /* what help calls it: "ADDRESS" */
    const char *help;    /* sentences; NULL for hidden ones */
};

/* The key that names the configuration file, when the table has it. */
#define SETTINGS_CONFIG_KEY "config"
#define SETTINGS_FILE_MAX   (1024u * 1024u)
#define SETTINGS_TEXT_MAX   4096u
#define SETTINGS_LIST_MAX   64u
#define SETTINGS_ARGS_MAX   4096u

struct settings_input {
    const struct setting *table; /* borrowed until settings_fini */
    size_t table_len;
    uint32_t command;               /* bit of the one to load for */
    const char *const *args;        /* behind the command's name; NULL-terminated */
    const char *const *environment; /* NULL-terminated */
    const char *config_file;        /* need not exist; NULL: none.  --config names another */
    bool makes_config;              /* the command writes it: --config need not exist either */
    int stdin_fd;
};

/* Zeroed is empty. */
struct settings {
    struct settings_input in;
    struct settings_value *values; /* owned, one for each row */
    struct bytes problems;         /* lines, then a NUL */
    bool nomem;
    bool stdin_used;
};

/* ERR_USAGE: settings_problems says what is wrong.  Or ERR_NOMEM.  After either the only
 * legal calls are settings_problems and settings_fini. */
MUST_CHECK enum err settings_load(struct settings *s, const struct settings_input *input);
void settings_fini(struct settings *s); /* wipes secrets */
/* One line for each, for people, escaped; NUL-terminated, borrowed. */
const char *settings_problems(const struct settings *s);

/* Getters: `key` must be in the table, with that type, for this command; anything else
 * aborts.  Unset numbers are 0.  What is borrowed lives until settings_fini. */
bool settings_bool(const struct settings *s, const char *key);
int64_t settings_integer(const struct settings *s, const char *key);
uint64_t settings_duration_ms(const struct settings *s, const char *key);
uint64_t settings_size(const struct settings *s, const char *key);
/* TEXT and PATH; NULL when unset. */
const char *settings_text(const struct settings *s, const char *key);
/* LIST; *len is 0 when unset. */
const char *const *settings_list(const struct settings *s, const char *key, size_t *len);
/* SECRET; the empty span when there are not that many. */
struct span settings_secret(const struct settings *s, const char *key, size_t index);
/* Anywhere but by default? */
bool settings_is_given(const struct settings *s, const char *key);
/* Where it was given: "--port", "HOOKLINE_PORT", "PATH: \"port\"" (cut), "the default". */
const char *settings_origin(const struct settings *s, const char *key);

#endif
