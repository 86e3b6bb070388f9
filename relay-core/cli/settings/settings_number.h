#ifndef CLI_SETTINGS_NUMBER_H
#define CLI_SETTINGS_NUMBER_H

#include "cli/settings/settings.h"

/* Numbers as people write them in options. */
#define SETTINGS_NUMBER_MAX (INT64_C(1) << 53)

/* `why`: static words that go on after "VALUE ".  ERR_SYNTAX. */
MUST_CHECK enum err settings_number_parse(enum setting_type type, struct span text,
                                          int64_t *out, const char **why);
/* The shortest exact spelling: "90s" is "90s", "3600000" ms is "1h". */
const char *settings_number_format(enum setting_type type, int64_t number, char *buf,
                                   size_t size);

#endif
