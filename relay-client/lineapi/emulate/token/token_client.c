#include "relay-client/lineapi/emulate/token/token_client.h"

#include "base/mem.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "relay-client/lineapi/emulate/token/assertion_keys.h"

#include <stdio.h>

#define ASSERTION_TYPE  "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define AUDIENCE        "https://api.line.me/"
#define ASSERTION_S_MAX 1800u    /* 30 minutes */
#define TOKEN_S_MAX     2592000u /* 30 days */
#define MADE_UP_CHANNEL "2000000000"

struct issued_tokens *token_client_issued(const struct emulated_call *c)
{
    return emulator_rooms_of(c->emulator)->tokens;
}

const char *token_client_channel(const struct emulated_call *c)
{
    const char *id = emulator_options_of(c->emulator)->channel_id;

    return id ? id : MADE_UP_CHANNEL;
}

/* --- by secret --- */

static bool is_channel(const struct emulated_call *c, const char *id)
{
    const char *own = emulator_options_of(c->emulator)->channel_id;
    size_t len = strlen(id);

    if (own)
        return strcmp(own, id) == 0;
    return len > 0 && strspn(id, "0123456789") == len;
}

static bool is_secret(const struct emulated_call *c, struct span text)
{
    const struct secrets *s = emulator_options_of(c->emulator)->secrets;
    bool has_any = false;

    for (size_t i = 0; s && i < s->len; i++) {
        const struct signature_secret *own = &s->list[i];
        if (own->provider != signature_provider_named(SPAN("line")))
            continue;
        has_any = true;
        if (own->secret.len == text.len &&
            mem_equal_secret(own->secret.ptr, text.ptr, text.len))
            return true;
    }
    return !has_any;
}

enum token_client_answer token_client_by_secret(const struct emulated_call *c,
                                                struct token_client *out)
{
    char secret[256];

    *out = (struct token_client){.token_s = 0};
    if (!emulated_call_form(c, "client_id", out->channel, sizeof out->channel) ||
        !emulated_call_form(c, "client_secret", secret, sizeof secret))
        return TOKEN_CLIENT_INCOMPLETE;
    bool is_right = is_secret(c, span_text(secret));
    mem_wipe(secret, sizeof secret);
    if (!is_channel(c, out->channel))
        return TOKEN_CLIENT_WRONG_ID;
    return is_right ? TOKEN_CLIENT_RIGHT : TOKEN_CLIENT_WRONG_SECRET;
}

/* --- by assertion --- */

static bool take(const struct emulated_call *c, bool is_form, const char *name, char *out,
                 size_t size)
{
    return is_form ? emulated_call_form(c, name, out, size)
                   : emulated_call_query(c, name, out, size);
}

/* What is wrong with the claims, or NULL. */
static const char *claims_problem(const struct emulated_call *c, const struct jwt *t,
                                  struct token_client *out)
{
    const char *iss = jwt_claim_text(t, "iss");
    const char *sub = jwt_claim_text(t, "sub");
    uint64_t now_s = c->now_ms / 1000;
    uint64_t exp;

    if (!iss || !sub || strcmp(iss, sub) != 0 || strlen(iss) >= sizeof out->channel ||
        !is_channel(c, iss))
        return "iss and clientId of key do not match";
    if (!jwt_is_for(t, AUDIENCE))
        return "Invalid aud";
    if (!jwt_claim_seconds(t, "exp", &exp) || exp <= now_s || exp - now_s > ASSERTION_S_MAX)
        return "Invalid exp";
    bool has_life = json_kind(json_member(json_root(&t->claims), "token_exp")) != JSON_NONE;
    if (has_life && (!jwt_claim_seconds(t, "token_exp", &out->token_s) || out->token_s == 0 ||
                     out->token_s > TOKEN_S_MAX))
        return "Invalid token_exp";
    (void)snprintf(out->channel, sizeof out->channel, "%s", iss);
    return NULL;
}

static bool check(struct emulated_call *c, const struct jwt *t, struct token_client *out)
{
    if (!assertion_keys_signed(emulator_options_of(c->emulator)->keys, t)) {
        emulated_call_refuse(c, 404, "Cannot find channel key that satisfies the conditions");
        c->problem = "assertion_key"; /* docs/line-api.md: how to make the key known */
        return false;
    }
    const char *problem = claims_problem(c, t, out);
    if (problem)
        emulated_call_refuse_oauth(c, "invalid_client", problem);
    return !problem;
}

bool token_client_by_assertion(struct emulated_call *c, bool is_form, struct token_client *out)
{
    char type[128], text[JWT_MAX + 1];
    struct jwt t;

    *out = (struct token_client){.token_s = 0};
    if (!take(c, is_form, "client_assertion_type", type, sizeof type) ||
        strcmp(type, ASSERTION_TYPE) != 0 ||
        !take(c, is_form, "client_assertion", text, sizeof text)) {
        emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
        return false;
    }
    enum err rc = jwt_parse(&t, span_text(text));
    bool is_right = rc == OK && check(c, &t, out);
    jwt_fini(&t);
    if (rc == ERR_NOMEM)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
    else if (rc != OK)
        emulated_call_refuse_oauth(c, "invalid_client", "Invalid client_assertion");
    return is_right;
}
