#include "unit/support/openssl_program.h"

#include "unit/check.h"

#include <signal.h>
#include <unistd.h>

#define ARGS_MAX 40

static void on_closed(uv_handle_t *handle)
{
    struct openssl_program *o = handle->data;

    o->handles--;
}

static void on_process_exit(uv_process_t *process, int64_t status, int number)
{
    struct openssl_program *o = process->data;

    (void)number;
    o->exited = 1;
    o->status = status;
    uv_close((uv_handle_t *)process, on_closed);
    uv_close((uv_handle_t *)&o->in, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct openssl_program *o = handle->data;

    (void)suggested;
    *buf = uv_buf_init(o->text + o->len, (unsigned)(sizeof(o->text) - 1 - o->len));
}

static void on_output(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct openssl_program *o = stream->data;

    (void)buf;
    if (n > 0)
        o->len += (size_t)n;
    else if (n < 0)
        uv_close((uv_handle_t *)stream, on_closed);
}

/* The arguments are one text, divided by spaces. */
void openssl_program_start(struct openssl_program *o, struct loop *l, const char *arguments)
{
    static char words[2048];
    char *args[ARGS_MAX], *rest = words, *word;
    size_t len = 0;

    (void)snprintf(words, sizeof(words), "openssl %s", arguments);
    while ((word = strsep(&rest, " ")))
        if (word[0] != '\0')
            args[len++] = word;
    args[len] = NULL;
    CHECK(len < ARGS_MAX);

    *o = (struct openssl_program){.loop = l, .handles = 3};
    o->process.data = o->in.data = o->out.data = o;
    CHECK_EQ(uv_pipe_init(loop_uv(l), &o->in, 0), 0);
    CHECK_EQ(uv_pipe_init(loop_uv(l), &o->out, 0), 0);
    int output[2];
    CHECK_EQ(uv_pipe(output, UV_NONBLOCK_PIPE, 0), 0);
    CHECK_EQ(uv_pipe_open(&o->out, output[0]), 0);
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&o->in},
        {.flags = UV_INHERIT_FD, .data.fd = output[1]},
        {.flags = UV_INHERIT_FD, .data.fd = output[1]},
    };
    uv_process_options_t options = {.file = "openssl",
                                    .args = args,
                                    .exit_cb = on_process_exit,
                                    .stdio_count = 3,
                                    .stdio = stdio};
    CHECK_EQ(uv_spawn(loop_uv(l), &o->process, &options), 0);
    CHECK_EQ(close(output[1]), 0);
    CHECK_EQ(uv_read_start((uv_stream_t *)&o->out, on_alloc, on_output), 0);
}

void openssl_program_say(struct openssl_program *o, const char *text)
{
    (void)snprintf(o->input, sizeof(o->input), "%s", text);
    uv_buf_t buf = uv_buf_init(o->input, (unsigned)strlen(o->input));
    CHECK_EQ(uv_write(&o->write, (uv_stream_t *)&o->in, &buf, 1, NULL), 0);
}

void openssl_program_wait_for(struct openssl_program *o, const char *text)
{
    while (!strstr(o->text, text) && o->handles > 0)
        loop_turn(o->loop, true);
    if (!strstr(o->text, text))
        CHECK_STR(o->text, text);
}

void openssl_program_wait(struct openssl_program *o)
{
    while (o->handles > 0)
        loop_turn(o->loop, true);
}

void openssl_program_end(struct openssl_program *o)
{
    if (!o->exited)
        (void)uv_process_kill(&o->process, SIGTERM);
    openssl_program_wait(o);
}

bool openssl_program_exists(void)
{
    const char *path = getenv("PATH");
    char file[512];

    for (size_t len; path && *path; path += len + (path[len] == ':')) {
        len = strcspn(path, ":");
        (void)snprintf(file, sizeof(file), "%.*s/openssl", (int)len, path);
        if (access(file, X_OK) == 0)
            return true;
    }
    (void)fprintf(stderr, "no openssl program: nothing is tested\n");
    return false;
}
