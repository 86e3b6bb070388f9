#ifndef CLI_SECRET_FILE_H
#define CLI_SECRET_FILE_H

#include "base/err.h"
#include "base/span.h"
#include "cli/private_file.h"

/* One secret from a file that only its owner may read, or from standard input.  A
 * single line end at its end is dropped (editors and echo put it there); any other
 * white space at its ends is a mistake that nobody would see, and refused. */
#define SECRET_FILE_MAX 4096u

struct secret_file {
    size_t len;
    char text[SECRET_FILE_MAX + 3]; /* NUL-terminated; wipe it after use */
};

/* Errors of private_file_read; ERR_SYNTAX for an empty one and for what secret_file_problem
 * names.  `out` is wiped on failure. */
MUST_CHECK enum err secret_file_read(const char *path, struct secret_file *out,
                                     char detail[static PRIVATE_FILE_DETAIL_SIZE]);
/* Reads to the end of `fd` (standard input, a pipe); `name` is for messages. */
MUST_CHECK enum err secret_file_read_fd(int fd, const char *name, struct secret_file *out,
                                        char detail[static PRIVATE_FILE_DETAIL_SIZE]);
/* The same, but a line is enough: somebody types it. */
MUST_CHECK enum err secret_file_read_line(int fd, const char *name, struct secret_file *out,
                                          char detail[static PRIVATE_FILE_DETAIL_SIZE]);
/* What is wrong with this text as a secret: empty, white space at an end, control
 * characters, several lines, longer than SECRET_FILE_MAX; NULL when nothing is. */
const char *secret_file_problem(struct span secret);

void secret_file_wipe(struct secret_file *s);

#endif
