#include "store/database.h"

#include "base/mem.h"
#include "store/database_connect.h"
#include "store/database_error.h"
#include "store/statement.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>

#define BUSY_MS 5000

void database_close(struct database *db)
{
    if (!db)
        return;
    database_connect_end(db);
    writer_lock_fini(&db->lock);
    mem_free(db);
}

enum err database_exec(struct database *db, const char *sql)
{
    return database_error_note(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

enum err database_begin(struct database *db)
{
    return database_exec(db, "BEGIN IMMEDIATE");
}

enum err database_commit(struct database *db)
{
    assert(!sqlite3_get_autocommit(db->handle));
    enum err e = database_exec(db, "COMMIT");

    if (e)
        database_rollback(db);
    return e;
}

void database_rollback(struct database *db)
{
    if (sqlite3_get_autocommit(db->handle))
        return;
    /* Its failure is told by the connection's state: the next BEGIN fails. */
    (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool database_is_broken(const struct database *db)
{
    return db->is_broken;
}

const char *database_detail(const struct database *db)
{
    return db->detail;
}

uint64_t database_wal_size(const struct database *db)
{
    return db->wal_size;
}

enum err database_checkpoint(struct database *db, bool empty)
{
    int mode = empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int pages = 0, copied = 0;

    if (db->is_memory)
        return OK;
    (void)sqlite3_busy_timeout(db->handle, 0);
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, &pages, &copied);
    (void)sqlite3_busy_timeout(db->handle, BUSY_MS);
    if (code == SQLITE_OK && pages > copied) /* passive: readers are in the way */
        code = SQLITE_BUSY;
    if (code == SQLITE_OK)
        db->wal_size = 0; /* the next commit begins at its start */
    return database_error_note(db, code);
}

enum err database_measure(struct database *db, struct database_size *out)
{
    uint64_t size = 0, pages = 0, unused = 0;
    enum err e = statement_query_u64(db, "PRAGMA page_size", &size);

    if (!e)
        e = statement_query_u64(db, "PRAGMA page_count", &pages);
    if (!e)
        e = statement_query_u64(db, "PRAGMA freelist_count", &unused);
    if (!e)
        *out = (struct database_size){(pages - unused) * size, unused * size};
    return e;
}

enum err database_shrink(struct database *db, unsigned pages)
{
    char sql[64];

    (void)snprintf(sql, sizeof(sql), "PRAGMA incremental_vacuum(%u)", pages);
    return database_exec(db, sql);
}
