#ifndef TESTS_UNIT_SUPPORT_PENDING_RIG_H
#define TESTS_UNIT_SUPPORT_PENDING_RIG_H

#include "relay-client/journal/journal_pending.h"
#include "tests/unit/support/journal_rig.h"

/* The calls of journal_pending.h, each one awaited. */

#define PENDING_RIG_MAX 64u

struct pending_rig_found {
    enum err rc;
    struct journal_unfinished unfinished;
    size_t len;
    struct journal_pending list[PENDING_RIG_MAX];
};

/* At most `max` (<= PENDING_RIG_MAX) of them. */
struct pending_rig_found pending_rig_find(struct journal_rig *rig, uint64_t after, size_t max,
                                          bool is_start);
enum err pending_rig_begin(struct journal_rig *rig, uint64_t exchange, unsigned attempts);

struct pending_rig_settled {
    enum err rc;
    uint64_t count;
};
struct pending_rig_settled pending_rig_settle(struct journal_rig *rig, uint64_t exchange,
                                              enum journal_decision decision);

/* An answer as of an attempt that failed: pending, or set aside, after one attempt. */
struct journal_answer pending_rig_failed(uint64_t exchange, enum journal_outcome outcome);
/* A webhook that has it already; its id. */
uint64_t pending_rig_store(struct journal_rig *rig, const char *delivery,
                           enum journal_outcome outcome);

/* The row of an exchange as a reader sees it; texts are gone. */
struct journal_row pending_rig_row(uint64_t exchange);

#endif
