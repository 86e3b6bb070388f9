#include "store/database_error.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

/* EFBIG: RLIMIT_FSIZE, or the largest file that the file system can hold. */
static bool is_no_space(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static enum err translate_io(int code, int error)
{
    if (code == SQLITE_IOERR_NOMEM)
        return ERR_NOMEM;
    if (is_no_space(error))
        return ERR_NO_SPACE;
    return ERR_IO;
}

static enum err translate(int code, int error)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_FULL:
        return ERR_NO_SPACE;
    case SQLITE_IOERR:
        return translate_io(code, error);
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ERR_DENIED;
    case SQLITE_CANTOPEN:
        return is_no_space(error) ? ERR_NO_SPACE : ERR_DENIED;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_INTERRUPT:
        return ERR_CANCELLED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our SQL is constant: if it does not fit, a table is missing */
    case SQLITE_SCHEMA:
        return ERR_CORRUPT;
    default: /* SQLite's numbers, not an enum of ours */
        return ERR_IO;
    }
}

/* NO_SPACE from SQLITE_FULL is clean; an I/O error of the same cause is not. */
static bool is_breaking(int code, enum err e)
{
    return e == ERR_IO || e == ERR_CORRUPT || (code & 0xff) == SQLITE_CANTOPEN ||
           ((code & 0xff) == SQLITE_IOERR && e != ERR_NOMEM);
}

/* The errno that a file met last, 0 if none. */
static int errno_of(sqlite3 *handle, int which)
{
    sqlite3_file *file = NULL;
    int error = 0;

    if (sqlite3_file_control(handle, NULL, which, &file) == SQLITE_OK && file && file->pMethods)
        (void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

/* SQLite's own word for it is the errno of now, after it has cleaned up: the last choice. */
static int cause_of(sqlite3 *handle, int code)
{
    int error = 0;

    if (!handle || ((code & 0xff) != SQLITE_IOERR && (code & 0xff) != SQLITE_CANTOPEN))
        return 0;
    if ((code & 0xff) == SQLITE_IOERR)
        error = errno_of(handle, SQLITE_FCNTL_JOURNAL_POINTER); /* the log, too */
    if (!error && (code & 0xff) == SQLITE_IOERR)
        error = errno_of(handle, SQLITE_FCNTL_FILE_POINTER);
    return error ? error : sqlite3_system_errno(handle);
}

enum err database_error_note(struct database *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return OK;
    int error = cause_of(db->handle, code);
    enum err e = translate(code, error);

    if (is_breaking(code, e))
        db->is_broken = true;
    detail_write(db->detail, "%s %s: %s", db->options.schema->what, db->path,
                 error ? strerror(error) : sqlite3_errstr(code));
    return e;
}

enum err database_error_damaged(struct database *db, const char *what)
{
    db->is_broken = true;
    detail_write(db->detail, "%s %s: %s", db->options.schema->what, db->path, what);
    return ERR_CORRUPT;
}
