/* The relay's name and port, as LINE finds them. */
#include "relay-client/doctor/doctor_impl.h"

#include <stdio.h>

/* --- the name --- */

static void judge_addresses(struct doctor *d, const struct resolve_answer *answer)
{
    const struct resolve_address *first = &answer->list[0];
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_NAME);
    bool has_v4 = false;
    enum resolve_reach reach = RESOLVE_PUBLIC;
    char all[RESOLVE_ADDRESSES_MAX * 48] = "";
    size_t len = 0;

    for (size_t i = 0; i < answer->len; i++) {
        const struct resolve_address *a = &answer->list[i];
        has_v4 = has_v4 || !a->is_ipv6;
        reach = a->reach > reach ? a->reach : reach;
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", a->text);
    }
    doctor_check_text(c, "host", d->places.webhooks.host);
    doctor_check_text(c, "address", first->text);
    doctor_check_number(c, "count", (int64_t)answer->len);
    doctor_check_evidence(c, "%s", all);
    if (reach != RESOLVE_PUBLIC)
        doctor_check_advice(c, "relay_public_address");
    else if (!has_v4)
        doctor_check_advice(c, "relay_a_record");
    if (reach == RESOLVE_LOOPBACK)
        doctor_end(d, c->id, DOCTOR_WARN, "loopback_address");
    else if (reach == RESOLVE_PRIVATE)
        doctor_end(d, c->id, DOCTOR_WARN, "private_address");
    else if (!has_v4)
        doctor_end(d, c->id, DOCTOR_WARN, "no_ipv4");
    else
        doctor_end(d, c->id, DOCTOR_PASS, "resolved");
}

static void resolve(struct doctor *d);

static void on_resolved(void *owner, const struct resolve_answer *answer)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_NAME);

    d->resolve = NULL;
    if (answer->why == OK) {
        judge_addresses(d, answer);
    } else if (answer->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, answer->why, "");
    } else if (answer->why == ERR_NOT_FOUND && d->places.is_guess) {
        doctor_places_use_path(&d->options, &d->places);
        resolve(d);
    } else if (answer->why == ERR_NOT_FOUND) {
        doctor_check_text(c, "host", d->places.webhooks.host);
        doctor_check_advice(c, "relay_dns_record");
        doctor_end(d, c->id, DOCTOR_FAIL, "name_unknown");
    } else {
        doctor_check_text(c, "host", d->places.webhooks.host);
        doctor_check_evidence(c, "%s", err_text(answer->why));
        doctor_check_advice(c, "network_dns");
        doctor_end(d, c->id, DOCTOR_FAIL, "name_no_answer");
    }
}

static void resolve(struct doctor *d)
{
    const struct resolve_options options = {.host = d->places.webhooks.host,
                                            .timeout_ms = DOCTOR_NAME_MS,
                                            .on_done = on_resolved,
                                            .owner = d};
    enum err rc = resolve_start(d->loop, &options, &d->resolve);

    if (rc != OK)
        doctor_end_broken(d, DOCTOR_RELAY_NAME, rc, "");
}

void doctor_relay_name(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_NAME);

    if (d->places.has_relay) {
        resolve(d);
        return;
    }
    doctor_check_command(c, "hookline login --relay HOST --tunnel NAME");
    doctor_end(d, c->id, DOCTOR_FAIL, "not_logged_in");
}

/* --- the port --- */

static void on_connected(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_PORT);

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
    } else if (r->why != OK) {
        doctor_check_evidence(c, "%s", r->detail);
        doctor_check_text(c, "line", "could_not_connect");
        doctor_check_advice(c, r->why == ERR_REFUSED ? "relay_running" : "relay_firewall");
        doctor_end(d, c->id, DOCTOR_FAIL,
                   r->why == ERR_REFUSED ? "port_refused" : "port_no_answer");
    } else if (d->places.webhooks.port != 443) {
        doctor_check_advice(c, "relay_443");
        doctor_end(d, c->id, DOCTOR_WARN, "port_not_443");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, "port_open");
    }
}

void doctor_relay_port(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_PORT);
    const struct doctor_probe_options options = {.host = d->places.webhooks.host,
                                                 .port = d->places.webhooks.port,
                                                 .timeout_ms = DOCTOR_PORT_MS};

    doctor_check_text(c, "host", options.host);
    doctor_check_number(c, "port", options.port);
    enum err rc = doctor_probe_start(d->loop, &d->probes, &options, on_connected, d);
    if (rc != OK)
        doctor_end_broken(d, c->id, rc, "");
}
