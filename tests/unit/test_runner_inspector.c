/* The inspector as `hookline up` opens it: where, or not at all, and never as its own bot.
 * A thread-test: the journal has one. */
#include "relay-client/runner_inspector.h"

#include "unit/check.h"
#include "unit/support/runner_rig.h"
#include "unit/support/scratch_folder.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void start_with(const char *first, const char *second)
{
    runner_rig_open();
    runner_rig_add(first);
    if (second)
        runner_rig_add(second);
    CHECK_EQ(runner_rig_start(), OK);
}

static void end(void)
{
    runner_rig_stop();
    runner_rig_end();
}

static unsigned port_of_runner(void)
{
    const char *url = runner_inspector_url(runner_rig.runner);

    CHECK(url && strncmp(url, "http://127.0.0.1:", 17) == 0 && strstr(url, "/#key="));
    return (unsigned)strtoul(url + 17, NULL, 10);
}

/* -1: some other program has it. */
static int take_port(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0)
        return fd;
    close(fd);
    return -1;
}

static unsigned port_of(int fd)
{
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;

    CHECK_EQ(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    return ntohs(address.sin_port);
}

/* --- where --- */

static void test_off(void)
{
    start_with("--echo", "--inspect=off");
    CHECK(runner_inspector_url(runner_rig.runner) == NULL);
    CHECK_STR(runner_inspector_notice(runner_rig.runner), "");
    CHECK(access(scratch_folder_path("state/inspector.key"), F_OK) != 0);
    end();
}

static void test_named(void)
{
    start_with("--echo", "--inspect-addr=127.0.0.1:0");
    CHECK(port_of_runner() > 0);
    CHECK_STR(runner_inspector_notice(runner_rig.runner), "");
    CHECK_EQ(scratch_folder_mode("state/inspector.key"), 0600);
    end();
}

/* The usual port, or, if another program has it, another one, and that is said. */
static void test_usual(void)
{
    start_with("--echo", NULL);
    CHECK_EQ(port_of_runner() != 4649, *runner_inspector_notice(runner_rig.runner) != '\0');
    runner_rig_stop();
    int taken = take_port(4649);
    CHECK_EQ(runner_rig_start(), OK);
    CHECK(port_of_runner() != 4649);
    CHECK(strstr(runner_inspector_notice(runner_rig.runner), "port 4649 is in use") != NULL);
    if (taken >= 0)
        close(taken);
    end();
}

/* All eleven: then any. */
static void test_no_usual_port(void)
{
    int taken[11];

    for (unsigned i = 0; i < 11; i++)
        taken[i] = take_port(4649 + i);
    start_with("--echo", NULL);
    CHECK(port_of_runner() < 4649 || port_of_runner() > 4659);
    for (unsigned i = 0; i < 11; i++)
        if (taken[i] >= 0)
            close(taken[i]);
    end();
}

static void check_fails(const char *address, const char *other, const char *says)
{
    runner_rig_open();
    if (strncmp(other, "--forward", 9) != 0)
        runner_rig_add("--echo");
    runner_rig_add(other);
    runner_rig_add(address);
    CHECK(runner_rig_start() != OK);
    if (!strstr(runner_rig.options.detail, says))
        (void)fprintf(stderr, "\"%s\"\n", runner_rig.options.detail);
    CHECK(strstr(runner_rig.options.detail, says) != NULL);
    CHECK(runner_rig.runner == NULL);
    runner_rig_stop();
    CHECK_EQ(runner_rig.closed, 0);
    CHECK_EQ(scratch_folder_count("run"), 0); /* the control socket is gone */
    runner_rig_end();
}

static void test_a_taken_port(void)
{
    static char address[64];
    int taken = take_port(0);

    (void)snprintf(address, sizeof address, "--inspect-addr=127.0.0.1:%u", port_of(taken));
    check_fails(address, "--log-level=error", "in use");
    close(taken);
}

static void test_addresses(void)
{
    check_fails("--inspect-addr=nonsense", "--log-level=error", "--inspect-addr nonsense");
    check_fails("--inspect-addr=0.0.0.0:0", "--log-level=error", "--inspect-password-file");
}

/* --- E6: not to itself --- */

static unsigned free_port(void)
{
    unsigned port = 0;

    start_with("--echo", "--inspect-addr=127.0.0.1:0");
    port = port_of_runner();
    end();
    return port;
}

static void test_not_to_itself(void)
{
    static const char *const hosts[] = {"127.0.0.1",   "localhost", "[::1]", "127.9.9.9",
                                        "a.localhost", "0.0.0.0",   "[::]",  "LOCALHOST"};
    char address[64], forward[100], target[100];
    unsigned port = free_port();

    (void)snprintf(address, sizeof address, "--inspect-addr=127.0.0.1:%u", port);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        (void)snprintf(forward, sizeof forward, "--forward=http://%s:%u/callback", hosts[i],
                       port);
        check_fails(address, forward, "that is the inspector itself");
        (void)snprintf(target, sizeof target, "--target=x=http://%s:%u/", hosts[i], port);
        check_fails(address, target, "that is the inspector itself");
    }
    (void)snprintf(forward, sizeof forward, "--forward=http://127.0.0.1:%u/callback",
                   port == 65535 ? port - 1 : port + 1);
    start_with(forward, address);
    end();
}

CHECK_MAIN(TEST(test_off), TEST(test_named), TEST(test_usual), TEST(test_no_usual_port),
           TEST(test_a_taken_port), TEST(test_addresses), TEST(test_not_to_itself))
