/* A ring in the order of acceptance, with a hash table over it that holds the newest turn of
 * each bucket; a turn that was overwritten ends a chain. */
#include "relay-client/lineapi/emulate/message/retry_keys.h"

#include "base/mem.h"

#include <string.h>

#define BUCKETS 8192u

struct retry_keys {
    uint32_t turn; /* of the newest */
    uint32_t newest[BUCKETS];
    struct retry_key ring[RETRY_KEYS_MAX];
};

enum err retry_keys_new(struct retry_keys **out)
{
    *out = mem_alloc(sizeof **out);
    return *out ? OK : ERR_NOMEM;
}

void retry_keys_free(struct retry_keys *k)
{
    for (size_t i = 0; k && i < RETRY_KEYS_MAX; i++)
        mem_free(k->ring[i].sent);
    mem_free(k);
}

/* FNV-1a. */
static uint32_t bucket_of(const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key; key++)
        hash = (hash ^ (uint8_t)*key) * 16777619u;
    return (hash ^ hash >> 16) % BUCKETS;
}

static const struct retry_key *at(const struct retry_keys *k, uint32_t turn)
{
    const struct retry_key *slot = &k->ring[turn % RETRY_KEYS_MAX];

    return turn > 0 && slot->turn == turn ? slot : NULL;
}

const struct retry_key *retry_keys_find(const struct retry_keys *k, const char *key,
                                        uint64_t now_ms)
{
    const struct retry_key *slot = at(k, k->newest[bucket_of(key)]);

    while (slot && strcmp(slot->key, key) != 0)
        slot = at(k, slot->older);
    if (!slot || (now_ms > slot->accepted_ms && now_ms - slot->accepted_ms >= RETRY_KEYS_MS))
        return NULL;
    return slot;
}

enum err retry_keys_add(struct retry_keys *k, const struct retry_key *key)
{
    uint32_t bucket = bucket_of(key->key);
    char *sent = NULL;

    if (key->sent) {
        sent = mem_text(key->sent, strlen(key->sent));
        if (!sent)
            return ERR_NOMEM;
    }
    k->turn++;
    struct retry_key *slot = &k->ring[k->turn % RETRY_KEYS_MAX];
    mem_free(slot->sent);
    *slot = *key;
    slot->sent = sent;
    slot->turn = k->turn;
    slot->older = k->newest[bucket];
    k->newest[bucket] = k->turn;
    return OK;
}
