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
