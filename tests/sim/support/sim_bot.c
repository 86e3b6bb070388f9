#include "sim/support/sim_bot.h"

#include "base/mem.h"
#include "relay-client/handler/local_exchange.h"
#include "unit/check.h"

#define BODY_MAX ((size_t)2 * 1024 * 1024)

struct sim_bot {
    struct handler base;
    struct list exchanges;
    struct sim_ledger *ledger; /* borrowed */
    struct random *random;     /* borrowed */
    enum sim_mood mood;
};

struct sim_call {
    struct local_exchange x;
    struct sim_bot *bot; /* back-pointer */
    struct sim_sent *sent;
    bool is_waiting;
};

static struct sim_call *from_exchange(struct local_exchange *x)
{
    return CONTAINER_OF(x, struct sim_call, x);
}

static struct sim_bot *from_handler(struct handler *h)
{
    return CONTAINER_OF(h, struct sim_bot, base);
}

/* A plain request gets its own body back. */
static void answer(struct sim_call *c, unsigned status)
{
    static const char page[3000];
    struct span body = span_of(page, random_below(c->bot->random, sizeof page));

    c->is_waiting = false;
    c->sent->bot_status = status;
    if (!c->sent->is_webhook)
        body = bytes_span(&c->x.body);
    local_exchange_answer(&c->x, status, "application/octet-stream", body);
}

static void on_request(struct local_exchange *x)
{
    struct sim_call *c = from_exchange(x);

    CHECK(!x->too_large);
    sim_sent_check_body(c->sent, bytes_span(&x->body));
    CHECK_EQ(++c->sent->calls, 1); /* a bot that gets it twice does it twice */
    switch (c->bot->mood) {
    case SIM_MOOD_GOOD:
        answer(c, 200 + (unsigned)random_below(c->bot->random, 3));
        break;
    case SIM_MOOD_BAD:
        answer(c, 500);
        break;
    case SIM_MOOD_SLOW:
        c->is_waiting = true;
        break;
    case SIM_MOOD_ABSENT:
        local_exchange_fail(x, ERR_REFUSED, "nobody listens");
        break;
    case SIM_MOODS:
        break;
    }
}

static void on_close(struct local_exchange *x)
{
    from_exchange(x)->is_waiting = false;
}

static void on_free(struct local_exchange *x)
{
    mem_free(from_exchange(x));
}

static const struct local_exchange_hooks hooks = {
    .on_request = on_request,
    .on_close = on_close,
    .on_free = on_free,
};

static enum err request(struct handler *h, const struct handler_request *r,
                        struct exchange **out)
{
    struct sim_bot *b = from_handler(h);
    struct sim_call *c = mem_alloc(sizeof *c);

    CHECK(c != NULL);
    c->bot = b;
    c->sent = sim_ledger_find(b->ledger, r->head);
    CHECK_EQ(r->webhook, c->sent->is_webhook);
    CHECK_EQ(local_exchange_init(&c->x, h, &hooks, r, BODY_MAX), OK);
    list_append(&b->exchanges, &c->x.in_handler);
    *out = &c->x.base;
    return OK;
}

static void close_bot(struct handler *h)
{
    local_exchange_fail_all(&from_handler(h)->exchanges, ERR_CANCELLED, "the agent stops");
}

static void free_bot(struct handler *h)
{
    mem_free(from_handler(h));
}

static const struct handler_ops ops = {
    .request = request,
    .close = close_bot,
    .free = free_bot,
};

void sim_bot_open(struct loop *l, struct sim_ledger *ledger, struct random *random,
                  struct sim_bot **out)
{
    struct sim_bot *b = mem_alloc(sizeof *b);

    CHECK(b != NULL);
    CHECK_EQ(handler_base_init(&b->base, l, &ops, "bot"), OK);
    list_init(&b->exchanges);
    b->ledger = ledger;
    b->random = random;
    *out = b;
}

struct handler *sim_bot_handler(struct sim_bot *b)
{
    return &b->base;
}

void sim_bot_set_mood(struct sim_bot *b, enum sim_mood mood)
{
    b->mood = mood;
}

bool sim_bot_answer_one(struct sim_bot *b)
{
    for (struct list_node *n = list_first(&b->exchanges); n; n = list_next(&b->exchanges, n)) {
        struct sim_call *c = CONTAINER_OF(n, struct sim_call, x.in_handler);

        if (!c->is_waiting)
            continue;
        answer(c, 200);
        return true;
    }
    return false;
}
