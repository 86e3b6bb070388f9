#include "relay-client/demo/demo_process.h"

#include "base/container.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES (64u * 1024u)

extern char **environ;

/* Ctrl-C reaches the demo alone, which then ends its programs in order; they start with
 * signals as a shell would give them. */
static void set_signals(posix_spawnattr_t *attr)
{
    sigset_t none, defaults;

    (void)sigemptyset(&none);
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    (void)posix_spawnattr_setsigmask(attr, &none);
    (void)posix_spawnattr_setsigdefault(attr, &defaults);
    (void)posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
}

static enum err spawn(struct demo_process *p, const struct demo_program *program,
                      posix_spawn_file_actions_t *files)
{
    posix_spawnattr_t attr;
    int rc = posix_spawnattr_init(&attr);

    if (rc != 0)
        return ERR_NOMEM;
    set_signals(&attr);
    /* posix_spawn takes char *const[] but does not write through it. */
    rc = posix_spawnp(&p->pid, program->args[0], files, &attr,
                      (char *const *)(uintptr_t)program->args, environ);
    (void)posix_spawnattr_destroy(&attr);
    if (rc != 0)
        p->pid = 0;
    return rc == 0 ? OK : rc == ENOENT ? ERR_NOT_FOUND : ERR_IO;
}

enum err demo_process_start(struct demo_process *p, const struct demo_program *program)
{
    posix_spawn_file_actions_t files;
    int ends[2] = {-1, -1};

    *p = (struct demo_process){.out = -1, .interrupt = program->interrupt};
    bytes_init(&p->line, LINE_MAX_BYTES);
    if (program->read_output && pipe2(ends, O_CLOEXEC) != 0)
        return ERR_IO;
    if (posix_spawn_file_actions_init(&files) != 0)
        return ERR_NOMEM;
    if (program->read_output)
        (void)posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    if (program->log_file)
        (void)posix_spawn_file_actions_addopen(&files, STDERR_FILENO, program->log_file,
                                               O_WRONLY | O_CREAT | O_APPEND, 0600);
    enum err rc = spawn(p, program, &files);
    (void)posix_spawn_file_actions_destroy(&files);
    if (program->read_output)
        (void)close(ends[1]);
    p->out = ends[0];
    return rc;
}

static enum err read_more(struct demo_process *p, unsigned timeout_ms)
{
    struct pollfd fds[] = {
        {.fd = p->out, .events = POLLIN},
        {.fd = p->interrupt->fd, .events = POLLIN},
    };
    uint8_t *room;
    int ready;

    do
        ready = poll(fds, ARRAY_LEN(fds), (int)timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return ready == 0 ? ERR_TIMEOUT : ERR_IO;
    if (fds[1].revents)
        return ERR_CANCELLED;
    enum err rc = bytes_reserve(&p->line, 4096, &room);
    if (rc != OK)
        return rc;
    ssize_t n = read(p->out, room, 4096);
    if (n > 0)
        bytes_added(&p->line, (size_t)n);
    return n > 0 ? OK : n == 0 ? ERR_EOF : ERR_IO;
}

enum err demo_process_read_line(struct demo_process *p, unsigned timeout_ms, struct span *out)
{
    for (;;) {
        struct span have = bytes_span(&p->line);
        size_t end = span_find(have, '\n');
        if (end < have.len) {
            /* The bytes stay where they are until the next append. */
            *out = span_slice(have, 0, end);
            bytes_consume(&p->line, end + 1);
            return OK;
        }
        enum err rc = read_more(p, timeout_ms);
        if (rc != OK)
            return rc;
    }
}

static void forget(struct demo_process *p)
{
    if (p->out >= 0)
        (void)close(p->out);
    p->out = -1;
    p->pid = 0;
    bytes_fini(&p->line);
}

/* True for exit code 0. */
static bool reap(struct demo_process *p)
{
    int status = -1;
    pid_t rc = -1;

    do
        rc = p->pid > 0 ? waitpid(p->pid, &status, 0) : -1;
    while (rc < 0 && p->pid > 0 && errno == EINTR);
    forget(p);
    return rc > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum err demo_process_wait(struct demo_process *p)
{
    return reap(p) ? OK : ERR_IO;
}

void demo_process_stop(struct demo_process *p)
{
    if (p->pid <= 0)
        return;
    (void)kill(p->pid, SIGTERM);
    (void)reap(p); /* how it ended interests nobody any more */
}

enum err demo_process_run(const struct demo_program *program, struct bytes *out)
{
    struct demo_process p;
    struct span line;
    enum err rc = demo_process_start(&p, program);

    while (rc == OK && program->read_output) {
        rc = demo_process_read_line(&p, 30000, &line);
        if (rc == OK && out)
            rc = bytes_append_span(out, line);
        if (rc == OK && out)
            rc = bytes_append_text(out, "\n");
    }
    if (rc == OK || rc == ERR_EOF)
        return demo_process_wait(&p);
    demo_process_stop(&p);
    return rc;
}
