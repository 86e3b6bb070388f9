#ifndef STORE_DATABASE_PATH_H
#define STORE_DATABASE_PATH_H

#include "base/err.h"
#include "store/detail.h"

#include <stdbool.h>
#include <stddef.h>

/* Files that only their owner may see: a database, and what SQLite puts beside it. */

/* Resolves the folder of `path` into `real` (`size` bytes), so that what follows meets
 * no symbolic link.  With `creates`, missing folders are made (0700) and so is the file
 * (0600, empty), whatever the umask; both are on the disk then.
 * Refused as ERR_DENIED: a file, or one of its companions -wal, -shm, .lock, that is a
 * symbolic link, is not ours, or is open to group or others; a folder in which others
 * may write.  ERR_NOT_FOUND: not there, and not to be created.  ERR_CONFIG: not a file,
 * or the path is too long.  `detail` says what to do. */
MUST_CHECK enum err database_path_prepare(const char *path, bool creates, char *real,
                                          size_t size, char detail[static DETAIL_MAX]);
/* Makes names in the folder of `path` durable. */
MUST_CHECK enum err database_path_sync_folder(const char *path);

#endif
