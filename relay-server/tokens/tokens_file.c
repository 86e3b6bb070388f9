#include "relay-server/tokens/tokens_file.h"

#include "base/text.h"
#include "cli/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096u

static void say_damaged(const char *file, char detail[static TOKENS_DETAIL_SIZE])
{
    char shown[128], what[128];

    (void)snprintf(what, sizeof what, "%s", detail);
    (void)snprintf(detail, TOKENS_DETAIL_SIZE,
                   "%s is damaged (%s). Restore it from a backup, or move it away and create "
                   "the tokens anew",
                   text_escape(shown, sizeof shown, span_text(file)), what);
}

enum err tokens_file_read(const char *file, struct token_list *out,
                          char detail[static TOKENS_DETAIL_SIZE])
{
    struct bytes json;
    enum err e;

    *out = (struct token_list){0};
    bytes_init(&json, TOKENS_FILE_MAX);
    e = private_file_read(file, &json, detail);
    if (!e) {
        e = token_list_parse(bytes_span(&json), out, detail);
        if (e == ERR_CORRUPT)
            say_damaged(file, detail);
    }
    bytes_fini(&json);
    if (e != ERR_NOT_FOUND)
        return e;
    detail[0] = '\0';
    return OK;
}

/* Made by root for a service with a user of its own, it must not shut that user out. */
static bool give_to_owner_of(int fd, const char *folder)
{
    struct stat st;

    return geteuid() != 0 || (stat(folder, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0);
}

static int open_lock(const char *path, const char *folder)
{
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0 ||
        (fchmod(fd, 0600) == 0 && give_to_owner_of(fd, folder) && flock(fd, LOCK_EX) == 0))
        return fd;
    (void)close(fd);
    return -1;
}

enum err tokens_file_lock(const char *file, struct tokens_file_lock *out,
                          char detail[static TOKENS_DETAIL_SIZE])
{
    char path[PATH_SIZE], folder[PATH_SIZE] = ".", shown[128];
    const char *slash = strrchr(file, '/');
    enum err e;

    out->fd = -1;
    if (strlen(file) + sizeof ".lock" > sizeof path) {
        (void)snprintf(detail, TOKENS_DETAIL_SIZE, "the path of the token file is too long");
        return ERR_CONFIG;
    }
    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - file) + (slash == file),
                       file);
    e = private_file_make_folder(folder, detail);
    if (e)
        return e;
    (void)snprintf(path, sizeof path, "%s.lock", file);
    out->fd = open_lock(path, folder);
    if (out->fd >= 0)
        return OK;
    (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s: %s",
                   text_escape(shown, sizeof shown, span_text(path)), strerror(errno));
    return ERR_IO;
}

void tokens_file_unlock(struct tokens_file_lock *lock)
{
    if (lock->fd >= 0)
        (void)close(lock->fd); /* and with it the lock */
    lock->fd = -1;
}

enum err tokens_file_write(const char *file, const struct token_list *l,
                           char detail[static TOKENS_DETAIL_SIZE])
{
    struct bytes json;
    enum err e;

    bytes_init(&json, TOKENS_FILE_MAX);
    e = token_list_format(l, &json);
    if (e)
        (void)snprintf(detail, TOKENS_DETAIL_SIZE, "%s", err_text(e));
    else
        e = private_file_write(file, bytes_peek(&json), bytes_len(&json), detail);
    bytes_fini(&json);
    return e;
}
