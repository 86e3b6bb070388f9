#include "relay-client/lineapi/emulate/message/message_sending.h"

#include "relay-client/lineapi/emulate/message/retry_keys.h"
#include "relay-client/lineapi/validate/message_check.h"

#include <stdio.h>

/* --- aggregation units --- */

static bool is_unit(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return len > 0 && len < SENT_UNIT_SIZE;
}

static const struct json_value *units_of(const struct emulated_call *c)
{
    return json_member(c->root, "customAggregationUnits");
}

void message_sending_check_units(const struct emulated_call *c,
                                 struct lineapi_problems *problems)
{
    const struct json_value *units = units_of(c);
    const struct lineapi_place place = {.name = "customAggregationUnits"};
    const char *name = json_string(json_first(units));

    if (json_len(units) > 1)
        lineapi_problems_add(problems, &place, NULL, "Size must be between 0 and 1");
    else if (json_len(units) == 1 && (!name || !is_unit(name)))
        lineapi_problems_add(problems, &(struct lineapi_place){.parent = &place}, NULL,
                             "must match \"^[a-zA-Z0-9_]{1,30}$\"");
}

/* --- quota --- */

uint64_t message_sending_left(const struct emulator *e, uint64_t now_ms)
{
    uint64_t quota = e->options.quota;
    uint64_t used = sent_counts_of_month(e->sent, now_ms);

    if (quota == 0)
        return UINT64_MAX;
    return used < quota ? quota - used : 0;
}

bool message_sending_has_quota(struct emulated_call *c, uint64_t people)
{
    if (people <= message_sending_left(c->emulator, c->now_ms))
        return true;
    emulated_call_refuse(c, 429, "You have reached your monthly limit.");
    c->problem = "quota";
    return false;
}

/* --- the answer --- */

static void write_message(struct emulated_call *c, const struct json_value *message,
                          struct json_writer *w)
{
    struct line_mint *mint = c->emulator->options.mint;
    char text[LINE_MINT_SIZE];

    json_writer_object(w);
    line_mint_make(mint, LINE_MINT_MESSAGE_ID, c->now_ms, text);
    json_writer_member_text(w, "id", text);
    if (message_check_is_quotable(message)) {
        line_mint_make(mint, LINE_MINT_QUOTE_TOKEN, c->now_ms, text);
        json_writer_member_text(w, "quoteToken", text);
    }
    json_writer_object_end(w);
}

static void write_sent(struct emulated_call *c, struct json_writer *w)
{
    const struct json_value *m = json_first(json_member(c->root, "messages"));

    json_writer_array(w);
    for (; m; m = json_next(m))
        write_message(c, m, w);
    json_writer_array_end(w);
}

#define BEGIN "{\"sentMessages\":"

static bool write_answer(struct emulated_call *c)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "sentMessages");
    write_sent(c, &w);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
    return c->status == 200;
}

/* Of an answer of ours, NUL-terminated. */
static char *sent_of(struct bytes *answer, char out[static RETRY_SENT_MAX])
{
    struct span text = bytes_span(answer);

    text = span_slice(text, sizeof(BEGIN) - 1, text.len - 1);
    if (text.len == 0 || text.len >= RETRY_SENT_MAX)
        return NULL;
    memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return out;
}

static enum err remember(struct emulated_call *c)
{
    char sent[RETRY_SENT_MAX];
    struct retry_key key = {.accepted_ms = c->now_ms, .sent = sent_of(&c->answer, sent)};

    (void)snprintf(key.key, sizeof key.key, "%.36s", c->retry_key);
    (void)snprintf(key.request_id, sizeof key.request_id, "%.39s", c->request_id);
    return retry_keys_add(c->emulator->retry_keys, &key);
}

bool message_sending_accept(struct emulated_call *c, enum sent_kind kind, uint64_t people)
{
    const char *unit = json_string(json_first(units_of(c)));

    if ((kind == SENT_REPLY || kind == SENT_PUSH) && !write_answer(c))
        return false;
    if (c->retry_key[0] && remember(c) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return false;
    }
    sent_counts_add(c->emulator->sent, kind, people, c->now_ms);
    if (unit)
        sent_counts_add_unit(c->emulator->sent, unit, c->now_ms);
    return true;
}
