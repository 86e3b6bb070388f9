#ifndef CLIENT_OPTIONS_TABLE_H
#define CLIENT_OPTIONS_TABLE_H

#include "cli/settings.h"

/* Every setting of `hookline`, and which commands know it. */
enum client_command {
    CLIENT_UP = 1 << 0,
    CLIENT_LOGIN = 1 << 1,
    CLIENT_LIST = 1 << 2,
    CLIENT_SHOW = 1 << 3,
    CLIENT_REPLAY = 1 << 4,
    CLIENT_TAIL = 1 << 5,
    CLIENT_DEMO = 1 << 6,
};

extern const struct setting options_table[];
extern const size_t options_table_len;

#endif
