#include "relay-client/commands/tail_wait.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* ---- news of the folder ---- */

#ifdef __linux__
#include <sys/inotify.h>

static int watch(const char *folder)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    if (fd >= 0 && inotify_add_watch(fd, folder, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}
#else
static int watch(const char *folder)
{
    (void)folder;
    return -1;
}
#endif

static void drain(int fd)
{
    char events[4096];

    while (read(fd, events, sizeof(events)) > 0)
        continue;
}

/* ---- signals ---- */

static volatile sig_atomic_t stop_fd = -1;

static void on_signal(int number)
{
    (void)number;
    if (stop_fd >= 0 && write(stop_fd, "", 1) < 0)
        return; /* full: it has been told already */
}

static void handle_signals(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* ---- life ---- */

enum err tail_wait_open(struct tail_wait *w, const char *folder, int out_fd)
{
    *w = (struct tail_wait){.news_fd = -1, .stop_fds = {-1, -1}, .out_fd = out_fd};
    if (pipe2(w->stop_fds, O_NONBLOCK | O_CLOEXEC) != 0)
        return ERR_IO;
    w->news_fd = watch(folder);
    stop_fd = w->stop_fds[1];
    handle_signals(on_signal);
    return OK;
}

void tail_wait_close(struct tail_wait *w)
{
    handle_signals(SIG_DFL);
    stop_fd = -1;
    if (w->news_fd >= 0)
        close(w->news_fd);
    close(w->stop_fds[0]);
    close(w->stop_fds[1]);
}

/* ---- waiting ---- */

static enum tail_wait_event wait_for(struct tail_wait *w, int timeout_ms, bool for_news)
{
    struct pollfd fds[] = {
        {.fd = w->stop_fds[0], .events = POLLIN},
        {.fd = w->out_fd}, /* only for its end */
        {.fd = for_news ? w->news_fd : -1, .events = POLLIN},
    };

    if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms) <= 0)
        return TAIL_WAIT_TIMEOUT; /* EINTR: the pipe says which signal counts, next time */
    if (fds[0].revents || (fds[1].revents & (POLLERR | POLLHUP)))
        return TAIL_WAIT_STOP;
    if (!fds[2].revents)
        return TAIL_WAIT_TIMEOUT;
    drain(w->news_fd);
    return TAIL_WAIT_NEWS;
}

enum tail_wait_event tail_wait_next(struct tail_wait *w, int timeout_ms)
{
    return wait_for(w, timeout_ms, true);
}

enum tail_wait_event tail_wait_pause(struct tail_wait *w, int ms)
{
    return wait_for(w, ms, false);
}
