#include "store/database_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err errno_error(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return ERR_NO_SPACE;
    case ENOENT:
        return ERR_NOT_FOUND;
    case ENOTDIR:
    case ENAMETOOLONG:
        return ERR_CONFIG;
    case ENOMEM:
        return ERR_NOMEM;
    case EIO:
        return ERR_IO;
    default: /* errno is not an enum of ours */
        return ERR_DENIED;
    }
}

static enum err report_errno(const char *path, char detail[static DETAIL_MAX])
{
    int error = errno;

    detail_write_errno(detail, path, error);
    return errno_error(error);
}

/* ---- folders ---- */

/* One folder; an existing one stays as it is. */
static enum err make_folder(const char *folder, char detail[static DETAIL_MAX])
{
    if (mkdir(folder, 0700) == 0)
        return chmod(folder, 0700) == 0 ? OK : report_errno(folder, detail);
    struct stat st;
    if (errno == EEXIST || stat(folder, &st) == 0)
        return OK;
    return report_errno(folder, detail);
}

/* `folder` and those above it, from the top.  Changes it only in passing. */
static enum err make_folders(char *folder, char detail[static DETAIL_MAX])
{
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        enum err e = make_folder(folder, detail);
        *slash = '/';
        if (e)
            return e;
    }
    return make_folder(folder, detail);
}

/* A group that is the user's own is as good as the user. */
static bool is_open_to_writers(const struct stat *st)
{
    return (st->st_mode & S_IWOTH) || ((st->st_mode & S_IWGRP) && st->st_gid != getegid());
}

static enum err check_folder(const char *folder, char detail[static DETAIL_MAX])
{
    struct stat st;

    if (stat(folder, &st) != 0)
        return report_errno(folder, detail);
    if (!is_open_to_writers(&st))
        return OK;
    detail_write(detail,
                 "others may write in the folder %s and could replace files in it: choose "
                 "another folder, or run: chmod go-w '%s'",
                 folder, folder);
    return ERR_DENIED;
}

static void folder_of(const char *path, char folder[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        (void)snprintf(folder, PATH_MAX, ".");
    else if (slash == path)
        (void)snprintf(folder, PATH_MAX, "/");
    else
        (void)snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path), path);
}

static enum err resolve(const char *path, bool creates, char *real, size_t size,
                        char detail[static DETAIL_MAX])
{
    char folder[PATH_MAX], full[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    if (name[0] == '\0' || strlen(path) >= PATH_MAX) {
        detail_write(detail, "'%.200s' does not name a file", path);
        return ERR_CONFIG;
    }
    folder_of(path, folder);
    enum err e = creates ? make_folders(folder, detail) : OK;
    if (e)
        return e;
    if (!realpath(folder, full))
        return report_errno(folder, detail);
    e = check_folder(full, detail);
    if (e)
        return e;
    int len = snprintf(real, size, "%s/%s", strcmp(full, "/") == 0 ? "" : full, name);
    if (len >= 0 && (size_t)len < size)
        return OK;
    detail_write(detail, "the path %.200s... is longer than %zu bytes", full, size - 1);
    return ERR_CONFIG;
}

/* ---- files ---- */

static enum err refuse(const char *why, const char *path, char detail[static DETAIL_MAX])
{
    detail_write(detail, "%s %s", path, why);
    return ERR_DENIED;
}

/* lstat, not open: closing a descriptor would drop SQLite's locks on the file. */
static enum err check_file(const char *path, char detail[static DETAIL_MAX])
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return report_errno(path, detail);
    if (S_ISLNK(st.st_mode))
        return refuse("is a symbolic link: give the path of the file itself", path, detail);
    if (!S_ISREG(st.st_mode)) {
        (void)refuse("is not a regular file: choose another path", path, detail);
        return ERR_CONFIG;
    }
    if (st.st_uid != geteuid())
        return refuse("belongs to another user: choose another path", path, detail);
    if (!(st.st_mode & (S_IRWXG | S_IRWXO)))
        return OK;
    detail_write(detail,
                 "other users have access to %s (mode %04o), which may hold private "
                 "messages: run chmod 600 on it",
                 path, (unsigned)st.st_mode & 07777u);
    return ERR_DENIED;
}

static enum err create_file(const char *path, char detail[static DETAIL_MAX])
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST)
        return OK; /* another one was faster: checked below like any other */
    if (fd < 0)
        return report_errno(path, detail);
    bool done = fchmod(fd, 0600) == 0 && fsync(fd) == 0;
    enum err e = done ? OK : report_errno(path, detail);
    close(fd);
    if (e)
        return e;
    e = database_path_sync_folder(path);
    return e ? report_errno(path, detail) : OK;
}

static enum err check_companions(const char *path, char detail[static DETAIL_MAX])
{
    static const char *const endings[] = {"-wal", "-shm", ".lock"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[PATH_MAX];

        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        enum err e = check_file(name, detail);
        if (e && e != ERR_NOT_FOUND)
            return e;
    }
    detail[0] = '\0';
    return OK;
}

enum err database_path_prepare(const char *path, bool creates, char *real, size_t size,
                               char detail[static DETAIL_MAX])
{
    enum err e = resolve(path, creates, real, size, detail);

    if (e)
        return e;
    e = check_file(real, detail);
    if (e == ERR_NOT_FOUND && creates) {
        e = create_file(real, detail);
        if (!e)
            e = check_file(real, detail);
    }
    return e ? e : check_companions(real, detail);
}

enum err database_path_sync_folder(const char *path)
{
    char folder[PATH_MAX];

    folder_of(path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno_error(errno);
    enum err e = fsync(fd) == 0 ? OK : errno_error(errno);
    close(fd);
    return e;
}
