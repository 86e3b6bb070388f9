/* The old relay's side, asked by a raw client. */
#include "base/container.h"
#include "net/socket_handover.h"
#include "relay-server/handover/handover_text.h"
#include "unit/check.h"
#include "unit/support/giver_rig.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct giver_rig rig;

/* --- the happy path --- */

static void test_dialogue(void)
{
    struct stat st;

    giver_rig_open(&rig);
    int fd = giver_rig_take(&rig);
    CHECK_EQ(rig.takes, 1);
    CHECK(stat(rig.path, &st) != 0); /* the new one may listen there */
    CHECK_EQ(giver_rig_hear(fd, "released\n"), 0);
    giver_rig_say(&rig, fd, "serving\n");
    CHECK_EQ(rig.serves, 1);
    CHECK_EQ(rig.pid, getpid());
    CHECK_STR(rig.early, "");
    CHECK_EQ(rig.breaks, 0);
    giver_rig_leave(&rig, fd);
    CHECK_EQ(rig.breaks, 0);
    giver_rig_close(&rig);
}

static void test_only_https(void)
{
    giver_rig_open(&rig);
    (void)close(rig.sockets.http);
    rig.sockets.http = 0;
    int fd = giver_rig_join(&rig);
    giver_rig_say(&rig, fd, GIVER_RIG_HELLO);
    CHECK_EQ(giver_rig_hear(fd, "sockets https\n"), 1);
    giver_rig_leave(&rig, fd);
    giver_rig_close(&rig);
}

/* HTTP/2 may begin in one piece with the last line. */
static void test_early_bytes(void)
{
    giver_rig_open(&rig);
    int fd = giver_rig_take(&rig);
    (void)giver_rig_hear(fd, "released\n");
    giver_rig_say(&rig, fd, "serving\nSETTINGS");
    CHECK_EQ(rig.serves, 1);
    CHECK_STR(rig.early, "SETTINGS");
    giver_rig_leave(&rig, fd);
    giver_rig_close(&rig);
}

static void test_released_later(void)
{
    giver_rig_open(&rig);
    rig.releases = false;
    int fd = giver_rig_take(&rig);
    CHECK_EQ(rig.takes, 1);
    (void)giver_rig_hear(fd, "");
    giver_rig_advance(&rig, 3600000); /* our own work has no deadline */
    CHECK_EQ(rig.breaks, 0);
    handover_giver_released(rig.giver);
    giver_rig_turn(&rig);
    (void)giver_rig_hear(fd, "released\n");
    handover_giver_released(rig.giver); /* once is enough */
    giver_rig_turn(&rig);
    (void)giver_rig_hear(fd, "");
    giver_rig_leave(&rig, fd);
    giver_rig_close(&rig);
}

/* --- bad words --- */

static void test_bad_words(void)
{
    static const char *const bad[] = {
        "GET / HTTP/1.1\n",
        "take\n",
        "serving\n",
        "\n",
        "hookline-takeover 1\n",
        GIVER_RIG_HELLO GIVER_RIG_HELLO,
        GIVER_RIG_HELLO "take\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        giver_rig_open(&rig);
        int fd = giver_rig_join(&rig);
        giver_rig_say(&rig, fd, bad[i]);
        giver_rig_check_ended(&rig, fd);
        CHECK_EQ(rig.takes + rig.serves + rig.breaks, 0);
        giver_rig_close(&rig);
    }
}

static void test_bad_words_later(void)
{
    static const char *const bad[] = {"serving\n", "take \n", "take\nserving\n", "x\n"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        giver_rig_open(&rig);
        int fd = giver_rig_join(&rig);
        giver_rig_say(&rig, fd, GIVER_RIG_HELLO);
        (void)giver_rig_hear(fd, giver_rig_replies[0]);
        giver_rig_say(&rig, fd, bad[i]);
        giver_rig_check_ended(&rig, fd);
        CHECK_EQ(rig.takes + rig.breaks, 0);
        giver_rig_close(&rig);
    }
}

static void test_bad_words_after_take(void)
{
    giver_rig_open(&rig);
    int fd = giver_rig_take(&rig);
    (void)giver_rig_hear(fd, "released\n");
    giver_rig_say(&rig, fd, "take\n");
    giver_rig_check_ended(&rig, fd);
    CHECK_EQ(rig.breaks, 1);
    CHECK_EQ(rig.serves, 0);
    giver_rig_close(&rig);

    giver_rig_open(&rig);
    rig.releases = false;
    fd = giver_rig_take(&rig);
    giver_rig_say(&rig, fd, "serving\n"); /* before it was released */
    giver_rig_check_ended(&rig, fd);
    CHECK_EQ(rig.breaks, 1);
    CHECK_EQ(rig.serves, 0);
    giver_rig_close(&rig);
}

static void test_endless_line(void)
{
    char text[HANDOVER_LINE_MAX];

    giver_rig_open(&rig);
    memset(text, 'x', sizeof text);
    int fd = giver_rig_join(&rig);
    giver_rig_say_bytes(&rig, fd, text, sizeof text - 1);
    CHECK_EQ(recv(fd, text, 1, 0), -1);
    giver_rig_say_bytes(&rig, fd, "x", 1);
    giver_rig_check_ended(&rig, fd);
    giver_rig_close(&rig);
}

static void test_another_version(void)
{
    giver_rig_open(&rig);
    int fd = giver_rig_join(&rig);
    giver_rig_say(&rig, fd, "hookline-takeover 2 9.9.9\n");
    (void)giver_rig_hear(fd, "refused this is another version of taking over: stop me, then "
                             "start the other\n");
    giver_rig_check_ended(&rig, fd);
    giver_rig_close(&rig);
}

static void test_nothing_to_give(void)
{
    giver_rig_open(&rig);
    (void)close(rig.sockets.https);
    rig.sockets.https = 0;
    int fd = giver_rig_join(&rig);
    giver_rig_say(&rig, fd, GIVER_RIG_HELLO);
    (void)giver_rig_hear(fd, "refused I am ending\n");
    giver_rig_check_ended(&rig, fd);
    giver_rig_close(&rig);
}

/* --- time --- */

static void check_late(int fd, unsigned ms, unsigned broken)
{
    giver_rig_advance(&rig, ms - 1);
    CHECK_EQ(rig.breaks, 0);
    CHECK_EQ(recv(fd, &(char){0}, 1, 0), -1);
    giver_rig_advance(&rig, 1);
    CHECK_EQ(rig.breaks, broken);
    giver_rig_check_ended(&rig, fd);
}

static void test_deadlines(void)
{
    giver_rig_open(&rig);
    check_late(giver_rig_join(&rig), HANDOVER_ASKED_MS, 0);

    int fd = giver_rig_join(&rig);
    giver_rig_say(&rig, fd, GIVER_RIG_HELLO);
    (void)giver_rig_hear(fd, giver_rig_replies[0]);
    check_late(fd, HANDOVER_OFFERED_MS, 0);

    fd = giver_rig_take(&rig);
    (void)giver_rig_hear(fd, giver_rig_replies[1]);
    check_late(fd, HANDOVER_SERVING_MS, 1);
    giver_rig_close(&rig);
}

/* --- several --- */

static void test_one_takes(void)
{
    giver_rig_open(&rig);
    int first = giver_rig_join(&rig), second = giver_rig_join(&rig);
    giver_rig_say(&rig, first, GIVER_RIG_HELLO);
    giver_rig_say(&rig, second, GIVER_RIG_HELLO);
    CHECK_EQ(giver_rig_hear(first, giver_rig_replies[0]), 2);
    CHECK_EQ(giver_rig_hear(second, giver_rig_replies[0]), 2);
    giver_rig_say(&rig, second, "take\n");
    (void)giver_rig_hear(second, "released\n");
    giver_rig_say(&rig, first, "take\n");
    (void)giver_rig_hear(first,
                         "refused another one is taking over already, or I am ending: try "
                         "again in a while\n");
    giver_rig_check_ended(&rig, first);
    CHECK_EQ(rig.takes, 1);
    CHECK_EQ(giver_rig_connect(&rig), -1);
    giver_rig_say(&rig, second, "serving\n");
    CHECK_EQ(rig.serves, 1);
    giver_rig_leave(&rig, second);
    giver_rig_close(&rig);
}

static void test_too_many(void)
{
    int fds[HANDOVER_GIVINGS];

    giver_rig_open(&rig);
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++)
        fds[i] = giver_rig_join(&rig);
    giver_rig_check_ended(&rig, giver_rig_join(&rig));
    giver_rig_leave(&rig, fds[0]);
    fds[0] = giver_rig_join(&rig);
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++) {
        giver_rig_say(&rig, fds[i], GIVER_RIG_HELLO);
        (void)giver_rig_hear(fds[i], giver_rig_replies[0]);
    }
    for (size_t i = 0; i < HANDOVER_GIVINGS; i++)
        giver_rig_leave(&rig, fds[i]);
    giver_rig_close(&rig);
}

static void test_two_givers(void)
{
    struct handover_giver *second;

    giver_rig_open(&rig);
    CHECK_EQ(handover_giver_open(rig.loop, rig.path, rig.events, &rig, &second), ERR_CONFLICT);
    giver_rig_turn(&rig);
    giver_rig_close(&rig);
}

CHECK_MAIN(TEST(test_dialogue), TEST(test_only_https), TEST(test_early_bytes),
           TEST(test_released_later), TEST(test_bad_words), TEST(test_bad_words_later),
           TEST(test_bad_words_after_take), TEST(test_endless_line), TEST(test_another_version),
           TEST(test_nothing_to_give), TEST(test_deadlines), TEST(test_one_takes),
           TEST(test_too_many), TEST(test_two_givers))
