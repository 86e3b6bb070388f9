#include "relay-client/agent/secret_bots.h"

#include "base/mem.h"

#include <string.h>

enum err secret_bots_init(struct secret_bots *b, const struct signature_secret *secrets,
                          size_t len)
{
    *b = (struct secret_bots){.len = len};
    if (len == 0)
        return OK;
    b->secrets = mem_alloc(len * sizeof *b->secrets);
    b->bots = mem_alloc(len * sizeof *b->bots);
    if (!b->secrets || !b->bots) {
        secret_bots_fini(b);
        return ERR_NOMEM;
    }
    memcpy(b->secrets, secrets, len * sizeof *b->secrets);
    return OK;
}

void secret_bots_fini(struct secret_bots *b)
{
    mem_free(b->secrets);
    mem_free(b->bots);
    *b = (struct secret_bots){0};
}

void secret_bots_learn(struct secret_bots *b, size_t index, const char *destination)
{
    size_t digits =
        destination && *destination == 'U' ? strspn(destination + 1, "0123456789abcdef") : 0;

    if (index >= b->len || digits != SECRET_BOT_SIZE - 2 || destination[1 + digits] != '\0' ||
        !span_is(span_text(b->secrets[index].provider->name), SPAN("line")))
        return;
    memcpy(b->bots[index], destination, SECRET_BOT_SIZE);
    b->secrets[index].bot_user_id = b->bots[index];
}
