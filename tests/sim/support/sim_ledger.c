#include "sim/support/sim_ledger.h"

#include "unit/check.h"

struct sim_sent *sim_ledger_add(struct sim_ledger *l)
{
    struct sim_sent *s = &l->sent[l->len];

    CHECK(l->len < SIM_SENT_MAX);
    *s = (struct sim_sent){.number = (unsigned)++l->len};
    return s;
}

struct sim_sent *sim_ledger_find(struct sim_ledger *l, const struct http_head *head)
{
    uint64_t number = 0;

    CHECK_EQ(http_head_count(head, SIM_FIELD), 1);
    CHECK(span_parse_u64(http_head_value(head, SIM_FIELD), &number));
    CHECK(number > 0 && number <= l->len);
    return &l->sent[number - 1];
}

/* Bytes of every value, different for each request and each place. */
static uint8_t byte_at(const struct sim_sent *s, size_t i)
{
    uint64_t x = ((uint64_t)s->number << 32) + i;

    x = (x ^ (x >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint8_t)(x >> 56);
}

void sim_sent_fill(const struct sim_sent *s, size_t from, uint8_t *out, size_t len)
{
    CHECK(len <= s->len - from);
    for (size_t i = 0; i < len; i++)
        out[i] = byte_at(s, from + i);
}

void sim_sent_check_body(const struct sim_sent *s, struct span body)
{
    CHECK_EQ(body.len, s->len);
    for (size_t i = 0; i < body.len; i++)
        CHECK_EQ((uint8_t)body.ptr[i], byte_at(s, i));
}
