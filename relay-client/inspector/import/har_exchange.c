#include "relay-client/inspector/import/har_exchange.h"

#include "base/mem.h"
#include "base/random.h"
#include "codec/digest.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/inspector/import/har_message.h"
#include "relay-client/inspector/import/har_time.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 200u /* of tunnel, address, provider, ... */
#define WORDS_MAX    4000u

/* --- a delivery's id --- */

struct digest_random {
    struct random base;
    uint8_t digest[DIGEST_SHA256_LEN];
};

static void fill(struct random *base, void *out, size_t len)
{
    const struct digest_random *r = (const struct digest_random *)(void *)base;

    memcpy(out, r->digest, len < sizeof r->digest ? len : sizeof r->digest);
}

/* The same for the same entry: what is imported twice is there once. */
static void make_delivery(struct har_exchange *x, struct span entry)
{
    struct digest_random r = {.base.fill = fill};
    struct ulid_maker maker = {0};

    digest_sha256(entry, r.digest);
    ulid_make(&maker, x->request.received_ms, &r.base, x->delivery);
}

/* --- strings --- */

/* What would be too long for its column is none of ours. */
static const char *take_text(struct har_exchange *x, struct span object, const char *name,
                             size_t max)
{
    const char *text = har_text_member(&x->text, object, name);

    return strlen(text) <= max ? text : "";
}

/* --- the request --- */

/* "destination" and "events" make a webhook of LINE, even if a proxy left the signature
 * out. */
static bool is_webhook(const struct har_exchange *x)
{
    struct span body = x->request.body;

    if (!span_is(x->head.method, SPAN("POST")))
        return false;
    if (signature_provider_of(&x->head))
        return true;
    body = span_slice(body, json_scan_space_end(body, 0), body.len);
    return json_text_is_object(body) && json_scan(body, NULL) == OK &&
           json_text_is_string(json_text_member(body, "destination")) &&
           json_text_is_array(json_text_member(body, "events"));
}

static enum err read_request(struct har_exchange *x, struct span entry)
{
    struct span request = json_text_member(entry, "request");
    const struct har_body_place place = {
        .data = json_text_member(request, "postData"),
        .said_len = har_text_number(request, "bodySize"),
        .max = HAR_EXCHANGE_BODY_MAX,
        .form = &x->form,
    };
    struct har_body body;
    struct span started = har_text_string(&x->text, json_text_member(entry, "startedDateTime"));
    enum err rc = har_message_request(&x->text, request, &x->head);

    if (rc == OK)
        rc = har_message_body(&x->text, &place, &body);
    if (rc != OK)
        return rc;
    x->request = (struct journal_request){
        .delivery = x->delivery,
        .tunnel = "",
        .peer = "",
        .received_ms = har_time_parse(started),
        .head = &x->head,
        .body = body.bytes,
        .body_truncated = body.is_truncated,
    };
    x->request.arrived_ms = x->request.received_ms;
    x->request.webhook = is_webhook(x);
    return x->request.received_ms > 0 ? OK : ERR_NOT_FOUND;
}

/* --- the answer --- */

static enum err read_answer(struct har_exchange *x, struct span entry)
{
    struct span response = json_text_member(entry, "response");
    const struct har_body_place place = {
        .data = json_text_member(response, "content"),
        .said_len = har_text_number(json_text_member(response, "content"), "size"),
        .max = HAR_EXCHANGE_BODY_MAX,
    };
    struct har_body body = {0};
    uint64_t took_us = har_text_number(entry, "time") * 1000;
    enum err rc = har_message_response(&x->text, response, &x->answer_head);
    bool has_head = rc == OK;

    if (has_head)
        rc = har_message_body(&x->text, &place, &body);
    if (rc != OK && rc != ERR_NOT_FOUND)
        return rc;
    x->has_answer = true;
    x->answer = (struct journal_answer){
        .verdict = VERDICT_UNCHECKED,
        .provider = "",
        .secret_label = "",
        .explanation = "",
        .handler = "",
        .status = has_head ? x->answer_head.status : 0,
        .by = has_head ? JOURNAL_BY_BOT : JOURNAL_BY_NOBODY,
        .answered_us = has_head ? took_us : 0,
        .head = has_head ? &x->answer_head : NULL,
        .body = body.bytes,
        .body_truncated = body.is_truncated,
        .error = has_head ? "" : take_text(x, response, "_error", WORDS_MAX),
        .handler_us = took_us,
        .total_us = took_us,
    };
    return OK;
}

/* --- what only ours say --- */

static enum journal_answerer answerer_of(const char *name)
{
    static const char *const names[] = {
        [JOURNAL_BY_NOBODY] = "nobody",  [JOURNAL_BY_BOT] = "bot",
        [JOURNAL_BY_AGENT] = "hookline", [JOURNAL_BY_GUARD] = "guard",
        [JOURNAL_BY_INBOX] = "inbox",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum journal_answerer)i;
    return JOURNAL_BY_NOBODY;
}

static unsigned status_of(struct span object, const char *name)
{
    uint64_t status = har_text_number(object, name);

    return status >= 100 && status <= 599 ? (unsigned)status : 0;
}

static void refine_answer(struct har_exchange *x, struct span said)
{
    struct journal_answer *a = &x->answer;
    uint64_t attempts = har_text_number(said, "attempts");
    const char *verdict = take_text(x, said, "verdict", NAME_MAX_LEN);

    x->has_answer = json_text_is_object(said);
    if (!verdict_parse(span_text(verdict), &a->verdict))
        a->verdict = VERDICT_UNCHECKED;
    a->status = status_of(said, "status");
    a->by = answerer_of(take_text(x, said, "by", NAME_MAX_LEN));
    a->provider = take_text(x, said, "provider", NAME_MAX_LEN);
    a->secret_label = take_text(x, said, "secret_label", NAME_MAX_LEN);
    a->explanation = take_text(x, said, "explanation", WORDS_MAX);
    a->handler = take_text(x, said, "handler", WORDS_MAX);
    a->error = take_text(x, said, "error", WORDS_MAX);
    a->attempts = attempts < 1000 ? (unsigned)attempts : 0;
    a->is_unreachable = har_text_flag(said, "unreachable");
    a->body_truncated = har_text_flag(said, "body_truncated");
    a->answered_us = har_text_number(said, "answered_us");
    a->stored_us = har_text_number(said, "stored_us");
    a->called_us = har_text_number(said, "called_us");
    a->handler_us = har_text_number(said, "handler_us");
    a->total_us = har_text_number(said, "total_us");
}

static void refine(struct har_exchange *x, struct span said)
{
    const char *delivery = take_text(x, said, "delivery", ULID_LEN);
    uint64_t received_ms = har_text_number(said, "received_ms");

    if (!ulid_is_valid(span_text(delivery)) || received_ms == 0)
        return;
    (void)snprintf(x->delivery, sizeof x->delivery, "%s", delivery);
    x->request.tunnel = take_text(x, said, "tunnel", NAME_MAX_LEN);
    x->request.peer = take_text(x, said, "peer", NAME_MAX_LEN);
    x->request.received_ms = received_ms;
    x->request.arrived_ms = har_text_number(said, "arrived_ms");
    x->request.webhook = har_text_flag(said, "webhook");
    x->request.body_truncated = har_text_flag(said, "body_truncated");
    x->request.answered = status_of(said, "kept_status");
    refine_answer(x, json_text_member(said, "answer"));
}

/* --- all of it --- */

enum err har_exchange_read(struct span entry, struct har_exchange *out)
{
    memset(out, 0, sizeof *out);
    bytes_init(&out->form, HAR_EXCHANGE_BODY_MAX);
    if (!json_text_is_object(entry) || entry.len > HAR_EXCHANGE_ENTRY_MAX)
        return ERR_NOT_FOUND;
    enum err rc = har_text_init(&out->text, entry);
    if (rc == OK)
        rc = read_request(out, entry);
    if (rc == OK)
        rc = read_answer(out, entry);
    if (rc != OK)
        return rc;
    make_delivery(out, entry);
    struct span said = json_text_member(entry, "_hookline");
    if (json_text_is_object(said))
        refine(out, said);
    return OK;
}

void har_exchange_fini(struct har_exchange *x)
{
    har_text_fini(&x->text);
    bytes_fini(&x->form);
}
