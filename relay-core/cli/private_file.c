#include "cli/private_file.h"

#include "base/hex.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096u
#define READ_SIZE 4096u

/* The path of a file, split. */
struct place {
    char folder[PATH_SIZE];
    char temporary[PATH_SIZE];
};

static enum err err_of_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:
    case EROFS:
        return ERR_DENIED;
    case ENOSPC:
    case EDQUOT:
        return ERR_NO_SPACE;
    case ENOMEM:
        return ERR_NOMEM;
    default:
        return ERR_IO;
    }
}

static void describe(char detail[static PRIVATE_FILE_DETAIL_SIZE], const char *path,
                     const char *what)
{
    char shown[128];

    (void)snprintf(detail, PRIVATE_FILE_DETAIL_SIZE, "%s: %s",
                   text_escape(shown, sizeof shown, span_text(path)), what);
}

static enum err fail_errno(char detail[static PRIVATE_FILE_DETAIL_SIZE], const char *path)
{
    enum err e = err_of_errno();

    describe(detail, path, strerror(errno));
    return e;
}

/* --- folders --- */

static enum err check_folder(const char *path, char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    struct stat st;

    if (stat(path, &st) != 0)
        return fail_errno(detail, path);
    if (!S_ISDIR(st.st_mode)) {
        describe(detail, path, "is not a folder");
        return ERR_DENIED;
    }
    if (st.st_uid != geteuid() && st.st_uid != 0 && geteuid() != 0) {
        describe(detail, path, "belongs to another user; choose another folder");
        return ERR_DENIED;
    }
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX)) {
        describe(detail, path, "others may write in this folder: chmod go-w it");
        return ERR_DENIED;
    }
    return OK;
}

static enum err make_one(const char *path, char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    if (mkdir(path, 0700) == 0)
        return chmod(path, 0700) == 0 ? OK : fail_errno(detail, path); /* past the umask */
    return errno == EEXIST ? OK : fail_errno(detail, path);
}

enum err private_file_make_folder(const char *path,
                                  char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    char part[PATH_SIZE];
    size_t len = strlen(path);
    enum err e;

    if (len == 0 || len >= sizeof part) {
        describe(detail, path, "is not a path");
        return ERR_CONFIG;
    }
    for (size_t i = 1; i <= len; i++) {
        struct stat st;
        if (i < len && path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (stat(part, &st) == 0)
            continue;
        e = make_one(part, detail);
        if (e)
            return e;
    }
    return check_folder(path, detail);
}

/* --- writing --- */

static enum err write_all(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_of_errno();
        at += n;
        len -= (size_t)n;
    }
    return OK;
}

static enum err split(const char *path, struct place *out,
                      char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    uint8_t random[6];
    char suffix[2 * sizeof random + 1];

    if (path[0] == '\0' || strlen(path) >= PATH_SIZE - 2 * sizeof suffix ||
        (slash && slash[1] == '\0')) {
        describe(detail, path, "is not the path of a file");
        return ERR_CONFIG;
    }
    random_fill(random_system(), random, sizeof random);
    hex_format(suffix, random, sizeof random);
    (void)snprintf(out->temporary, PATH_SIZE, "%s.%s.tmp", path, suffix);
    if (slash && len == 0)
        (void)snprintf(out->folder, PATH_SIZE, "/");
    else
        (void)snprintf(out->folder, PATH_SIZE, "%.*s", slash ? (int)len : 1,
                       slash ? path : ".");
    return OK;
}

static bool keep_owner(int fd, const char *path, const char *folder)
{
    struct stat st;

    if (geteuid() != 0)
        return true;
    if (lstat(path, &st) != 0 && stat(folder, &st) != 0)
        return false;
    return fchown(fd, st.st_uid, st.st_gid) == 0;
}

/* Written, owned and on the disk, or an errno. */
static bool fill_temporary(int fd, const char *path, const char *folder, struct span data)
{
    return fchmod(fd, 0600) == 0 && keep_owner(fd, path, folder) &&
           write_all(fd, data.ptr, data.len) == OK && fsync(fd) == 0;
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static enum err replace(const char *path, const struct place *place, struct span data,
                        char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    int fd = open(place->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok;
    enum err e;

    if (fd < 0)
        return fail_errno(detail, path);
    ok = fill_temporary(fd, path, place->folder, data);
    if (ok && rename(place->temporary, path) == 0 && sync_folder(place->folder)) {
        (void)close(fd);
        return OK;
    }
    e = fail_errno(detail, path);
    (void)unlink(place->temporary);
    (void)close(fd);
    return e;
}

enum err private_file_write(const char *path, const void *data, size_t len,
                            char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    struct place *place = mem_alloc(sizeof *place);
    enum err e;

    if (!place) {
        describe(detail, path, err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    e = split(path, place, detail);
    if (!e)
        e = private_file_make_folder(place->folder, detail);
    if (!e)
        e = replace(path, place, span_of(data, len), detail);
    mem_free(place);
    return e;
}

/* --- reading --- */

static enum err check_file(const struct stat *st, const char *path,
                           char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    char command[160], shown[128];

    if (!S_ISREG(st->st_mode)) {
        describe(detail, path, "is not a regular file");
        return ERR_DENIED;
    }
    if (st->st_mode & (S_IRWXG | S_IRWXO)) {
        (void)snprintf(command, sizeof command, "other users may read it: chmod 600 %s",
                       text_escape(shown, sizeof shown, span_text(path)));
        describe(detail, path, command);
        return ERR_DENIED;
    }
    return OK;
}

/* `size` is what the file had a moment ago. */
static enum err read_all(int fd, const char *path, size_t size, struct bytes *out,
                         char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    uint8_t buf[READ_SIZE], *room;
    /* All at once, because growing would leave pieces of secrets in freed memory. */
    enum err e = bytes_reserve(out, size, &room);
    ssize_t n = 1;

    while (!e && n != 0) {
        n = read(fd, buf, sizeof buf);
        if (n > 0)
            e = bytes_append(out, buf, (size_t)n);
        else if (n < 0 && errno != EINTR)
            e = fail_errno(detail, path);
    }
    if (e == ERR_LIMIT || e == ERR_NOMEM)
        describe(detail, path, e == ERR_LIMIT ? "is too large" : err_text(e));
    mem_wipe(buf, sizeof buf);
    return e;
}

enum err private_file_read(const char *path, struct bytes *out,
                           char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    /* O_NONBLOCK: a FIFO in this place must not hang the program. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    enum err e;

    if (fd < 0 && errno == ELOOP) {
        describe(detail, path, "is a symbolic link; give the path of the file itself");
        return ERR_DENIED;
    }
    if (fd < 0)
        return fail_errno(detail, path);
    e = fstat(fd, &st) == 0 ? check_file(&st, path, detail) : fail_errno(detail, path);
    if (!e)
        e = read_all(fd, path, (size_t)st.st_size, out, detail);
    (void)close(fd);
    return e;
}
