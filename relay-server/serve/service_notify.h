#ifndef SERVER_SERVICE_NOTIFY_H
#define SERVER_SERVICE_NOTIFY_H

#include <stdbool.h>
#include <sys/types.h>

/* What the service manager is told of us: lines like "READY=1" in one datagram to the socket
 * that $NOTIFY_SOCKET names (sd_notify(3)).  Without it, and when nobody listens there,
 * nothing happens: the relay works as well. */

#define SERVICE_NOTIFY_MAX 512u

/* `address`: a path, or "@NAME" of the abstract namespace; NULL: none.  `state` may have
 * several lines; beyond the maximum nothing is sent.  False: it was not sent. */
bool service_notify(const char *address, const char *state);
/* "STATUS=...", for `systemctl status`. */
bool service_notify_status(const char *address, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Another process is the service now. */
bool service_notify_main(const char *address, pid_t pid);

#endif
