#ifndef STORE_DATABASE_IMPL_H
#define STORE_DATABASE_IMPL_H

#include "store/database.h"
#include "store/writer_lock.h"

/* The inside of a database, for the files of this folder only. */

struct sqlite3;

struct database {
    struct database_options options; /* `path` is ours, without links in it */
    char path[DATABASE_PATH_MAX];
    struct writer_lock lock;
    struct sqlite3 *handle; /* owned; NULL: not connected */
    uint64_t wal_size;
    uint64_t log_checked; /* its size when readers hindered the last checkpoint, or 0 */
    bool is_memory, is_broken;
    bool had_file; /* it was there before it was opened */
    char detail[DETAIL_MAX];
};

#endif
