/* The old relay's side, asked by a raw client: cut at every byte, killed at every step. */
#include "relay-server/handover/handover_giver.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "net/socket_handover.h"
#include "relay-server/handover/handover_text.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define HELLO "hookline-takeover 1 9.9.9\n"

static struct clock_fake clock_of_test;
static struct loop *loop;
static struct handover_giver *giver;
static struct handover_sockets sockets;
static const char *path;
static unsigned takes, serves, breaks;
static bool releases; /* in on_take */
static struct stream *served;
static char early_bytes[64];
static pid_t served_pid;
static unsigned long live;

static struct handover_sockets on_sockets(void *owner)
{
    CHECK(owner == &takes);
    return sockets;
}

static void on_take(void *owner)
{
    (void)owner;
    takes++;
    if (releases)
        handover_giver_released(giver);
}

static void on_served(void *owner, struct stream *stream, struct span early, pid_t pid)
{
    (void)owner;
    serves++;
    served = stream;
    served_pid = pid;
    CHECK(early.len < sizeof early_bytes);
    memcpy(early_bytes, early.ptr ? early.ptr : "", early.len);
    early_bytes[early.len] = '\0';
}

static void on_broken(void *owner, const char *why)
{
    (void)owner;
    CHECK(*why);
    breaks++;
}

static const struct handover_giver_events events = {on_sockets, on_take, on_served, on_broken};

static void begin(void)
{
    live = mem_live();
    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&clock_of_test, 1795894305000);
    CHECK_EQ(loop_new(&clock_of_test.base, &loop), OK);
    (void)scratch_folder_make();
    path = scratch_folder_path("takeover.sock");
    takes = serves = breaks = 0;
    releases = true;
    served = NULL;
    sockets = (struct handover_sockets){open("/dev/null", O_RDONLY | O_CLOEXEC),
                                        open("/dev/zero", O_RDONLY | O_CLOEXEC)};
    CHECK_EQ(handover_giver_open(loop, path, &events, &takes, &giver), OK);
}

static void end(void)
{
    if (served)
        stream_let_go(served);
    if (giver)
        handover_giver_close(giver);
    giver = NULL;
    loop_run(loop);
    loop_free(loop);
    if (sockets.https > 0)
        (void)close(sockets.https);
    if (sockets.http > 0)
        (void)close(sockets.http);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), live);
}

static void turn(void)
{
    for (int i = 0; i < 6; i++)
        loop_turn(loop, false);
}

/* --- the client --- */

static int try_to_connect(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    CHECK(fd >= 0 && strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static int join(void)
{
    int fd = try_to_connect();

    CHECK(fd >= 0);
    turn();
    return fd;
}

static void say_bytes(int fd, const char *text, size_t len)
{
    if (len > 0)
        CHECK_EQ(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
    turn();
}

static void say(int fd, const char *text)
{
    say_bytes(fd, text, strlen(text));
}

/* Everything that came since the last look, and how many sockets along with it. */
static size_t check_heard(int fd, const char *want)
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

static void check_ended(int fd)
{
    char c;

    CHECK_EQ(recv(fd, &c, 1, 0), 0);
    (void)close(fd);
    turn();
}

static void leave(int fd)
{
    (void)close(fd);
    turn();
}

static void pass_time(uint64_t ms)
{
    clock_fake_advance(&clock_of_test, ms * 1000);
    deadline_run_due(loop);
    turn();
}

static int take(void)
{
    int fd = join();

    say(fd, HELLO);
    CHECK_EQ(check_heard(fd, "sockets https http\n"), 2);
    say(fd, "take\n");
    return fd;
}

/* --- the happy path --- */

static void test_dialogue(void)
{
    struct stat st;

    begin();
    int fd = take();
    CHECK_EQ(takes, 1);
    CHECK(stat(path, &st) != 0); /* the new one may listen there */
    CHECK_EQ(check_heard(fd, "released\n"), 0);
    say(fd, "serving\n");
    CHECK_EQ(serves, 1);
    CHECK_EQ(served_pid, getpid());
    CHECK_STR(early_bytes, "");
    CHECK_EQ(breaks, 0);
    leave(fd);
    CHECK_EQ(breaks, 0);
    end();
}

static void test_only_https(void)
{
    begin();
    (void)close(sockets.http);
    sockets.http = 0;
    int fd = join();
    say(fd, HELLO);
    CHECK_EQ(check_heard(fd, "sockets https\n"), 1);
    leave(fd);
    end();
}

/* HTTP/2 may begin in one piece with the last line. */
static void test_early_bytes(void)
{
    begin();
    int fd = take();
    (void)check_heard(fd, "released\n");
    say(fd, "serving\nSETTINGS");
    CHECK_EQ(serves, 1);
    CHECK_STR(early_bytes, "SETTINGS");
    leave(fd);
    end();
}

static void test_released_later(void)
{
    begin();
    releases = false;
    int fd = take();
    CHECK_EQ(takes, 1);
    (void)check_heard(fd, "");
    pass_time(3600000); /* our own work has no deadline */
    CHECK_EQ(breaks, 0);
    handover_giver_released(giver);
    turn();
    (void)check_heard(fd, "released\n");
    handover_giver_released(giver); /* once is enough */
    turn();
    (void)check_heard(fd, "");
    leave(fd);
    end();
}

/* --- cut and killed --- */

static const char *const steps[] = {HELLO, "take\n", "serving\n"};
static const char *const replies[] = {"sockets https http\n", "released\n", ""};

/* The first `whole` lines, then `cut` bytes of the next, and it is gone. */
static void die_at(size_t whole, size_t cut)
{
    int fd = join();

    for (size_t i = 0; i < whole; i++) {
        say(fd, steps[i]);
        (void)check_heard(fd, replies[i]);
    }
    for (size_t i = 0; i < cut; i++)
        say_bytes(fd, steps[whole] + i, 1);
    leave(fd);
}

static void test_killed_at_every_byte(void)
{
    for (size_t whole = 0; whole < 3; whole++)
        for (size_t cut = 0; cut < strlen(steps[whole]); cut++) {
            begin();
            die_at(whole, cut);
            CHECK_EQ(takes, whole == 2);
            CHECK_EQ(breaks, whole == 2);
            CHECK_EQ(serves, 0);
            CHECK_EQ(handover_giver_listen(giver), OK); /* and the next one succeeds */
            int fd = take();
            (void)check_heard(fd, "released\n");
            say(fd, "serving\n");
            CHECK_EQ(serves, 1);
            leave(fd);
            end();
        }
}

static void test_killed_while_we_release(void)
{
    begin();
    releases = false;
    leave(take());
    CHECK_EQ(breaks, 1);
    handover_giver_released(giver); /* too late, and no harm */
    turn();
    CHECK_EQ(breaks, 1);
    end();
}

/* --- bad words --- */

static void test_bad_words(void)
{
    static const char *const bad[] = {
        "GET / HTTP/1.1\n",      "take\n",    "serving\n",    "\n",
        "hookline-takeover 1\n", HELLO HELLO, HELLO "take\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        begin();
        int fd = join();
        say(fd, bad[i]);
        check_ended(fd);
        CHECK_EQ(takes + serves + breaks, 0);
        end();
    }
}

static void test_bad_words_later(void)
{
    static const char *const bad[] = {"serving\n", "take \n", "take\nserving\n", "x\n"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        begin();
        int fd = join();
        say(fd, HELLO);
        (void)check_heard(fd, replies[0]);
        say(fd, bad[i]);
        check_ended(fd);
        CHECK_EQ(takes + breaks, 0);
        end();
    }
}

static void test_bad_words_after_take(void)
{
    begin();
    int fd = take();
    (void)check_heard(fd, "released\n");
    say(fd, "take\n");
    check_ended(fd);
    CHECK_EQ(breaks, 1);
    CHECK_EQ(serves, 0);
    end();

    begin();
    releases = false;
    fd = take();
    say(fd, "serving\n"); /* before it was released */
    check_ended(fd);
    CHECK_EQ(breaks, 1);
    CHECK_EQ(serves, 0);
    end();
}

static void test_endless_line(void)
{
    char text[HANDOVER_LINE_MAX];

    begin();
    memset(text, 'x', sizeof text);
    int fd = join();
    say_bytes(fd, text, sizeof text - 1);
    CHECK_EQ(recv(fd, text, 1, 0), -1);
    say_bytes(fd, "x", 1);
    check_ended(fd);
    end();
}

static void test_another_version(void)
{
    begin();
    int fd = join();
    say(fd, "hookline-takeover 2 9.9.9\n");
    (void)check_heard(fd, "refused this is another version of taking over: stop me, then "
                          "start the other\n");
    check_ended(fd);
    end();
}

static void test_nothing_to_give(void)
{
    begin();
    (void)close(sockets.https);
    sockets.https = 0;
    int fd = join();
    say(fd, HELLO);
    (void)check_heard(fd, "refused I am ending\n");
    check_ended(fd);
    end();
}

/* --- time --- */

static void check_late(int fd, unsigned ms, unsigned broken)
{
    pass_time(ms - 1);
    CHECK_EQ(breaks, 0);
    CHECK_EQ(recv(fd, &(char){0}, 1, 0), -1);
    pass_time(1);
    CHECK_EQ(breaks, broken);
    check_ended(fd);
}

static void test_deadlines(void)
{
    begin();
    check_late(join(), HANDOVER_ASKED_MS, 0);

    int fd = join();
    say(fd, HELLO);
    (void)check_heard(fd, replies[0]);
    check_late(fd, HANDOVER_OFFERED_MS, 0);

    fd = take();
    (void)check_heard(fd, replies[1]);
    check_late(fd, HANDOVER_SERVING_MS, 1);
    end();
}

/* --- several --- */

static void test_one_takes(void)
{
    begin();
    int first = join(), second = join();
    say(first, HELLO);
    say(second, HELLO);
    CHECK_EQ(check_heard(first, replies[0]), 2);
    CHECK_EQ(check_heard(second, replies[0]), 2);
    say(second, "take\n");
    (void)check_heard(second, "released\n");
    say(first, "take\n");
    (void)check_heard(first, "refused another one is taking over already, or I am ending: try "
                             "again in a while\n");
    check_ended(first);
    CHECK_EQ(takes, 1);
    CHECK_EQ(try_to_connect(), -1);
    say(second, "serving\n");
    CHECK_EQ(serves, 1);
    leave(second);
    end();
}

static void test_too_many(void)
{
    int fds[HANDOVER_GIVINGS];

    begin();
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++)
        fds[i] = join();
    check_ended(join());
    leave(fds[0]);
    fds[0] = join();
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++) {
        say(fds[i], HELLO);
        (void)check_heard(fds[i], replies[0]);
    }
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++)
        leave(fds[i]);
    end();
}

static void test_two_givers(void)
{
    struct handover_giver *second;

    begin();
    CHECK_EQ(handover_giver_open(loop, path, &events, &takes, &second), ERR_CONFLICT);
    turn();
    end();
}

/* --- ends --- */

static void test_closed_at_every_step(void)
{
    for (size_t whole = 0; whole <= 3; whole++) {
        begin();
        int fd = join();
        for (size_t i = 0; i < whole; i++) {
            say(fd, steps[i]);
            (void)check_heard(fd, replies[i]);
        }
        handover_giver_close(giver);
        giver = NULL;
        turn();
        CHECK_EQ(breaks, 0);
        if (whole < 3)
            check_ended(fd);
        else
            leave(fd);
        end();
    }
}

static void test_every_allocation_fails(void)
{
    bool over = false;

    begin();
    for (unsigned long n = 1; !over; n++) {
        struct handover_giver *another = NULL;

        mem_fail_at(n);
        enum err rc = handover_giver_open(loop, scratch_folder_path("another.sock"), &events,
                                          &takes, &another);
        over = mem_sweep_is_over(n);
        CHECK_EQ(rc, over ? OK : ERR_NOMEM);
        if (another)
            handover_giver_close(another);
        turn();
    }
    end();

    over = false;
    for (unsigned long n = 1; !over; n++) {
        begin();
        int fd = try_to_connect();
        CHECK(fd >= 0);
        mem_fail_at(n);
        turn();
        for (size_t i = 0; i < 3; i++) { /* it may be gone already */
            (void)send(fd, steps[i], strlen(steps[i]), MSG_NOSIGNAL);
            turn();
        }
        over = mem_sweep_is_over(n);
        CHECK_EQ(serves + breaks, takes);
        CHECK_EQ(serves, over ? 1 : serves);
        leave(fd);
        CHECK_EQ(serves + breaks, takes);
        end();
    }
}

CHECK_MAIN(TEST(test_dialogue), TEST(test_only_https), TEST(test_early_bytes),
           TEST(test_released_later), TEST(test_killed_at_every_byte),
           TEST(test_killed_while_we_release), TEST(test_bad_words), TEST(test_bad_words_later),
           TEST(test_bad_words_after_take), TEST(test_endless_line), TEST(test_another_version),
           TEST(test_nothing_to_give), TEST(test_deadlines), TEST(test_one_takes),
           TEST(test_too_many), TEST(test_two_givers), TEST(test_closed_at_every_step),
           TEST(test_every_allocation_fails))
