/* The public address, asked as LINE asks it: the whole way through relay, link and agent to
 * the bot.  That webhook is recorded like any other.
 *
 * Where it could not arrive, or would be stored and tried again (no link, no secret, a bot
 * that does not answer), nothing is sent through: a GET shows whether the relay speaks HTTP
 * and does not redirect.  A relay that waits for an agent to come back says nothing to that,
 * which is no fault of its. */
#include "relay-client/doctor/checks/doctor_ask.h"

#define UNLINKED_MS 1000u

static bool is_linked(const struct doctor *d)
{
    return d->options.link && d->options.link->state == AGENT_LINKED;
}

static bool goes_through(const struct doctor *d)
{
    const struct doctor_check *bot = &d->checks[DOCTOR_BOT_ANSWERS];
    bool is_bot_good = bot->state == DOCTOR_PASS || bot->state == DOCTOR_WARN;

    return is_linked(d) && doctor_ask_secret(d) && (is_bot_good || !d->places.has_bot);
}

static void judge_answer(struct doctor *d, const struct doctor_probe_result *r,
                         const char *reason)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_HTTP);

    if (r->status >= 300 && r->status < 400) {
        doctor_check_text(c, "location", r->location);
        doctor_check_advice(c, "relay_redirect");
        doctor_end(d, c->id, DOCTOR_FAIL, "http_redirect");
    } else if (!goes_through(d)) {
        doctor_end(d, c->id, DOCTOR_PASS, "http_relay_only");
    } else if (r->status < 200 || r->status >= 300) {
        doctor_check_command(c, "hookline show last");
        doctor_end(d, c->id, DOCTOR_FAIL, "http_status");
    } else if (reason) {
        doctor_check_advice(c, "bot_answer_first");
        doctor_end(d, c->id, DOCTOR_FAIL, "http_too_slow");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, "http_answered");
    }
}

static void judge_failure(struct doctor *d, const struct doctor_probe_result *r)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_HTTP);

    doctor_check_evidence(c, "%s", *r->detail ? r->detail : err_text(r->why));
    doctor_check_advice(c, r->why == ERR_TIMEOUT ? "relay_log" : "relay_http");
    doctor_end(d, c->id, DOCTOR_FAIL, r->why == ERR_TIMEOUT ? "http_timeout" : "http_broken");
}

static void on_answer(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_HTTP);
    const char *reason = doctor_ask_line_reason(r);

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
        return;
    }
    if (r->why == ERR_TIMEOUT && r->step == DOCTOR_PROBE_ASKING && !is_linked(d)) {
        doctor_end_needing(d, c->id, DOCTOR_LINK);
        return;
    }
    if (r->status > 0)
        doctor_check_number(c, "status", r->status);
    doctor_check_number(c, "ms", (int64_t)(r->answer_us / 1000));
    if (reason && (goes_through(d) || (r->status >= 300 && r->status < 400) || r->why != OK))
        doctor_check_text(c, "line", reason);
    if (r->why == OK)
        judge_answer(d, r, reason);
    else
        judge_failure(d, r);
}

static enum err make_webhook(struct doctor *d, struct doctor_ask_webhook *out)
{
    const struct doctor_ask_place place = {true, d->places.authority, d->places.webhook_target};
    enum err rc = OK;

    if (goes_through(d))
        return doctor_ask_make(&place, doctor_ask_secret(d), out);
    http_head_init_request(&out->head, SPAN("GET"), span_text(place.target));
    out->head.scheme = SPAN("https");
    out->head.authority = span_text(place.authority);
    out->body[0] = '\0';
    rc = http_head_add(&out->head, SPAN("user-agent"), SPAN("hookline/" HOOKLINE_VERSION));
    return rc;
}

void doctor_http_start(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_HTTP);
    struct doctor_ask_webhook webhook;
    enum err rc = make_webhook(d, &webhook);

    doctor_check_text(c, "path", d->places.webhook_target);
    if (rc == OK) {
        const struct doctor_probe_options options = {
            .host = d->places.webhooks.host,
            .port = d->places.webhooks.port,
            .tls = d->chain.trust ? d->chain.trust : d->look,
            .head = &webhook.head,
            .body = span_text(webhook.body),
            .timeout_ms = is_linked(d) ? DOCTOR_HTTP_MS : UNLINKED_MS,
        };
        rc = doctor_probe_start(d->loop, &d->probes, &options, on_answer, d);
    }
    if (rc != OK)
        doctor_end_broken(d, c->id, rc,
                          rc == ERR_SYNTAX ? "the webhooks' path cannot be asked for" : "");
}
