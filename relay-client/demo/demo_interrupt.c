#include "relay-client/demo/demo_interrupt.h"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

enum err demo_interrupt_open(struct demo_interrupt *i)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    if (!is_ignored(SIGHUP))
        (void)sigaddset(&signals, SIGHUP);
    i->fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (i->fd < 0)
        return ERR_IO;
    (void)sigprocmask(SIG_BLOCK, &signals, &i->before);
    return OK;
}

void demo_interrupt_close(struct demo_interrupt *i)
{
    struct signalfd_siginfo one;

    if (i->fd < 0)
        return;
    while (read(i->fd, &one, sizeof one) > 0)
        ;
    (void)sigprocmask(SIG_SETMASK, &i->before, NULL);
    (void)close(i->fd);
    i->fd = -1;
}

static bool look(const struct demo_interrupt *i, int timeout_ms)
{
    struct pollfd fd = {.fd = i->fd, .events = POLLIN};

    return poll(&fd, 1, timeout_ms) > 0;
}

bool demo_interrupt_came(const struct demo_interrupt *i)
{
    return look(i, 0);
}

void demo_interrupt_wait(const struct demo_interrupt *i)
{
    while (!look(i, -1) && errno == EINTR)
        ;
}
