#include "tests/unit/support/token_maker.h"

#include "tests/unit/check.h"

void token_maker_set_secret(struct token *t, size_t place, struct random *r,
                            char text[static TOKEN_TEXT_LEN + 1])
{
    struct token_text parsed;

    token_text_make(r, t->id, text);
    CHECK_EQ(token_text_parse(span_text(text), &parsed), OK);
    token_text_hash(parsed.secret, t->secrets[place].hash);
    if (t->secrets_len <= place)
        t->secrets_len = place + 1;
}

struct token *token_maker_add(struct token_list *l, struct random *r, const char *scope,
                              char text[static TOKEN_TEXT_LEN + 1])
{
    struct token *t;

    CHECK_EQ(token_list_add(l, &t), OK);
    token_text_make_id(r, t->id);
    token_maker_set_secret(t, 0, r, text);
    t->created_ms = TOKEN_MAKER_NOW;
    CHECK_EQ(token_list_make_tunnels(t, 1), OK);
    (void)snprintf(t->tunnels[0].text, sizeof t->tunnels[0].text, "%s", scope);
    return t;
}
