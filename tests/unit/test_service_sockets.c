#include "relay-server/serve/service_sockets.h"

#include "base/container.h"
#include "unit/check.h"

#include <fcntl.h>
#include <unistd.h>

#define SELF 4711

static char detail[SERVICE_SOCKETS_DETAIL];

/* Descriptors 3 .. 3+n-1 are open, and those behind are not. */
static void open_descriptors(int n)
{
    for (int fd = 3; fd < 10; fd++)
        (void)close(fd);
    for (int i = 0; i < n; i++)
        CHECK_EQ(open("/dev/null", O_RDONLY), 3 + i);
}

static enum err find(const char *pid, const char *fds, const char *names,
                     struct service_sockets *out)
{
    char a[64], b[64], c[256];
    const char *environment[5] = {"LISTEN_PIDS=1"};
    size_t len = 1;

    (void)snprintf(a, sizeof a, "LISTEN_PID=%s", pid ? pid : "");
    (void)snprintf(b, sizeof b, "LISTEN_FDS=%s", fds ? fds : "");
    (void)snprintf(c, sizeof c, "LISTEN_FDNAMES=%s", names ? names : "");
    if (pid)
        environment[len++] = a;
    if (fds)
        environment[len++] = b;
    if (names)
        environment[len++] = c;
    detail[0] = '\0';
    return service_sockets_find(environment, SELF, out, detail);
}

static void test_variables(void)
{
    const char *const environment[] = {"AB=1", "A=", "B=x=y", NULL};

    CHECK_STR(service_sockets_variable(environment, "A"), "");
    CHECK_STR(service_sockets_variable(environment, "B"), "x=y");
    CHECK_STR(service_sockets_variable(environment, "AB"), "1");
    CHECK_STR(service_sockets_variable(environment, "C"), NULL);
}

static void test_given(void)
{
    struct service_sockets s;

    open_descriptors(2);
    CHECK_EQ(find("4711", "2", "https:http", &s), OK);
    CHECK_EQ(s.https, 3);
    CHECK_EQ(s.http, 4);
    CHECK(service_sockets_any(&s));
    CHECK((fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(4, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_EQ(find("4711", "2", "http:https", &s), OK);
    CHECK_EQ(s.https, 4);
    CHECK_EQ(s.http, 3);
    CHECK_EQ(find("4711", "1", "https", &s), OK);
    CHECK_EQ(s.https, 3);
    CHECK_EQ(s.http, 0);
    CHECK_EQ(find("4711", "1", "http", &s), OK);
    CHECK_EQ(s.https, 0);
    CHECK(service_sockets_any(&s));
}

static void test_not_for_us(void)
{
    static const char *const pids[] = {NULL,    "",      "4712",  "0",
                                       "-4711", "4711x", " 4711", "99999999999999999999999"};
    struct service_sockets s;

    open_descriptors(2);
    for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
        s = (struct service_sockets){.https = 1, .http = 1};
        CHECK_EQ(find(pids[i], "2", "https:http", &s), OK);
        CHECK(!service_sockets_any(&s));
    }
    CHECK_EQ(find("4711", NULL, "https:http", &s), OK);
    CHECK(!service_sockets_any(&s));
    CHECK_EQ(find("4711", "0", "", &s), OK);
    CHECK(!service_sockets_any(&s));
}

static void check_refused(const char *fds, const char *names, const char *why)
{
    struct service_sockets s = {0};

    CHECK_EQ(find("4711", fds, names, &s), ERR_CONFIG);
    CHECK(!service_sockets_any(&s));
    if (!strstr(detail, why))
        CHECK_STR(detail, why);
}

static void test_bad_numbers(void)
{
    static const char *const bad[] = {"", "-1", "two", "2 ", "17", "18446744073709551616"};

    open_descriptors(2);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        check_refused(bad[i], "https:http", "is not a number from 0 to 16");
}

static void test_names(void)
{
    open_descriptors(2);
    check_refused("2", NULL, "descriptor 3 is called \"\"");
    check_refused("2", "", "descriptor 3 is called \"\"");
    check_refused("2", "https", "descriptor 4 is called \"\"");
    check_refused("2", "https:", "descriptor 4 is called \"\"");
    check_refused("2", ":https", "descriptor 3 is called \"\"");
    check_refused("1", "HTTPS", "FileDescriptorName=https (or http)");
    check_refused("1", "hookline-relay.socket", "called \"hookline-relay.socket\"");
    check_refused("1", "\x1b[2J", "called \"\\x1B[2J\"");
    check_refused("2", "https:https", "two sockets are called https");
    check_refused("2", "http:http", "two sockets are called http,");
}

static void test_more_names_than_sockets(void)
{
    struct service_sockets s;

    open_descriptors(1);
    CHECK_EQ(find("4711", "1", "https:http", &s), OK);
    CHECK_EQ(s.http, 0);
}

static void test_closed_descriptors(void)
{
    open_descriptors(1);
    check_refused("2", "https:http", "descriptor 4, which is not open");
    open_descriptors(0);
    check_refused("1", "https", "descriptor 3, which is not open");
}

CHECK_MAIN(TEST(test_variables), TEST(test_given), TEST(test_not_for_us),
           TEST(test_bad_numbers), TEST(test_names), TEST(test_more_names_than_sockets),
           TEST(test_closed_descriptors))
