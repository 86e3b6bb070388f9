#ifndef CLI_SETTINGS_VALUE_H
#define CLI_SETTINGS_VALUE_H

#include "cli/settings/settings.h"

/* One value of a setting: from text to what the getters return.  Pure. */

enum settings_source { /* the stronger, the greater */
                       SETTINGS_UNSET,
                       SETTINGS_DEFAULT,
                       SETTINGS_FILE,
                       SETTINGS_ENVIRONMENT,
                       SETTINGS_FLAG,
};

#define SETTINGS_ORIGIN_SIZE 80u
#define SETTINGS_WHY_SIZE    256u

struct settings_value {
    enum settings_source source;
    char origin[SETTINGS_ORIGIN_SIZE]; /* "--port", "HOOKLINE_PORT" */
    int64_t number;                    /* BOOL 0 or 1, INTEGER, DURATION in ms, SIZE in bytes */
    char **texts; /* owned, as each of them: TEXT, PATH, SECRET one; LIST many */
    size_t len;
};

/* Sets the value, or appends to the list.  `home` is for ~/ in paths, may be NULL.
 * ERR_SYNTAX: `why` goes on after "--port: "; it shows the text, but never a secret.
 * ERR_NOMEM. */
MUST_CHECK enum err settings_value_add(struct settings_value *v, const struct setting *row,
                                       struct span text, const char *home,
                                       char why[static SETTINGS_WHY_SIZE]);
/* Frees and wipes; unset afterwards. */
void settings_value_fini(struct settings_value *v);

/* Takes the flag again and again? */
bool settings_value_is_list(const struct setting *row);
/* The bounds in force: the row's, or those of its type. */
void settings_value_bounds(const struct setting *row, int64_t *min, int64_t *max);

#endif
