/* Whether this machine's clock is right, by the relay's: certificates are judged by it, and
 * the journal's times come from it.  The relay's word is not verified here: a clock that is
 * far off is often why it cannot be. */
#include "http/http_date.h"
#include "relay-client/doctor/doctor_impl.h"

#include <stdio.h>
#include <stdlib.h>

#define WARN_S 30
#define FAIL_S 300

static void judge(struct doctor *d, int64_t seconds)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_CLOCK);
    int64_t apart = seconds < 0 ? -seconds : seconds;

    doctor_check_number(c, "seconds", seconds); /* of this machine, ahead of the relay */
    if (apart <= WARN_S) {
        doctor_end(d, c->id, DOCTOR_PASS, "clock_good");
        return;
    }
    doctor_check_advice(c, "clock_set");
    if (apart <= FAIL_S)
        doctor_end(d, c->id, DOCTOR_WARN, "clock_off");
    else
        doctor_end(d, c->id, DOCTOR_FAIL, "clock_far_off");
}

static void on_answer(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_CLOCK);
    uint64_t there_ms;

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
    } else if (r->why != OK) {
        doctor_check_evidence(c, "%s", *r->detail ? r->detail : err_text(r->why));
        doctor_end(d, c->id, DOCTOR_SKIPPED, "relay_unreachable");
    } else if (!http_date_parse(span_text(r->date), &there_ms)) {
        doctor_end(d, c->id, DOCTOR_SKIPPED, "no_date");
    } else {
        /* Whole seconds there; here as it was in the middle of the way. */
        uint64_t here_ms = clock_wall_ms(loop_clock(d->loop)) - r->answer_us / 2000;
        judge(d, (int64_t)(here_ms / 1000) - (int64_t)(there_ms / 1000));
    }
}

void doctor_clock_start(struct doctor *d)
{
    char authority[URL_AUTHORITY_SIZE];
    struct http_head head;
    struct doctor_probe_options options = {.host = d->options.relay_host,
                                           .port = d->options.relay_port,
                                           .tls = d->look,
                                           .head = &head,
                                           .timeout_ms = DOCTOR_CLOCK_MS};

    if (!options.host) {
        doctor_end(d, DOCTOR_CLOCK, DOCTOR_SKIPPED, "not_logged_in");
        return;
    }
    (void)snprintf(authority, sizeof authority, strchr(options.host, ':') ? "[%s]:%u" : "%s:%u",
                   options.host, options.port);
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    head.scheme = SPAN("https");
    head.authority = span_text(authority);
    enum err rc = doctor_probe_start(d->loop, &d->probes, &options, on_answer, d);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_CLOCK, rc, "");
}
