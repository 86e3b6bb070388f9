#include "base/mem.h"
#include "codec/jwt/jwt.h"
#include "relay-client/lineapi/emulate/token/token_calls.h"
#include "relay-client/lineapi/emulate/token/token_client.h"

/* 200 with nothing in it, also for a token that nobody knows (RFC 7009 §2.2). */
static void revoke(struct emulated_call *c, const char *text, enum issued_token_kind kind)
{
    struct issued_token *t = issued_tokens_find(token_client_issued(c), span_text(text));

    if (t && t->kind == kind)
        issued_tokens_revoke(t);
    c->is_empty = true;
}

/* False: refused.  LINE checks who asks first. */
static bool is_client_right(struct emulated_call *c)
{
    struct token_client client;

    switch (token_client_by_secret(c, &client)) {
    case TOKEN_CLIENT_RIGHT:
        return true;
    case TOKEN_CLIENT_WRONG_ID:
        emulated_call_refuse_oauth(c, "invalid_client", "invalid client_id");
        return false;
    case TOKEN_CLIENT_WRONG_SECRET:
        emulated_call_refuse_oauth(c, "invalid_client", "invalid client_secret");
        return false;
    case TOKEN_CLIENT_INCOMPLETE:
        emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
        return false;
    }
    return false;
}

static void revoke_v21(struct emulated_call *c, const char *text)
{
    const struct issued_token *t = issued_tokens_find(token_client_issued(c), span_text(text));
    struct jwt jwt;
    enum err rc = t ? OK : jwt_parse(&jwt, span_text(text));

    if (!t)
        jwt_fini(&jwt);
    if (rc == OK)
        revoke(c, text, ISSUED_TOKEN_V21);
    else
        emulated_call_refuse_oauth(c, "invalid_request",
                                   strchr(text, '.') ? "The access token malformed"
                                                     : "The access token not JWS");
}

void token_revoke_v21(struct emulated_call *c)
{
    char text[JWT_MAX + 1];

    if (!is_client_right(c))
        return;
    if (emulated_call_form(c, "access_token", text, sizeof text))
        revoke_v21(c, text);
    else
        emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
    mem_wipe(text, sizeof text);
}

void token_revoke_short(struct emulated_call *c)
{
    char text[JWT_MAX + 1];

    if (emulated_call_form(c, "access_token", text, sizeof text) && *text)
        revoke(c, text, ISSUED_TOKEN_SHORT);
    else
        emulated_call_refuse_oauth(c, "invalid_request", NULL);
    mem_wipe(text, sizeof text);
}
