#include "codec/signature/signature_verify.h"
#include "codec/signature/signature_attempt.h"
#include "codec/signature/signature_diagnosis.h"
#include "codec/signature/signature_malformed.h"

#include "base/text.h"

#include <stdio.h>

#define AGE_MAX_S UINT64_C(315360000) /* ten years: older is shown as that */

struct verification {
    const struct http_head *head;
    struct signature_case c;
    uint64_t wall_ms;
    struct signature_check *out;
};

static const struct signature_cause cause_missing = {"sig_missing", "missing"};
static const struct signature_cause cause_outdated = {"sig_malformed", "outdated"};
static const struct signature_cause cause_previous = {"sig_previous_secret", "previous"};

static bool has_secret_of(const struct signature_provider *p, const struct signature_case *c)
{
    for (size_t i = 0; i < c->secrets_len; i++)
        if (c->secrets[i].provider == p)
            return true;
    return false;
}

/* The provider to check for: one that has a secret and whose field is there.  NULL
 * when there is none: a field of somebody without secrets proves nothing. */
static const struct signature_provider *provider_to_check(const struct http_head *head,
                                                          const struct signature_case *c)
{
    const struct signature_provider *p = signature_provider_of(head);

    if (p && has_secret_of(p, c))
        return p;
    for (size_t i = 0; i < c->secrets_len; i++)
        if (http_head_find(head, c->secrets[i].provider->header))
            return c->secrets[i].provider;
    return NULL;
}

static void conclude_missing(struct verification *v)
{
    const struct signature_provider *wanted = v->c.secrets[0].provider;
    const struct signature_provider *found = signature_provider_of(v->head);
    struct signature_check *out = v->out;

    out->verdict = VERDICT_MISSING;
    v->c.trace->cause = &cause_missing;
    out->provider = wanted;
    if (found)
        (void)snprintf(out->explanation, sizeof(out->explanation),
                       "The request has no %s but a signature of %s (%s), for which no secret "
                       "is configured. Add the %s if this webhook is expected.",
                       wanted->header, found->title, found->header, found->secret_name);
    else
        (void)snprintf(out->explanation, sizeof(out->explanation),
                       "The request has no %s. %s sends one with every webhook: this request "
                       "came from somebody else (a browser, curl, a scanner), or a proxy "
                       "removed the field.",
                       wanted->header, wanted->title);
}

static void conclude_unchecked(struct verification *v)
{
    struct signature_check *out = v->out;

    out->verdict = VERDICT_UNCHECKED;
    out->provider = signature_provider_of(v->head);
    if (out->provider)
        (void)snprintf(out->explanation, sizeof(out->explanation),
                       "No secret is configured, so %s was not checked. Add the %s of %s to "
                       "tell real webhooks from others.",
                       out->provider->header, out->provider->secret_name, out->provider->title);
}

static void conclude_outdated(struct verification *v, uint64_t now_s)
{
    const struct signature_attempt *a = v->c.attempt;
    const struct signature_provider *p = a->message.provider;
    bool is_past = a->timestamp_s < now_s;
    uint64_t apart_s = is_past ? now_s - a->timestamp_s : a->timestamp_s - now_s;
    char apart[24];
    char limit[24];

    v->out->verdict = VERDICT_INVALID;
    v->c.trace->cause = &cause_outdated;
    text_duration(apart, sizeof(apart),
                  (apart_s > AGE_MAX_S ? AGE_MAX_S : apart_s) * UINT64_C(1000000));
    text_duration(limit, sizeof(limit), p->tolerance_s * UINT64_C(1000000));
    (void)snprintf(v->out->explanation, sizeof(v->out->explanation),
                   "The signature is right, but its timestamp lies %s in the %s; %s allows "
                   "%s. %s the clock of this computer is wrong.",
                   apart, is_past ? "past" : "future", p->title, limit,
                   is_past ? "The request is an old one sent again, or" : "Most likely");
}

static bool is_first_of_its_kind(const struct signature_case *c, size_t which)
{
    for (size_t i = 0; i < which; i++)
        if (c->secrets[i].provider == c->secrets[which].provider)
            return false;
    return true;
}

/* The signature fits; is its time right too? */
static void conclude_fit(struct verification *v, size_t matched)
{
    const struct signature_attempt *a = v->c.attempt;
    uint64_t tolerance_s = a->message.provider->tolerance_s;
    uint64_t now_s = v->wall_ms / 1000;

    v->out->matched = matched;
    if (!is_first_of_its_kind(&v->c, matched))
        v->c.trace->cause = &cause_previous;
    if (tolerance_s > 0 && (now_s > a->timestamp_s ? now_s - a->timestamp_s
                                                   : a->timestamp_s - now_s) > tolerance_s)
        conclude_outdated(v, now_s);
    else
        v->out->verdict = VERDICT_VALID;
}

static enum err judge(struct verification *v, enum signature_shape shape)
{
    struct signature_check *out = v->out;
    struct signature_case *c = &v->c;
    size_t matched = 0;

    if (shape != SIGNATURE_SHAPE_GOOD) {
        struct signature_malformed m = {c->attempt, shape,          c->body,
                                        c->secrets, c->secrets_len, c->trace};

        signature_malformed_explain(&m, out->explanation, sizeof(out->explanation));
        return OK;
    }
    bool fits =
        signature_attempt_fits_any(c->attempt, c->body, c->secrets, c->secrets_len, &matched);
    signature_trace_try(c->trace, "as_received", fits);
    if (!fits)
        return signature_diagnosis(c, out->explanation, sizeof(out->explanation));
    conclude_fit(v, matched);
    return OK;
}

static enum err check(struct verification *v)
{
    struct signature_attempt attempt;
    enum signature_shape shape = signature_attempt_read(&attempt, v->out->provider, v->head);

    v->out->verdict = VERDICT_INVALID;
    v->c.attempt = &attempt;
    enum err rc = judge(v, shape);
    v->c.attempt = NULL;
    return rc;
}

static enum err verify(struct verification *v)
{
    if (v->c.secrets_len == 0) {
        conclude_unchecked(v);
        return OK;
    }
    v->out->provider = provider_to_check(v->head, &v->c);
    if (!v->out->provider) {
        conclude_missing(v);
        return OK;
    }
    return check(v);
}

enum err signature_verify_traced(const struct signature_verify_request *r,
                                 struct signature_check *out, struct signature_trace *trace)
{
    struct verification v = {
        r->head, {NULL, r->body, r->secrets, r->secrets_len, trace}, r->wall_ms, out};

    *out = (struct signature_check){0};
    *trace = (struct signature_trace){0};
    enum err rc = verify(&v);
    out->code = trace->cause ? trace->cause->code : "";
    return rc;
}

enum err signature_verify(const struct http_head *head, struct span body,
                          const struct signature_secret *secrets, size_t secrets_len,
                          uint64_t wall_ms, struct signature_check *out)
{
    const struct signature_verify_request request = {head, body, secrets, secrets_len, wall_ms};
    struct signature_trace trace;

    return signature_verify_traced(&request, out, &trace);
}
