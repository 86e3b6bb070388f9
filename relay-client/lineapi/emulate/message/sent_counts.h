#ifndef CLIENT_LINEAPI_SENT_COUNTS_H
#define CLIENT_LINEAPI_SENT_COUNTS_H

#include "base/err.h"
#include "base/span.h"

/* How many messages an emulated account has sent, by day and month in UTC+9, and the names of
 * aggregation units that it used this month.
 *
 * Life: sent_counts_new -> sent_counts_add ... -> sent_counts_free */
struct sent_counts;

enum sent_kind {
    SENT_REPLY, /* free of charge */
    SENT_PUSH,
    SENT_MULTICAST,
    SENT_BROADCAST,
    SENT_NARROWCAST, /* counts for the quota, has no count by day */
};

#define SENT_DAYS_MAX  64u /* older ones are forgotten */
#define SENT_UNITS_MAX 1000u
#define SENT_UNIT_SIZE 31u

MUST_CHECK enum err sent_counts_new(struct sent_counts **out);
void sent_counts_free(struct sent_counts *s);

/* One request to so many people. */
void sent_counts_add(struct sent_counts *s, enum sent_kind kind, uint64_t people,
                     uint64_t now_ms);
uint64_t sent_counts_of_day(const struct sent_counts *s, enum sent_kind kind, uint64_t day);
/* Of the month of `now_ms`, what counts for the quota. */
uint64_t sent_counts_of_month(const struct sent_counts *s, uint64_t now_ms);

/* A name that is one already, or one too many, changes nothing. */
void sent_counts_add_unit(struct sent_counts *s, const char *name, uint64_t now_ms);
size_t sent_counts_units_len(const struct sent_counts *s, uint64_t now_ms);
const char *sent_counts_unit(const struct sent_counts *s, size_t index);

#endif
