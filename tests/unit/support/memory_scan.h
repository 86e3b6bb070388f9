/* Does a secret still stand anywhere in this process's heap or data?  What was freed counts
 * too, so a test learns what a core dump or a swap file would give away.
 *
 * The secrets are made of a formula, so that the test itself holds no copy: 32 hexadecimal
 * digits, a different one for each `which`. */
#ifndef TESTS_UNIT_SUPPORT_MEMORY_SCAN_H
#define TESTS_UNIT_SUPPORT_MEMORY_SCAN_H

#include <stddef.h>

#define MEMORY_SCAN_SECRET_LEN 32u

char memory_scan_digit(unsigned which, size_t at);
/* Places where at least the second half of the secret stands: the allocator overwrites
 * the beginning of what is freed. */
size_t memory_scan_count(unsigned which);
/* Writes a file with mode 0600 without leaving a copy; '%' and a digit in `pattern` is
 * that secret. */
void memory_scan_write_file(const char *path, const char *pattern);

#endif
