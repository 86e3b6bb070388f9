#ifndef STORE_WRITER_LOCK_H
#define STORE_WRITER_LOCK_H

#include "base/err.h"
#include "store/detail.h"

#include <stdbool.h>

/* At most one writer of a file in the whole system: flock on FILE.lock, which the kernel
 * lets go of when the process dies.  The lock file holds the writer's process id and
 * stays: that it is not empty proves that FILE was ours once.
 *
 * Life: writer_lock_init -> writer_lock_sign -> writer_lock_fini; zeroed is legal. */
struct writer_lock {
    int fd;
    bool is_held;
    bool had_writer; /* somebody signed it before */
};

/* ERR_BUSY: held by the process named in `detail`. */
MUST_CHECK enum err writer_lock_init(struct writer_lock *l, const char *path,
                                     char detail[static DETAIL_MAX]);
void writer_lock_fini(struct writer_lock *l);
/* Once FILE has proved to be good. */
void writer_lock_sign(struct writer_lock *l);

#endif
