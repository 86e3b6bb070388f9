#include "relay-client/replay/call_report.h"

#include "relay-client/replay/call_text.h"

#define CALLS_MAX 100u

void call_report_print(struct command_call *call, const char *label,
                       const struct journal_call_whole *made)
{
    bool is_json = settings_bool(call->settings, "json");
    struct bytes text;

    bytes_init(&text, (size_t)1024 * 1024);
    enum err rc = is_json ? call_text_format_json(made, &text) : call_text_format(made, &text);
    if (rc == OK)
        (void)fprintf(call->out, "%s%.*s\n", is_json ? "" : label, (int)bytes_len(&text),
                      (const char *)bytes_peek(&text));
    bytes_fini(&text);
}

struct report {
    struct command_call *call;
    const char *label;
    size_t len;
};

static bool print(void *owner, const struct journal_call_whole *made)
{
    struct report *r = owner;

    call_report_print(r->call, r->label, made);
    r->len++;
    return true;
}

size_t call_report_exchange(struct command_call *call, const char *label,
                            struct journal_reader *reader, uint64_t exchange)
{
    struct report r = {.call = call, .label = label};

    if (journal_calls_of(reader, exchange, CALLS_MAX, print, &r) != OK)
        command_complain(call, "the bot's calls cannot be read");
    return r.len;
}
