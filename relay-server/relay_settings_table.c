#include "relay-server/relay_settings_table.h"

#include "base/container.h"

#define TOKEN (RELAY_TOKEN_CREATE | RELAY_TOKEN_LIST | RELAY_TOKEN_REVOKE)
#define CERT  (RELAY_SERVE | RELAY_CHECK_CERT)

// clang-format off
const struct setting relay_settings[] = {
    /* addresses */
    {.key = "domain", .type = SETTING_TEXT, .flags = SETTING_REQUIRED, .commands = RELAY_SERVE, .max = 200, .value = "NAME",
     .help = "The relay's own host name. Tunnels are at NAME/tunnel/... and, with a wildcard certificate, at tunnel.NAME."},
    {.key = "listen", .type = SETTING_TEXT, .commands = RELAY_SERVE, .fallback = ":443", .value = "ADDRESS:PORT",
     .help = "Where to serve https, for webhooks and for agents. Port 0 lets the system choose."},
    {.key = "listen-plain", .type = SETTING_TEXT, .commands = RELAY_SERVE, .fallback = ":80", .value = "ADDRESS:PORT",
     .help = "Where to redirect http to https and to serve ACME challenges; `off` for nowhere."},
    {.key = "acme-folder", .type = SETTING_PATH, .commands = RELAY_SERVE, .value = "FOLDER",
     .help = "Challenge files are read from here: the .well-known/acme-challenge folder of your ACME client's webroot."},
    {.key = "public-port", .type = SETTING_INTEGER, .commands = RELAY_SERVE, .min = 1, .max = 65535, .value = "PORT",
     .help = "The https port as it is seen from outside, when something in between maps it."},
    {.key = "tunnel-address", .type = SETTING_TEXT, .commands = RELAY_SERVE, .fallback = "auto", .choices = "auto|host|path", .value = "FORM",
     .help = "The form of the address that agents are told: tunnel.NAME or NAME/tunnel; auto looks at the certificate. Both work always."},
    {.key = "connections-max", .type = SETTING_INTEGER, .commands = RELAY_SERVE, .fallback = "10000", .min = 10, .max = 1000000, .value = "N",
     .help = "Public connections at a time; more are closed at once."},

    /* certificates */
    {.key = "cert", .type = SETTING_LIST, .flags = SETTING_REQUIRED, .commands = CERT, .value = "FILE",
     .help = "Certificate with its intermediates (PEM): certbot's fullchain.pem. Several are chosen by name (SNI); the first is the default."},
    {.key = "key", .type = SETTING_LIST, .commands = CERT, .value = "FILE",
     .help = "The certificate's private key (PEM), one for each --cert, in the same order."},
    {.key = "insecure-cert", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = RELAY_SERVE, .fallback = "false",
     .help = "Serve although the certificate has faults. LINE will refuse it; for tests only."},
    {.key = "ca-bundle", .type = SETTING_PATH, .commands = CERT, .value = "FILE",
     .help = "Root certificates to check against, instead of the system's."},
    {.key = "host", .type = SETTING_LIST, .flags = SETTING_FLAG_ONLY, .commands = RELAY_CHECK_CERT, .value = "NAME",
     .help = "A host name that the certificate must cover."},

    /* tokens */
    {.key = "tunnel", .type = SETTING_LIST, .flags = SETTING_FLAG_ONLY, .commands = RELAY_TOKEN_CREATE, .value = "NAME",
     .help = "A tunnel that the token may link: a name like mybot, or a beginning like bot-*."},
    {.key = "label", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = RELAY_TOKEN_CREATE, .max = 100, .value = "TEXT",
     .help = "Whose token it is; shown by `token list`."},
    {.key = "expires", .type = SETTING_DURATION, .flags = SETTING_FLAG_ONLY, .commands = RELAY_TOKEN_CREATE, .min = 60000, .max = 315360000000, .value = "TIME",
     .help = "How long it is good, like 90d. Without it: until it is revoked."},
    {.key = "rotate", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = RELAY_TOKEN_CREATE, .value = "ID",
     .help = "Make a new secret for this token; the one before stays good for 7 days."},
    {.key = "id", .type = SETTING_TEXT, .flags = SETTING_POSITIONAL | SETTING_REQUIRED | SETTING_FLAG_ONLY, .commands = RELAY_TOKEN_REVOKE, .value = "ID",
     .help = "The token's public id, the eight characters behind hkl_."},

    /* everywhere */
    {.key = "data", .type = SETTING_PATH, .commands = RELAY_SERVE | TOKEN, .value = "FOLDER",
     .help = "Where tokens.json is. By default /var/lib/hookline-relay."},
    {.key = "config", .type = SETTING_PATH, .value = "FILE",
     .help = "Settings as a JSON object. By default /etc/hookline-relay/config.json."},
    {.key = "json", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .fallback = "false", .help = "Print JSON, one object per line."},
    {.key = "log-level", .type = SETTING_TEXT, .commands = RELAY_SERVE, .fallback = "info", .choices = "error|warn|info|debug", .value = "LEVEL",
     .help = "How much to log on standard error."},
};
// clang-format on

const size_t relay_settings_len = ARRAY_LEN(relay_settings);
