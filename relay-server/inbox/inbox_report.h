#ifndef SERVER_INBOX_REPORT_H
#define SERVER_INBOX_REPORT_H

#include "relay-server/inbox/inbox_index.h"
#include "relay-server/inbox/inbox_op.h"

/* What the log and the status are told: a line when something begins and one when it is
 * over, and again every ten minutes while it lasts, however many deliveries suffer. */
struct inbox_report {
    char detail[DETAIL_MAX]; /* the disk's last failure, "" when all is well */
    uint64_t told_ms;        /* when the log was told of it */
};

/* Of any op that is done. */
void inbox_report_outcome(struct inbox_report *r, const struct inbox_op *op, uint64_t now_ms);
/* A put was refused for want of room. */
void inbox_report_full(struct inbox_place *p, uint64_t now_ms);
/* Set aside for this. */
void inbox_report_damage(uint64_t seq, const char *tunnel, const char *damage);
/* It is not in the store any more, and it was not the inbox that removed it. */
void inbox_report_missing(uint64_t seq, const char *tunnel);

#endif
