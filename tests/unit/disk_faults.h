/* Makes the disk fail, or the process die, at a chosen moment.
 *
 * This header defines write and sync calls of the C library anew, for the whole program,
 * SQLite included: include it in one file of a test only. Each of them is a step; the
 * chosen one, counted from disk_faults_at, fails before anything has happened.  Syncs
 * that do not fail do nothing: no test cuts the power, and disks are slow.
 */
#ifndef TESTS_UNIT_DISK_FAULTS_H
#define TESTS_UNIT_DISK_FAULTS_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum disk_step { DISK_WRITE = 1, DISK_SYNC = 2, DISK_ANY = 3 };

/* What takes their places. */
ssize_t disk_faults_pwrite(int fd, const void *data, size_t len,
                           off_t offset) __asm__("pwrite64");
int disk_faults_fdatasync(int fd) __asm__("fdatasync");
int disk_faults_fsync(int fd) __asm__("fsync");

#define DISK_KILL (-1) /* instead of an errno: SIGKILL */

static struct {
    atomic_long countdown; /* steps until the fault; 0: none */
    atomic_int kind, error;
    atomic_bool lasts; /* every later step of this kind fails too */
    atomic_long steps; /* taken since disk_faults_at, of the chosen kind */
} disk_faults;

/* The n-th step from now, 1 is the next; 0: from now on everything works. */
static inline void disk_faults_at(long n, enum disk_step kind, int error, bool lasts)
{
    atomic_store(&disk_faults.kind, (int)kind);
    atomic_store(&disk_faults.error, error);
    atomic_store(&disk_faults.lasts, lasts);
    atomic_store(&disk_faults.steps, 0);
    atomic_store(&disk_faults.countdown, n);
}

static inline bool disk_faults_has_failed(void)
{
    return atomic_load(&disk_faults.countdown) <= 0;
}

/* While held, a sync does not return: what depends on it has not happened yet. */
static pthread_mutex_t disk_faults_gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int disk_faults_waiting; /* syncs that came so far */

static inline void disk_faults_hold(void)
{
    atomic_store(&disk_faults_waiting, 0);
    (void)pthread_mutex_lock(&disk_faults_gate);
}

static inline void disk_faults_release(void)
{
    (void)pthread_mutex_unlock(&disk_faults_gate);
}

static void disk_faults_pass_gate(void)
{
    atomic_fetch_add(&disk_faults_waiting, 1);
    (void)pthread_mutex_lock(&disk_faults_gate);
    (void)pthread_mutex_unlock(&disk_faults_gate);
}

/* 0, or the errno to fail with. */
static int disk_faults_step(enum disk_step kind)
{
    if (!(atomic_load(&disk_faults.kind) & (int)kind) ||
        (atomic_load(&disk_faults.countdown) == 0 && !atomic_load(&disk_faults.steps)))
        return 0;
    atomic_fetch_add(&disk_faults.steps, 1);
    long left = atomic_fetch_sub(&disk_faults.countdown, 1);
    bool fails = left == 1 || (left < 1 && atomic_load(&disk_faults.lasts));
    if (fails && atomic_load(&disk_faults.error) == DISK_KILL)
        (void)kill(getpid(), SIGKILL);
    return fails ? atomic_load(&disk_faults.error) : 0;
}

static int disk_faults_fail(int error)
{
    errno = error;
    return -1;
}

ssize_t disk_faults_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    int error = disk_faults_step(DISK_WRITE);

    return error ? disk_faults_fail(error) : syscall(SYS_pwrite64, fd, data, len, offset);
}

int disk_faults_fdatasync(int fd)
{
    int error = disk_faults_step(DISK_SYNC);

    (void)fd;
    disk_faults_pass_gate();
    return error ? disk_faults_fail(error) : 0;
}

int disk_faults_fsync(int fd)
{
    int error = disk_faults_step(DISK_SYNC);

    (void)fd;
    disk_faults_pass_gate();
    return error ? disk_faults_fail(error) : 0;
}

#endif
