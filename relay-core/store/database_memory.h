#ifndef STORE_DATABASE_MEMORY_H
#define STORE_DATABASE_MEMORY_H

/* Makes SQLite allocate through base/mem.h, so that its memory too can be counted and
 * can fail in tests.  Once per process, before the first connection; any thread. */
void database_memory_init(void);

#endif
