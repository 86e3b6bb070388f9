#include "relay-client/lineapi/emulate/token/issued_tokens.h"

#include "base/container.h"
#include "base/mem.h"

#define BUCKETS 1024u

struct issued_tokens {
    struct list in_order; /* of age */
    size_t len;
    struct issued_token *buckets[BUCKETS];
};

enum err issued_tokens_new(struct issued_tokens **out)
{
    struct issued_tokens *t = mem_alloc(sizeof *t);

    if (!t)
        return ERR_NOMEM;
    list_init(&t->in_order);
    *out = t;
    return OK;
}

static struct issued_token *token_of(struct list_node *n)
{
    return n ? CONTAINER_OF(n, struct issued_token, in_order) : NULL;
}

/* They are random at their end, whatever they begin with. */
static size_t bucket_of(struct span text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (uint8_t)text.ptr[i]) * 16777619u;
    return hash % BUCKETS;
}

static void forget(struct issued_tokens *t, struct issued_token *token)
{
    struct issued_token **at = &t->buckets[bucket_of(span_text(token->text))];

    while (*at != token)
        at = &(*at)->next;
    *at = token->next;
    list_remove(&token->in_order);
    t->len--;
    mem_wipe(token, sizeof *token);
    mem_free(token);
}

void issued_tokens_free(struct issued_tokens *t)
{
    if (!t)
        return;
    while (!list_is_empty(&t->in_order))
        forget(t, token_of(list_first(&t->in_order)));
    mem_free(t);
}

/* --- looking --- */

struct issued_token *issued_tokens_find(const struct issued_tokens *t, struct span token)
{
    struct issued_token *found = t->buckets[bucket_of(token)];

    while (found && !span_is(token, span_text(found->text)))
        found = found->next;
    return found;
}

enum issued_token_state issued_tokens_state_of(const struct issued_token *token,
                                               uint64_t now_ms)
{
    if (!token)
        return ISSUED_TOKEN_UNKNOWN;
    if (token->is_revoked)
        return ISSUED_TOKEN_REVOKED;
    return now_ms < token->expires_ms ? ISSUED_TOKEN_VALID : ISSUED_TOKEN_EXPIRED;
}

enum issued_token_state issued_tokens_state(const struct issued_tokens *t, struct span token,
                                            uint64_t now_ms)
{
    return issued_tokens_state_of(issued_tokens_find(t, token), now_ms);
}

const struct issued_token *issued_tokens_next(const struct issued_tokens *t,
                                              const struct issued_token *token)
{
    return token_of(token ? list_next(&t->in_order, &token->in_order)
                          : list_first(&t->in_order));
}

/* --- issuing --- */

static struct issued_token *oldest_valid(const struct issued_tokens *t,
                                         enum issued_token_kind kind, const char *channel,
                                         uint64_t now_ms, size_t *len)
{
    struct issued_token *oldest = NULL;

    *len = 0;
    for (struct list_node *n = list_first(&t->in_order); n; n = list_next(&t->in_order, n)) {
        struct issued_token *each = token_of(n);
        if (each->kind != kind || strcmp(each->channel, channel) != 0 ||
            issued_tokens_state_of(each, now_ms) != ISSUED_TOKEN_VALID)
            continue;
        oldest = oldest ? oldest : each;
        ++*len;
    }
    return oldest;
}

/* 30 of a kind and channel. */
static enum err make_room(struct issued_tokens *t, const struct issued_token *token,
                          uint64_t now_ms)
{
    size_t len;

    if (token->kind == ISSUED_TOKEN_STATELESS)
        return OK;
    struct issued_token *oldest = oldest_valid(t, token->kind, token->channel, now_ms, &len);
    if (len < ISSUED_TOKENS_LIMIT)
        return OK;
    if (token->kind == ISSUED_TOKEN_V21)
        return ERR_LIMIT;
    oldest->is_revoked = true;
    return OK;
}

enum err issued_tokens_add(struct issued_tokens *t, const struct issued_token *token,
                           uint64_t now_ms)
{
    struct issued_token *own = mem_alloc(sizeof *own);
    enum err rc = own ? make_room(t, token, now_ms) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(own);
        return rc;
    }
    if (t->len == ISSUED_TOKENS_MAX)
        forget(t, token_of(list_first(&t->in_order)));
    *own = *token;
    own->in_order = (struct list_node){0};
    own->is_revoked = false;
    struct issued_token **bucket = &t->buckets[bucket_of(span_text(own->text))];
    own->next = *bucket;
    *bucket = own;
    list_append(&t->in_order, &own->in_order);
    t->len++;
    return OK;
}

void issued_tokens_revoke(struct issued_token *token)
{
    token->is_revoked = true;
}
