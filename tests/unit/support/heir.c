#include "unit/support/heir.h"

#include "base/container.h"
#include "net/tcp_stream.h"
#include "relay-server/handover/handover_text.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define GREETING "hookline-takeover 1 9.9.9\n"

static void on_handed_over(void *owner, pid_t pid)
{
    struct heir *h = CONTAINER_OF(owner, struct heir, rig);

    h->handed_to = pid;
}

void heir_open(struct heir *h)
{
    relay_rig_prepare(&h->rig);
    h->rig.options.control_socket = scratch_folder_path("relay.sock");
    h->rig.options.takeover_socket = scratch_folder_path("takeover.sock");
    h->rig.options.on_handed_over = on_handed_over;
    h->handed_to = 0;
    h->fd = -1;
    fake_agent_init(&h->successor);
    CHECK_EQ(relay_rig_start(&h->rig), OK);
}

void heir_close(struct heir *h)
{
    if (h->fd >= 0)
        (void)close(h->fd);
    socket_handover_fini(&h->sockets);
    fake_agent_close(&h->successor);
    while (!fake_agent_is_closed(&h->successor))
        loop_turn(h->rig.loop, true);
    fake_agent_fini(&h->successor);
    relay_rig_close(&h->rig);
}

void heir_turn(struct heir *h)
{
    for (int i = 0; i < 8; i++)
        loop_turn(h->rig.loop, false);
}

/* --- the other process --- */

void heir_join(struct heir *h)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = h->rig.options.takeover_socket;

    h->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(h->fd >= 0 && strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    CHECK_EQ(connect(h->fd, (const struct sockaddr *)&address, sizeof address), 0);
}

/* Says, and turns the loop until there is an answer. */
static void say(struct heir *h, const char *line, const char *want)
{
    char text[HANDOVER_LINE_MAX];
    size_t len = 0;
    enum err rc;

    CHECK_EQ(send(h->fd, line, strlen(line), MSG_NOSIGNAL), (ssize_t)strlen(line));
    do {
        loop_turn(h->rig.loop, false);
        rc = socket_handover_receive(h->fd, text, sizeof text - 1, &len, &h->sockets);
    } while (rc == ERR_TIMEOUT);
    text[rc == OK ? len : 0] = '\0';
    CHECK_STR(text, want);
}

void heir_ask(struct heir *h)
{
    heir_join(h);
    say(h, GREETING, "sockets https http\n");
    CHECK_EQ(h->sockets.len, 2);
}

void heir_take(struct heir *h)
{
    heir_ask(h);
    say(h, "take\n", "released\n");
}

void heir_serve(struct heir *h)
{
    struct stream *stream;

    CHECK_EQ(send(h->fd, "serving\n", 8, MSG_NOSIGNAL), 8);
    CHECK_EQ(tcp_stream_adopt(h->rig.loop, h->fd, &stream), OK);
    h->fd = -1;
    CHECK(fake_agent_sit(&h->successor, h->rig.loop, stream, (struct span){0}));
    while (!h->handed_to)
        loop_turn(h->rig.loop, true);
    CHECK_EQ(h->handed_to, getpid());
}

void heir_die(struct heir *h)
{
    CHECK_EQ(close(h->fd), 0);
    h->fd = -1;
    socket_handover_fini(&h->sockets);
    heir_turn(h);
}

/* --- the inbox --- */

struct inbox *heir_open_inbox(struct heir *h)
{
    const struct inbox_options options = {.path = h->rig.options.inbox_file};
    char detail[DETAIL_MAX];
    struct inbox *inbox;

    CHECK_EQ(inbox_open(h->rig.loop, &options, &inbox, detail), OK);
    return inbox;
}

static void on_inbox_closed(void *owner)
{
    *(bool *)owner = true;
}

void heir_close_inbox(struct heir *h, struct inbox *inbox)
{
    bool closed = false;

    inbox_close(inbox, on_inbox_closed, &closed);
    while (!closed)
        loop_turn(h->rig.loop, true);
}

/* --- senders --- */

struct public_client *heir_client(struct heir *h, size_t i)
{
    return &h->rig.clients[i];
}

void heir_check_status(struct heir *h, size_t i, unsigned status)
{
    CHECK(loopback_wait(heir_client(h, i)));
    CHECK_EQ(heir_client(h, i)->answer.status, status);
}

void heir_check_waits(struct heir *h, size_t i)
{
    heir_turn(h);
    CHECK(!public_client_look(heir_client(h, i)) && !heir_client(h, i)->is_aborted &&
          !heir_client(h, i)->peer.ended);
}

void heir_call(struct heir *h, size_t i)
{
    relay_rig_call(&h->rig, i, "mybot.relay.test", i % 2 == 1);
}

void heir_send_webhook(struct heir *h, size_t i)
{
    struct public_request request = relay_rig_webhook("hello");

    CHECK(public_client_send(heir_client(h, i), &request));
}

void heir_send_get(struct heir *h, size_t i)
{
    struct public_request request = relay_rig_get("/page");

    CHECK(public_client_send(heir_client(h, i), &request));
}

void heir_open_known(struct heir *h)
{
    heir_open(h);
    relay_rig_link(&h->rig, 0, h->rig.token, "mybot");
    fake_agent_close(&h->rig.agents[0]);
    relay_rig_wait_unlinked(&h->rig, 0);
    heir_turn(h);
}
