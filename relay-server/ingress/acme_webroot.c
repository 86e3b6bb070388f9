/* 1. the target is checked; what is left of it is the name of a file in the folder
 * 2. a worker thread opens the folder, then the file in it, and reads
 * 3. back on the loop the answer is given and the fetch frees itself
 * What can go wrong: no such file, a link, a FIFO, a file that is too large (all "not
 * found"); the one who asked goes away first (cancel: the job still runs, unheard). */
#include "relay-server/ingress/acme_webroot.h"

#include "base/container.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct acme_webroot_fetch {
    struct worker_job job;
    void (*on_answer)(void *owner, enum err why, struct span contents); /* NULL: cancelled */
    void *owner;
    char *folder; /* owned */
    char token[ACME_WEBROOT_TOKEN_MAX + 1];
    enum err result;
    size_t len;
    char contents[ACME_WEBROOT_FILE_MAX + 1]; /* one more byte tells "too large" */
};

static bool is_token_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
}

bool acme_webroot_is_target(struct span target)
{
    return span_starts(target, SPAN(ACME_WEBROOT_PREFIX));
}

static bool parse(struct span target, char token[static ACME_WEBROOT_TOKEN_MAX + 1])
{
    struct span name = span_slice(target, sizeof ACME_WEBROOT_PREFIX - 1, target.len);

    if (!acme_webroot_is_target(target) || name.len == 0 || name.len > ACME_WEBROOT_TOKEN_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_char(name.ptr[i]))
            return false;
    memcpy(token, name.ptr, name.len);
    token[name.len] = '\0';
    return true;
}

/* --- on the worker thread --- */

static enum err read_file(struct acme_webroot_fetch *f, int fd)
{
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_NOT_FOUND;
    do {
        n = read(fd, f->contents + f->len, sizeof f->contents - f->len);
        if (n > 0)
            f->len += (size_t)n;
    } while ((n > 0 && f->len < sizeof f->contents) || (n < 0 && errno == EINTR));
    return n >= 0 && f->len <= ACME_WEBROOT_FILE_MAX ? OK : ERR_NOT_FOUND;
}

static void run(struct worker_job *job)
{
    struct acme_webroot_fetch *f = CONTAINER_OF(job, struct acme_webroot_fetch, job);
    int folder = open(f->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = -1;

    f->result = ERR_NOT_FOUND;
    /* O_NONBLOCK: a FIFO must not hold the thread. */
    if (folder >= 0)
        fd = openat(folder, f->token, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
        f->result = read_file(f, fd);
        (void)close(fd);
    }
    if (folder >= 0)
        (void)close(folder);
}

/* --- on the loop --- */

static void done(struct worker_job *job)
{
    struct acme_webroot_fetch *f = CONTAINER_OF(job, struct acme_webroot_fetch, job);

    if (f->on_answer)
        f->on_answer(f->owner, f->result, span_of(f->contents, f->result ? 0 : f->len));
    mem_free(f->folder);
    mem_free(f);
}

enum err acme_webroot_fetch(const struct acme_webroot_request *request,
                            struct acme_webroot_fetch **out)
{
    char token[ACME_WEBROOT_TOKEN_MAX + 1];
    struct acme_webroot_fetch *f;
    enum err e = ERR_NOMEM;

    if (!parse(request->target, token))
        return ERR_NOT_FOUND;
    f = mem_alloc(sizeof *f);
    if (!f)
        return ERR_NOMEM;
    memcpy(f->token, token, sizeof token);
    f->on_answer = request->on_answer;
    f->owner = request->owner;
    f->folder = mem_text(request->folder, strlen(request->folder));
    if (f->folder)
        e = worker_submit(request->worker, &f->job, run, done);
    if (e) {
        mem_free(f->folder);
        mem_free(f);
        return e;
    }
    *out = f;
    return OK;
}

void acme_webroot_cancel(struct acme_webroot_fetch *f)
{
    f->on_answer = NULL;
}
