#include "store/database_set_aside.h"

#include "store/database_connect.h"
#include "store/database_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAME_SIZE (DATABASE_PATH_MAX + 64)
#define TRIES     100

static bool exists(const char *name)
{
    struct stat st;

    return lstat(name, &st) == 0;
}

/* A name that is free: two damages in one second get different ones. */
static bool find_name(const struct database *db, char name[static NAME_SIZE])
{
    time_t now = (time_t)(clock_wall_ms(db->options.clock) / 1000);
    struct tm utc = {0};
    char stamp[32];

    gmtime_r(&now, &utc);
    (void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
    for (unsigned i = 1; i <= TRIES; i++) {
        int len = snprintf(name, NAME_SIZE, "%s.damaged-%s", db->path, stamp);

        if (i > 1)
            (void)snprintf(name + len, NAME_SIZE - (size_t)len, "-%u", i);
        if (!exists(name))
            return true;
    }
    return false;
}

static enum err move(const char *path, const char *name, const char *ending)
{
    char from[NAME_SIZE + 8], to[NAME_SIZE + 8];

    (void)snprintf(from, sizeof(from), "%s%s", path, ending);
    (void)snprintf(to, sizeof(to), "%s%s", name, ending);
    return rename(from, to) == 0 || errno == ENOENT ? OK : ERR_IO;
}

/* The log goes first: beside a new file of the old name it would be taken for that
 * one's and be deleted. */
static enum err move_all(const char *path, const char *name)
{
    static const char *const endings[] = {"-wal", "-shm", ""};
    enum err e = OK;

    for (size_t i = 0; !e && i < sizeof(endings) / sizeof(endings[0]); i++)
        e = move(path, name, endings[i]);
    return e ? e : database_path_sync_folder(path);
}

enum err database_set_aside_files(struct database *db, char detail[static DETAIL_MAX])
{
    char name[NAME_SIZE];
    bool is_named = find_name(db, name);
    enum err e = is_named ? move_all(db->path, name) : ERR_CONFLICT;

    if (e) {
        detail_write(
            detail, "the %s %s is damaged and could not be set aside (%s): move it away",
            db->options.schema->what, db->path, is_named ? strerror(errno) : "no name is free");
        return ERR_CORRUPT;
    }
    detail_write(
        detail,
        "the %s was damaged and set aside, a new one was begun. To save what is in it: "
        "sqlite3 '%s' .recover",
        db->options.schema->what, name);
    return OK;
}

enum err database_set_aside(struct database *db, char detail[static DETAIL_MAX])
{
    db->is_broken = true;
    database_connect_end(db);
    enum err e = db->is_memory ? OK : database_set_aside_files(db, detail);
    database_close(db);
    return e;
}

/* ---- for another one ---- */

static bool link_too(const char *path, const char *name, const char *ending)
{
    char from[NAME_SIZE + 8], to[NAME_SIZE + 8];

    (void)snprintf(from, sizeof(from), "%s%s", path, ending);
    (void)snprintf(to, sizeof(to), "%s%s", name, ending);
    return link(from, to) == 0 || errno == ENOENT;
}

/* One that is empty needs no second name. */
static bool link_log_too(const char *path, const char *name)
{
    char log[NAME_SIZE + 8];
    struct stat st;

    (void)snprintf(log, sizeof(log), "%s-wal", path);
    return (stat(log, &st) == 0 && st.st_size == 0) || link_too(path, name, "-wal");
}

static void unlink_with(const char *path, const char *ending)
{
    char name[NAME_SIZE + 8];

    (void)snprintf(name, sizeof(name), "%s%s", path, ending);
    (void)unlink(name);
}

/* Beside the new file the old one's log would be taken for its own: it goes first, but not
 * before it has another name. */
static enum err exchange(const char *path, const char *name, const char *by)
{
    if (!link_log_too(path, name) || !link_too(path, name, ""))
        return ERR_IO;
    enum err e = database_path_sync_folder(path);
    if (e)
        return e;
    unlink_with(path, "-wal");
    unlink_with(path, "-shm");
    if (rename(by, path) != 0) {
        int error = errno;

        (void)link_too(name, path, "-wal");
        errno = error;
        return ERR_IO;
    }
    unlink_with(by, ".lock");
    e = database_path_sync_folder(path);
    (void)e; /* if a power cut undoes it, the damaged file is there again */
    return OK;
}

enum err database_set_aside_for(struct database *db, const char *by,
                                char detail[static DETAIL_MAX])
{
    char name[NAME_SIZE];

    db->is_broken = true;
    database_connect_end(db);
    errno = EEXIST;
    bool is_named = find_name(db, name);
    enum err e = is_named ? exchange(db->path, name, by) : ERR_IO;
    if (e)
        detail_write_errno(detail, by, errno);
    else
        detail_write(detail, "%s", name);
    if (e && is_named) {
        unlink_with(name, "-wal");
        unlink_with(name, "");
    }
    database_close(db);
    return e;
}
