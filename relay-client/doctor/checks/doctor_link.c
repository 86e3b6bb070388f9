/* What the running agent says of its link, and of what waits. */
#include "relay-client/doctor/doctor_impl.h"

static void judge(struct doctor *d, const struct agent_status *s)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_LINK);

    doctor_check_evidence(c, "%s", s->detail ? s->detail : "");
    switch (s->state) {
    case AGENT_CONNECTING:
        doctor_check_advice(c, "link_wait");
        doctor_end(d, c->id, DOCTOR_WARN, "link_connecting");
        break;
    case AGENT_LINKED:
        doctor_check_number(c, "rtt_ms", (int64_t)(s->rtt_us / 1000));
        doctor_end(d, c->id, DOCTOR_PASS, "linked");
        break;
    case AGENT_WAITING:
        doctor_check_number(c, "retry_ms", (int64_t)s->retry_ms);
        doctor_check_advice(c, "link_network");
        doctor_end(d, c->id, DOCTOR_FAIL, "link_lost");
        break;
    case AGENT_REFUSED:
        doctor_check_command(c, "hookline login --relay %s --tunnel %s", d->options.relay_host,
                             d->options.tunnel ? d->options.tunnel : "NAME");
        doctor_end(d, c->id, DOCTOR_FAIL, "link_refused");
        break;
    case AGENT_REPLACED:
        doctor_check_advice(c, "link_other_agent");
        doctor_end(d, c->id, DOCTOR_FAIL, "link_replaced");
        break;
    }
}

void doctor_link_start(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_LINK);
    const struct agent_status *s = d->options.link;

    if (!d->options.relay_host) {
        doctor_end(d, c->id, DOCTOR_SKIPPED, "not_logged_in");
    } else if (!s) {
        if (d->options.forward_url)
            doctor_check_command(c, "hookline up --forward %s", d->options.forward_url);
        else
            doctor_check_command(c, "hookline up");
        doctor_end(d, c->id, DOCTOR_WARN, "no_agent");
    } else {
        judge(d, s);
    }
}

void doctor_link_inbox(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_INBOX);
    const struct agent_status *s = d->options.link;

    if (!s) {
        doctor_end(d, c->id, DOCTOR_SKIPPED, "no_agent");
        return;
    }
    doctor_check_number(c, "kept", (int64_t)s->kept);
    doctor_check_number(c, "pending", (int64_t)s->pending);
    doctor_check_number(c, "aside", (int64_t)s->aside);
    if (s->aside > 0 || s->pending > 0) {
        doctor_check_command(c, "hookline list --pending");
        doctor_end(d, c->id, DOCTOR_WARN, s->aside > 0 ? "inbox_aside" : "inbox_pending");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, s->kept > 0 ? "inbox_draining" : "inbox_empty");
    }
}
