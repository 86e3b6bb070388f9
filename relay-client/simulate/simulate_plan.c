/* The n-th webhook:
 *   1. if it begins a round: the bodies of that round are made
 *   2. its body is copied; of a redelivery the events are marked
 *   3. head, signature and address
 * What can go wrong:
 *   - an event is not JSON, or the body too long: that webhook cannot be made
 *   - there is no secret */
#include "relay-client/simulate/simulate_plan.h"

#include "base/container.h"
#include "base/mem.h"
#include "link/link_handshake.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/replay/replay_events.h"
#include "relay-client/replay/replay_sign.h"
#include "relay-client/simulate/simulate_body.h"

#include <stdio.h>

static bool parse(struct span name, const char *const *names, size_t len, size_t *out)
{
    for (*out = 0; *out < len; (*out)++)
        if (span_is(name, span_text(names[*out])))
            return true;
    return false;
}

bool simulate_plan_order_parse(struct span name, enum simulate_order *out)
{
    static const char *const names[] = {
        [SIMULATE_LISTED] = "listed",
        [SIMULATE_REVERSED] = "reversed",
        [SIMULATE_SHUFFLED] = "shuffled",
    };
    size_t at;

    if (!parse(name, names, ARRAY_LEN(names), &at))
        return false;
    *out = (enum simulate_order)at;
    return true;
}

bool simulate_plan_sign_parse(struct span name, enum simulate_sign *out)
{
    static const char *const names[] = {
        [SIMULATE_SIGN_RIGHT] = "right",
        [SIMULATE_SIGN_PREVIOUS] = "previous",
        [SIMULATE_SIGN_WRONG] = "wrong",
        [SIMULATE_SIGN_MISSING] = "missing",
    };
    size_t at;

    if (!parse(name, names, ARRAY_LEN(names), &at))
        return false;
    *out = (enum simulate_sign)at;
    return true;
}

/* --- which is which --- */

struct place {
    size_t body;
    bool is_first; /* of its round */
    bool is_redelivery, is_first_redelivery;
};

static unsigned round_len(const struct simulate_plan *p)
{
    unsigned bodies = (unsigned)simulate_body_count(p);

    return bodies * (p->is_duplicate ? 2 : 1) + (p->is_redelivered ? bodies : 0);
}

unsigned simulate_plan_len(const struct simulate_plan *p)
{
    return p->times * round_len(p);
}

static struct place place_of(const struct simulate_plan *p, unsigned n)
{
    unsigned bodies = (unsigned)simulate_body_count(p), copies = p->is_duplicate ? 2 : 1;
    unsigned at = n % round_len(p);
    bool is_redelivery = at >= bodies * copies;

    return (struct place){
        .body = is_redelivery ? at - bodies * copies : at / copies,
        .is_first = at == 0,
        .is_redelivery = is_redelivery,
        .is_first_redelivery = at == bodies * copies && is_redelivery,
    };
}

static uint64_t pause_ms(void *owner, unsigned n)
{
    const struct simulate_plan *p = owner;

    return place_of(p, n).is_first_redelivery ? p->redeliver_after_ms : p->every_ms;
}

/* --- step 1 --- */

static void forget_round(struct simulate_plan *p)
{
    for (size_t i = 0; p->bodies && i < p->bodies_len; i++)
        bytes_fini(&p->bodies[i]);
    mem_free(p->bodies);
    p->bodies = NULL;
    p->bodies_len = 0;
}

static enum err make_round(struct simulate_plan *p, uint64_t now_ms)
{
    size_t order[SIMULATE_EVENTS_MAX];
    size_t len = simulate_body_count(p);
    enum err rc = OK;

    forget_round(p);
    p->bodies = mem_alloc(len * sizeof *p->bodies);
    if (!p->bodies)
        return ERR_NOMEM;
    p->bodies_len = len;
    for (size_t i = 0; i < len; i++)
        bytes_init(&p->bodies[i], SIMULATE_BODY_MAX);
    simulate_body_order(p, order);
    for (size_t i = 0; rc == OK && i < len; i++)
        rc = simulate_body_make(p, i, order, now_ms, &p->bodies[i]);
    if (rc != OK)
        forget_round(p);
    return rc;
}

/* --- step 2 --- */

static enum err copy_body(struct simulate_plan *p, const struct place *place,
                          struct replay_request *out)
{
    const struct replay_events_change change = {.is_redelivery = true};
    struct replay_events_count count;
    struct span body = bytes_span(&p->bodies[place->body]);
    enum err rc = place->is_redelivery
                      ? replay_events_apply(body, &change, &out->changed_body, &count)
                      : bytes_append_span(&out->changed_body, body);

    out->body = bytes_span(&out->changed_body);
    (void)snprintf(out->length, sizeof out->length, "%zu", out->body.len);
    return rc;
}

/* --- step 3 --- */

static const struct signature_secret *find_secret(const struct simulate_plan *p,
                                                  const struct signature_provider *provider)
{
    bool is_previous = p->sign == SIMULATE_SIGN_PREVIOUS;

    for (size_t i = 0; i < p->secrets->len; i++) {
        const struct signature_secret *s = &p->secrets->list[i];
        if (s->provider != provider)
            continue;
        if (!is_previous)
            return s;
        is_previous = false;
    }
    return NULL;
}

static enum err sign(struct simulate_plan *p, uint64_t now_ms, struct replay_request *out)
{
    const struct replay_signing signing = {
        .head = &out->head, .body = out->body, .now_ms = now_ms, .storage = &out->signature};
    const struct signature_secret *secret = find_secret(p, out->provider);

    switch (p->sign) {
    case SIMULATE_SIGN_RIGHT:
    case SIMULATE_SIGN_PREVIOUS:
        if (secret)
            return replay_sign_by(&signing, secret);
        if (p->sign == SIMULATE_SIGN_RIGHT && p->secrets->len == 0)
            return OK; /* the agent cannot check it either */
        (void)snprintf(out->detail, sizeof out->detail, "%s",
                       p->sign == SIMULATE_SIGN_PREVIOUS
                           ? "there is no second channel secret of LINE to sign with: give "
                             "--secret-file twice, the new one first"
                           : "there is no channel secret of LINE to sign with");
        return ERR_NOT_FOUND;
    case SIMULATE_SIGN_WRONG:
        return replay_sign_wrongly(&signing, out->provider, p->random);
    case SIMULATE_SIGN_MISSING:
        return OK;
    }
    return OK;
}

static enum err add(struct http_head *head, const char *name, struct span value)
{
    return http_head_add(head, span_text(name), value);
}

/* The fields that LINE sends. */
static enum err make_head(struct simulate_plan *p, struct replay_request *out)
{
    struct http_head *h = &out->head;

    http_head_init_request(h, SPAN("POST"), span_text(p->path));
    h->scheme = SPAN("https");
    h->authority = p->public_authority.len > 0 ? p->public_authority : SPAN("localhost");
    enum err rc = add(h, "content-type", SPAN("application/json; charset=utf-8"));
    if (rc == OK)
        rc = add(h, "content-length", span_text(out->length));
    if (rc == OK)
        rc = add(h, "user-agent", SPAN("LineBotWebhook/2.0"));
    return rc;
}

static enum err address(struct simulate_plan *p, struct replay_request *out)
{
    size_t prefix = p->public_prefix.len, path = strlen(p->path);

    if (p->public_authority.len == 0) {
        enum err rc = add(&out->head, AGENT_FIELD_SIMULATED, SPAN("1"));
        if (rc == OK && p->target)
            rc = add(&out->head, AGENT_FIELD_TARGET, span_text(p->target));
        return rc;
    }
    out->target = mem_alloc(prefix + path + 1);
    if (!out->target)
        return ERR_NOMEM;
    if (prefix > 0)
        memcpy(out->target, p->public_prefix.ptr, prefix);
    memcpy(out->target + prefix, p->path, path);
    out->head.target = span_of(out->target, prefix + path);
    return OK;
}

enum err simulate_plan_make(struct simulate_plan *p, unsigned n, uint64_t now_ms,
                            struct replay_request *out)
{
    struct place place = place_of(p, n);
    enum err rc = OK;

    *out = (struct replay_request){.provider = signature_provider_named(SPAN("line"))};
    bytes_init(&out->changed_body, SIMULATE_BODY_MAX);
    if (place.is_first || !p->bodies)
        rc = make_round(p, now_ms);
    if (rc != OK) {
        (void)snprintf(out->detail, sizeof out->detail, "%s", p->detail);
        return rc;
    }
    rc = copy_body(p, &place, out);
    if (rc == OK)
        rc = make_head(p, out);
    if (rc == OK)
        rc = sign(p, now_ms, out);
    return rc == OK ? address(p, out) : rc;
}

void simulate_plan_fini(struct simulate_plan *p)
{
    forget_round(p);
}

static enum err make(void *owner, unsigned n, uint64_t now_ms, struct replay_request *out)
{
    return simulate_plan_make(owner, n, now_ms, out);
}

const struct replay_maker simulate_plan_maker = {.make = make, .pause_ms = pause_ms};
