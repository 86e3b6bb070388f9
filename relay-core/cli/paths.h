#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include "base/err.h"

#include <stdbool.h>

/* Where a program keeps its files unless the user says otherwise.
 *
 *              a user's program               a service run by root    by systemd
 *   config     ~/.config/NAME/config.json     /etc/NAME/config.json    $CONFIGURATION_DIRECTORY
 *   state      ~/.local/state/NAME            /var/lib/NAME            $STATE_DIRECTORY
 *   runtime    $XDG_RUNTIME_DIR/NAME, state   /run/NAME                $RUNTIME_DIRECTORY
 *
 * With XDG_CONFIG_HOME and XDG_STATE_HOME as in the XDG Base Directory Specification 0.8
 * (relative ones are ignored).  Nothing is made here: see private_file.h. */
#define PATHS_MAX 1024u

struct paths {
    char config_file[PATHS_MAX];
    char state_folder[PATHS_MAX];
    char runtime_folder[PATHS_MAX]; /* for sockets and pid files */
};

struct paths_input {
    const char *name; /* "hookline" */
    bool is_service;  /* may live in /etc, /var/lib and /run */
    bool is_root;
    const char *home;               /* when $HOME is unset; may be NULL */
    const char *const *environment; /* NULL-terminated */
};

/* ERR_CONFIG: there is no home folder to put them in. */
MUST_CHECK enum err paths_find(const struct paths_input *input, struct paths *out);
/* "FOLDER/NAME" into `out`; ERR_LIMIT when it does not fit. */
MUST_CHECK enum err paths_join(const char *folder, const char *name,
                               char out[static PATHS_MAX]);

#endif
