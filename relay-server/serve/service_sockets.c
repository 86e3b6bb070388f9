#include "relay-server/serve/service_sockets.h"

#include "base/span.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>

#define FIRST       3
#define SOCKETS_MAX 16u

const char *service_sockets_variable(const char *const *environment, const char *name)
{
    size_t len = strlen(name);

    for (; *environment; environment++)
        if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
            return *environment + len + 1;
    return NULL;
}

bool service_sockets_any(const struct service_sockets *s)
{
    return s->https > 0 || s->http > 0;
}

/* Names may not contain a colon. */
static bool next_name(struct span *names, struct span *out)
{
    size_t end = span_find(*names, ':');

    if (!names->ptr)
        return false;
    *out = span_slice(*names, 0, end);
    *names = end < names->len ? span_slice(*names, end + 1, names->len) : (struct span){0};
    return true;
}

static enum err refuse_name(int fd, struct span name, char *detail)
{
    char shown[80];

    (void)snprintf(detail, SERVICE_SOCKETS_DETAIL,
                   "socket activation: descriptor %d is called \"%s\", and only https and "
                   "http are known; write FileDescriptorName=https (or http) into its .socket "
                   "unit",
                   fd, text_escape(shown, sizeof shown, name));
    return ERR_CONFIG;
}

static enum err take(struct service_sockets *s, int fd, struct span name, char *detail)
{
    bool is_http = span_is(name, SPAN("http"));
    int *place = is_http ? &s->http : &s->https;

    if (!is_http && !span_is(name, SPAN("https")))
        return refuse_name(fd, name, detail);
    if (*place > 0) {
        (void)snprintf(detail, SERVICE_SOCKETS_DETAIL,
                       "socket activation: two sockets are called %s, and the relay serves "
                       "one of each kind; ListenStream=443 alone takes IPv4 and IPv6",
                       is_http ? "http" : "https");
        return ERR_CONFIG;
    }
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) != 0) {
        (void)snprintf(detail, SERVICE_SOCKETS_DETAIL,
                       "socket activation: LISTEN_FDS speaks of descriptor %d, which is not "
                       "open; start the relay by its service unit",
                       fd);
        return ERR_CONFIG;
    }
    *place = fd;
    return OK;
}

static enum err take_all(struct service_sockets *s, uint64_t count, const char *names,
                         char *detail)
{
    struct span rest = span_text(names ? names : ""), name;
    enum err rc = OK;

    for (uint64_t i = 0; i < count && rc == OK; i++) {
        if (!names || !next_name(&rest, &name))
            name = SPAN("");
        rc = take(s, FIRST + (int)i, name, detail);
    }
    return rc;
}

enum err service_sockets_find(const char *const *environment, pid_t self,
                              struct service_sockets *out,
                              char detail[static SERVICE_SOCKETS_DETAIL])
{
    const char *pid = service_sockets_variable(environment, "LISTEN_PID");
    const char *fds = service_sockets_variable(environment, "LISTEN_FDS");
    struct service_sockets found = {0};
    uint64_t number, count;

    *out = found;
    if (!pid || !fds || !span_parse_u64(span_text(pid), &number) || number != (uint64_t)self)
        return OK;
    if (!span_parse_u64(span_text(fds), &count) || count > SOCKETS_MAX) {
        (void)snprintf(detail, SERVICE_SOCKETS_DETAIL,
                       "socket activation: LISTEN_FDS=%.20s is not a number from 0 to %u", fds,
                       SOCKETS_MAX);
        return ERR_CONFIG;
    }
    enum err rc = take_all(&found, count,
                           service_sockets_variable(environment, "LISTEN_FDNAMES"), detail);
    if (rc == OK)
        *out = found;
    return rc;
}
