#include "relay-client/replay/replay_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static enum err read_all(int fd, struct bytes *out)
{
    uint8_t piece[8192];
    enum err rc = OK;
    ssize_t n = 1;

    while (rc == OK && n > 0) {
        do
            n = read(fd, piece, sizeof piece);
        while (n < 0 && errno == EINTR);
        if (n > 0)
            rc = bytes_append(out, piece, (size_t)n);
    }
    return rc != OK ? rc : n == 0 ? OK : ERR_IO;
}

enum err replay_input_read(struct command_call *call, const char *flag, const char *file,
                           struct bytes *out)
{
    bool is_stdin = strcmp(file, "-") == 0;
    int fd = is_stdin ? call->in : open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        command_complain(call, "%s %s: %s", flag, file, strerror(errno));
        return ERR_IO;
    }
    enum err rc = read_all(fd, out);
    if (!is_stdin)
        (void)close(fd);
    if (rc == ERR_LIMIT)
        command_complain(call, "%s %s: longer than %zu MiB", flag, file, out->max >> 20);
    else if (rc != OK)
        command_complain(call, "%s %s: %s", flag, file, err_text(rc));
    return rc;
}
