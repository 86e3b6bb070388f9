#ifndef SERVER_INBOX_REPAIR_H
#define SERVER_INBOX_REPAIR_H

#include "relay-server/inbox/sqlite/inbox_sqlite_check.h"

/* Makes a new inbox file of all that is good in a damaged one.  The damaged file stays
 * beside it, under another name.  At every moment one of the two is in place, and before
 * the new one is, it is whole and on the disk. */
struct inbox_repair {
    struct inbox_sqlite_check check; /* of the old file; `found` and `owner` are set */
    uint64_t kept, aside;            /* in the new file; both 0 when nothing was to be done */
    uint64_t salvaged;               /* of these, found only by looking through the pages */
    bool is_done;                    /* false with OK: nothing was to be done */
    char old_path[DETAIL_MAX];       /* where the damaged file is now */
    char detail[DETAIL_MAX];         /* on failure */
};

/* ERR_NOT_FOUND: there is no inbox; ERR_BUSY: a relay is running; ERR_CONFIG, ERR_VERSION
 * as inbox_open.  On any failure the old file is as it was. */
MUST_CHECK enum err inbox_repair_run(struct inbox_repair *r, const char *path,
                                     const struct clock *clock);

#endif
