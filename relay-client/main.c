#include "base/container.h"
#include "relay-client/client_settings_table.h"
#include "relay-client/commands/commands.h"

extern char **environ;

static const struct command_example login_examples[] = {
    {"hookline login --relay relay.example.com --tunnel mybot", "asks for the token"},
    {"hookline login --relay relay.example.com --tunnel mybot --token-file - < token.txt",
     "in a script"},
    {0},
};

static const struct command_example up_examples[] = {
    {"hookline up --forward http://127.0.0.1:3000/callback", "the bot listens on port 3000"},
    {"hookline up --exec 'python3 bot.py'", "one process for each webhook"},
    {"hookline up --echo", "no bot yet"},
    {"hookline up --forward http://localhost:3000 --json | jq .", "for programs"},
    {0},
};

static const struct command_example list_examples[] = {
    {"hookline list --since 1h --type message.text", "text messages of the last hour"},
    {"hookline list 返金 --limit 5", "search in any language"},
    {"hookline list 'type:image took:>1.5s -is:replay'", "the inspector's filter language"},
    {"hookline list --verdict invalid --json", "what was refused, for a script"},
    {"hookline list --pending", "what the bot has not got yet, and why"},
    {0},
};

static const struct command_example show_examples[] = {
    {"hookline show last", "head, body, events, verdict, answer and timings"},
    {"hookline show 17 --raw > webhook.json", "the body as it came"},
    {0},
};

static const struct command_example replay_examples[] = {
    {"hookline replay last", "the same bytes again"},
    {"hookline replay 17 --set events[0].message.text=Hello", "changed and signed again"},
    {"hookline replay 17 --as-redelivery", "as LINE would redeliver it"},
    {0},
};

static const struct command_example trigger_examples[] = {
    {"hookline trigger text \"こんにちは\"", "somebody writes to the bot"},
    {"hookline trigger postback \"action=buy\" --as 美咲", "a test person taps a button"},
    {"hookline trigger image --file cat.jpg --group team", "a picture in a test group"},
    {"hookline trigger text Hi --batch 3 --redeliver", "three people in one webhook, twice"},
    {"hookline trigger follow --bad-signature", "does the bot refuse it?"},
    {"hookline trigger text Hi --times 100 --rate 20 --forward http://127.0.0.1:3000/callback",
     "without `hookline up`"},
    {"hookline trigger --list", "everything that LINE may send"},
    {0},
};

static const struct command_example retry_examples[] = {
    {"hookline retry 131", "this one, now"},
    {"hookline retry --all", "after the bot was repaired: all, the oldest first"},
    {0},
};

static const struct command_example drop_examples[] = {
    {"hookline drop 131", "the one that the bot cannot digest"},
    {"hookline drop --all --json", "all of them, in a script"},
    {0},
};

static const struct command_example status_examples[] = {
    {"hookline status", "in another window than `hookline up`"},
    {"hookline status --json | jq .pending", "for a script"},
    {0},
};

static const struct command_example line_api_examples[] = {
    {"hookline line-api", "everything that a bot may call, and who answers it"},
    {"hookline line-api --unsupported", "what is not emulated"},
    {0},
};

static const struct command_example tail_examples[] = {
    {"hookline tail is:problem", "what goes wrong, as it happens"},
    {"hookline tail user:U4af4980629 -type:sticker", "what one person does"},
    {0},
};

static const struct command_example doctor_examples[] = {
    {"hookline doctor", "what stands between LINE and the bot, and how to repair it"},
    {"hookline doctor --forward http://127.0.0.1:3000/callback", "while no agent runs"},
    {"hookline doctor --json | jq 'select(.state == \"fail\")'", "for a script"},
    {0},
};

static const struct command_example scenario_examples[] = {
    {"hookline scenario run greeting.json", "with the agent that runs here"},
    {"hookline scenario run greeting.json --forward http://127.0.0.1:3000/callback "
     "--secret-file s",
     "in CI: no relay, no channel, no network"},
    {0},
};

static const struct command_example webhook_examples[] = {
    {"hookline webhook get", "which address LINE sends to, and whether it does"},
    {"hookline webhook test", "LINE sends a webhook there, and says how it went"},
    {"hookline webhook set https://bot.example.com/callback --yes", "back to production"},
    {0},
};

static const struct command_example demo_examples[] = {
    {"hookline demo", "relay, agent, echo bot and a webhook on this machine"},
    {0},
};

static const struct command commands[] = {
    {.name = "demo",
     .bit = CLIENT_DEMO,
     .summary = "try everything on this machine, with nothing to configure",
     .examples = demo_examples,
     .run = demo_command},
    {.name = "login",
     .bit = CLIENT_LOGIN,
     .summary = "remember relay, tunnel, token and channel secret",
     .examples = login_examples,
     .makes_config = true,
     .run = login_command},
    {.name = "up",
     .bit = CLIENT_UP,
     .summary = "link to the relay and hand webhooks to the bot",
     .details =
         "Every request is written to the journal before the bot sees it. A webhook with a "
         "wrong signature is answered 401 and not handed to the bot; the journal says what is "
         "wrong with it.",
     .examples = up_examples,
     .run = up_command},
    {.name = "list",
     .bit = CLIENT_LIST,
     .summary = "list recorded exchanges",
     .examples = list_examples,
     .run = list_command},
    {.name = "show",
     .bit = CLIENT_SHOW,
     .summary = "show one exchange whole",
     .examples = show_examples,
     .run = show_command},
    {.name = "replay",
     .bit = CLIENT_REPLAY,
     .summary = "hand a recorded request to the bot again",
     .details = "Without changes the bot gets exactly the recorded bytes. A changed body is "
                "signed with the channel secret. Replays are recorded and marked. If an agent "
                "runs, it does the replay; otherwise this command does, with --forward, --exec "
                "or --echo.",
     .examples = replay_examples,
     .run = replay_command},
    {.name = "trigger",
     .bit = CLIENT_TRIGGER,
     .summary = "send the bot an event that nobody has caused",
     .details =
         "A webhook as LINE would send it, with ids and a reply token of Hookline's own, and "
         "the "
         "right signature. What the bot answers through the LINE API port is printed, and "
         "reaches nobody. If an agent runs, it hands it over; otherwise this command does, "
         "with --forward, --exec or --echo. Ends with 1 when the bot did not take it.",
     .examples = trigger_examples,
     .run = trigger_command},
    {.name = "status",
     .bit = CLIENT_STATUS,
     .summary = "say how the running agent is, and what it still has to deliver",
     .details = "Ends with 1 when no agent runs here; it says then what the journal holds.",
     .examples = status_examples,
     .run = status_command},
    {.name = "doctor",
     .bit = CLIENT_DOCTOR,
     .summary = "find out what keeps LINE's webhooks from the bot, and how to repair it",
     .details =
         "Looks at the relay as LINE sees it (name, port, certificates, TLS), at the link, the "
         "clock, the channel secret, and at the bot: does it listen, does it answer in LINE's "
         "2 s, does it refuse a wrong signature? LINE itself is asked only if there are "
         "credentials of it (--channel-id, --access-token-file); the bot gets two "
         "webhooks without events, and if an agent is linked a third comes to it through the "
         "relay. Ends with 1 when something has failed, not for warnings.",
     .examples = doctor_examples,
     .run = doctor_command},
    {.name = "retry",
     .bit = CLIENT_RETRY,
     .summary = "try again now to hand pending webhooks to the bot",
     .details =
         "A webhook to which the bot gave no answer is pending: it is tried again, at longer "
         "and "
         "longer intervals. After 24 hours, or when it ended Hookline three times, it is set "
         "aside. This makes both kinds due at once, and forgets how often it ended Hookline. "
         "If "
         "no agent runs, the next one does it.",
     .examples = retry_examples,
     .run = retry_command},
    {.name = "drop",
     .bit = CLIENT_DROP,
     .summary = "give pending webhooks up",
     .details = "The bot never gets them. They stay in the journal as long as others, and can "
                "be replayed.",
     .examples = drop_examples,
     .run = drop_command},
    {.name = "scenario run",
     .bit = CLIENT_SCENARIO,
     .summary = "play a conversation with the bot, and check what it answers",
     .details =
         "A scenario is a JSON file: what test users send, and what the bot shall answer "
         "(docs/scenarios.md). Nobody real gets a message. If an agent runs, it plays the "
         "scenario; otherwise this command does, with --forward, --exec or --echo. Ends "
         "with 1 when a step fails.",
     .examples = scenario_examples,
     .run = scenario_command},
    {.name = "webhook get",
     .bit = CLIENT_WEBHOOK_GET,
     .summary = "say which webhook address LINE has for the channel",
     .examples = webhook_examples,
     .run = webhook_command_get},
    {.name = "webhook set",
     .bit = CLIENT_WEBHOOK_SET,
     .summary = "give LINE another webhook address, and let LINE test it",
     .details = "Another address than this one is replaced with --yes only: a bot that people "
                "use may be there. For up to a minute LINE may go on sending to the old one. "
                "`hookline up --line` does all this by itself, and undoes it at the end.",
     .examples = webhook_examples,
     .run = webhook_command_set},
    {.name = "webhook test",
     .bit = CLIENT_WEBHOOK_TEST,
     .summary = "let LINE send a webhook, and explain what LINE says of it",
     .details = "LINE sends a webhook without events to the address, and says how that went; "
                "with a URL it tries that one, and sets nothing. At most 60 times in an hour.",
     .examples = webhook_examples,
     .run = webhook_command_test},
    {.name = "line-api",
     .bit = CLIENT_LINE_API,
     .summary = "list the operations of LINE's API, and how each is answered",
     .details = "The LINE API port of `hookline up` is the base URL for the bot's SDK. What is "
                "emulated works without LINE, and for replayed and simulated events; the rest "
                "needs LINE's credentials.",
     .examples = line_api_examples,
     .run = line_api_command},
    {.name = "tail",
     .bit = CLIENT_TAIL,
     .summary = "follow exchanges as they are recorded",
     .examples = tail_examples,
     .run = tail_command},
};

int main(int argc, char **argv)
{
    const struct command_program program = {
        .name = "hookline",
        .version = HOOKLINE_VERSION,
        .summary = "webhook tunnel and recorder for LINE bots",
        .details =
            "Links a bot on this machine to a hookline-relay on a public server: webhooks "
            "that arrive there are recorded here, checked, handed to the bot, and can be "
            "looked at and replayed. `hookline demo` shows it all without a server.",
        .commands = commands,
        .commands_len = ARRAY_LEN(commands),
        .settings = client_settings,
        .settings_len = client_settings_len,
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
