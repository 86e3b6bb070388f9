#include "relay-server/serve/service_notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool send_to(const struct sockaddr_un *to, socklen_t len, const char *state)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return false;
    ssize_t sent =
        sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)to, len);
    (void)close(fd);
    return sent == (ssize_t)strlen(state);
}

bool service_notify(const char *address, const char *state)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = address ? strlen(address) : 0;

    if (len < 2 || len >= sizeof to.sun_path || (address[0] != '/' && address[0] != '@') ||
        strlen(state) > SERVICE_NOTIFY_MAX)
        return false;
    memcpy(to.sun_path, address, len);
    if (address[0] == '@')
        to.sun_path[0] = '\0';
    /* An abstract name ends where its length says, not at a NUL. */
    return send_to(&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len), state);
}

bool service_notify_status(const char *address, const char *format, ...)
{
    char text[SERVICE_NOTIFY_MAX - 8], state[SERVICE_NOTIFY_MAX];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)snprintf(state, sizeof state, "STATUS=%s", text);
    return service_notify(address, state);
}

bool service_notify_main(const char *address, pid_t pid)
{
    char state[64];

    (void)snprintf(state, sizeof state, "MAINPID=%ld", (long)pid);
    return service_notify(address, state);
}
