/* What LINE says of the channel, asked with its own credentials; without them, nothing is.
 * In this order: whose channel it is; then its webhook's address, and LINE's test of ours. */
#include "relay-client/doctor/doctor_impl.h"
#include "relay-client/line/line_channel.h"
#include "relay-client/line/line_reason.h"

#include <stdio.h>
#include <string.h>

#define OUR_URL_SIZE (URL_AUTHORITY_SIZE + DOCTOR_TARGET_SIZE + sizeof "https://")

static void end_denied(struct doctor *d, enum doctor_id id, const char *detail)
{
    struct doctor_check *c = doctor_of(d, id);

    doctor_check_evidence(c, "%s", detail);
    doctor_check_advice(c, "line_credentials");
    doctor_end(d, id, DOCTOR_FAIL, "line_denied");
}

/* True: there is no answer to judge. */
static bool has_failed(struct doctor *d, enum doctor_id id, const struct line_channel_answer *a)
{
    if (a->why == OK)
        return false;
    if (a->why == ERR_DENIED)
        end_denied(d, id, a->detail);
    else
        doctor_end_broken(d, id, a->why, a->detail);
    return true;
}

/* False: it is skipped, for there is nobody to ask, or no use in it. */
static bool may_ask(struct doctor *d, enum doctor_id id)
{
    if (!d->line)
        doctor_end(d, id, DOCTOR_SKIPPED, "line_no_credentials");
    else if (doctor_of(d, DOCTOR_LINE_ACCOUNT)->state == DOCTOR_FAIL)
        doctor_end_needing(d, id, DOCTOR_LINE_ACCOUNT);
    else
        return true;
    return false;
}

/* --- whose channel it is --- */

static void on_bot(void *owner, const struct line_channel_answer *a)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_LINE_ACCOUNT);
    const char *destination = d->options.destination;

    if (d->is_stopped || has_failed(d, c->id, a))
        return;
    doctor_check_text(c, "name", a->name);
    doctor_check_text(c, "basic_id", a->basic_id);
    if (destination && *destination && strcmp(destination, a->bot_id) != 0) {
        doctor_check_evidence(c, "%s, %s", destination, a->bot_id);
        doctor_check_advice(c, "line_credentials");
        doctor_end(d, c->id, DOCTOR_WARN, "line_other_bot");
        return;
    }
    doctor_end(d, c->id, DOCTOR_PASS, "line_account_good");
}

void doctor_line_account(struct doctor *d)
{
    char detail[256] = "";
    enum err rc = OK;

    if (d->options.line)
        rc = line_client_open(d->loop, d->options.line, &d->line, detail);
    const struct line_channel_ask ask = {d->line, on_bot, d};
    if (rc == OK && !d->line) {
        doctor_check_command(doctor_of(d, DOCTOR_LINE_ACCOUNT),
                             "hookline doctor --channel-id ID --secret-file FILE");
        doctor_end(d, DOCTOR_LINE_ACCOUNT, DOCTOR_SKIPPED, "line_no_credentials");
        return;
    }
    if (rc == OK)
        rc = line_channel_bot(&ask);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_LINE_ACCOUNT, rc, detail);
}

/* --- its webhook's address --- */

/* Ours, as LINE should have it; false: it is not known. */
static bool find_our_url(const struct doctor *d, char out[static OUR_URL_SIZE])
{
    const struct doctor_places *p = &d->places;

    if (p->has_relay)
        (void)snprintf(out, OUR_URL_SIZE, "https://%s%s", p->authority, p->webhook_target);
    return p->has_relay;
}

static void judge_webhook(struct doctor *d, const struct line_channel_answer *a)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_LINE_WEBHOOK);
    char ours[OUR_URL_SIZE];
    bool is_known = find_our_url(d, ours);

    doctor_check_text(c, "url", a->url);
    if (!a->is_active) {
        doctor_check_advice(c, "line_use_webhook");
        doctor_end(d, c->id, DOCTOR_FAIL, "line_webhook_off");
    } else if (is_known && strcmp(ours, a->url) != 0) {
        doctor_check_command(c, "hookline webhook set %s", ours);
        doctor_end(d, c->id, DOCTOR_WARN, "line_webhook_other");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, "line_webhook_ours");
    }
}

static void on_webhook(void *owner, const struct line_channel_answer *a)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_LINE_WEBHOOK);
    char ours[OUR_URL_SIZE] = "URL";

    if (d->is_stopped)
        return;
    if (a->why == ERR_NOT_FOUND) {
        (void)find_our_url(d, ours);
        doctor_check_command(c, "hookline webhook set %s", ours);
        doctor_end(d, c->id, DOCTOR_FAIL, "line_webhook_none");
    } else if (!has_failed(d, c->id, a)) {
        judge_webhook(d, a);
    }
}

void doctor_line_webhook(struct doctor *d)
{
    const struct line_channel_ask ask = {d->line, on_webhook, d};

    if (!may_ask(d, DOCTOR_LINE_WEBHOOK))
        return;
    enum err rc = line_channel_webhook(&ask);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_LINE_WEBHOOK, rc, "");
}

/* --- LINE's own test --- */

static void on_test(void *owner, const struct line_channel_answer *a)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_LINE_TEST);

    if (d->is_stopped)
        return;
    if (a->why == ERR_LIMIT) {
        doctor_end(d, c->id, DOCTOR_SKIPPED, "line_test_limit");
        return;
    }
    if (has_failed(d, c->id, a))
        return;
    const struct line_reason *why =
        line_reason_find(span_text(a->reason), span_text(a->reason_detail));
    doctor_check_evidence(c, "%s: %s", a->reason, a->reason_detail);
    if (!a->is_good && *why->advice)
        doctor_check_advice(c, why->advice);
    doctor_end(d, c->id, a->is_good ? DOCTOR_PASS : DOCTOR_FAIL, why->code);
}

void doctor_line_test(struct doctor *d)
{
    char ours[OUR_URL_SIZE];
    const struct line_channel_ask ask = {d->line, on_test, d};

    if (!may_ask(d, DOCTOR_LINE_TEST))
        return;
    enum err rc = line_channel_test(&ask, find_our_url(d, ours) ? ours : NULL);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_LINE_TEST, rc, "");
}

/* --- what LINE tells nobody --- */

void doctor_line_redelivery(struct doctor *d)
{
    if (may_ask(d, DOCTOR_LINE_REDELIVERY))
        doctor_end(d, DOCTOR_LINE_REDELIVERY, DOCTOR_SKIPPED, "line_redelivery_unknown");
}
