/* POST /oauth2/v2.0/token: a service account's assertion, or a refresh token, for a token of a
 * day.  Errors as RFC 6749 §5.2 has them. */
#include "base/mem.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/token/assertion_keys.h"
#include "relay-client/lineapi/emulate/works/works_calls.h"
#include "relay-client/lineapi/emulate/works/works_gate.h"

#include <stdio.h>

#define GRANT_JWT       "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define GRANT_REFRESH   "refresh_token"
#define ASSERTION_S_MAX 3600u
#define MISSING         "some parameters missed or invalid"

static void issue(struct emulated_call *c, const char *scope, const char *refresh)
{
    struct line_mint *mint = emulator_options_of(c->emulator)->mint;
    char access[LINE_MINT_SIZE], made[LINE_MINT_SIZE];
    struct json_writer w;

    line_mint_make(mint, LINE_MINT_ACCESS_TOKEN, c->now_ms, access);
    works_store_add_token(works_gate_store(c), WORKS_TOKEN_ACCESS, access, scope,
                          c->now_ms + WORKS_TOKEN_MS);
    if (!refresh) {
        line_mint_make(mint, LINE_MINT_ACCESS_TOKEN, c->now_ms, made);
        works_store_add_token(works_gate_store(c), WORKS_TOKEN_REFRESH, made, scope,
                              c->now_ms + WORKS_REFRESH_MS);
        refresh = made;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "access_token", access);
    json_writer_member_text(&w, "refresh_token", refresh);
    json_writer_member_text(&w, "token_type", "Bearer");
    json_writer_member_text(&w, "expires_in", "86400"); /* LINE WORKS writes a string */
    json_writer_member_text(&w, "scope", scope);
    json_writer_object_end(&w);
    if (json_writer_end(&w) != OK)
        works_gate_refuse(c, 500, "INTERNAL_SERVER_ERROR", "%s", err_text(ERR_NOMEM));
}

/* --- by assertion --- */

/* What is wrong with the claims, or NULL. */
static const char *claims_problem(const struct emulated_call *c, const struct jwt *t,
                                  const char *client_id)
{
    const char *iss = jwt_claim_text(t, "iss");
    const char *sub = jwt_claim_text(t, "sub");
    uint64_t now_s = c->now_ms / 1000;
    uint64_t iat, exp;

    if (!iss || strcmp(iss, client_id) != 0)
        return "iss must be the client id";
    if (!sub || !*sub)
        return "sub must be the service account";
    if (!jwt_claim_seconds(t, "iat", &iat) || !jwt_claim_seconds(t, "exp", &exp) ||
        exp <= now_s || exp < iat || exp - iat > ASSERTION_S_MAX)
        return "exp must be in the next 60 minutes";
    return NULL;
}

static bool is_assertion_right(struct emulated_call *c, const char *text, const char *client_id)
{
    const char *problem = NULL;
    struct jwt t;
    enum err rc = jwt_parse(&t, span_text(text));
    bool is_unknown =
        rc == OK && !assertion_keys_signed_works(emulator_options_of(c->emulator)->keys, &t);

    if (rc != OK)
        problem = "the assertion is no JSON Web Token";
    else if (is_unknown)
        problem = "the assertion's signature cannot be verified";
    else
        problem = claims_problem(c, &t, client_id);
    jwt_fini(&t);
    if (rc == ERR_NOMEM)
        works_gate_refuse(c, 500, "INTERNAL_SERVER_ERROR", "%s", err_text(rc));
    else if (problem)
        emulated_call_refuse_oauth(c, "invalid_grant", problem);
    if (is_unknown)
        c->problem = "assertion_key"; /* docs/line-api.md: how to make the key known */
    return !problem;
}

/* "bot" is what a service account gets that names no scope. */
static void read_scope(const struct emulated_call *c, char out[static WORKS_SCOPE_SIZE])
{
    if (!emulated_call_form(c, "scope", out, WORKS_SCOPE_SIZE) || !*out)
        (void)snprintf(out, WORKS_SCOPE_SIZE, "bot");
}

static void by_assertion(struct emulated_call *c, const char *client_id)
{
    char text[JWT_MAX + 1], scope[WORKS_SCOPE_SIZE];

    if (!emulated_call_form(c, "assertion", text, sizeof text)) {
        emulated_call_refuse_oauth(c, "invalid_request", MISSING);
        return;
    }
    read_scope(c, scope);
    if (is_assertion_right(c, text, client_id))
        issue(c, scope, NULL);
}

/* --- by refresh token --- */

static void by_refresh_token(struct emulated_call *c)
{
    const char *scope = NULL;
    char text[WORKS_TOKEN_SIZE], copy[WORKS_SCOPE_SIZE];

    if (!emulated_call_form(c, "refresh_token", text, sizeof text) ||
        works_store_token(works_gate_store(c), WORKS_TOKEN_REFRESH, span_text(text), c->now_ms,
                          &scope) != WORKS_TOKEN_VALID) {
        emulated_call_refuse_oauth(c, "invalid_grant", "the refresh token is not valid");
    } else {
        (void)snprintf(copy, sizeof copy, "%s", scope);
        issue(c, copy, text);
    }
    mem_wipe(text, sizeof text);
}

void works_token_issue(struct emulated_call *c)
{
    char grant[64], client_id[129], secret[256];
    bool is_complete = emulated_call_form(c, "grant_type", grant, sizeof grant) &&
                       emulated_call_form(c, "client_id", client_id, sizeof client_id) &&
                       emulated_call_form(c, "client_secret", secret, sizeof secret) &&
                       *client_id && *secret;

    mem_wipe(secret, sizeof secret);
    if (!is_complete)
        emulated_call_refuse_oauth(c, "invalid_request", MISSING);
    else if (strcmp(grant, GRANT_JWT) == 0)
        by_assertion(c, client_id);
    else if (strcmp(grant, GRANT_REFRESH) == 0)
        by_refresh_token(c);
    else
        emulated_call_refuse_oauth(c, "unsupported_grant_type", MISSING);
}
