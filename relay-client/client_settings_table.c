#include "relay-client/client_settings_table.h"

#include "base/container.h"

#define LINKING  (CLIENT_UP | CLIENT_LOGIN)
#define HANDLING (CLIENT_UP | CLIENT_REPLAY)
#define READING  (CLIENT_LIST | CLIENT_TAIL)
#define JOURNAL  (CLIENT_UP | CLIENT_LIST | CLIENT_SHOW | CLIENT_REPLAY | CLIENT_TAIL)

// clang-format off
const struct setting client_settings[] = {
    /* where to link */
    {.key = "relay", .type = SETTING_TEXT, .commands = LINKING, .value = "HOST[:PORT]",
     .help = "The relay. `hookline login` remembers it."},
    {.key = "tunnel", .type = SETTING_TEXT, .commands = LINKING | READING, .max = 63, .value = "NAME",
     .help = "The tunnel's name, as it stands in the public address."},
    {.key = "token", .type = SETTING_SECRET, .commands = LINKING,
     .help = "The token that `hookline-relay token create` printed."},
    {.key = "ca-file", .type = SETTING_PATH, .commands = LINKING, .value = "FILE",
     .help = "Certificates (PEM) to trust for the relay instead of the system's."},
    {.key = "relay-pin", .type = SETTING_TEXT, .commands = LINKING, .value = "sha256/BASE64",
     .help = "The relay's public key; any other key is refused, whoever signed it."},

    /* who handles */
    {.key = "forward", .type = SETTING_TEXT, .commands = HANDLING, .value = "URL",
     .help = "Hand requests to the bot at this address. Webhooks go to its path, if it has one."},
    {.key = "exec", .type = SETTING_TEXT, .commands = HANDLING, .value = "COMMAND",
     .help = "Run a command for each request: the body is its standard input."},
    {.key = "echo", .type = SETTING_BOOL, .commands = HANDLING, .fallback = "false",
     .help = "Answer with the built-in echo bot."},
    {.key = "target", .type = SETTING_LIST, .commands = HANDLING, .value = "NAME=URL",
     .help = "Another address that `hookline replay --to NAME` may use."},
    {.key = "handler-timeout", .type = SETTING_DURATION, .commands = HANDLING, .fallback = "30s",
     .min = 100, .max = 600000, .value = "TIME", .help = "How long the bot may take to answer."},
    {.key = "rewrite-host", .type = SETTING_BOOL, .commands = HANDLING, .fallback = "false",
     .help = "Send the bot its own host name instead of the public one, for frameworks that refuse unknown hosts."},

    /* signatures */
    {.key = "secret", .type = SETTING_SECRET, .commands = HANDLING | CLIENT_LOGIN, .flags = SETTING_REPEATABLE,
     .help = "A channel secret of LINE, or PROVIDER=SECRET for another provider (docs/signatures.md). Several are tried in order."},
    {.key = "webhook-path", .type = SETTING_TEXT, .commands = CLIENT_UP, .value = "PATH",
     .help = "POSTs to this path must carry a signature. By default the path of --forward."},
    {.key = "pass-invalid", .type = SETTING_BOOL, .commands = HANDLING, .fallback = "false",
     .help = "Hand webhooks with a wrong or missing signature to the bot too."},

    /* the journal */
    {.key = "keep-for", .type = SETTING_DURATION, .commands = CLIENT_UP, .fallback = "30d", .min = 60000, .max = 315360000000,
     .value = "TIME", .help = "How long exchanges stay in the journal."},
    {.key = "keep-size", .type = SETTING_SIZE, .commands = CLIENT_UP, .fallback = "1GiB", .min = 1048576, .max = 1099511627776,
     .value = "SIZE", .help = "How large the journal may grow; the oldest exchanges go first."},

    /* which exchanges */
    {.key = "since", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "TIME",
     .help = "Not older than: 10m, 2h, 3d, 14:30, 2026-11-21, 2026-11-21T14:30."},
    {.key = "until", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "TIME",
     .help = "Not newer than; written like --since."},
    {.key = "type", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "TYPE",
     .help = "With an event of this type: follow, message, message.image."},
    {.key = "user", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "ID",
     .help = "From this user, group or room; U12* matches a beginning."},
    {.key = "status", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "STATUS",
     .help = "Answered with: 200, 4xx, >=500."},
    {.key = "verdict", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING,
     .choices = "valid|invalid|missing|unchecked", .value = "VERDICT", .help = "What the signature check said."},
    {.key = "text", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = READING, .value = "TEXT",
     .help = "With this text in the body or in an event, in any language."},
    {.key = "webhooks", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = READING, .fallback = "false",
     .help = "Only webhooks."},
    {.key = "replays", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = READING, .fallback = "false",
     .help = "Only replays."},
    {.key = "failed", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = READING, .fallback = "false",
     .help = "Only those that the bot did not answer with 2xx."},
    {.key = "limit", .type = SETTING_INTEGER, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_LIST, .fallback = "20", .min = 1, .max = 100000,
     .value = "N", .help = "How many at most."},
    {.key = "reverse", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_LIST, .fallback = "false",
     .help = "Newest first."},

    /* one exchange */
    {.key = "id", .type = SETTING_TEXT, .flags = SETTING_POSITIONAL | SETTING_REQUIRED | SETTING_FLAG_ONLY,
     .commands = CLIENT_SHOW | CLIENT_REPLAY, .value = "ID",
     .help = "A number from `hookline list`, a delivery id or the beginning of one, `last`, or -2 for the last but one."},
    {.key = "raw", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_SHOW, .fallback = "false",
     .help = "Write the request's body to standard output, byte for byte, and nothing else."},
    {.key = "answer", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_SHOW, .fallback = "false",
     .help = "With --raw: the body of the answer instead."},

    /* replay */
    {.key = "set", .type = SETTING_LIST, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_REPLAY, .value = "PATH=VALUE",
     .help = "Change one value of the body, like events[0].message.text=Hello, and sign it again. The rest stays byte for byte."},
    {.key = "body", .type = SETTING_PATH, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_REPLAY, .value = "FILE",
     .help = "Send this body instead, signed again; - is standard input."},
    {.key = "edit", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_REPLAY, .fallback = "false",
     .help = "Open the body in $VISUAL or $EDITOR first, and sign it again."},
    {.key = "as-redelivery", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_REPLAY, .fallback = "false",
     .help = "Mark the events as LINE's redelivery does (deliveryContext.isRedelivery), and sign again."},
    {.key = "to", .type = SETTING_TEXT, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_REPLAY, .value = "NAME",
     .help = "Send it to this --target instead of the usual handler."},

    /* demo */
    {.key = "once", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .commands = CLIENT_DEMO, .fallback = "false",
     .help = "End after one round trip."},

    /* everywhere */
    {.key = "data", .type = SETTING_PATH, .commands = JOURNAL, .value = "FOLDER",
     .help = "Where the journal is. By default ~/.local/state/hookline."},
    {.key = "config", .type = SETTING_PATH, .value = "FILE",
     .help = "Settings as a JSON object. By default ~/.config/hookline/config.json."},
    {.key = "json", .type = SETTING_BOOL, .flags = SETTING_FLAG_ONLY, .fallback = "false",
     .help = "Print JSON, one object per line."},
    {.key = "log-level", .type = SETTING_TEXT, .choices = "error|warn|info|debug", .fallback = "warn", .value = "LEVEL",
     .help = "How much to log on standard error."},
};
// clang-format on

const size_t client_settings_len = ARRAY_LEN(client_settings);
