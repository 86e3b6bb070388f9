#include "store/database_upkeep.h"

#include "store/database_impl.h"

#define LOG_BYTES    (4u * 1024 * 1024) /* of the write-ahead log, between checkpoints */
#define UNUSED_BYTES (4u * 1024 * 1024) /* of free pages that stay for what comes next */
#define SHRINK_PAGES 256u               /* at once: a few milliseconds */

enum err database_upkeep_log(struct database *db)
{
    uint64_t size = db->wal_size;

    if (size < db->log_checked)
        db->log_checked = 0;
    if (size - db->log_checked < LOG_BYTES)
        return OK;
    enum err e = database_checkpoint(db, false);
    db->log_checked = e == ERR_BUSY ? size : 0;
    return e == ERR_BUSY ? OK : e;
}

enum err database_upkeep_rest(struct database *db, bool *has_more)
{
    struct database_size size;
    enum err e = database_measure(db, &size);

    *has_more = !e && size.unused > UNUSED_BYTES;
    if (*has_more)
        return database_shrink(db, SHRINK_PAGES);
    if (!e && db->wal_size > 0)
        e = database_checkpoint(db, true);
    return e == ERR_BUSY ? OK : e; /* a reader: next time */
}
