#ifndef CLIENT_CLIENT_SETTINGS_TABLE_H
#define CLIENT_CLIENT_SETTINGS_TABLE_H

#include "cli/settings/settings.h"

/* Every setting of `hookline`, and which commands know it. */
enum client_command {
    CLIENT_UP = 1 << 0,
    CLIENT_LOGIN = 1 << 1,
    CLIENT_LIST = 1 << 2,
    CLIENT_SHOW = 1 << 3,
    CLIENT_REPLAY = 1 << 4,
    CLIENT_TAIL = 1 << 5,
    CLIENT_DEMO = 1 << 6,
    CLIENT_RETRY = 1 << 7,
    CLIENT_DROP = 1 << 8,
    CLIENT_STATUS = 1 << 9,
    CLIENT_DOCTOR = 1 << 10,
    CLIENT_TRIGGER = 1 << 11,
    CLIENT_SCENARIO = 1 << 12,
    CLIENT_WEBHOOK_GET = 1 << 13,
    CLIENT_LINE_API = 1 << 14,
    CLIENT_WEBHOOK_SET = 1 << 15,
    CLIENT_WEBHOOK_TEST = 1 << 16,
};

extern const struct setting client_settings[];
extern const size_t client_settings_len;

#endif
