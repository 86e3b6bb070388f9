#ifndef CLIENT_JOURNAL_JOURNAL_REPORT_H
#define CLIENT_JOURNAL_JOURNAL_REPORT_H

/* What the worker thread has to say to people; travels with an entry or a chore.
 * Zeroed is legal. */
struct journal_report {
    char *failure; /* owned; NULL: nothing failed, or out of memory */
    char *notice;  /* owned; a damaged journal was set aside */
};

void journal_report_fini(struct journal_report *r);

#endif
