#include "relay-client/replay/replay_request.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "link/link_handshake.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/replay/replay_events.h"
#include "relay-client/replay/replay_sign.h"

#include <inttypes.h>
#include <stdio.h>

bool replay_request_sign_parse(struct span name, enum replay_sign *out)
{
    static const char *const names[] = {
        [REPLAY_SIGN_AUTO] = "auto", [REPLAY_SIGN_AGAIN] = "again",
        [REPLAY_SIGN_KEEP] = "keep", [REPLAY_SIGN_WRONG] = "wrong",
        [REPLAY_SIGN_NONE] = "none",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_is(name, span_text(names[i]))) {
            *out = (enum replay_sign)i;
            return true;
        }
    return false;
}

/* --- the body --- */

static enum err make_body(struct replay_request *r, struct replay_plan *plan, uint64_t now_ms)
{
    const struct replay_events_change change = {
        .is_fresh = plan->is_fresh,
        .is_redelivery = plan->is_redelivery,
        .now_ms = now_ms,
        .mint = plan->mint,
    };
    struct replay_events_count count = {0};

    r->body = plan->body;
    bytes_init(&r->changed_body, REPLAY_BODY_MAX);
    if (!plan->is_fresh && !plan->is_redelivery)
        return OK;
    enum err rc = replay_events_apply(plan->body, &change, &r->changed_body, &count);
    if (rc == ERR_SYNTAX && !plan->is_redelivery)
        return OK; /* there is nothing in it that could be made new */
    if (rc != OK)
        return rc;
    r->body = bytes_span(&r->changed_body);
    r->renewed = count.renewed;
    r->marked = count.marked;
    return OK;
}

/* --- the fields --- */

/* Those that say where a message ends or goes, which is not the plan's affair. */
static bool is_framing(const struct http_head *head, const struct http_field *f)
{
    return span_is_nocase(f->name, SPAN("content-length")) ||
           span_is_nocase(f->name, SPAN("host")) || span_is_nocase(f->name, SPAN("expect")) ||
           http_field_is_hop_by_hop(head, f);
}

static bool is_ours(struct span name)
{
    return span_is_nocase(span_slice(name, 0, sizeof LINK_FIELDS - 1), SPAN(LINK_FIELDS));
}

/* The recorded value of a field that the page was not shown: the n-th of its name for the
 * n-th of its name.  NULL: there was none. */
static const struct http_field *find_recorded(const struct replay_plan *plan, size_t given)
{
    const struct http_head *head = journal_exchange_request(plan->exchange);
    struct span name = plan->fields[given].name;
    size_t before = 0;

    for (size_t i = 0; i < given; i++)
        before += span_is_nocase(plan->fields[i].name, name);
    for (size_t i = 0; i < head->fields_len; i++)
        if (span_is_nocase(head->fields[i].name, name) && before-- == 0)
            return &head->fields[i];
    return NULL;
}

static enum err refuse_field(struct replay_request *r, enum err why, struct span name)
{
    char shown[80];

    text_escape(shown, sizeof shown, name);
    (void)snprintf(r->detail, sizeof r->detail,
                   why == ERR_DENIED ? "the field %s is Hookline's own"
                                     : "the field \"%s\": a name is letters, digits and "
                                       "-._, a value has no line break and no NUL",
                   shown);
    return why;
}

static enum err add_given(struct replay_request *r, const struct replay_plan *plan, size_t i)
{
    const struct http_field *f = &plan->fields[i];
    struct span value = f->value;

    if (!http_is_token(f->name) || !http_is_field_value(value))
        return refuse_field(r, ERR_SYNTAX, f->name);
    if (is_ours(f->name))
        return refuse_field(r, ERR_DENIED, f->name);
    if (f->secret) {
        const struct http_field *recorded = find_recorded(plan, i);
        if (!recorded)
            return OK;
        value = recorded->value;
    }
    return is_framing(&r->head, f) ? OK : http_head_add(&r->head, f->name, value);
}

static enum err set_field(struct http_head *head, const char *name, const char *value)
{
    http_head_remove(head, name);
    return http_head_add(head, span_text(name), span_text(value));
}

static enum err add_fields(struct replay_request *r, const struct replay_plan *plan)
{
    enum err rc = OK;

    if (!plan->fields) {
        http_head_remove_prefixed(&r->head, SPAN(LINK_FIELDS));
        http_head_remove(&r->head, "expect");
    } else {
        r->head.fields_len = 0;
    }
    for (size_t i = 0; rc == OK && plan->fields && i < plan->fields_len; i++)
        rc = add_given(r, plan, i);
    bool has_length =
        http_head_find(journal_exchange_request(plan->exchange), "content-length");
    if (rc == OK && (r->body.len > 0 || has_length))
        rc = set_field(&r->head, "content-length", r->length);
    return rc;
}

/* --- where it goes --- */

static enum err address_publicly(struct replay_request *r, const struct replay_plan *plan)
{
    size_t prefix = plan->public_prefix.len;

    r->head.scheme = SPAN("https");
    r->head.authority = plan->public_authority;
    if (prefix == 0)
        return OK;
    r->target = mem_alloc(prefix + r->head.target.len);
    if (!r->target)
        return ERR_NOMEM;
    memcpy(r->target, plan->public_prefix.ptr, prefix);
    memcpy(r->target + prefix, r->head.target.ptr, r->head.target.len);
    r->head.target = span_of(r->target, prefix + r->head.target.len);
    return OK;
}

static enum err address(struct replay_request *r, const struct replay_plan *plan)
{
    if (plan->public_authority.len > 0)
        return address_publicly(r, plan);
    enum err rc = set_field(&r->head, AGENT_FIELD_REPLAY_OF, r->id);
    if (rc == OK && journal_exchange_row(plan->exchange)->is_simulated)
        rc = set_field(&r->head, AGENT_FIELD_SIMULATED, "1");
    if (rc == OK && plan->target)
        rc = set_field(&r->head, AGENT_FIELD_TARGET, plan->target);
    return rc;
}

/* --- the signature --- */

static enum err note_signing(struct replay_request *r, enum err rc)
{
    if (rc == ERR_USAGE)
        (void)snprintf(r->detail, sizeof r->detail, "%s signs the field %s, which is missing",
                       r->provider->title, r->provider->id_header);
    return rc;
}

static enum err sign_again(struct replay_request *r, const struct replay_plan *plan,
                           const struct replay_signing *signing)
{
    const struct signature_secret *secret = secrets_for(plan->secrets, r->provider);

    return secret ? note_signing(r, replay_sign_by(signing, secret)) : ERR_NOT_FOUND;
}

/* Whose it is, or would be if it had one. */
static const struct signature_provider *likely_provider(const struct replay_plan *plan)
{
    const struct secrets *s = plan->secrets;

    return s->len > 0 ? s->list[0].provider : signature_provider_named(SPAN("line"));
}

static enum err settle_signature(struct replay_request *r, const struct replay_plan *plan,
                                 uint64_t now_ms)
{
    const struct replay_signing signing = {
        .head = &r->head, .body = r->body, .now_ms = now_ms, .storage = &r->signature};
    bool is_as_recorded = span_is(r->body, journal_exchange_request_body(plan->exchange));
    bool is_signed;

    r->provider = signature_provider_of(&r->head);
    is_signed = r->provider != NULL;
    if (!is_signed)
        r->provider = likely_provider(plan);
    switch (plan->sign) {
    case REPLAY_SIGN_AUTO: /* what was not signed stays so */
        return is_as_recorded || !is_signed ? OK : sign_again(r, plan, &signing);
    case REPLAY_SIGN_AGAIN:
        return sign_again(r, plan, &signing);
    case REPLAY_SIGN_KEEP:
        return OK;
    case REPLAY_SIGN_WRONG:
        return note_signing(r, replay_sign_wrongly(&signing, r->provider, plan->random));
    case REPLAY_SIGN_NONE:
        replay_sign_remove(&r->head);
        return OK;
    }
    return OK;
}

/* --- all of it --- */

enum err replay_request_make(struct replay_request *out, struct replay_plan *plan,
                             uint64_t now_ms)
{
    *out = (struct replay_request){.head = *journal_exchange_request(plan->exchange)};
    (void)snprintf(out->id, sizeof out->id, "%" PRIu64,
                   journal_exchange_row(plan->exchange)->id);

    enum err rc = make_body(out, plan, now_ms);
    if (rc != OK)
        return rc;
    (void)snprintf(out->length, sizeof out->length, "%zu", out->body.len);
    rc = add_fields(out, plan);
    if (rc == OK)
        rc = settle_signature(out, plan, now_ms);
    return rc == OK ? address(out, plan) : rc;
}

void replay_request_fini(struct replay_request *r)
{
    bytes_fini(&r->changed_body);
    mem_free(r->target);
    r->target = NULL;
}
