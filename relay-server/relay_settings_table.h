#ifndef SERVER_RELAY_SETTINGS_TABLE_H
#define SERVER_RELAY_SETTINGS_TABLE_H

#include "cli/settings/settings.h"

/* Every setting of `hookline-relay`, and which commands know it. */
enum relay_command {
    RELAY_SERVE = 1 << 0,
    RELAY_STATUS = 1 << 10,
    RELAY_TOKEN_CREATE = 1 << 1,
    RELAY_TOKEN_LIST = 1 << 2,
    RELAY_TOKEN_REVOKE = 1 << 3,
    RELAY_CHECK_CERT = 1 << 4,
    RELAY_INBOX_CHECK = 1 << 5,
    RELAY_INBOX_REPAIR = 1 << 6,
    RELAY_INBOX_LIST = 1 << 7,
    RELAY_INBOX_RETRY = 1 << 8,
    RELAY_INBOX_DROP = 1 << 9,
};

extern const struct setting relay_settings[];
extern const size_t relay_settings_len;

#endif
