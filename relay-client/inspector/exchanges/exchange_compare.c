#include "relay-client/inspector/exchanges/exchange_compare.h"

#include "relay-client/inspector/exchanges/exchange_detail_json.h"
#include "relay-client/inspector/exchanges/exchange_request.h"

/* Beside the fields of signatures: what senders and proxies number and date. */
static const char *const fields[] = {
    "age",
    "cf-ray",
    "date",
    "traceparent",
    "tracestate",
    "via",
    "x-amzn-trace-id",
    "x-cloud-trace-context",
    "x-forwarded-for",
    "x-hub-signature",
    "x-line-request-id",
    "x-request-id",
};

/* Of LINE, and of LINE WORKS. */
static const char *const pointers[] = {
    "/events/*/webhookEventId",
    "/events/*/timestamp",
    "/events/*/replyToken",
    "/events/*/deliveryContext/isRedelivery",
    "/events/*/message/id",
    "/events/*/message/quoteToken",
    "/events/*/message/markAsReadToken",
    "/issuedTime",
};

/* Providers share some. */
static bool is_told(const struct signature_provider *p)
{
    for (const struct signature_provider *q = signature_providers; q < p; q++)
        if (strcmp(q->header, p->header) == 0)
            return true;
    return false;
}

static void volatile_members(struct json_writer *w)
{
    json_writer_key(w, "volatile_fields");
    json_writer_array(w);
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        if (!is_told(p))
            json_writer_text(w, p->header);
        if (p->timestamp_header)
            json_writer_text(w, p->timestamp_header);
        if (p->id_header)
            json_writer_text(w, p->id_header);
    }
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        json_writer_text(w, fields[i]);
    json_writer_array_end(w);
    json_writer_key(w, "volatile_pointers");
    json_writer_array(w);
    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
        json_writer_text(w, pointers[i]);
    json_writer_array_end(w);
}

static enum err write_both(struct inspector_reading *r, struct json_writer *w, uint64_t a,
                           uint64_t b)
{
    json_writer_object(w);
    json_writer_key(w, "a");
    enum err rc = exchange_detail_json(w, r->facts, r->reader, a);

    if (rc)
        return rc;
    json_writer_key(w, "b");
    rc = exchange_detail_json(w, r->facts, r->reader, b);
    if (rc)
        return rc;
    volatile_members(w);
    json_writer_object_end(w);
    return OK;
}

enum err exchange_compare_read(struct inspector_reading *r)
{
    struct json_writer w;
    uint64_t a = 0, b = 0;

    if (!exchange_request_id(r, "a", true, &a) || !exchange_request_id(r, "b", true, &b))
        return OK;
    exchange_request_begin(r, &w);
    return exchange_request_end(&w, write_both(r, &w, a, b));
}
