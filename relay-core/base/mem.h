#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Every allocation of ours goes through here, so that a test can fail the n-th
 * one and count what is alive.  Safe from any thread. */

/* Zeroed; NULL when memory is out. */
void *mem_alloc(size_t size);
/* Like realloc: on NULL the old block stays valid.  The new part is not zeroed. */
void *mem_grow(void *old, size_t size);
/* mem_free(NULL) does nothing. */
void mem_free(void *ptr);
/* A NUL-terminated copy of `len` bytes; NULL when memory is out. */
char *mem_text(const char *src, size_t len);
/* Overwrite a secret so that the compiler cannot drop it. */
void mem_wipe(void *ptr, size_t len);
/* The same as mem_alloc and mem_free, for a library that may put secrets into its blocks:
 * they are wiped before they are freed.  Never mix the two pairs. */
void *mem_secret_alloc(size_t size);
void mem_secret_free(void *ptr);
/* Equal?  Takes the same time wherever the first difference is. */
bool mem_equal_secret(const void *a, const void *b, size_t len);

/* For a program with thousands of large buffers that are mostly empty (TLS records):
 * memory that was never used stays out of residence.  Before the first thread. */
void mem_spare(void);

/* Tests only: fail the n-th allocation from now (1 = the next), 0 = never. */
void mem_fail_at(unsigned long n);
/* Tests only: blocks allocated and not yet freed. */
unsigned long mem_live(void);

#endif
