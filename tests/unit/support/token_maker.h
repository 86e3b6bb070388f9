#ifndef TESTS_UNIT_SUPPORT_TOKEN_MAKER_H
#define TESTS_UNIT_SUPPORT_TOKEN_MAKER_H

#include "base/random.h"
#include "relay-server/tokens/token_list.h"

/* A new token for `scope` at the end of the list, created at TOKEN_MAKER_NOW and valid
 * for ever; `text` gets its written form.  Borrowed until the list grows. */
#define TOKEN_MAKER_NOW UINT64_C(1795000000000)

struct token *token_maker_add(struct token_list *l, struct random *r, const char *scope,
                              char text[static TOKEN_TEXT_LEN + 1]);
/* A new secret for it, in this place. */
void token_maker_set_secret(struct token *t, size_t place, struct random *r,
                            char text[static TOKEN_TEXT_LEN + 1]);

#endif
