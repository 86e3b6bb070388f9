#include "relay-client/lineapi/emulate/emulated_steps.h"

#include "base/container.h"
#include "codec/json/json_scan.h"
#include "relay-client/lineapi/emulate/message/retry_keys.h"

#include <stdio.h>

/* --- access token --- */

#define NOT_AUTHENTICATED "Authentication failed due to the following reason: "
#define CONFIRM           " Confirm that the access token in the authorization header is valid."

/* RFC 6750 §2.1. */
static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~+/=", c));
}

static struct span bearer_of(const struct http_head *head)
{
    struct span value = http_head_value(head, "authorization");
    struct span scheme = span_slice(value, 0, 7);
    struct span token = span_trim(span_slice(value, 7, value.len));

    if (!span_is_nocase(scheme, SPAN("Bearer ")))
        return (struct span){0};
    for (size_t i = 0; i < token.len; i++)
        if (!is_token_char(token.ptr[i]))
            return (struct span){0};
    return token;
}

static bool is_dead(const struct emulator *e, struct span token, uint64_t now_ms)
{
    switch (issued_tokens_state(e->rooms.tokens, token, now_ms)) {
    case ISSUED_TOKEN_REVOKED:
        return true;
    case ISSUED_TOKEN_EXPIRED:
        return !e->options.is_relaxed;
    case ISSUED_TOKEN_UNKNOWN:
    case ISSUED_TOKEN_VALID:
        break;
    }
    return false;
}

static bool check_token(struct emulator *e, struct emulated_call *c)
{
    struct span token = bearer_of(c->head);

    if (c->operation->flags & LINEAPI_OPEN)
        return true;
    if (!http_head_find(c->head, "authorization"))
        emulated_call_refuse(c, 401, "%s",
                             NOT_AUTHENTICATED "Missing 'Authorization' header." CONFIRM);
    else if (token.len == 0 || is_dead(e, token, c->now_ms))
        emulated_call_refuse(c, 401, "%s", NOT_AUTHENTICATED "invalid token." CONFIRM);
    return c->status != 401;
}

/* --- rate and size --- */

static bool check_rate(struct emulator *e, struct emulated_call *c)
{
    if (e->options.is_relaxed ||
        emulated_rates_take(&e->rates, c->operation, clock_us(e->options.clock)))
        return true;
    emulated_call_refuse(c, 429, "The API rate limit has been exceeded. Try again later.");
    return false;
}

static bool check_size(struct emulator *e, struct emulated_call *c)
{
    (void)e;
    if (c->body.len <= EMULATED_BODY_MAX)
        return true;
    emulated_call_refuse(c, 413, "The request body is larger than 2 MB");
    return false;
}

/* --- content --- */

static bool is_body_wanted(const struct emulated_call *c)
{
    if (c->operation->flags & LINEAPI_FORM)
        return true;
    return c->operation->flags & LINEAPI_JSON &&
           (c->body.len > 0 || !(c->operation->flags & LINEAPI_BODY_OPTIONAL));
}

/* Files have types of their own: their operations look. */
static bool check_type(struct emulator *e, struct emulated_call *c)
{
    struct span value = http_head_value(c->head, "content-type");
    struct span type = span_trim(span_slice(value, 0, span_find(value, ';')));
    struct span wanted = SPAN("application/json");

    (void)e;
    if (c->operation->flags & LINEAPI_FORM)
        wanted = SPAN("application/x-www-form-urlencoded");
    if (!is_body_wanted(c) || span_is_nocase(type, wanted))
        return true;
    if (value.len == 0)
        value = SPAN("application/octet-stream"); /* what none means */
    emulated_call_refuse(c, 400, "The content type, %.*s, is not supported",
                         (int)(value.len < 200 ? value.len : 200), value.ptr);
    c->problem = "not_json";
    return false;
}

struct position {
    size_t line, column;
};

static struct position position_of(struct span text, size_t at)
{
    struct position p = {1, 1};

    for (size_t i = 0; i < at && i < text.len; i++) {
        bool is_end = text.ptr[i] == '\n';
        p.line += is_end;
        p.column = is_end ? 1 : p.column + 1;
    }
    return p;
}

static void refuse_json(struct emulated_call *c)
{
    struct json_problem problem = {0, ""};

    if (json_scan(c->body, &problem) == OK)
        problem.at = 0; /* JSON, but no object, or with too many values */
    struct position p = position_of(c->body, problem.at);
    emulated_call_refuse(
        c, 400, "The request body could not be parsed as JSON (line: %zu, column: %zu)", p.line,
        p.column);
    c->problem = "not_json";
}

static bool check_json(struct emulator *e, struct emulated_call *c)
{
    (void)e;
    if (!(c->operation->flags & LINEAPI_JSON) || !is_body_wanted(c))
        return true;
    enum err rc = json_parse(&c->doc, c->body, EMULATED_BODY_MAX);
    if (rc == OK && json_kind(json_root(&c->doc)) == JSON_OBJECT)
        c->root = json_root(&c->doc);
    else if (rc == ERR_NOMEM)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
    else
        refuse_json(c);
    return c->root != NULL;
}

/* --- retry key --- */

/* A UUID; LINE names no version. */
static bool read_key(struct span text, char out[static RETRY_KEY_SIZE])
{
    if (text.len != RETRY_KEY_SIZE - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash ? c != '-' : !is_digit)
            return false;
        out[i] = c;
    }
    out[text.len] = '\0';
    return true;
}

static void refuse_again(struct emulated_call *c, const struct retry_key *known)
{
    struct json_writer w;

    c->status = 409;
    c->problem = "retry_key";
    (void)snprintf(c->accepted_request, sizeof c->accepted_request, "%s", known->request_id);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "message", "The retry key is already accepted");
    if (known->sent) {
        json_writer_key(&w, "sentMessages");
        json_writer_raw(&w, span_text(known->sent));
    }
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

static bool check_retry_key(struct emulator *e, struct emulated_call *c)
{
    const struct http_field *field = http_head_find(c->head, "x-line-retry-key");
    const struct retry_key *known = NULL;

    if (!field)
        return true;
    if (!(c->operation->flags & LINEAPI_RETRY_KEY)) {
        emulated_call_refuse(c, 400, "The 'X-Line-Retry-Key' header is not supported here");
    } else if (!read_key(field->value, c->retry_key)) {
        emulated_call_refuse(c, 400, "The value for the 'X-Line-Retry-Key' header is invalid");
    } else {
        known = retry_keys_find(e->retry_keys, c->retry_key, c->now_ms);
        if (known && !known->is_refused)
            refuse_again(c, known);
    }
    if (c->status != 200)
        c->problem = "retry_key";
    return c->status == 200;
}

/* --- all of them --- */

void emulated_steps_refused(struct emulator *e, const struct emulated_call *c)
{
    struct retry_key key = {.accepted_ms = c->now_ms, .is_refused = true};
    bool is_refused = c->status >= 400 && c->status != 409;

    if (!is_refused || !(c->operation->flags & LINEAPI_RETRY_KEY) ||
        !read_key(http_head_value(c->head, "x-line-retry-key"), key.key) ||
        retry_keys_find(e->retry_keys, key.key, c->now_ms))
        return;
    enum err rc = retry_keys_add(e->retry_keys, &key);
    (void)rc; /* a key without texts needs no memory */
}

/* Where nothing is LINE's: the room looks for itself. */
static bool run_for_others(struct emulated_call *c)
{
    if (c->operation->flags & LINEAPI_JSON &&
        json_parse(&c->doc, c->body, EMULATED_BODY_MAX) == OK &&
        json_kind(json_root(&c->doc)) == JSON_OBJECT)
        c->root = json_root(&c->doc);
    return true;
}

bool emulated_steps_run(struct emulator *e, struct emulated_call *c)
{
    static bool (*const steps[])(struct emulator * e, struct emulated_call * c) = {
        check_token, check_rate, check_size, check_type, check_json, check_retry_key,
    };

    if (c->operation->host == LINEAPI_HOST_WORKS)
        return run_for_others(c);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (!steps[i](e, c))
            return false;
    return true;
}
