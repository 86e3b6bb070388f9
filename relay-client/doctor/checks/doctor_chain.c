/* 1. a handshake that believes everything, to see what is sent
 * 2. on the worker: what was sent is judged as LINE would, with the authorities of --ca-file,
 *    and if there is one, with the system's too, since LINE knows no others
 * 3. also there: a context is made that believes what was judged, for the request
 * What can go wrong: no handshake at all; what was sent is not even a certificate. */
#include "base/container.h"
#include "base/mem.h"
#include "net/tls/tls_stream.h"
#include "relay-client/doctor/doctor_impl.h"

#include <stdio.h>

#define SOON_DAYS 14
#define DAY_MS    86400000

/* --- step 2 and 3: on the worker --- */

static void on_worker(struct worker_job *job)
{
    struct doctor_chain *chain = CONTAINER_OF(job, struct doctor_chain, job);
    const struct doctor *d = CONTAINER_OF(chain, struct doctor, chain);
    const struct doctor_options *o = &d->options;
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct tls_client_options trust = {
        .ca_file = o->ca_file ? o->ca_file : o->public_ca_file, .alpn = alpn};
    struct tls_chain_input input = {
        .certificate_file = "what the relay sends",
        .certificates = (const char *)bytes_peek(&chain->pem),
        .hosts = (const char *const[]){d->places.webhooks.host, NULL},
        .ca_file = trust.ca_file,
        .now_ms = clock_wall_ms(loop_clock(d->loop)),
    };

    chain->rc = tls_chain_check_run(&input, chain->report);
    chain->has_public = chain->rc == OK && !chain->report->is_broken && o->ca_file;
    input.ca_file = o->public_ca_file;
    if (chain->has_public)
        chain->rc = tls_chain_check_run(&input, chain->public_report);
    if (chain->rc == OK && !chain->report->is_broken &&
        tls_context_new_client(&trust, &chain->trust, chain->detail) == ERR_NOMEM)
        chain->rc = ERR_NOMEM;
}

/* --- what it means --- */

struct chain_verdict {
    enum tls_chain_code finding;
    const char *code;
    const char *advice;
    bool is_worded; /* the finding's words say more than the code; they speak of no file */
};

/* The first that applies is told: what is wrong with the chain itself before what is wrong
 * with who vouches for it. */
static const struct chain_verdict verdicts[] = {
    {TLS_CHAIN_NOT_PEM, "chain_unreadable", "chain_new", true},
    {TLS_CHAIN_GARBLED, "chain_unreadable", "chain_new", true},
    {TLS_CHAIN_TOO_LONG, "chain_wrong_order", "chain_fullchain", false},
    {TLS_CHAIN_HOST_NOT_COVERED, "chain_wrong_name", "chain_name", false},
    {TLS_CHAIN_EXPIRED, "chain_expired", "chain_renew", true},
    {TLS_CHAIN_NOT_YET_VALID, "chain_not_yet_valid", "clock_set", true},
    {TLS_CHAIN_SELF_SIGNED, "chain_self_signed", "chain_public_ca", false},
    {TLS_CHAIN_CA_AS_LEAF, "chain_wrong_order", "chain_fullchain", false},
    {TLS_CHAIN_LEAF_NOT_FIRST, "chain_wrong_order", "chain_fullchain", false},
    {TLS_CHAIN_OUT_OF_ORDER, "chain_wrong_order", "chain_fullchain", false},
    {TLS_CHAIN_INTERMEDIATE_MISSING, "chain_incomplete", "chain_fullchain", false},
    {TLS_CHAIN_UNTRUSTED, "chain_untrusted", "chain_public_ca", false},
    {TLS_CHAIN_WEAK_KEY, "chain_weak", "chain_new", true},
    {TLS_CHAIN_WEAK_SIGNATURE, "chain_weak", "chain_new", true},
    {TLS_CHAIN_NO_NAMES, "chain_wrong_name", "chain_name", false},
    {TLS_CHAIN_NOT_FOR_SERVERS, "chain_not_for_servers", "chain_new", true},
    {TLS_CHAIN_NO_BUNDLE, "chain_no_bundle", "chain_bundle", true},
};

static const struct tls_chain_finding *finding(const struct tls_chain_report *r,
                                               enum tls_chain_code code)
{
    for (size_t i = 0; i < r->findings_len; i++)
        if (r->findings[i].code == code)
            return &r->findings[i];
    return NULL;
}

/* NULL: nothing is wrong. */
static const struct chain_verdict *judge(const struct tls_chain_report *r)
{
    for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
        const struct tls_chain_finding *f = finding(r, verdicts[i].finding);
        if (f && f->is_error)
            return &verdicts[i];
    }
    return NULL;
}

static struct doctor_certificate *add(struct doctor_check *c)
{
    return c->chain_len < DOCTOR_CHAIN_MAX ? &c->chain[c->chain_len++] : NULL;
}

static void copy_step(const struct tls_chain_step *step, uint64_t now_ms,
                      struct doctor_certificate *out)
{
    (void)snprintf(out->subject, sizeof out->subject, "%s", step->subject);
    (void)snprintf(out->issuer, sizeof out->issuer, "%s", step->issuer);
    out->not_after_ms = step->not_after_ms;
    out->state = step->not_after_ms < now_ms ? DOCTOR_CERTIFICATE_BAD : DOCTOR_CERTIFICATE_GOOD;
}

/* The chain as it would have to be: with the one that is missing. */
static void draw(struct doctor *d, const struct tls_chain_report *r,
                 const struct chain_verdict *verdict)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_CHAIN);
    const uint64_t now_ms = clock_wall_ms(loop_clock(d->loop));

    for (size_t i = 0; i < r->path_len; i++) {
        struct doctor_certificate *out = add(c);
        if (out)
            copy_step(&r->path[i], now_ms, out);
    }
    if (!verdict || c->chain_len == 0)
        return;
    if (verdict->finding != TLS_CHAIN_INTERMEDIATE_MISSING) {
        size_t bad = verdict->finding == TLS_CHAIN_UNTRUSTED ? c->chain_len - 1 : 0;
        bool is_known = verdict->finding == TLS_CHAIN_EXPIRED;
        c->chain[bad].state = is_known ? c->chain[bad].state : DOCTOR_CERTIFICATE_BAD;
        return;
    }
    struct doctor_certificate *missing = add(c);
    if (missing) {
        memcpy(missing->subject, r->path[r->path_len - 1].issuer, sizeof missing->subject);
        missing->state = DOCTOR_CERTIFICATE_MISSING;
    }
}

static void suggest(struct doctor_check *c, const struct chain_verdict *v, const char *host)
{
    if (strcmp(v->advice, "chain_fullchain") == 0)
        doctor_check_command(
            c,
            "hookline-relay serve --cert /etc/letsencrypt/live/%s/fullchain.pem"
            " --key /etc/letsencrypt/live/%s/privkey.pem",
            host, host);
    else if (strcmp(v->advice, "chain_renew") == 0)
        doctor_check_command(c, "certbot renew");
    else
        doctor_check_advice(c, v->advice);
}

static void fail(struct doctor *d, const struct tls_chain_report *r,
                 const struct chain_verdict *v)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_CHAIN);

    if (v->is_worded)
        doctor_check_evidence(c, "%s", finding(r, v->finding)->text);
    doctor_check_text(c, "line", "could_not_connect");
    if (v->finding == TLS_CHAIN_HOST_NOT_COVERED)
        doctor_check_text(c, "names", r->names);
    if (v->finding == TLS_CHAIN_INTERMEDIATE_MISSING)
        doctor_check_text(c, "missing", r->issuer);
    if (v->finding == TLS_CHAIN_UNTRUSTED)
        doctor_check_text(c, "issuer", r->path[r->path_len - 1].issuer);
    suggest(c, v, d->options.relay_host);
    doctor_end(d, c->id, DOCTOR_FAIL, v->code);
}

static void judge_good(struct doctor *d, const struct doctor_chain *chain)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_CHAIN);
    const struct tls_chain_report *r = chain->report;
    const struct chain_verdict *in_public =
        chain->has_public ? judge(chain->public_report) : NULL;
    int64_t left_ms = (int64_t)(r->not_after_ms - clock_wall_ms(loop_clock(d->loop)));

    doctor_check_number(c, "days", left_ms / DAY_MS);
    if (in_public) {
        doctor_check_text(c, "issuer", r->path[r->path_len - 1].issuer);
        doctor_check_advice(c, "chain_public_ca");
        doctor_end(d, c->id, DOCTOR_WARN, "chain_private_ca");
    } else if (finding(r, TLS_CHAIN_NO_BUNDLE)) {
        doctor_check_advice(c, "chain_bundle");
        doctor_end(d, c->id, DOCTOR_WARN, "chain_no_bundle");
    } else if (left_ms < (int64_t)SOON_DAYS * DAY_MS) {
        doctor_check_command(c, "certbot renew");
        doctor_end(d, c->id, DOCTOR_WARN, "chain_expires_soon");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, "chain_good");
    }
}

static void on_judged(struct worker_job *job)
{
    struct doctor_chain *chain = CONTAINER_OF(job, struct doctor_chain, job);
    struct doctor *d = CONTAINER_OF(chain, struct doctor, chain);
    const struct chain_verdict *verdict;

    if (d->is_stopped)
        return;
    if (chain->rc != OK) {
        doctor_end_broken(d, DOCTOR_RELAY_CHAIN, chain->rc, "");
        return;
    }
    verdict = judge(chain->report);
    doctor_check_text(doctor_of(d, DOCTOR_RELAY_CHAIN), "subject", chain->report->subject);
    draw(d, chain->report, verdict);
    if (verdict)
        fail(d, chain->report, verdict);
    else
        judge_good(d, chain);
}

/* --- step 1 --- */

static void fail_handshake(struct doctor *d, const struct doctor_probe_result *r)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_CHAIN);
    bool is_plain = strstr(r->detail, "not a TLS port") != NULL;

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
        return;
    }
    doctor_check_evidence(c, "%s", *r->detail ? r->detail : err_text(r->why));
    doctor_check_text(c, "line", "could_not_connect");
    doctor_check_advice(c, is_plain ? "relay_tls_port" : "relay_tls");
    doctor_end(d, c->id, DOCTOR_FAIL, is_plain ? "not_tls" : "tls_failed");
}

static enum err keep_chain(struct doctor_chain *chain, const struct stream *stream)
{
    enum err rc = tls_peer_chain_append(stream, &chain->pem);

    chain->report = mem_alloc(sizeof *chain->report);
    chain->public_report = mem_alloc(sizeof *chain->public_report);
    if (rc == OK)
        rc = bytes_append(&chain->pem, "", 1); /* it is a text */
    return rc == OK && !(chain->report && chain->public_report) ? ERR_NOMEM : rc;
}

static void on_shown(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    enum err rc;

    if (r->why != OK) {
        fail_handshake(d, r);
        return;
    }
    rc = keep_chain(&d->chain, r->stream);
    if (rc == OK)
        rc = worker_submit(d->worker, &d->chain.job, on_worker, on_judged);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_RELAY_CHAIN, rc, "");
}

void doctor_chain_start(struct doctor *d)
{
    const struct doctor_probe_options options = {.host = d->places.webhooks.host,
                                                 .port = d->places.webhooks.port,
                                                 .tls = d->look,
                                                 .timeout_ms = DOCTOR_TLS_MS};
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_CHAIN);

    doctor_check_text(c, "host", options.host);
    enum err rc = doctor_probe_start(d->loop, &d->probes, &options, on_shown, d);
    if (rc != OK)
        doctor_end_broken(d, c->id, rc, "");
}
