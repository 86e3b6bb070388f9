/* The cheapest bot there is, so that a measurement shows what stands before it:
 *
 *     bot        prints its port, serves HTTP/1.1 on 127.0.0.1 until it is ended
 *
 * Any request is answered 200 without a body; GET .../bytes/N with N bytes.  Trusts its
 * peer: bodies must have a Content-Length, heads and bodies together 64 KiB at most. */
#include <stdint.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX 65536u
#define EVENTS_MAX  256

struct client {
    int fd;
    size_t len;    /* of what `request` holds */
    uint64_t owed; /* bytes of the body under way */
    char request[REQUEST_MAX + 1];
};

static int poller;
static char zeroes[1 << 18];

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void drop(struct client *c)
{
    close(c->fd);
    free(c);
}

static void wait_for(struct client *c, int operation, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = c};

    if (epoll_ctl(poller, operation, c->fd, &e) < 0)
        die("bot: epoll_ctl");
}

/* Answers are short enough for the socket's buffer; only /bytes/N waits for room. */
static void answer(struct client *c, const char *head)
{
    char text[128];
    const char *line_end = strstr(head, "\r\n");
    const char *bytes = strstr(head, "/bytes/");

    c->owed = bytes && bytes < line_end ? strtoull(bytes + strlen("/bytes/"), NULL, 10) : 0;
    int len = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %llu\r\n\r\n",
                       (unsigned long long)c->owed);
    if (send(c->fd, text, (size_t)len, MSG_NOSIGNAL) != len)
        die("bot: send");
}

/* The length of the first request when it is there as a whole, else 0. */
static size_t take_request(struct client *c)
{
    const char *end = memmem(c->request, c->len, "\r\n\r\n", 4);
    const char *length = end ? strcasestr(c->request, "\r\nContent-Length:") : NULL;

    if (!end)
        return 0;
    size_t size = (size_t)(end + 4 - c->request);
    if (length && length < end)
        size += strtoull(length + strlen("\r\nContent-Length:"), NULL, 10);
    return size <= c->len ? size : 0;
}

static void serve(struct client *c)
{
    size_t size;

    while (c->owed == 0 && (size = take_request(c)) > 0) {
        answer(c, c->request);
        c->len -= size;
        memmove(c->request, c->request + size, c->len + 1);
    }
    if (c->owed > 0)
        wait_for(c, EPOLL_CTL_MOD, EPOLLOUT);
}

static void on_readable(struct client *c)
{
    ssize_t n = recv(c->fd, c->request + c->len, REQUEST_MAX - c->len, 0);

    if (n <= 0) {
        drop(c);
        return;
    }
    c->len += (size_t)n;
    c->request[c->len] = '\0';
    serve(c);
}

static void on_writable(struct client *c)
{
    size_t piece = c->owed < sizeof zeroes ? (size_t)c->owed : sizeof zeroes;
    ssize_t n = send(c->fd, zeroes, piece, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0) {
        drop(c);
        return;
    }
    c->owed -= (uint64_t)n;
    if (c->owed > 0)
        return;
    wait_for(c, EPOLL_CTL_MOD, EPOLLIN);
    serve(c);
}

static void on_connection(int listener)
{
    int one = 1;
    struct client *c = malloc(sizeof *c);

    if (!c)
        die("bot: malloc");
    c->fd = accept(listener, NULL, NULL);
    c->len = 0;
    c->owed = 0;
    if (c->fd < 0)
        die("bot: accept");
    if (setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) < 0)
        die("bot: setsockopt");
    wait_for(c, EPOLL_CTL_ADD, EPOLLIN);
} // NOLINT(clang-analyzer-unix.Malloc): epoll keeps it

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, 1024) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        die("bot: listen");
    printf("%u\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    return fd;
}

int main(void)
{
    struct epoll_event events[EVENTS_MAX], listening = {.events = EPOLLIN};
    int listener = listen_anywhere();

    poller = epoll_create1(0);
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &listening) < 0)
        die("bot: epoll");
    for (;;) {
        int n = epoll_wait(poller, events, EVENTS_MAX, -1);

        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;

            if (!c)
                on_connection(listener);
            else if (events[i].events & EPOLLOUT)
                on_writable(c);
            else
                on_readable(c);
        }
    }
}
