#include "relay-client/lineapi/emulate/works/works_store.h"

#include "base/mem.h"

#include <stdio.h>

#define OPERATIONS_MAX 16u

struct token {
    enum works_token_kind kind;
    uint64_t expires_ms;
    char text[WORKS_TOKEN_SIZE];
    char scope[WORKS_SCOPE_SIZE];
};

struct window {
    const char *operation; /* a literal; NULL: free */
    uint64_t began_ms;
    uint64_t calls;
};

struct works_store {
    struct token tokens[WORKS_TOKENS_MAX]; /* rings */
    size_t tokens_len;
    char files[WORKS_ATTACHMENTS_MAX][WORKS_FILE_ID_SIZE];
    size_t files_len;
    struct window windows[OPERATIONS_MAX];
};

enum err works_store_new(struct works_store **out)
{
    *out = mem_alloc(sizeof **out);
    return *out ? OK : ERR_NOMEM;
}

void works_store_free(struct works_store *s)
{
    if (s)
        mem_wipe(s->tokens, sizeof s->tokens);
    mem_free(s);
}

/* --- tokens --- */

void works_store_add_token(struct works_store *s, enum works_token_kind kind, const char *token,
                           const char *scope, uint64_t expires_ms)
{
    struct token *t = &s->tokens[s->tokens_len++ % WORKS_TOKENS_MAX];

    t->kind = kind;
    t->expires_ms = expires_ms;
    snprintf(t->text, sizeof t->text, "%s", token);
    snprintf(t->scope, sizeof t->scope, "%s", scope);
}

enum works_token_state works_store_token(const struct works_store *s,
                                         enum works_token_kind kind, struct span token,
                                         uint64_t now_ms, const char **scope)
{
    for (size_t i = 0; i < WORKS_TOKENS_MAX; i++) {
        const struct token *t = &s->tokens[i];
        if (token.len == 0 || t->kind != kind || !span_is(token, span_text(t->text)))
            continue;
        if (scope)
            *scope = t->scope;
        return now_ms < t->expires_ms ? WORKS_TOKEN_VALID : WORKS_TOKEN_EXPIRED;
    }
    return WORKS_TOKEN_UNKNOWN;
}

/* --- rates --- */

static struct window *window_of(struct works_store *s, const char *operation)
{
    size_t i = 0;

    while (i < OPERATIONS_MAX - 1 && s->windows[i].operation &&
           strcmp(s->windows[i].operation, operation) != 0)
        i++;
    s->windows[i].operation = operation;
    return &s->windows[i];
}

struct works_rate works_store_count(struct works_store *s, const char *operation,
                                    uint64_t now_ms)
{
    struct window *w = window_of(s, operation);

    if (now_ms < w->began_ms || now_ms - w->began_ms >= WORKS_RATE_MS) {
        w->began_ms = now_ms;
        w->calls = 0;
    }
    bool is_over = w->calls >= WORKS_RATE;
    w->calls += !is_over;
    return (struct works_rate){
        .remaining = WORKS_RATE - w->calls,
        .reset_s = (WORKS_RATE_MS - (now_ms - w->began_ms) + 999) / 1000,
        .is_over = is_over,
    };
}

/* --- attachments --- */

void works_store_add_file(struct works_store *s, const char *file_id)
{
    snprintf(s->files[s->files_len++ % WORKS_ATTACHMENTS_MAX], WORKS_FILE_ID_SIZE, "%s",
             file_id);
}

bool works_store_has_file(const struct works_store *s, struct span file_id)
{
    for (size_t i = 0; i < WORKS_ATTACHMENTS_MAX; i++)
        if (file_id.len > 0 && span_is(file_id, span_text(s->files[i])))
            return true;
    return false;
}
