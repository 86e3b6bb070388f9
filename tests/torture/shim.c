/* Crashes and failing disks (shim.h).
 *
 * Points are numbered from 1: the moment before and the moment after each call of write,
 * pwrite, writev, send, sendmsg, fdatasync, fsync, ftruncate, rename and unlink that reaches
 * a regular file or a socket, and for those that write also the moment when half of the bytes
 * have left.  Standard output and standard error do not count.  Numbers go on where an
 * earlier program with the same state ended. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static struct shim_state *state;
static size_t site_size;
static uint64_t crash_at, fail_from, fail_to;
static int fail_with;

/* --- the real functions --- */

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

void shim_find(void *out, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(out, &found, sizeof found);
}

static void find_all(void)
{
    shim_find(&real_write, "write");
    shim_find(&real_pwrite, "pwrite64");
    shim_find(&real_writev, "writev");
    shim_find(&real_send, "send");
    shim_find(&real_sendmsg, "sendmsg");
    shim_find(&real_fdatasync, "fdatasync");
    shim_find(&real_fsync, "fsync");
    shim_find(&real_ftruncate, "ftruncate64");
    shim_find(&real_rename, "rename");
    shim_find(&real_unlink, "unlink");
}

static void map_state(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0 || (size_t)st.st_size < sizeof *state)
        abort();
    state = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (state == MAP_FAILED)
        abort();
    site_size = (size_t)st.st_size - sizeof *state;
    (void)close(fd);
}

static void read_failure(const char *text)
{
    char *rest;
    uint64_t len = 1;

    fail_from = strtoull(text, &rest, 10);
    if (strncmp(rest, ":ENOSPC", 7) == 0)
        fail_with = ENOSPC;
    else if (strncmp(rest, ":EIO", 4) == 0)
        fail_with = EIO;
    else
        abort();
    rest = strchr(rest + 1, ':');
    if (rest)
        len = strtoull(rest + 1, NULL, 10);
    fail_to = fail_from + len;
}

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("HOOKLINE_SHIM_STATE");
    const char *crash = getenv("HOOKLINE_CRASH_AT");
    const char *failure = getenv("HOOKLINE_FAIL_AT");

    find_all();
    if (!path)
        return;
    if (crash)
        crash_at = strtoull(crash, NULL, 10);
    if (failure)
        read_failure(failure);
    map_state(path);
}

const struct shim_state *shim_state(void)
{
    return state;
}

/* --- points --- */

/* One call on its way: what it is, for the one who reads where the crash was. */
struct site {
    const char *call;
    int fd;           /* -1: `path` instead */
    const char *path; /* or NULL */
};

static void describe(const struct site *site, const char *when)
{
    char link[64], path[512];
    ssize_t len;

    if (site_size == 0)
        return;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", site->fd);
    len = site->path ? -1 : readlink(link, path, sizeof path - 1);
    path[len < 0 ? 0 : len] = '\0';
    (void)snprintf(state->site, site_size, "%s %s(%s)", when, site->call,
                   site->path ? site->path : path);
}

static bool is_here(void)
{
    return state && atomic_fetch_add(&state->points, 1) + 1 == crash_at;
}

static void die(const struct site *site, const char *when)
{
    describe(site, when);
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static void point(const struct site *site, const char *when)
{
    if (is_here())
        die(site, when);
}

/* --- failures --- */

/* Must this call to the disk fail?  Then errno is set. */
static bool fails(const struct site *site)
{
    uint64_t n = atomic_fetch_add(&state->calls, 1) + 1;

    if (n < fail_from || n >= fail_to)
        return false;
    if (n == fail_from)
        describe(site, "failed");
    errno = fail_with;
    return true;
}

enum target { NOTHING, DISK, SOCKET };

static enum target target_of(int fd)
{
    struct stat st;

    if (!state || fd == STDOUT_FILENO || fd == STDERR_FILENO || fstat(fd, &st) != 0)
        return NOTHING;
    if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
        return DISK;
    return S_ISSOCK(st.st_mode) ? SOCKET : NOTHING;
}

/* Before a call that has no bytes.  False: it fails. */
static bool enter(const struct site *site)
{
    point(site, "before");
    return !fails(site);
}

/* --- bytes --- */

ssize_t write(int fd, const void *data, size_t len)
{
    enum target target = target_of(fd);
    struct site site = {"write", fd, NULL};

    if (target == NOTHING)
        return real_write(fd, data, len);
    point(&site, "before");
    if (is_here()) {
        (void)real_write(fd, data, len / 2);
        die(&site, "in the middle of");
    }
    if (target == DISK && fails(&site))
        return -1;
    ssize_t done = real_write(fd, data, len);
    point(&site, "after");
    return done;
}

static ssize_t pwrite_at(int fd, const void *data, size_t len, off_t offset)
{
    struct site site = {"pwrite", fd, NULL};

    if (target_of(fd) == NOTHING)
        return real_pwrite(fd, data, len, offset);
    point(&site, "before");
    if (is_here()) {
        (void)real_pwrite(fd, data, len / 2, offset);
        die(&site, "in the middle of");
    }
    if (fails(&site))
        return -1;
    ssize_t done = real_pwrite(fd, data, len, offset);
    point(&site, "after");
    return done;
}

/* Both names, whatever the program was compiled with: off_t has 64 bits here. */
_Static_assert(sizeof(off_t) == 8, "files of more than 2 GiB");
ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
    return pwrite_at(fd, data, len, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t len, off_t offset)
{
    return pwrite_at(fd, data, len, offset);
}

ssize_t writev(int fd, const struct iovec *pieces, int len)
{
    enum target target = target_of(fd);
    struct site site = {"writev", fd, NULL};

    if (target == NOTHING || len <= 0)
        return real_writev(fd, pieces, len);
    point(&site, "before");
    if (is_here()) {
        (void)real_write(fd, pieces[0].iov_base, pieces[0].iov_len / 2);
        die(&site, "in the middle of");
    }
    if (target == DISK && fails(&site))
        return -1;
    ssize_t done = real_writev(fd, pieces, len);
    point(&site, "after");
    return done;
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    struct site site = {"send", fd, NULL};

    if (target_of(fd) != SOCKET)
        return real_send(fd, data, len, flags);
    point(&site, "before");
    if (is_here()) {
        (void)real_send(fd, data, len / 2, flags);
        die(&site, "in the middle of");
    }
    ssize_t done = real_send(fd, data, len, flags);
    point(&site, "after");
    return done;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct site site = {"sendmsg", fd, NULL};

    if (target_of(fd) != SOCKET || message->msg_iovlen == 0)
        return real_sendmsg(fd, message, flags);
    point(&site, "before");
    if (is_here()) {
        (void)real_send(fd, message->msg_iov[0].iov_base, message->msg_iov[0].iov_len / 2,
                        flags);
        die(&site, "in the middle of");
    }
    ssize_t done = real_sendmsg(fd, message, flags);
    point(&site, "after");
    return done;
}

/* --- the disk --- */

static int sync_with(int (*real)(int), const struct site *site)
{
    if (target_of(site->fd) != DISK)
        return real(site->fd);
    if (!enter(site))
        return -1;
    int rc = real(site->fd);
    point(site, "after");
    return rc;
}

int fdatasync(int fd)
{
    struct site site = {"fdatasync", fd, NULL};

    return sync_with(real_fdatasync, &site);
}

int fsync(int fd)
{
    struct site site = {"fsync", fd, NULL};

    return sync_with(real_fsync, &site);
}

static int truncate_to(int fd, off_t len)
{
    struct site site = {"ftruncate", fd, NULL};

    if (target_of(fd) != DISK)
        return real_ftruncate(fd, len);
    if (!enter(&site))
        return -1;
    int rc = real_ftruncate(fd, len);
    point(&site, "after");
    return rc;
}

int ftruncate(int fd, off_t len)
{
    return truncate_to(fd, len);
}
int ftruncate64(int fd, off_t len)
{
    return truncate_to(fd, len);
}

int rename(const char *from, const char *to)
{
    struct site site = {"rename", -1, to};

    if (!state)
        return real_rename(from, to);
    if (!enter(&site))
        return -1;
    int rc = real_rename(from, to);
    point(&site, "after");
    return rc;
}

int unlink(const char *path)
{
    struct site site = {"unlink", -1, path};

    if (!state)
        return real_unlink(path);
    if (!enter(&site))
        return -1;
    int rc = real_unlink(path);
    point(&site, "after");
    return rc;
}
