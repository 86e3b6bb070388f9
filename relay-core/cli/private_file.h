#ifndef CLI_PRIVATE_FILE_H
#define CLI_PRIVATE_FILE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>

/* Files that nobody else may read: 0600 in folders of 0700, whatever the umask is.
 * Blocking; for start-up, commands and worker threads.
 * `detail` gets, on failure, a sentence for people with what to do; escaped. */
#define PRIVATE_FILE_DETAIL_SIZE 256u

/* Makes the folder and its missing parents.  One that exists stays as it is, but must
 * belong to this user (or root) and not be writable by others: ERR_DENIED. */
MUST_CHECK enum err private_file_make_folder(const char *path,
                                             char detail[static PRIVATE_FILE_DETAIL_SIZE]);

/* Replaces the file by these bytes: whole or not at all, also when the machine loses
 * power.  Makes its folder.  Run by root, the file keeps its owner or gets the folder's,
 * so that a service with a user of its own can still read it.  ERR_NO_SPACE, ERR_IO ... */
MUST_CHECK enum err private_file_write(const char *path, const void *data, size_t len,
                                       char detail[static PRIVATE_FILE_DETAIL_SIZE]);

/* Appends the contents to `out`, whose maximum is the limit (ERR_LIMIT).  ERR_NOT_FOUND;
 * ERR_DENIED for symbolic links, anything but regular files, and files that the group or
 * others may read or write ("chmod 600 FILE"). */
MUST_CHECK enum err private_file_read(const char *path, struct bytes *out,
                                      char detail[static PRIVATE_FILE_DETAIL_SIZE]);

#endif
