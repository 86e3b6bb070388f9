/* Does the bot listen?
 *   1. a connection to its address
 *   2. refused on this machine: the usual ports of other frameworks are tried, one after the
 *      other; a port that answers is proposed */
#include "base/container.h"
#include "relay-client/doctor/doctor_impl.h"

#include <stdio.h>

#define OTHER_MS 150u

/* Express and Rails, Flask, FastAPI and Django, Spring, Go and PHP, Azure, Fastify ... */
static const unsigned usual_ports[] = {3000, 5000, 8000, 8080, 8888,
                                       3001, 4000, 7071, 9000, 80};

/* --- step 2 --- */

static void refuse(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_LISTENS);

    if (c->fix == DOCTOR_FIX_NONE)
        doctor_check_advice(c, "bot_start");
    doctor_end(d, c->id, DOCTOR_FAIL, "bot_down");
}

static void propose(struct doctor *d, unsigned port)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_LISTENS);
    const struct url *bot = &d->places.bot;

    doctor_check_number(c, "other_port", port);
    doctor_check_command(c, "hookline up --forward http%s://%s%s%s:%u%s",
                         bot->is_https ? "s" : "", bot->is_ipv6 ? "[" : "", bot->host,
                         bot->is_ipv6 ? "]" : "", port, d->places.bot_target);
    refuse(d);
}

static void try_other(struct doctor *d);

static void on_other(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;

    if (r->why == OK)
        propose(d, usual_ports[d->bot.other_port - 1]);
    else
        try_other(d);
}

static void try_other(struct doctor *d)
{
    while (d->bot.other_port < ARRAY_LEN(usual_ports)) {
        const struct doctor_probe_options options = {
            .host = d->places.bot.host,
            .port = usual_ports[d->bot.other_port++],
            .timeout_ms = OTHER_MS,
        };
        if (options.port != d->places.bot.port &&
            doctor_probe_start(d->loop, &d->probes, &options, on_other, d) == OK)
            return;
    }
    refuse(d);
}

/* --- step 1 --- */

static void on_connected(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_LISTENS);

    if (r->why == OK) {
        doctor_end(d, c->id, DOCTOR_PASS, "listens");
        return;
    }
    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
        return;
    }
    doctor_check_evidence(c, "%s", r->detail);
    if (r->why == ERR_REFUSED && url_is_loopback(&d->places.bot)) {
        try_other(d);
    } else if (r->why == ERR_REFUSED) {
        refuse(d);
    } else {
        doctor_check_advice(c, "bot_address");
        doctor_end(d, c->id, DOCTOR_FAIL,
                   r->why == ERR_NOT_FOUND ? "bot_unknown_host" : "bot_no_answer");
    }
}

void doctor_bot_listens(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_LISTENS);
    const struct doctor_probe_options options = {
        .host = d->places.bot.host, .port = d->places.bot.port, .timeout_ms = DOCTOR_PORT_MS};

    if (!d->places.has_bot) {
        doctor_end(d, c->id, DOCTOR_SKIPPED, "no_address");
        return;
    }
    doctor_check_text(c, "address", d->places.bot_authority);
    enum err rc = doctor_probe_start(d->loop, &d->probes, &options, on_connected, d);
    if (rc != OK)
        doctor_end_broken(d, c->id, rc, "");
}
