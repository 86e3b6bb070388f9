#include "base/mem.h"
#include "codec/jwt/jwt.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/token/token_calls.h"
#include "relay-client/lineapi/emulate/token/token_client.h"

#define LONG_S 3153600000u /* of a long-lived one, which does not expire: 100 years */
#define DAYS_S 2592000u

static void done(struct emulated_call *c, enum err rc)
{
    if (rc != OK)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

static void answer(struct emulated_call *c, const char *channel, uint64_t life_s,
                   const char *scope)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "client_id", channel);
    json_writer_member_u64(&w, "expires_in", life_s);
    json_writer_member_text(&w, "scope", scope);
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}

static uint64_t left_s(const struct emulated_call *c, const struct issued_token *t)
{
    return (t->expires_ms - c->now_ms) / 1000;
}

static bool is_own(const struct emulated_call *c, const char *text)
{
    return line_mint_is_own(emulator_options_of(c->emulator)->mint, LINE_MINT_ACCESS_TOKEN,
                            span_text(text));
}

/* --- v2.1 and stateless --- */

/* One that is not ours may be LINE's, and the emulator takes those: it counts as valid if it
 * looks like one. */
static void answer_foreign(struct emulated_call *c, const char *text)
{
    struct jwt t;
    bool has_dots = strchr(text, '.') != NULL;

    if (is_own(c, text)) { /* of an earlier run */
        emulated_call_refuse_oauth(c, "invalid_request", "The access token expired");
        return;
    }
    enum err rc = jwt_parse(&t, span_text(text));
    jwt_fini(&t);
    if (rc == OK)
        answer(c, token_client_channel(c), DAYS_S, "profile chat_message.write");
    else if (rc == ERR_NOMEM)
        done(c, rc);
    else
        emulated_call_refuse_oauth(c, "invalid_request",
                                   has_dots ? "The access token malformed"
                                            : "The access token not JWS");
}

static void verify_v21(struct emulated_call *c, const char *text)
{
    const struct issued_token *t = issued_tokens_find(token_client_issued(c), span_text(text));

    if (!t)
        answer_foreign(c, text);
    else if (issued_tokens_state_of(t, c->now_ms) != ISSUED_TOKEN_VALID)
        emulated_call_refuse_oauth(c, "invalid_request", "The access token expired");
    else if (t->kind == ISSUED_TOKEN_SHORT)
        emulated_call_refuse_oauth(c, "invalid_request", "The access token not JWS");
    else
        answer(c, t->channel, left_s(c, t), "profile chat_message.write");
}

void token_verify_v21(struct emulated_call *c)
{
    char text[JWT_MAX + 1];

    if (emulated_call_query(c, "access_token", text, sizeof text) && *text)
        verify_v21(c, text);
    else
        emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
    mem_wipe(text, sizeof text);
}

/* --- short-lived and long-lived --- */

/* b64token of RFC 6750 §2.1. */
static bool is_bearer(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789-._~+/");

    return len > 0 && text[len + strspn(text + len, "=")] == '\0';
}

static void answer_any(struct emulated_call *c, const char *text)
{
    if (is_own(c, text)) /* of an earlier run */
        emulated_call_refuse_oauth(c, "invalid_request", "access_token invalid");
    else if (is_bearer(text))
        answer(c, token_client_channel(c), LONG_S, "P CM");
    else
        emulated_call_refuse_oauth(c, "invalid_request", "access_token in invalid format");
}

static void verify_short(struct emulated_call *c, const char *text)
{
    const struct issued_token *t = issued_tokens_find(token_client_issued(c), span_text(text));

    if (!t)
        answer_any(c, text);
    else if (issued_tokens_state_of(t, c->now_ms) == ISSUED_TOKEN_VALID)
        answer(c, t->channel, left_s(c, t), "P CM");
    else
        emulated_call_refuse_oauth(c, "invalid_request", "access_token invalid");
}

void token_verify_short(struct emulated_call *c)
{
    char text[JWT_MAX + 1];

    if (emulated_call_form(c, "access_token", text, sizeof text))
        verify_short(c, text);
    else
        emulated_call_refuse_oauth(c, "invalid_request", "access_token in invalid format");
    mem_wipe(text, sizeof text);
}

/* --- key ids --- */

void token_verify_kids(struct emulated_call *c)
{
    const struct issued_tokens *all = token_client_issued(c);
    const struct issued_token *t = NULL;
    struct token_client client;
    struct json_writer w;

    if (!token_client_by_assertion(c, false, &client))
        return;
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "kids");
    json_writer_array(&w);
    while ((t = issued_tokens_next(all, t)))
        if (t->kind == ISSUED_TOKEN_V21 && strcmp(t->channel, client.channel) == 0 &&
            issued_tokens_state_of(t, c->now_ms) == ISSUED_TOKEN_VALID)
            json_writer_text(&w, t->key_id);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}
