#ifndef SERVER_SERVICE_SOCKETS_H
#define SERVER_SERVICE_SOCKETS_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* The listening sockets that a service manager opened for us and keeps open while we are
 * restarted (systemd.socket(5), sd_listen_fds(3)):
 *
 *     LISTEN_PID      for whom they are; another process's are not ours
 *     LISTEN_FDS      how many, from descriptor 3 on
 *     LISTEN_FDNAMES  "https:http", FileDescriptorName= of the .socket units */
struct service_sockets {
    int https, http; /* descriptors; 0: none of that kind was given */
};

#define SERVICE_SOCKETS_DETAIL 320u

/* ERR_CONFIG: what was given cannot be used; `detail` says what to write into the units. */
MUST_CHECK enum err service_sockets_find(const char *const *environment, pid_t self,
                                         struct service_sockets *out,
                                         char detail[static SERVICE_SOCKETS_DETAIL]);
bool service_sockets_any(const struct service_sockets *s);
/* The value of a variable, or NULL. */
const char *service_sockets_variable(const char *const *environment, const char *name);

#endif
