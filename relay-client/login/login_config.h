#ifndef CLIENT_LOGIN_LOGIN_CONFIG_H
#define CLIENT_LOGIN_LOGIN_CONFIG_H

#include "cli/private_file.h"
#include "cli/settings/settings.h"

/* The configuration file that `hookline login` writes: what it was told, and every other
 * member of the file as it was. */

#define LOGIN_CONFIG_MAX (1024u * 1024u)

struct login_config {
    const char *file;
    const struct settings *settings;       /* of CLIENT_LOGIN */
    struct span token;                     /* given or typed */
    char detail[PRIVATE_FILE_DETAIL_SIZE]; /* out: why it could not be written */
};

/* 0600, replaced as a whole.  ERR_SYNTAX: the file that is there is no JSON object. */
MUST_CHECK enum err login_config_write(struct login_config *c);

#endif
