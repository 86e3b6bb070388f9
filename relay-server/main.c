#include "base/container.h"
#include "relay-server/commands.h"
#include "relay-server/relay_settings_table.h"

extern char **environ;

static const struct command_example serve_examples[] = {
    {"hookline-relay serve --domain relay.example.com --cert fullchain.pem --key privkey.pem",
     "on ports 443 and 80"},
    {"hookline-relay serve ... --acme-folder /var/www/acme/.well-known/acme-challenge",
     "beside certbot in webroot mode"},
    {"hookline-relay serve ... --takeover", "the new version, while the old one serves"},
    {0},
};

static const struct command_example status_examples[] = {
    {"hookline-relay status", "which agents are linked, and what waits for the others"},
    {"hookline-relay status --json", "the same for scripts"},
    {0},
};

static const struct command_example create_examples[] = {
    {"hookline-relay token create --tunnel mybot --label \"Aiko's laptop\"", "for one tunnel"},
    {"hookline-relay token create --tunnel 'ci-*' --expires 90d", "for many, for a while"},
    {0},
};

static const struct command_example list_examples[] = {
    {"hookline-relay token list", "who may link what"},
    {0},
};

static const struct command_example revoke_examples[] = {
    {"hookline-relay token revoke x7Kp02mQ", "its links end within a second"},
    {0},
};

static const struct command_example check_examples[] = {
    {"hookline-relay check-cert --cert fullchain.pem --key privkey.pem --host "
     "relay.example.com",
     "before LINE finds out"},
    {0},
};

static const struct command_example inbox_list_examples[] = {
    {"hookline-relay inbox list", "what waits for its agent, and what was set aside and why"},
    {"hookline-relay inbox list --json", "one object per line"},
    {0},
};

static const struct command_example inbox_check_examples[] = {
    {"hookline-relay inbox check", "at any time, also from cron: 1 when something is wrong"},
    {0},
};

static const struct command_example inbox_repair_examples[] = {
    {"systemctl stop hookline-relay && hookline-relay inbox repair", "after a damaged disk"},
    {0},
};

static const struct command_example inbox_retry_examples[] = {
    {"hookline-relay inbox retry 4711", "one that was set aside"},
    {"hookline-relay inbox retry --all", "all of them"},
    {0},
};

static const struct command_example inbox_drop_examples[] = {
    {"hookline-relay inbox drop 4711", "this one is not wanted any more"},
    {"hookline-relay inbox drop --all", "everything that is set aside"},
    {0},
};

static const struct command commands[] = {
    {.name = "serve",
     .bit = RELAY_SERVE,
     .summary = "serve webhooks and agents",
     .details =
         "Terminates HTTPS and forwards each request to the agent that is linked for its "
         "tunnel. The certificate is checked first, the way LINE checks it.\n\n"
         "SIGHUP reads certificates and keys anew without dropping a connection. SIGTERM "
         "lets requests under way finish, for at most 30 seconds; webhooks that are not "
         "confirmed by then go to the inbox.\n\n"
         "With --takeover a new process gets the listening sockets of the one that runs, which "
         "then ends like after SIGTERM; requests on its connections are passed on. Sockets of "
         "systemd (LISTEN_FDS, named https and http) are used instead of --listen and "
         "--listen-plain.",
     .examples = serve_examples,
     .run = serve_command},
    {.name = "status",
     .bit = RELAY_STATUS,
     .summary = "show the tunnels of the running relay",
     .examples = status_examples,
     .run = relay_status_command},
    {.name = "token create",
     .bit = RELAY_TOKEN_CREATE,
     .summary = "make a token for an agent, shown once",
     .examples = create_examples,
     .run = token_create_command},
    {.name = "token list",
     .bit = RELAY_TOKEN_LIST,
     .summary = "list the tokens",
     .examples = list_examples,
     .run = token_list_command},
    {.name = "token revoke",
     .bit = RELAY_TOKEN_REVOKE,
     .summary = "end a token and its links",
     .examples = revoke_examples,
     .run = token_revoke_command},
    {.name = "check-cert",
     .bit = RELAY_CHECK_CERT,
     .summary = "check a certificate as LINE will see it",
     .examples = check_examples,
     .run = check_cert_command},
    {.name = "inbox list",
     .bit = RELAY_INBOX_LIST,
     .summary = "list the deliveries that wait for their agents",
     .examples = inbox_list_examples,
     .run = inbox_list_command},
    {.name = "inbox check",
     .bit = RELAY_INBOX_CHECK,
     .summary = "check that all that is kept is undamaged",
     .details = "Reads every page and compares every checksum. Changes nothing; the relay may "
                "be running.",
     .examples = inbox_check_examples,
     .run = inbox_check_command},
    {.name = "inbox repair",
     .bit = RELAY_INBOX_REPAIR,
     .summary = "keep all that is good of a damaged inbox",
     .details = "Writes a new inbox with every delivery whose checksums fit, also those that "
                "can only be found by looking through the pages one by one. The damaged file "
                "is kept beside it under another name. The relay must be stopped.",
     .examples = inbox_repair_examples,
     .run = inbox_repair_command},
    {.name = "inbox retry",
     .bit = RELAY_INBOX_RETRY,
     .summary = "send deliveries again that were set aside",
     .examples = inbox_retry_examples,
     .run = inbox_retry_command},
    {.name = "inbox drop",
     .bit = RELAY_INBOX_DROP,
     .summary = "delete deliveries for good",
     .examples = inbox_drop_examples,
     .run = inbox_drop_command},
};

int main(int argc, char **argv)
{
    const struct command_program program = {
        .name = "hookline-relay",
        .version = HOOKLINE_VERSION,
        .summary = "the public half of Hookline: receives webhooks for bots on laptops",
        .details =
            "Terminates HTTPS for webhooks and hands each request to the agent (hookline) "
            "that is linked for its tunnel. Needs a host name, a certificate from a public "
            "authority, and ports 443 and 80.",
        .is_service = true,
        .commands = commands,
        .commands_len = ARRAY_LEN(commands),
        .settings = relay_settings,
        .settings_len = relay_settings_len,
    };
    const struct command_io io = {
        .args = (const char *const *)argv,
        .environment = (const char *const *)environ,
        .out = stdout,
        .err = stderr,
        .in = 0,
    };

    (void)argc;
    return (int)command_main(&program, &io);
}
