#include "unit/support/token_store.h"

#include "relay-server/tokens/tokens_file.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"
#include "unit/support/token_maker.h"

void token_store_init(struct token_store *s)
{
    *s = (struct token_store){.path = scratch_folder_path("tokens.json")};
    random_seeded_init(&s->random, 815);
}

void token_store_fini(struct token_store *s)
{
    token_list_fini(&s->list);
}

void token_store_save(struct token_store *s)
{
    char detail[TOKENS_DETAIL_SIZE];

    CHECK_EQ(tokens_file_write(s->path, &s->list, detail), OK);
}

const char *token_store_add(struct token_store *s, const char *scope)
{
    CHECK(s->list.len < TOKEN_STORE_MAX);
    char *text = s->texts[s->list.len];

    (void)token_maker_add(&s->list, &s->random.base, scope, text);
    token_store_save(s);
    return text;
}

struct token *token_store_at(struct token_store *s, size_t i)
{
    CHECK(i < s->list.len);
    return &s->list.tokens[i];
}
