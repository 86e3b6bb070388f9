#include "net/socket_handover.h"

#include "base/container.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];

static void begin(void)
{
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

static void end(void)
{
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static int count_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0);
    CHECK_EQ(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(fd, 4), 0);
    return fd;
}

static ino_t inode_of(int fd)
{
    struct stat st;

    CHECK_EQ(fstat(fd, &st), 0);
    return st.st_ino;
}

static void check_received(const char *want, struct socket_handover *in)
{
    char text[64];
    size_t len = 0;

    CHECK_EQ(socket_handover_receive(ends[1], text, sizeof text, &len, in), OK);
    CHECK_EQ(len, strlen(want));
    CHECK_MEM(text, want, len);
}

static void test_sockets_arrive(void)
{
    struct socket_handover in = {0};
    int before = count_descriptors();

    begin();
    const int sockets[] = {listen_somewhere(), listen_somewhere()};
    CHECK_EQ(socket_handover_send(ends[0], SPAN("two\n"), sockets, 2), OK);
    check_received("two\n", &in);
    CHECK_EQ(in.len, 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK(in.sockets[i] != sockets[i]);
        CHECK_EQ(inode_of(in.sockets[i]), inode_of(sockets[i]));
        CHECK((fcntl(in.sockets[i], F_GETFD) & FD_CLOEXEC) != 0);
        CHECK_EQ(close(sockets[i]), 0);
    }
    socket_handover_fini(&in);
    CHECK_EQ(in.len, 0);
    socket_handover_fini(&in);
    end();
    CHECK_EQ(count_descriptors(), before);
}

/* They come with the first of their message's bytes, however small the reader's cup. */
static void test_byte_by_byte(void)
{
    struct socket_handover in = {0};
    size_t len;
    char c;

    begin();
    int fd = listen_somewhere();
    CHECK_EQ(send(ends[0], "a", 1, 0), 1);
    CHECK_EQ(socket_handover_send(ends[0], SPAN("bc"), &fd, 1), OK);
    for (const char *want = "abc"; *want; want++) {
        CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &len, &in), OK);
        CHECK_EQ(c, *want);
        CHECK_EQ(in.len, *want == 'a' ? 0 : 1);
    }
    socket_handover_fini(&in);
    CHECK_EQ(close(fd), 0);
    end();
}

static void test_limits_of_sending(void)
{
    int sockets[SOCKET_HANDOVER_MAX + 1];
    char long_text[513] = {0};

    begin();
    for (size_t i = 0; i < ARRAY_LEN(sockets); i++)
        sockets[i] = ends[0];
    CHECK_EQ(socket_handover_send(ends[0], SPAN(""), sockets, 1), ERR_LIMIT);
    CHECK_EQ(socket_handover_send(ends[0], span_of(long_text, 513), sockets, 1), ERR_LIMIT);
    CHECK_EQ(socket_handover_send(ends[0], SPAN("x"), sockets, 0), ERR_LIMIT);
    CHECK_EQ(socket_handover_send(ends[0], SPAN("x"), sockets, SOCKET_HANDOVER_MAX + 1),
             ERR_LIMIT);
    end();
}

static void test_the_most_there_may_be(void)
{
    struct socket_handover in = {0};
    int sockets[SOCKET_HANDOVER_MAX];

    begin();
    for (size_t i = 0; i < ARRAY_LEN(sockets); i++)
        sockets[i] = ends[0];
    CHECK_EQ(socket_handover_send(ends[0], SPAN("x"), sockets, SOCKET_HANDOVER_MAX), OK);
    check_received("x", &in);
    CHECK_EQ(in.len, SOCKET_HANDOVER_MAX);
    socket_handover_fini(&in);
    end();
}

/* A sender that does not keep to our limit: nothing of it stays open. */
static void send_raw(size_t len)
{
    union {
        char bytes[CMSG_SPACE(16 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    char c = 'x';
    struct iovec bytes = {&c, 1};
    struct msghdr m = {.msg_iov = &bytes,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = CMSG_SPACE(len * sizeof(int))};
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    int sockets[16];

    for (size_t i = 0; i < 16; i++)
        sockets[i] = ends[0];
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(len * sizeof(int));
    memcpy(CMSG_DATA(h), sockets, len * sizeof(int));
    CHECK_EQ(sendmsg(ends[0], &m, 0), 1);
}

static void test_too_many(void)
{
    for (size_t len = SOCKET_HANDOVER_MAX + 1; len <= 16; len++) {
        struct socket_handover in = {0};
        size_t got;
        char c;

        begin();
        int before = count_descriptors();
        send_raw(len);
        CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &got, &in), ERR_PROTOCOL);
        socket_handover_fini(&in);
        CHECK_EQ(count_descriptors(), before);
        end();
    }
}

/* Two messages, each within the limit, not so together. */
static void test_too_many_little_by_little(void)
{
    struct socket_handover in = {0};
    size_t got;
    char c;

    begin();
    int before = count_descriptors();
    send_raw(3);
    send_raw(2);
    CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &got, &in), OK);
    CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &got, &in), ERR_PROTOCOL);
    CHECK_EQ(in.len, 3);
    socket_handover_fini(&in);
    CHECK_EQ(count_descriptors(), before);
    end();
}

static void test_nobody_there(void)
{
    struct socket_handover in = {0};
    size_t len;
    char c;

    begin();
    CHECK_EQ(close(ends[0]), 0);
    CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &len, &in), ERR_EOF);
    CHECK_EQ(socket_handover_send(ends[1], SPAN("x"), &ends[1], 1), ERR_CLOSED);
    CHECK_EQ(close(ends[1]), 0);
}

static void test_waits_only_so_long(void)
{
    struct timeval soon = {.tv_usec = 1000};
    struct socket_handover in = {0};
    size_t len;
    char c;

    begin();
    CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
    CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &len, &in), ERR_TIMEOUT);
    end();
}

static void test_no_room_in_the_kernel(void)
{
    char fill[4096] = {0};

    begin();
    while (send(ends[0], fill, sizeof fill, MSG_DONTWAIT) > 0)
        ;
    CHECK_EQ(errno, EAGAIN);
    CHECK_EQ(socket_handover_send(ends[0], SPAN("x"), &ends[0], 1), ERR_BUSY);
    end();
}

static void test_bad_descriptor_to_send(void)
{
    int bad = 999;

    begin();
    CHECK_EQ(socket_handover_send(ends[0], SPAN("x"), &bad, 1), ERR_IO);
    end();
}

static void test_no_descriptor_left_to_receive(void)
{
    struct socket_handover in = {0};
    struct rlimit before, small;
    size_t len;
    char c;

    begin();
    send_raw(2);
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    small = before;
    small.rlim_cur = 0;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    CHECK_EQ(socket_handover_receive(ends[1], &c, 1, &len, &in), ERR_PROTOCOL);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK_EQ(in.len, 0);
    end();
}

static void test_peer(void)
{
    pid_t pid = 0;

    begin();
    CHECK_EQ(socket_handover_check_peer(ends[0], &pid), OK);
    CHECK_EQ(pid, getpid());
    end();
    int tcp = listen_somewhere();
    int lonely = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int datagrams[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, datagrams), 0);
    const int bad[] = {tcp, lonely, datagrams[0], datagrams[1]};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK_EQ(socket_handover_check_peer(bad[i], &pid), ERR_DENIED);
        CHECK_EQ(close(bad[i]), 0);
    }
    CHECK_EQ(socket_handover_check_peer(999, &pid), ERR_DENIED);
}

/* Who connected is remembered by the kernel; only root can play two users. */
static void test_peer_of_another_user(void)
{
    if (geteuid() != 0)
        return;
    begin(); /* made by root */
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        pid_t pid;

        _exit(setuid(65534) == 0 && socket_handover_check_peer(ends[0], &pid) == ERR_DENIED
                  ? 0
                  : 1);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    end();
}

CHECK_MAIN(TEST(test_sockets_arrive), TEST(test_byte_by_byte), TEST(test_limits_of_sending),
           TEST(test_the_most_there_may_be), TEST(test_too_many),
           TEST(test_too_many_little_by_little), TEST(test_nobody_there),
           TEST(test_waits_only_so_long), TEST(test_no_room_in_the_kernel),
           TEST(test_bad_descriptor_to_send), TEST(test_no_descriptor_left_to_receive),
           TEST(test_peer), TEST(test_peer_of_another_user))
