/* The new relay's side, which waits for each answer: the old one is a thread with a script,
 * cut at every byte.  A thread-test. */
#include "relay-server/handover/handover_taker.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "unit/check.h"
#include "unit/support/net_peer.h"
#include "unit/support/scratch_folder.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What the old one says after hello, take and serving, until the string ends. */
struct script {
    const char *answers[3];
    size_t sockets; /* with the first answer */
    size_t bytes;   /* of all answers together; then it dies */
};

static struct script script;
static const char *path;
static int listener, given[4];
static pthread_t thread;
static struct handover_taker taker;
static char heard[3][HANDOVER_LINE_MAX];

/* --- the old one --- */

static bool read_line(int fd, char *out)
{
    size_t len = 0;

    while (len < HANDOVER_LINE_MAX - 1 && recv(fd, out + len, 1, 0) == 1)
        if (out[len++] == '\n')
            break;
    out[len] = '\0';
    return len > 0 && out[len - 1] == '\n';
}

static void answer(int fd, const char *text, size_t len, size_t sockets)
{
    if (len == 0)
        return;
    if (sockets > 0)
        CHECK_EQ(socket_handover_send(fd, span_of(text, len), given, sockets), OK);
    else
        CHECK_EQ(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void *play(void *unused)
{
    size_t left = script.bytes;
    int fd = accept(listener, NULL, NULL);

    (void)unused;
    CHECK(fd >= 0);
    for (size_t i = 0; i < 3 && read_line(fd, heard[i]); i++) {
        const char *text = script.answers[i] ? script.answers[i] : "";
        size_t len = strlen(text) < left ? strlen(text) : left;

        answer(fd, text, len, i == 0 ? script.sockets : 0);
        left -= len;
        if (len < strlen(text) || left == 0)
            break;
    }
    (void)close(fd);
    return NULL;
}

/* --- life --- */

static void begin(const struct script *s)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)scratch_folder_make();
    path = scratch_folder_path("takeover.sock");
    script = *s;
    memset(heard, 0, sizeof heard);
    for (size_t i = 0; i < 4; i++)
        CHECK((given[i] = open(i % 2 ? "/dev/zero" : "/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
    memcpy(address.sun_path, path, strlen(path));
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(listener, 4), 0);
    CHECK_EQ(pthread_create(&thread, NULL, play, NULL), 0);
}

static void end(void)
{
    handover_taker_fini(&taker);
    handover_taker_fini(&taker);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    (void)close(listener);
    for (size_t i = 0; i < 4; i++)
        (void)close(given[i]);
    scratch_folder_remove();
}

static void check_detail(const char *part)
{
    if (!strstr(taker.detail, part))
        CHECK_STR(taker.detail, part);
}

static dev_t device_of(int fd)
{
    struct stat st;

    CHECK_EQ(fstat(fd, &st), 0);
    return st.st_rdev;
}

static const struct script good = {{"sockets https http\n", "released\n", ""}, 2, 100};

/* --- tests --- */

static void test_dialogue(void)
{
    struct net_peer peer = {0};
    struct stream *stream;
    struct loop *loop;

    begin(&good);
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(handover_taker_ask(&taker, path), OK);
    CHECK_EQ(taker.pid, getpid());
    CHECK(taker.has_sockets);
    CHECK_EQ(device_of(taker.https), device_of(given[0]));
    CHECK_EQ(device_of(taker.http), device_of(given[1]));
    CHECK_EQ(handover_taker_take(&taker), OK);
    CHECK_EQ(handover_taker_serve(&taker, loop, &stream), OK);
    net_peer_sit(&peer, loop, stream);
    net_peer_wait(&peer, &peer.ended, 1); /* a stream like any other from now on */
    CHECK_EQ(peer.end, ERR_EOF);
    net_peer_close(&peer);
    loop_run(loop);
    net_peer_fini(&peer);
    loop_free(loop);
    end();
    CHECK(strncmp(heard[0], "hookline-takeover 1 ", 20) == 0);
    CHECK_STR(heard[1], "take\n");
    CHECK_STR(heard[2], "serving\n");
}

static void test_only_https(void)
{
    static const struct script only = {{"sockets https\n", "released\n", ""}, 1, 100};

    begin(&only);
    CHECK_EQ(handover_taker_ask(&taker, path), OK);
    CHECK(taker.https > 0);
    CHECK_EQ(taker.http, 0);
    end();
}

static void test_nobody_there(void)
{
    (void)scratch_folder_make();
    path = scratch_folder_path("takeover.sock");
    CHECK_EQ(handover_taker_ask(&taker, path), ERR_NOT_FOUND);
    handover_taker_fini(&taker);

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    int left_over = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(left_over, (const struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(close(left_over), 0);
    CHECK_EQ(handover_taker_ask(&taker, path), ERR_NOT_FOUND);
    handover_taker_fini(&taker);
    scratch_folder_remove();
}

static void test_bad_path(void)
{
    char name[200];

    (void)scratch_folder_make();
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_EQ(handover_taker_ask(&taker, scratch_folder_path(name)), ERR_LIMIT);
    check_detail("choose a shorter --data");
    handover_taker_fini(&taker);
    (void)scratch_folder_write_text("file", "no socket", 0600);
    CHECK_EQ(handover_taker_ask(&taker, scratch_folder_path("file")), ERR_NOT_FOUND);
    handover_taker_fini(&taker);
    scratch_folder_remove();
}

/* The old one dies behind every byte that it says. */
static void test_dies_at_every_byte(void)
{
    size_t first = strlen(good.answers[0]), all = first + strlen(good.answers[1]);

    for (size_t bytes = 0; bytes < all; bytes++) {
        struct script s = good;

        s.bytes = bytes;
        begin(&s);
        enum err asked = handover_taker_ask(&taker, path);
        CHECK_EQ(asked, bytes < first ? ERR_EOF : OK);
        CHECK_EQ(taker.has_sockets, bytes >= first);
        if (asked == OK)
            CHECK_EQ(handover_taker_take(&taker), ERR_EOF);
        CHECK_STR(taker.detail, "");
        end();
    }
}

static void test_dies_before_we_serve(void)
{
    struct script s = good;
    struct stream *stream = NULL;
    struct loop *loop;

    s.bytes = strlen(s.answers[0]) + strlen(s.answers[1]);
    begin(&s);
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(handover_taker_ask(&taker, path), OK);
    CHECK_EQ(handover_taker_take(&taker), OK);
    CHECK_EQ(recv(taker.fd, &(char){0}, 1, 0), 0); /* it is gone by now */
    CHECK_EQ(handover_taker_serve(&taker, loop, &stream), ERR_EOF);
    CHECK(stream == NULL);
    loop_free(loop);
    end();
}

static void check_asked(const struct script *s, enum err want, const char *part)
{
    begin(s);
    CHECK_EQ(handover_taker_ask(&taker, path), want);
    check_detail(part);
    end();
}

static void test_bad_answers(void)
{
    static const struct script bad[] = {
        {{"hello\n"}, 0, 100},
        {{"\n"}, 0, 100},
        {{"released\n"}, 0, 100},
        {{"sockets\n"}, 1, 100},
        {{"sockets https\n"}, 0, 100},
        {{"sockets https\n"}, 2, 100},
        {{"sockets https http\n"}, 1, 100},
        {{"sockets https http\n"}, 3, 100},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        check_asked(&bad[i], ERR_PROTOCOL, "does not speak this version's language");
}

static void test_endless_answer(void)
{
    static char text[HANDOVER_LINE_MAX + 1];
    struct script s = {{text}, 0, HANDOVER_LINE_MAX};

    memset(text, 'x', HANDOVER_LINE_MAX);
    check_asked(&s, ERR_PROTOCOL, "does not speak");
}

static void test_refused(void)
{
    static const struct script no = {{"refused I \x1b[2J am ending\n"}, 0, 100};
    static const struct script later = {{"sockets https\n", "refused not now\n"}, 1, 100};

    check_asked(&no, ERR_BUSY, "says: I \\x1B[2J am ending");
    begin(&later);
    CHECK_EQ(handover_taker_ask(&taker, path), OK);
    CHECK_EQ(handover_taker_take(&taker), ERR_BUSY);
    check_detail("says: not now");
    end();
}

static void test_bad_answer_to_take(void)
{
    static const struct script s = {{"sockets https\n", "sockets https\n"}, 1, 100};

    begin(&s);
    CHECK_EQ(handover_taker_ask(&taker, path), OK);
    CHECK_EQ(handover_taker_take(&taker), ERR_PROTOCOL);
    check_detail("does not speak");
    end();
}

CHECK_MAIN(TEST(test_dialogue), TEST(test_only_https), TEST(test_nobody_there),
           TEST(test_bad_path), TEST(test_dies_at_every_byte), TEST(test_dies_before_we_serve),
           TEST(test_bad_answers), TEST(test_endless_answer), TEST(test_refused),
           TEST(test_bad_answer_to_take))
