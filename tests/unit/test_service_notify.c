#include "relay-server/serve/service_notify.h"

#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char address[100];
static int manager;

/* A service manager that listens at `name`; abstract when it begins with @. */
static void begin(const char *name)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t len;

    (void)scratch_folder_make();
    if (name[0] == '@')
        (void)snprintf(address, sizeof address, "%s-%ld", name, (long)getpid());
    else
        (void)snprintf(address, sizeof address, "%s", scratch_folder_path(name));
    len = strlen(address);
    CHECK(len < sizeof a.sun_path);
    memcpy(a.sun_path, address, len);
    if (address[0] == '@')
        a.sun_path[0] = '\0';
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(manager >= 0);
    CHECK_EQ(bind(manager, (const struct sockaddr *)&a,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
             0);
}

static void end(void)
{
    (void)close(manager);
    scratch_folder_remove();
}

static void check_heard(const char *want)
{
    char text[1024] = "";
    ssize_t len = recv(manager, text, sizeof text - 1, 0);

    CHECK(len >= 0);
    text[len] = '\0';
    CHECK_STR(text, want);
}

static void check_silence(void)
{
    char c;

    CHECK_EQ(recv(manager, &c, 1, 0), -1);
    CHECK_EQ(errno, EAGAIN);
}

static void test_states(void)
{
    static const char *const names[] = {"notify", "@hookline-test-notify"};

    for (size_t i = 0; i < 2; i++) {
        begin(names[i]);
        CHECK(service_notify(address, "READY=1\nSTATUS=up"));
        check_heard("READY=1\nSTATUS=up");
        CHECK(service_notify_status(address, "%u agents", 3u));
        check_heard("STATUS=3 agents");
        CHECK(service_notify_main(address, 4711));
        check_heard("MAINPID=4711");
        check_silence();
        end();
    }
}

static void test_nobody_to_tell(void)
{
    char too_long[200];

    begin("notify");
    CHECK(!service_notify(NULL, "READY=1"));
    CHECK(!service_notify("", "READY=1"));
    CHECK(!service_notify("/", "READY=1"));
    CHECK(!service_notify("relative/path", "READY=1"));
    CHECK(!service_notify("vsock:2:1234", "READY=1"));
    CHECK(!service_notify(scratch_folder_path("nobody"), "READY=1"));
    memset(too_long, 'a', sizeof too_long - 1);
    too_long[0] = '/';
    too_long[sizeof too_long - 1] = '\0';
    CHECK(!service_notify(too_long, "READY=1"));
    check_silence();
    end();
}

static void test_length_of_a_state(void)
{
    char state[SERVICE_NOTIFY_MAX + 2];

    begin("notify");
    memset(state, 'x', sizeof state - 1);
    state[SERVICE_NOTIFY_MAX + 1] = '\0';
    CHECK(!service_notify(address, state));
    check_silence();
    state[SERVICE_NOTIFY_MAX] = '\0';
    CHECK(service_notify(address, state));
    check_heard(state);
    CHECK(service_notify_status(address, "%s", state)); /* cut */
    char text[1024];
    ssize_t len = recv(manager, text, sizeof text, 0);
    CHECK(len > 400 && len <= (ssize_t)SERVICE_NOTIFY_MAX);
    end();
}

/* A manager that does not read must not hold us up. */
static void test_a_manager_that_does_not_read(void)
{
    bool ok = true;

    begin("notify");
    for (unsigned i = 0; i < 100000 && ok; i++)
        ok = service_notify(address, "STATUS=again");
    CHECK(!ok);
    end();
}

CHECK_MAIN(TEST(test_states), TEST(test_nobody_to_tell), TEST(test_length_of_a_state),
           TEST(test_a_manager_that_does_not_read))
