#include "relay-client/inspector/exchanges/exchange_finding_fix.h"

#include <inttypes.h>
#include <stdio.h>

#define CONSOLE "https://developers.line.biz/console/"

struct fix {
    const char *kind;
    const char *value;
};

static const struct fix fixes[] = {
    [JOURNAL_FOUND_SIG_REWRITTEN] = {"text", "raw_body"},
    [JOURNAL_FOUND_SIG_OTHER_SECRET] = {"link", CONSOLE},
    [JOURNAL_FOUND_SIG_SECRET_SPACES] = {"text", "trim_secret"},
    [JOURNAL_FOUND_SIG_NEWLINE] = {"text", "raw_body"},
    [JOURNAL_FOUND_SIG_CRLF] = {"text", "raw_body"},
    [JOURNAL_FOUND_SIG_SHA1] = {"text", "hmac_sha256"},
    [JOURNAL_FOUND_SIG_HEX] = {"text", "base64"},
    [JOURNAL_FOUND_SIG_MALFORMED] = {"text", "header_as_sent"},
    [JOURNAL_FOUND_SIG_UNKNOWN] = {"link", CONSOLE},
    [JOURNAL_FOUND_SET_ASIDE] = {"command", NULL},
    [JOURNAL_FOUND_BOT_UNREACHABLE] = {"text", "start_bot"},
    [JOURNAL_FOUND_BOT_ERROR] = {"action", "replay"},
    [JOURNAL_FOUND_BOT_REDIRECT] = {"text", "no_redirect"},
    [JOURNAL_FOUND_BOT_LATE_STRICT] = {"text", "answer_first"},
    [JOURNAL_FOUND_BOT_LATE] = {"text", "answer_first"},
    [JOURNAL_FOUND_TOKEN_EXPIRED] = {"text", "push"},
    [JOURNAL_FOUND_EVENT_DUPLICATE] = {"text", "deduplicate"},
    [JOURNAL_FOUND_EVENT_REDELIVERED] = {"text", "deduplicate"},
    [JOURNAL_FOUND_KEPT_LONG] = {"text", "push"},
    [JOURNAL_FOUND_SIG_PREVIOUS_SECRET] = {"text", "remove_secret"},
    [JOURNAL_FOUND_DESTINATION_OTHER] = {"link", CONSOLE},
    [JOURNAL_FOUND_TOKEN_USED] = {"text", "push"},
};
_Static_assert(sizeof(fixes) / sizeof(fixes[0]) <= JOURNAL_FINDINGS, "no such finding");

/* What Hookline tries again by itself can be tried now. */
static bool can_be_tried(const struct journal_row *row, enum journal_finding f)
{
    return row->outcome == JOURNAL_PENDING &&
           (f == JOURNAL_FOUND_BOT_UNREACHABLE || f == JOURNAL_FOUND_BOT_ERROR);
}

static struct fix fix_of(const struct journal_row *row, enum journal_finding f)
{
    const size_t len = sizeof(fixes) / sizeof(fixes[0]);
    bool is_line = row->provider.len == 0 || span_is(row->provider, SPAN("line"));
    struct fix fix = (size_t)f < len ? fixes[f] : (struct fix){0};

    if (can_be_tried(row, f))
        return (struct fix){"action", "retry"};
    if (!is_line && fix.value && strcmp(fix.value, CONSOLE) == 0)
        return (struct fix){"text", "copy_secret"};
    return fix;
}

void exchange_finding_fix_member(struct json_writer *w, const struct journal_row *row,
                                 enum journal_finding f)
{
    const struct fix fix = fix_of(row, f);
    char command[48];

    if (!fix.kind) {
        json_writer_member_null(w, "fix");
        return;
    }
    (void)snprintf(command, sizeof(command), "hookline retry %" PRIu64, row->id);
    json_writer_key(w, "fix");
    json_writer_object(w);
    json_writer_member_text(w, "kind", fix.kind);
    json_writer_member_text(w, "value", fix.value ? fix.value : command);
    json_writer_object_end(w);
}
