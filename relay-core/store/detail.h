#ifndef STORE_DETAIL_H
#define STORE_DETAIL_H

/* What went wrong with a file, in one line for people.  All of this folder, and who
 * uses it, passes the same fixed buffer, so that out of memory can be told too. */
#define DETAIL_MAX 512u

/* Cut where it does not fit.  Arguments may not lie in `detail` itself. */
void detail_write(char detail[static DETAIL_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "subject: what errno says". */
void detail_write_errno(char detail[static DETAIL_MAX], const char *subject, int error);

#endif
