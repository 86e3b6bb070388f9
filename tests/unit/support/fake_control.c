#include "unit/support/fake_control.h"

#include "unit/check.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
    pthread_t thread;
    int listener;
    const char *answer;
    char got[8192];
    size_t len;
} control;

/* A head, and the body that it announces. */
static bool is_whole(void)
{
    const char *end = strstr(control.got, "\r\n\r\n");
    const char *length = strstr(control.got, "content-length: ");
    size_t body = length ? strtoul(length + strlen("content-length: "), NULL, 10) : 0;

    return end && control.len >= (size_t)(end + 4 - control.got) + body;
}

static void *serve(void *unused)
{
    int fd = accept(control.listener, NULL, NULL);
    size_t len = strlen(control.answer);
    ssize_t n = 1;

    if (fd < 0)
        return unused; /* abandoned */
    while (!is_whole() && n > 0) {
        n = read(fd, control.got + control.len, sizeof control.got - 1 - control.len);
        control.len += n > 0 ? (size_t)n : 0;
        control.got[control.len] = '\0';
    }
    if (n > 0) /* else who asked has hung up, or does so now: not our concern */
        (void)!write(fd, control.answer, len);
    CHECK_EQ(close(fd), 0);
    return unused;
}

void fake_control_start(const char *path, const char *answer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memset(&control, 0, sizeof control);
    control.answer = answer;
    CHECK(strlen(path) < sizeof address.sun_path);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    control.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(control.listener >= 0);
    CHECK_EQ(bind(control.listener, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(control.listener, 1), 0);
    CHECK_EQ(pthread_create(&control.thread, NULL, serve, NULL), 0);
}

const char *fake_control_stop(void)
{
    CHECK_EQ(pthread_join(control.thread, NULL), 0);
    CHECK_EQ(close(control.listener), 0);
    return control.got;
}

void fake_control_abandon(void)
{
    CHECK_EQ(shutdown(control.listener, SHUT_RDWR), 0); /* wakes the thread */
    (void)fake_control_stop();
}

const char *fake_control_answer(unsigned status, const char *json)
{
    static char ring[2][8192];
    static unsigned next;
    char *text = ring[next++ % 2];

    (void)snprintf(text, sizeof ring[0],
                   "HTTP/1.1 %u Status\r\nContent-Type: application/json\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   status, strlen(json), json);
    return text;
}
