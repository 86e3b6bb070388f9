/* The happy path:
 *  1. Three pipes, then uv_spawn: /bin/sh leads a new session and process group.
 *     Real pipes, not libuv's socket pairs: /dev/stdin can be opened only on those.
 *  2. The input is written in one piece; then standard input is closed.
 *  3. Output and errors are collected until the exit, and what is in the pipes then.
 *  4. on_ended; the handles close; on_gone from the last one, which frees.
 *
 * What can go wrong:
 *  - The command does not read its input: the write fails (EPIPE) or is dropped at the
 *    end.  Nobody minds.
 *  - Too much output, or stopped: SIGTERM; whatever is left of the group when the grace
 *    is over gets SIGKILL, even when the shell itself went at once.
 *  - It cannot be started: what was opened closes by itself, without an event. */
#include "relay-client/handler/exec/exec_process.h"

#include "base/bytes.h"
#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define RECHECK_MS  20u
#define DRAIN_READS 32 /* of 64 KiB: more than the output may have */

enum { TO_INPUT, FROM_OUTPUT, FROM_ERRORS, PIPES };

enum exec_process_state {
    EXEC_PROCESS_RUNNING,
    EXEC_PROCESS_STOPPING, /* nobody waits for a result; until the group is gone */
    EXEC_PROCESS_CLOSING,
};

struct exec_process {
    uv_process_t process;
    uv_pipe_t pipes[PIPES];
    unsigned handles;                         /* not yet closed */
    struct loop *loop;                        /* borrowed for ever */
    const struct exec_process_events *events; /* NULL: it never started */
    void *owner, *keeper;
    enum exec_process_state state;
    bool has_process; /* the handle is initialised */
    bool exited;
    uv_write_t write;
    struct bytes input, output;
    char errors[EXEC_PROCESS_ERRORS_MAX];
    size_t errors_len;
    struct deadline grace;
    uint64_t kill_at_ms;
};

/* --- step 4 --- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct exec_process *p = handle->data;

    if (--p->handles > 0)
        return;
    const struct exec_process_events *events = p->events;
    void *keeper = p->keeper;

    bytes_fini(&p->input);
    bytes_fini(&p->output);
    mem_free(p);
    if (events)
        events->on_gone(keeper);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_handle_closed);
}

static void close_all(struct exec_process *p)
{
    p->state = EXEC_PROCESS_CLOSING;
    deadline_clear(p->loop, &p->grace);
    for (size_t i = 0; i < PIPES; i++)
        close_handle((uv_handle_t *)&p->pipes[i]);
    if (p->has_process)
        close_handle((uv_handle_t *)&p->process);
}

/* --- stopping --- */

/* False: nothing is left of the group.  Its number stays taken as long as anybody is in
 * it, so strangers cannot be hit while the shell or somebody of its group lives. */
static bool signal_group(struct exec_process *p, int number)
{
    return uv_kill(-p->process.pid, number) == 0;
}

/* After the shell's exit its children may need a moment to follow, or to be reaped. */
static void watch_group(struct deadline *d)
{
    struct exec_process *p = CONTAINER_OF(d, struct exec_process, grace);
    uint64_t now = loop_now_ms(p->loop);
    bool is_over = now >= p->kill_at_ms;

    if (p->exited && !signal_group(p, 0)) {
        close_all(p);
        return;
    }
    if (!is_over && deadline_set(p->loop, d, p->exited ? RECHECK_MS : p->kill_at_ms - now,
                                 watch_group) == OK)
        return;
    (void)signal_group(p, SIGKILL);
    if (p->exited)
        close_all(p);
}

static void stop(struct exec_process *p)
{
    p->state = EXEC_PROCESS_STOPPING;
    p->kill_at_ms = loop_now_ms(p->loop) + EXEC_PROCESS_GRACE_MS;
    close_handle((uv_handle_t *)&p->pipes[TO_INPUT]);
    (void)signal_group(p, SIGTERM);
    watch_group(&p->grace);
}

void exec_process_stop(struct exec_process *p)
{
    if (p->state == EXEC_PROCESS_RUNNING)
        stop(p);
}

/* --- step 3 --- */

static void keep_errors(struct exec_process *p, const char *data, size_t len)
{
    size_t kept = p->errors_len;

    if (len > sizeof p->errors) {
        data += len - sizeof p->errors;
        len = sizeof p->errors;
    }
    if (kept > sizeof p->errors - len)
        kept = sizeof p->errors - len;
    memmove(p->errors, p->errors + p->errors_len - kept, kept);
    memcpy(p->errors + kept, data, len);
    p->errors_len = kept + len;
}

static enum err keep(struct exec_process *p, size_t which, const char *data, size_t len)
{
    enum err rc = OK;

    if (which == FROM_OUTPUT)
        rc = bytes_append(&p->output, data, len);
    else
        keep_errors(p, data, len);
    return rc == ERR_LIMIT ? ERR_BODY_TOO_LARGE : rc;
}

/* What is in the pipe now; the exit of a process may be heard before its last words. */
static enum err drain(struct exec_process *p, size_t which)
{
    char *buffer = (char *)loop_read_buffer(p->loop);
    enum err rc = OK;
    ssize_t len = 1;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&p->pipes[which], &fd) != 0)
        return OK;
    for (int i = 0; i < DRAIN_READS && len > 0 && rc == OK; i++) {
        len = read(fd, buffer, LOOP_READ_BUFFER);
        if (len > 0)
            rc = keep(p, which, buffer, (size_t)len);
    }
    return rc;
}

static void report(struct exec_process *p, struct exec_process_result result)
{
    enum err rc = drain(p, FROM_ERRORS);

    if (result.why == OK)
        result.why = rc;
    result.output = bytes_span(&p->output);
    result.errors = exec_process_errors(p);
    p->events->on_ended(p->owner, &result);
}

static void on_exit_of_shell(uv_process_t *process, int64_t code, int number)
{
    struct exec_process *p = process->data;
    struct exec_process_result result = {.code = (int)code, .signal = number};

    p->exited = true;
    if (p->state == EXEC_PROCESS_STOPPING) {
        watch_group(&p->grace);
        return;
    }
    p->state = EXEC_PROCESS_CLOSING;
    result.why = drain(p, FROM_OUTPUT);
    report(p, result);
    close_all(p);
}

static void give_up(struct exec_process *p, enum err why)
{
    stop(p);
    report(p, (struct exec_process_result){.why = why});
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    struct exec_process *p = handle->data;

    (void)wanted;
    *out = uv_buf_init((char *)loop_read_buffer(p->loop), LOOP_READ_BUFFER);
}

static void on_read(uv_stream_t *pipe, ssize_t len, const uv_buf_t *buf)
{
    struct exec_process *p = pipe->data;
    size_t which = pipe == (uv_stream_t *)&p->pipes[FROM_OUTPUT] ? FROM_OUTPUT : FROM_ERRORS;
    enum err rc = OK;

    if (len < 0)
        (void)uv_read_stop(pipe);
    if (len <= 0 || p->state != EXEC_PROCESS_RUNNING)
        return;
    rc = keep(p, which, buf->base, (size_t)len);
    if (rc != OK)
        give_up(p, rc);
}

struct span exec_process_errors(const struct exec_process *p)
{
    return span_of(p->errors, p->errors_len);
}

/* --- step 2 --- */

static void on_written(uv_write_t *write, int status)
{
    struct exec_process *p = write->data;

    (void)status;
    close_handle((uv_handle_t *)&p->pipes[TO_INPUT]);
}

static void feed(struct exec_process *p)
{
    uv_stream_t *pipe = (uv_stream_t *)&p->pipes[TO_INPUT];
    uv_buf_t buf = uv_buf_init((char *)p->input.base, (unsigned)bytes_len(&p->input));

    p->write.data = p;
    if (buf.len == 0 || uv_write(&p->write, pipe, &buf, 1, on_written) != 0)
        close_handle((uv_handle_t *)pipe);
}

/* --- step 1 --- */

static enum err explain(struct exec_process_options *o, int code)
{
    (void)snprintf(o->detail, sizeof o->detail, "the command could not be started: %s",
                   uv_strerror(code));
    switch (code) {
    case UV_ENOMEM:
        return ERR_NOMEM;
    case UV_EAGAIN:
    case UV_EMFILE:
    case UV_ENFILE:
        return ERR_LIMIT;
    default:
        return ERR_IO;
    }
}

static void close_fds(const uv_file fds[static PIPES])
{
    for (size_t i = 0; i < PIPES; i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
}

/* Our ends go to the handles, the child's to `theirs`. */
static int open_pipe(struct exec_process *p, size_t which, uv_file *theirs)
{
    bool is_input = which == TO_INPUT;
    int flags[2] = {is_input ? 0 : UV_NONBLOCK_PIPE, is_input ? UV_NONBLOCK_PIPE : 0};
    uv_file ends[2];
    int code = uv_pipe(ends, flags[0], flags[1]);

    if (code != 0)
        return code;
    *theirs = ends[is_input ? 0 : 1];
    uv_file ours = ends[is_input ? 1 : 0];
    code = uv_pipe_open(&p->pipes[which], ours);
    if (code != 0)
        (void)close(ours);
    return code;
}

static int spawn(struct exec_process *p, const struct exec_process_options *o,
                 const uv_file fds[static PIPES])
{
    static char shell[] = "/bin/sh", flag[] = "-c";
    char *arguments[] = {shell, flag, o->command, NULL};
    uv_stdio_container_t stdio[PIPES];
    uv_process_options_t options = {
        .exit_cb = on_exit_of_shell,
        .file = shell,
        .args = arguments,
        .env = (char **)(uintptr_t)o->environment,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = PIPES,
        .stdio = stdio,
    };

    for (size_t i = 0; i < PIPES; i++) {
        stdio[i].flags = UV_INHERIT_FD;
        stdio[i].data.fd = fds[i];
    }
    return uv_spawn(loop_uv(p->loop), &p->process, &options);
}

static void init_handles(struct exec_process *p)
{
    for (size_t i = 0; i < PIPES; i++) {
        (void)uv_pipe_init(loop_uv(p->loop), &p->pipes[i], 0); /* makes no socket */
        p->pipes[i].data = p;
    }
    p->process.data = p;
    p->handles = PIPES;
}

static int begin(struct exec_process *p, const struct exec_process_options *o)
{
    uv_file theirs[PIPES] = {-1, -1, -1};
    int code = 0;

    init_handles(p);
    for (size_t i = 0; i < PIPES && code == 0; i++)
        code = open_pipe(p, i, &theirs[i]);
    if (code == 0) {
        p->has_process = true; /* even if this fails */
        p->handles++;
        code = spawn(p, o, theirs);
    }
    close_fds(theirs);
    for (size_t i = FROM_OUTPUT; i < PIPES && code == 0; i++)
        (void)uv_read_start((uv_stream_t *)&p->pipes[i], on_alloc, on_read); /* cannot fail */
    return code;
}

enum err exec_process_start(struct loop *l, struct exec_process_options *options,
                            const struct exec_process_events *events, void *owner,
                            struct exec_process **out)
{
    struct exec_process *p = mem_alloc(sizeof *p);

    options->detail[0] = '\0';
    if (!p)
        return ERR_NOMEM;
    p->loop = l;
    p->owner = owner;
    p->keeper = options->keeper;
    bytes_init(&p->input, options->input.len);
    bytes_init(&p->output, EXEC_PROCESS_OUTPUT_MAX);
    if (bytes_append_span(&p->input, options->input) != OK) {
        mem_free(p);
        return ERR_NOMEM;
    }
    int code = begin(p, options);
    if (code != 0) {
        close_all(p);
        return explain(options, code);
    }
    p->events = events;
    feed(p);
    *out = p;
    return OK;
}
