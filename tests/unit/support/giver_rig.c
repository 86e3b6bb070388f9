#include "unit/support/giver_rig.h"

#include "base/log.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "net/socket_handover.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char *const giver_rig_steps[3] = {GIVER_RIG_HELLO, "take\n", "serving\n"};
const char *const giver_rig_replies[3] = {"sockets https http\n", "released\n", ""};

static struct handover_sockets on_sockets(void *owner)
{
    struct giver_rig *rig = owner;

    return rig->sockets;
}

static void on_take(void *owner)
{
    struct giver_rig *rig = owner;

    rig->takes++;
    if (rig->releases)
        handover_giver_released(rig->giver);
}

static void on_served(void *owner, struct stream *stream, struct span early, pid_t pid)
{
    struct giver_rig *rig = owner;

    rig->serves++;
    rig->served = stream;
    rig->pid = pid;
    CHECK(early.len < sizeof rig->early);
    memcpy(rig->early, early.ptr ? early.ptr : "", early.len);
    rig->early[early.len] = '\0';
}

static void on_broken(void *owner, const char *why)
{
    struct giver_rig *rig = owner;

    CHECK(*why);
    rig->breaks++;
}

static const struct handover_giver_events events = {on_sockets, on_take, on_served, on_broken};

void giver_rig_open(struct giver_rig *rig)
{
    *rig = (struct giver_rig){.live = mem_live(), .releases = true, .events = &events};
    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&rig->clock, 1795894305000);
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    (void)scratch_folder_make();
    rig->path = scratch_folder_path("takeover.sock");
    rig->sockets = (struct handover_sockets){open("/dev/null", O_RDONLY | O_CLOEXEC),
                                             open("/dev/zero", O_RDONLY | O_CLOEXEC)};
    CHECK_EQ(handover_giver_open(rig->loop, rig->path, &events, rig, &rig->giver), OK);
}

void giver_rig_close(struct giver_rig *rig)
{
    if (rig->served)
        stream_let_go(rig->served);
    if (rig->giver)
        handover_giver_close(rig->giver);
    loop_run(rig->loop);
    loop_free(rig->loop);
    if (rig->sockets.https > 0)
        (void)close(rig->sockets.https);
    if (rig->sockets.http > 0)
        (void)close(rig->sockets.http);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), rig->live);
}

void giver_rig_turn(struct giver_rig *rig)
{
    for (int i = 0; i < 6; i++)
        loop_turn(rig->loop, false);
}

void giver_rig_advance(struct giver_rig *rig, uint64_t ms)
{
    clock_fake_advance(&rig->clock, ms * 1000);
    deadline_run_due(rig->loop);
    giver_rig_turn(rig);
}

/* --- the client --- */

int giver_rig_connect(struct giver_rig *rig)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    CHECK(fd >= 0 && strlen(rig->path) < sizeof address.sun_path);
    memcpy(address.sun_path, rig->path, strlen(rig->path));
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

int giver_rig_join(struct giver_rig *rig)
{
    int fd = giver_rig_connect(rig);

    CHECK(fd >= 0);
    giver_rig_turn(rig);
    return fd;
}

void giver_rig_say_bytes(struct giver_rig *rig, int fd, const char *text, size_t len)
{
    if (len > 0)
        CHECK_EQ(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
    giver_rig_turn(rig);
}

void giver_rig_say(struct giver_rig *rig, int fd, const char *text)
{
    giver_rig_say_bytes(rig, fd, text, strlen(text));
}

size_t giver_rig_hear(int fd, const char *want)
{
    struct socket_handover in = {0};
    char text[512];
    size_t len = 0;
    enum err rc = socket_handover_receive(fd, text, sizeof text - 1, &len, &in);

    text[rc == OK ? len : 0] = '\0';
    CHECK_STR(text, want);
    len = in.len;
    socket_handover_fini(&in);
    return len;
}

void giver_rig_check_ended(struct giver_rig *rig, int fd)
{
    char c;

    CHECK_EQ(recv(fd, &c, 1, 0), 0);
    giver_rig_leave(rig, fd);
}

void giver_rig_leave(struct giver_rig *rig, int fd)
{
    (void)close(fd);
    giver_rig_turn(rig);
}

int giver_rig_take(struct giver_rig *rig)
{
    int fd = giver_rig_join(rig);

    giver_rig_say(rig, fd, giver_rig_steps[0]);
    CHECK_EQ(giver_rig_hear(fd, giver_rig_replies[0]), 2);
    giver_rig_say(rig, fd, giver_rig_steps[1]);
    return fd;
}
