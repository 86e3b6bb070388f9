#include "relay-client/inspector/exchanges/exchange_signature_json.h"

#include "relay-client/inspector/exchanges/exchange_evidence_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/journal_insight.h"

#define SIGNATURE_FINDINGS                                                                     \
    (((UINT64_C(2) << JOURNAL_FOUND_SIG_UNKNOWN) - 1) |                                        \
     UINT64_C(1) << JOURNAL_FOUND_SIG_PREVIOUS_SECRET)
_Static_assert(JOURNAL_FOUND_SIG_REWRITTEN == 0, "those of signatures come first");

/* Of a body that is not whole nothing can be said. */
static bool is_worth_a_look(const struct exchange_detail *d)
{
    const struct journal_row *row = d->row;
    bool was_wrong = row->verdict == VERDICT_INVALID || row->verdict == VERDICT_MISSING;

    return d->facts->secrets && !row->body_truncated &&
           ((row->webhook && was_wrong) || (row->findings & SIGNATURE_FINDINGS) != 0);
}

enum err exchange_signature_json_look(const struct exchange_detail *d,
                                      struct exchange_signature *out)
{
    *out = (struct exchange_signature){.is_there = is_worth_a_look(d)};
    if (!out->is_there)
        return OK;
    const struct signature_verify_request request = {
        .head = journal_exchange_request(d->exchange),
        .body = journal_exchange_request_body(d->exchange),
        .secrets = d->facts->secrets->list,
        .secrets_len = d->facts->secrets->len,
        .wall_ms = exchange_row_json_received_ms(d->row),
    };
    return signature_evidence_find(&request, &out->evidence);
}

void exchange_signature_json_fini(struct exchange_signature *s)
{
    if (s->is_there)
        signature_evidence_fini(&s->evidence);
    *s = (struct exchange_signature){0};
}

void exchange_signature_json_params(struct json_writer *w, const struct exchange_detail *d,
                                    const struct exchange_signature *s)
{
    const struct signature_provider *p = s->is_there ? s->evidence.check.provider : NULL;
    const struct signature_cause *cause = s->is_there ? s->evidence.trace.cause : NULL;

    json_writer_member_text(w, "provider", p ? p->title : NULL);
    json_writer_member_text(w, "header", p ? p->header : NULL);
    json_writer_member_text(w, "cause", cause ? cause->name : NULL);
    exchange_json_member_string(w, "secret", d->row->secret_label);
}

void exchange_signature_json_evidence(struct json_writer *w, const struct exchange_detail *d,
                                      const struct exchange_signature *s)
{
    const struct signature_evidence *e = &s->evidence;

    if (!s->is_there)
        return;
    if (e->received[0] != '\0')
        exchange_evidence_json_text(w, "received", span_text(e->received));
    if (e->computed[0] != '\0')
        exchange_evidence_json_text(w, "computed", span_text(e->computed));
    if (e->trace.has_rewrite)
        exchange_evidence_json_diff(w, bytes_span(&e->signed_body),
                                    journal_exchange_request_body(d->exchange), e->differs_at);
}

void exchange_signature_json_tried(struct json_writer *w, const struct exchange_signature *s)
{
    const struct signature_trace *t = &s->evidence.trace;

    json_writer_key(w, "tried");
    json_writer_array(w);
    for (size_t i = 0; s->is_there && i < t->tried_len; i++) {
        json_writer_object(w);
        json_writer_member_text(w, "code", t->tried[i].name);
        json_writer_member_bool(w, "fits", t->tried[i].fits);
        json_writer_object_end(w);
    }
    json_writer_array_end(w);
}
