#include "relay-client/commands/filter_options.h"

#include "base/text.h"
#include "relay-client/view/local_time.h"

#include <stdio.h>

#define STATUS_MIN 100u
#define STATUS_MAX 599u

/* ---- status ---- */

static bool parse_number(struct span text, unsigned *out)
{
    uint64_t value;

    if (text.len != 3 || !span_parse_u64(text, &value) || value < STATUS_MIN ||
        value > STATUS_MAX)
        return false;
    *out = (unsigned)value;
    return true;
}

/* ">=500" and the like. */
static bool parse_bound(struct span text, unsigned *min, unsigned *max)
{
    bool is_more = text.ptr[0] == '>';
    bool or_equal = text.len > 1 && text.ptr[1] == '=';
    unsigned number;

    if (!parse_number(span_trim(span_slice(text, or_equal ? 2 : 1, text.len)), &number))
        return false;
    *min = STATUS_MIN;
    *max = STATUS_MAX;
    if (is_more)
        *min = or_equal ? number : number + 1;
    else
        *max = or_equal ? number : number - 1;
    return true;
}

bool filter_options_parse_status(struct span text, unsigned *min, unsigned *max)
{
    size_t dash = span_find(text, '-');

    if (text.len == 0)
        return false;
    if (text.ptr[0] == '>' || text.ptr[0] == '<')
        return parse_bound(text, min, max);
    if (text.len == 3 && span_is_nocase(span_slice(text, 1, 3), SPAN("xx")) &&
        text.ptr[0] >= '1' && text.ptr[0] <= '5') {
        *min = (unsigned)(text.ptr[0] - '0') * 100;
        *max = *min + 99;
        return true;
    }
    if (dash < text.len)
        return parse_number(span_slice(text, 0, dash), min) &&
               parse_number(span_slice(text, dash + 1, text.len), max) && *min <= *max;
    if (!parse_number(text, min))
        return false;
    *max = *min;
    return true;
}

/* ---- all of them ---- */

static enum err wrong(char detail[static FILTER_OPTIONS_DETAIL], const char *key,
                      const char *value, const char *right)
{
    char shown[64];

    (void)snprintf(detail, FILTER_OPTIONS_DETAIL, "--%s: \"%s\" is not %s", key,
                   text_escape(shown, sizeof(shown), span_text(value)), right);
    return ERR_USAGE;
}

static enum err read_time(const struct settings *s, const char *key, uint64_t now_ms,
                          uint64_t *out, char detail[static FILTER_OPTIONS_DETAIL])
{
    const char *value = settings_text(s, key);
    bool is_end = strcmp(key, "until") == 0;

    if (!value || local_time_parse(span_text(value), now_ms, is_end, out))
        return OK;
    return wrong(detail, key, value,
                 "a time: write 10m, 2h, 3d, 14:30, today, yesterday, 2026-11-21, or "
                 "2026-11-21T14:30");
}

static enum err read_status(const struct settings *s, struct journal_filter *out,
                            char detail[static FILTER_OPTIONS_DETAIL])
{
    const char *value = settings_text(s, "status");

    if (!value ||
        filter_options_parse_status(span_text(value), &out->status_min, &out->status_max))
        return OK;
    return wrong(detail, "status", value, "a status: write 200, 4xx, 200-299, or \">=500\"");
}

/* Only when it is asked for: the one in the configuration is where this computer links
 * to now, and not what the user wants to see. */
static const char *tunnel_of(const struct settings *s)
{
    return strcmp(settings_origin(s, "tunnel"), "--tunnel") == 0 ? settings_text(s, "tunnel")
                                                                 : NULL;
}

enum err filter_options_read(const struct settings *settings, uint64_t now_ms,
                             struct journal_filter *out,
                             char detail[static FILTER_OPTIONS_DETAIL])
{
    const char *verdict = settings_text(settings, "verdict");
    struct journal_filter f = {
        .event_type = settings_text(settings, "type"),
        .user = settings_text(settings, "user"),
        .text = settings_text(settings, "text"),
        .tunnel = tunnel_of(settings),
        .webhooks_only = settings_bool(settings, "webhooks"),
        .replays_only = settings_bool(settings, "replays"),
        .failed_only = settings_bool(settings, "failed"),
    };

    detail[0] = '\0';
    if (verdict)
        f.has_verdict = verdict_parse(span_text(verdict), &f.verdict);
    enum err e = read_time(settings, "since", now_ms, &f.since_ms, detail);

    if (!e)
        e = read_time(settings, "until", now_ms, &f.until_ms, detail);
    if (!e)
        e = read_status(settings, &f, detail);
    if (!e && f.since_ms > 0 && f.until_ms > 0 && f.since_ms >= f.until_ms) {
        (void)snprintf(detail, FILTER_OPTIONS_DETAIL, "--since is not before --until");
        e = ERR_USAGE;
    }
    if (!e)
        *out = f;
    return e;
}

bool filter_options_is_any(const struct journal_filter *f)
{
    return f->since_ms > 0 || f->until_ms > 0 || f->event_type || f->user || f->text ||
           f->tunnel || f->status_min > 0 || f->has_verdict || f->webhooks_only ||
           f->replays_only || f->failed_only || f->pending_only || f->query;
}
