/* What the bot itself makes of LINE's webhooks: asked directly, past the relay, and not
 * recorded.
 *   1. over https a context is made on the worker, since reading the authorities takes time
 *   2. one that is signed must be answered 2xx in time
 *   3. one with a wrong signature must not */
#include "relay-client/doctor/checks/doctor_ask.h"

#include "base/container.h"
#include "base/hex.h"

#include <stdio.h>

/* --- the webhook --- */

const struct signature_secret *doctor_ask_secret(const struct doctor *d)
{
    const struct signature_provider *line = signature_provider_named(SPAN("line"));

    return d->options.secrets ? secrets_for(d->options.secrets, line) : NULL;
}

enum err doctor_ask_make(const struct doctor_ask_place *place,
                         const struct signature_secret *secret, struct doctor_ask_webhook *out)
{
    const char *bot = secret->bot_user_id ? secret->bot_user_id : DOCTOR_ASK_DESTINATION;
    struct http_head *h = &out->head;

    (void)snprintf(out->body, sizeof out->body, DOCTOR_ASK_BODY, bot);
    (void)snprintf(out->length, sizeof out->length, "%zu", strlen(out->body));
    http_head_init_request(h, SPAN("POST"), span_text(place->target));
    h->scheme = place->is_https ? SPAN("https") : SPAN("http");
    h->authority = span_text(place->authority);
    enum err rc = http_head_add(h, SPAN("content-length"), span_text(out->length));
    if (rc == OK)
        rc = http_head_add(h, SPAN("content-type"), SPAN("application/json; charset=utf-8"));
    if (rc == OK)
        rc = http_head_add(h, SPAN("user-agent"), SPAN("LineBotWebhook/2.0"));
    return rc == OK ? signature_sign(secret, span_text(out->body), SPAN(""), 0, &out->fields, h)
                    : rc;
}

const char *doctor_ask_line_reason(const struct doctor_probe_result *r)
{
    if (r->why == OK && r->status >= 200 && r->status < 300)
        return r->answer_us / 1000 <= DOCTOR_LINE_MS ? NULL : "request_timeout";
    if (r->why == OK)
        return "error_status_code";
    if (r->step < DOCTOR_PROBE_ASKING)
        return "could_not_connect";
    return r->why == ERR_TIMEOUT ? "request_timeout" : "unclassified";
}

/* --- asking --- */

static enum err ask(struct doctor *d, const struct signature_secret *secret,
                    void (*on_done)(void *, const struct doctor_probe_result *))
{
    const struct doctor_ask_place place = {d->places.bot.is_https, d->places.bot_authority,
                                           d->places.bot_target};
    struct doctor_ask_webhook webhook;
    enum err rc = doctor_ask_make(&place, secret, &webhook);

    if (rc != OK)
        return rc;
    const struct doctor_probe_options options = {.host = d->places.bot.host,
                                                 .port = d->places.bot.port,
                                                 .tls = d->bot.tls,
                                                 .head = &webhook.head,
                                                 .body = span_text(webhook.body),
                                                 .timeout_ms = DOCTOR_HTTP_MS};
    return doctor_probe_start(d->loop, &d->probes, &options, on_done, d);
}

/* --- step 2 --- */

static const char *advice_for(unsigned status)
{
    if (status == 404)
        return "bot_path";
    if (status == 405)
        return "bot_post";
    if (status == 400 || status == 401 || status == 403)
        return "bot_secret";
    return status >= 300 && status < 400 ? "bot_redirect" : "bot_log";
}

static void judge_status(struct doctor *d, const struct doctor_probe_result *r)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_ANSWERS);
    const uint64_t ms = r->answer_us / 1000;

    if (r->status >= 300 && r->status < 400)
        doctor_check_text(c, "location", r->location);
    if (r->status < 200 || r->status >= 300) {
        doctor_check_advice(c, advice_for(r->status));
        doctor_end(d, c->id, DOCTOR_FAIL,
                   r->status >= 300 && r->status < 400 ? "answer_redirect" : "answer_status");
        return;
    }
    if (ms <= DOCTOR_SLOW_MS) {
        doctor_end(d, c->id, DOCTOR_PASS, "answered");
        return;
    }
    doctor_check_advice(c, "bot_answer_first");
    if (ms <= DOCTOR_LINE_MS)
        doctor_end(d, c->id, DOCTOR_WARN, "answer_slow");
    else
        doctor_end(d, c->id, DOCTOR_FAIL, "answer_too_slow");
}

static void judge_failure(struct doctor *d, const struct doctor_probe_result *r)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_ANSWERS);

    doctor_check_evidence(c, "%s", *r->detail ? r->detail : err_text(r->why));
    if (r->step == DOCTOR_PROBE_SECURING) {
        doctor_check_advice(c, "bot_tls");
        doctor_end(d, c->id, DOCTOR_FAIL, "bot_tls_failed");
    } else if (r->why == ERR_TIMEOUT) {
        doctor_check_advice(c, "bot_answer_first");
        doctor_end(d, c->id, DOCTOR_FAIL, "answer_timeout");
    } else if (r->is_tls) {
        doctor_check_command(c, "hookline up --forward https://%s%s", d->places.bot_authority,
                             d->places.bot_target);
        doctor_end(d, c->id, DOCTOR_FAIL, "bot_speaks_tls");
    } else if (r->why == ERR_PROTOCOL) {
        doctor_check_advice(c, "bot_http");
        doctor_end(d, c->id, DOCTOR_FAIL, "answer_not_http");
    } else {
        doctor_check_advice(c, "bot_log");
        doctor_end(d, c->id, DOCTOR_FAIL, "answer_cut");
    }
}

static void on_answer(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_ANSWERS);
    const char *reason = doctor_ask_line_reason(r);

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
        return;
    }
    d->bot.status = r->status;
    if (r->status > 0)
        doctor_check_number(c, "status", r->status);
    doctor_check_number(c, "ms", (int64_t)(r->answer_us / 1000));
    if (reason)
        doctor_check_text(c, "line", reason);
    if (r->why == OK)
        judge_status(d, r);
    else
        judge_failure(d, r);
}

static void ask_signed(struct doctor *d)
{
    enum err rc = ask(d, doctor_ask_secret(d), on_answer);

    if (rc != OK)
        doctor_end_broken(d, DOCTOR_BOT_ANSWERS, rc,
                          rc == ERR_SYNTAX ? "the path of --forward cannot be asked for" : "");
}

/* --- step 1 --- */

static void on_worker(struct worker_job *job)
{
    struct doctor_bot *bot = CONTAINER_OF(job, struct doctor_bot, job);
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct tls_client_options options = {.alpn = alpn};

    bot->rc = tls_context_new_client(&options, &bot->tls, bot->detail);
}

static void on_worker_done(struct worker_job *job)
{
    struct doctor_bot *bot = CONTAINER_OF(job, struct doctor_bot, job);
    struct doctor *d = CONTAINER_OF(bot, struct doctor, bot);

    if (d->is_stopped)
        return;
    if (bot->rc == OK)
        ask_signed(d);
    else
        doctor_end_broken(d, DOCTOR_BOT_ANSWERS, bot->rc, bot->detail);
}

void doctor_ask_answers(struct doctor *d)
{
    if (!doctor_ask_secret(d)) {
        doctor_end_needing(d, DOCTOR_BOT_ANSWERS, DOCTOR_SECRET);
        return;
    }
    doctor_check_text(doctor_of(d, DOCTOR_BOT_ANSWERS), "address", d->places.bot_authority);
    if (!d->places.bot.is_https) {
        ask_signed(d);
        return;
    }
    enum err rc = worker_submit(d->worker, &d->bot.job, on_worker, on_worker_done);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_BOT_ANSWERS, rc, "");
}

/* --- step 3 --- */

static void on_refusal(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_check *c = doctor_of(d, DOCTOR_BOT_REFUSES);

    if (r->why == ERR_NOMEM) {
        doctor_end_broken(d, c->id, r->why, "");
        return;
    }
    if (r->status > 0)
        doctor_check_number(c, "status", r->status);
    if (r->why == OK && r->status >= 200 && r->status < 300) {
        doctor_check_advice(c, "bot_check_signature");
        doctor_end(d, c->id, DOCTOR_WARN, "accepts_bad_signature");
    } else if (r->why == OK) {
        doctor_end(d, c->id, DOCTOR_PASS, "refused");
    } else {
        doctor_check_evidence(c, "%s", *r->detail ? r->detail : err_text(r->why));
        doctor_check_advice(c, "bot_answer_401");
        doctor_end(d, c->id, DOCTOR_WARN, "refused_silently");
    }
}

/* Signed, but with a secret that nobody has. */
void doctor_ask_refuses(struct doctor *d)
{
    uint8_t random[16];
    char text[33];
    const struct signature_secret wrong = {
        .provider = signature_provider_named(SPAN("line")),
        .secret = span_of(text, sizeof text - 1),
        .label = "wrong",
    };

    /* It gave the right one no answer either; or, without a secret, was not asked yet. */
    if (d->bot.status == 0 && (doctor_ask_secret(d) || d->places.bot.is_https)) {
        doctor_end_needing(d, DOCTOR_BOT_REFUSES, DOCTOR_BOT_ANSWERS);
        return;
    }
    random_fill(d->options.random, random, sizeof random);
    hex_format(text, random, sizeof random);
    enum err rc = ask(d, &wrong, on_refusal);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_BOT_REFUSES, rc, "");
}
