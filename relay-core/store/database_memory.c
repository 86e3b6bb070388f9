#include "store/database_memory.h"

#include "base/mem.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>

/* SQLite asks for a block's size, so each begins with it; 16 keeps the alignment. */
#define PREFIX 16

static void *block_of(void *ptr)
{
    return (char *)ptr - PREFIX;
}

static int size_of(void *ptr)
{
    return ptr ? *(int *)block_of(ptr) : 0;
}

static void *grow(void *ptr, int size)
{
    int *block = mem_grow(ptr ? block_of(ptr) : NULL, (size_t)size + PREFIX);

    if (!block)
        return NULL;
    *block = size;
    return (char *)block + PREFIX;
}

static void *allocate(int size)
{
    return grow(NULL, size);
}

static void release(void *ptr)
{
    if (ptr)
        mem_free(block_of(ptr));
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static int start(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}

static void stop(void *unused)
{
    (void)unused;
}

static void configure(void)
{
    static const struct sqlite3_mem_methods methods = {
        .xMalloc = allocate,
        .xFree = release,
        .xRealloc = grow,
        .xSize = size_of,
        .xRoundup = round_up,
        .xInit = start,
        .xShutdown = stop,
    };
    int failed = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);

    /* Its statistics cost a global lock per allocation. */
    failed |= sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    assert(!failed); /* only if SQLite was used before by somebody else */
    (void)failed;
}

void database_memory_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, configure);
}
