#include "store/writer_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_SIZE 512

/* 0: not signed (yet). */
static long read_pid(int fd)
{
    char text[24] = "";
    ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

    return len > 0 ? strtol(text, NULL, 10) : 0;
}

static enum err refuse(enum err e, const char *name, char detail[static DETAIL_MAX])
{
    detail_write_errno(detail, name, errno);
    return e;
}

static enum err report_holder(int fd, const char *path, char detail[static DETAIL_MAX])
{
    long pid = read_pid(fd);

    if (pid > 0)
        detail_write(detail, "%s is in use by process %ld: stop that one, or use another file",
                     path, pid);
    else
        detail_write(detail, "%s is in use by another process", path);
    return ERR_BUSY;
}

static enum err open_file(const char *name, int *out, char detail[static DETAIL_MAX])
{
    int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

    if (fd < 0)
        return refuse(errno == ENOSPC || errno == EDQUOT ? ERR_NO_SPACE : ERR_DENIED, name,
                      detail);
    (void)fchmod(fd, 0600); /* whatever the umask left of it */
    *out = fd;
    return OK;
}

enum err writer_lock_init(struct writer_lock *l, const char *path,
                          char detail[static DETAIL_MAX])
{
    char name[NAME_SIZE];
    int fd = -1;

    *l = (struct writer_lock){0};
    (void)snprintf(name, sizeof(name), "%s.lock", path);
    enum err e = open_file(name, &fd, detail);
    if (e)
        return e;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        e = errno == EWOULDBLOCK ? report_holder(fd, path, detail)
                                 : refuse(ERR_IO, name, detail);
        close(fd);
        return e;
    }
    *l = (struct writer_lock){.fd = fd, .is_held = true, .had_writer = read_pid(fd) > 0};
    return OK;
}

void writer_lock_fini(struct writer_lock *l)
{
    if (l->is_held)
        close(l->fd);
    *l = (struct writer_lock){0};
}

/* On a full disk the file stays empty: the lock works, only its holder has no name. */
void writer_lock_sign(struct writer_lock *l)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

    if (l->is_held && ftruncate(l->fd, 0) == 0 && pwrite(l->fd, text, (size_t)len, 0) == len)
        l->had_writer = true;
}
