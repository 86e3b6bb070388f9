#include "base/base64url.h"
#include "base/mem.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/token/token_calls.h"
#include "relay-client/lineapi/emulate/token/token_client.h"

#include <stdio.h>

#define STATELESS_S 900u
#define MONTH_S     2592000u

static bool is_grant_right(struct emulated_call *c)
{
    char grant[64];

    if (emulated_call_form(c, "grant_type", grant, sizeof grant) &&
        strcmp(grant, "client_credentials") == 0)
        return true;
    emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
    return false;
}

static void answer(struct emulated_call *c, const struct issued_token *t, uint64_t life_s)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "access_token", t->text);
    json_writer_member_u64(&w, "expires_in", life_s);
    json_writer_member_text(&w, "token_type", "Bearer");
    if (*t->key_id)
        json_writer_member_text(&w, "key_id", t->key_id);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc != OK)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

static void issue(struct emulated_call *c, const struct token_client *client,
                  enum issued_token_kind kind, uint64_t life_s)
{
    const struct emulator_options *o = emulator_options_of(c->emulator);
    struct issued_token t = {.kind = kind, .expires_ms = c->now_ms + life_s * 1000};
    uint8_t key_id[16];

    line_mint_make(o->mint, LINE_MINT_ACCESS_TOKEN, c->now_ms, t.text);
    (void)snprintf(t.channel, sizeof t.channel, "%s", client->channel);
    random_fill(o->random, key_id, sizeof key_id);
    enum err rc = OK;
    if (kind == ISSUED_TOKEN_V21)
        rc = base64url_format(t.key_id, sizeof t.key_id, key_id, sizeof key_id);
    if (rc == OK)
        rc = issued_tokens_add(token_client_issued(c), &t, c->now_ms);
    if (rc == OK)
        answer(c, &t, life_s);
    else if (rc == ERR_LIMIT)
        emulated_call_refuse(c, 400,
                             "The maximum number of access tokens has already been issued");
    else
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

void token_issue_stateless(struct emulated_call *c)
{
    struct token_client client;
    char secret[256];
    bool has_secret = emulated_call_form(c, "client_secret", secret, sizeof secret);

    mem_wipe(secret, sizeof secret);
    if (!is_grant_right(c))
        return;
    if (!has_secret) {
        if (token_client_by_assertion(c, true, &client))
            issue(c, &client, ISSUED_TOKEN_STATELESS, STATELESS_S);
        return;
    }
    if (token_client_by_secret(c, &client) == TOKEN_CLIENT_RIGHT)
        issue(c, &client, ISSUED_TOKEN_STATELESS, STATELESS_S);
    else
        emulated_call_refuse_oauth(c, "invalid_request", "Invalid 'client_credentials'.");
}

void token_issue_v21(struct emulated_call *c)
{
    struct token_client client;

    if (!is_grant_right(c) || !token_client_by_assertion(c, true, &client))
        return;
    if (client.token_s > 0)
        issue(c, &client, ISSUED_TOKEN_V21, client.token_s);
    else
        emulated_call_refuse_oauth(c, "invalid_client", "Invalid token_exp");
}

void token_issue_short(struct emulated_call *c)
{
    struct token_client client;

    if (!is_grant_right(c))
        return;
    switch (token_client_by_secret(c, &client)) {
    case TOKEN_CLIENT_RIGHT:
        issue(c, &client, ISSUED_TOKEN_SHORT, MONTH_S);
        return;
    case TOKEN_CLIENT_WRONG_ID:
        emulated_call_refuse_oauth(c, "invalid_client", "invalid client_id");
        return;
    case TOKEN_CLIENT_WRONG_SECRET:
        emulated_call_refuse_oauth(c, "invalid_client", "invalid client_secret");
        return;
    case TOKEN_CLIENT_INCOMPLETE:
        emulated_call_refuse_oauth(c, "invalid_request", "some parameters missed or invalid");
        return;
    }
}
