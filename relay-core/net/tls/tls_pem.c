#include "net/tls/tls_pem.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DETAIL_SIZE 256u

/* Paths are the user's own words; a very long one is cut, not the advice. */
#define PATH_SHOWN 120

static enum err refuse(const struct tls_pem_file *f, char *detail, const char *why)
{
    (void)snprintf(detail, DETAIL_SIZE, "%s %.*s %s", f->what, PATH_SHOWN, f->path, why);
    return ERR_CONFIG;
}

static enum err refuse_errno(const struct tls_pem_file *f, char *detail)
{
    char why[64], text[96];

    (void)snprintf(text, sizeof text, "cannot be read: %s",
                   strerror_r(errno, why, sizeof why)); /* GNU: returns the text */
    return refuse(f, detail, text);
}

static enum err check(const struct tls_pem_file *f, const struct stat *st, char *detail)
{
    if (!S_ISREG(st->st_mode))
        return refuse(f, detail, "is not a file");
    if (st->st_size == 0)
        return refuse(f, detail, "is empty");
    if ((size_t)st->st_size > TLS_PEM_FILE_MAX)
        return refuse(f, detail, "is too large for PEM (more than 4 MiB)");
    if (!f->is_secret || (st->st_mode & 077) == 0)
        return OK;
    (void)snprintf(detail, DETAIL_SIZE,
                   "%s %.*s can be read by other users (mode %04o); run: chmod 600 %.*s",
                   f->what, 80, f->path, (unsigned)(st->st_mode & 0777), 80, f->path);
    return ERR_DENIED;
}

/* Up to `size` bytes; the count, or -1. */
static ssize_t read_all(int fd, char *out, size_t size)
{
    size_t len = 0;

    while (len < size) {
        ssize_t n = read(fd, out + len, size - len);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -1;
        len += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)len;
}

static enum err read_open(const struct tls_pem_file *f, int fd, char **out, char *detail)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return refuse_errno(f, detail);
    enum err e = check(f, &st, detail);
    if (e != OK)
        return e;
    char *text = mem_alloc((size_t)st.st_size + 1); /* zeroed: the NUL is there */
    if (!text)
        return ERR_NOMEM;
    if (read_all(fd, text, (size_t)st.st_size) < 0) {
        e = refuse_errno(f, detail);
        tls_pem_free(text);
        return e;
    }
    *out = text;
    return OK;
}

enum err tls_pem_read(const struct tls_pem_file *file, char **out, char detail[static 256])
{
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not block */

    if (fd < 0)
        return refuse_errno(file, detail);
    enum err e = read_open(file, fd, out, detail);
    (void)close(fd);
    return e;
}

void tls_pem_free(char *text)
{
    if (text)
        mem_wipe(text, strlen(text));
    mem_free(text);
}
