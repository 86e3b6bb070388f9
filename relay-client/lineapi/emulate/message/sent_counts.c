#include "relay-client/lineapi/emulate/message/sent_counts.h"

#include "base/mem.h"
#include "relay-client/lineapi/emulate/message/sent_day.h"

#include <stdio.h>

struct day {
    uint64_t number; /* sent_day_of; 0: none */
    uint64_t counts[SENT_NARROWCAST];
};

struct sent_counts {
    struct day days[SENT_DAYS_MAX];
    uint64_t month, of_month;
    size_t units_len;
    char units[SENT_UNITS_MAX][SENT_UNIT_SIZE];
};

enum err sent_counts_new(struct sent_counts **out)
{
    *out = mem_alloc(sizeof **out);
    return *out ? OK : ERR_NOMEM;
}

void sent_counts_free(struct sent_counts *s)
{
    mem_free(s);
}

static void begin_month(struct sent_counts *s, uint64_t now_ms)
{
    uint64_t month = sent_day_month(now_ms);

    if (s->month == month)
        return;
    s->month = month;
    s->of_month = 0;
    s->units_len = 0;
}

void sent_counts_add(struct sent_counts *s, enum sent_kind kind, uint64_t people,
                     uint64_t now_ms)
{
    uint64_t number = sent_day_of(now_ms);
    struct day *day = &s->days[number % SENT_DAYS_MAX];

    if (day->number != number)
        *day = (struct day){.number = number};
    if (kind != SENT_NARROWCAST)
        day->counts[kind] += people;
    begin_month(s, now_ms);
    if (kind != SENT_REPLY)
        s->of_month += people;
}

uint64_t sent_counts_of_day(const struct sent_counts *s, enum sent_kind kind, uint64_t day)
{
    const struct day *d = &s->days[day % SENT_DAYS_MAX];

    return d->number == day && kind != SENT_NARROWCAST ? d->counts[kind] : 0;
}

uint64_t sent_counts_of_month(const struct sent_counts *s, uint64_t now_ms)
{
    return s->month == sent_day_month(now_ms) ? s->of_month : 0;
}

void sent_counts_add_unit(struct sent_counts *s, const char *name, uint64_t now_ms)
{
    begin_month(s, now_ms);
    for (size_t i = 0; i < s->units_len; i++)
        if (strcmp(s->units[i], name) == 0)
            return;
    if (s->units_len < SENT_UNITS_MAX)
        (void)snprintf(s->units[s->units_len++], SENT_UNIT_SIZE, "%s", name);
}

size_t sent_counts_units_len(const struct sent_counts *s, uint64_t now_ms)
{
    return s->month == sent_day_month(now_ms) ? s->units_len : 0;
}

const char *sent_counts_unit(const struct sent_counts *s, size_t index)
{
    return s->units[index];
}
