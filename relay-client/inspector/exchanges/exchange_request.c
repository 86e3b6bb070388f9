#include "relay-client/inspector/exchanges/exchange_request.h"

#include "relay-client/journal/lookup/journal_related.h"

#include <inttypes.h>
#include <stdio.h>

#define DIGITS_MAX 18u /* as docs/inspector-api.yaml says */

static bool is_number(struct span text, uint64_t *out)
{
    return text.len <= DIGITS_MAX && span_parse_u64(text, out);
}

bool exchange_request_number(struct inspector_reading *r, const char *name, bool is_required,
                             uint64_t *out)
{
    const char *text = inspector_param(r->params, name);

    if (!text && !is_required)
        return true;
    if (text && is_number(span_text(text), out))
        return true;
    inspector_reply_problem(r->reply, 400, "bad_request",
                            "The parameter %s must be a number of at most %u digits.", name,
                            DIGITS_MAX);
    return false;
}

bool exchange_request_id(struct inspector_reading *r, const char *name, bool is_required,
                         uint64_t *out)
{
    const char *text = inspector_param(r->params, name);

    if (!exchange_request_number(r, name, is_required, out))
        return false;
    if (!text || text[0] != '0')
        return true;
    inspector_reply_problem(r->reply, 400, "bad_request",
                            "The parameter %s must be an id, which begins with 1 to 9.", name);
    return false;
}

bool exchange_request_limit(struct inspector_reading *r, uint64_t max, uint64_t *out)
{
    if (!exchange_request_number(r, "limit", false, out))
        return false;
    if (*out >= 1 && *out <= max)
        return true;
    inspector_reply_problem(r->reply, 400, "bad_request",
                            "The parameter limit must lie between 1 and %u.", (unsigned)max);
    return false;
}

/* A reader takes the beginning of a delivery id for a number that there is not. */
enum err exchange_request_exchange(struct journal_reader *reader, uint64_t id,
                                   struct journal_exchange **out)
{
    char number[24];
    uint64_t received_ms;
    enum err rc = journal_related_received(reader, id, &received_ms);

    (void)snprintf(number, sizeof(number), "%" PRIu64, id);
    return rc ? rc : journal_reader_get(reader, span_text(number), out);
}

void exchange_request_begin(struct inspector_reading *r, struct json_writer *w)
{
    bytes_clear(&r->reply->body);
    json_writer_init(w, &r->reply->body);
}

enum err exchange_request_end(struct json_writer *w, enum err rc)
{
    enum err written = json_writer_end(w);

    return rc ? rc : written;
}
