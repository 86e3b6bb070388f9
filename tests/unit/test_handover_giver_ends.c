/* The old relay's side, asked by a raw client: cut at every byte, killed at every step. */
#include "base/container.h"
#include "net/socket_handover.h"
#include "relay-server/handover/handover_text.h"
#include "unit/check.h"
#include "unit/support/giver_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct giver_rig rig;

/* --- cut and killed --- */

/* The first `whole` lines, then `cut` bytes of the next, and it is gone. */
static void die_at(size_t whole, size_t cut)
{
    int fd = giver_rig_join(&rig);

    for (size_t i = 0; i < whole; i++) {
        giver_rig_say(&rig, fd, giver_rig_steps[i]);
        (void)giver_rig_hear(fd, giver_rig_replies[i]);
    }
    for (size_t i = 0; i < cut; i++)
        giver_rig_say_bytes(&rig, fd, giver_rig_steps[whole] + i, 1);
    giver_rig_leave(&rig, fd);
}

static void test_killed_at_every_byte(void)
{
    for (size_t whole = 0; whole < 3; whole++)
        for (size_t cut = 0; cut < strlen(giver_rig_steps[whole]); cut++) {
            giver_rig_open(&rig);
            die_at(whole, cut);
            CHECK_EQ(rig.takes, whole == 2);
            CHECK_EQ(rig.breaks, whole == 2);
            CHECK_EQ(rig.serves, 0);
            CHECK_EQ(handover_giver_listen(rig.giver), OK); /* and the next one succeeds */
            int fd = giver_rig_take(&rig);
            (void)giver_rig_hear(fd, "released\n");
            giver_rig_say(&rig, fd, "serving\n");
            CHECK_EQ(rig.serves, 1);
            giver_rig_leave(&rig, fd);
            giver_rig_close(&rig);
        }
}

static void test_killed_while_we_release(void)
{
    giver_rig_open(&rig);
    rig.releases = false;
    giver_rig_leave(&rig, giver_rig_take(&rig));
    CHECK_EQ(rig.breaks, 1);
    handover_giver_released(rig.giver); /* too late, and no harm */
    giver_rig_turn(&rig);
    CHECK_EQ(rig.breaks, 1);
    giver_rig_close(&rig);
}

/* --- ends --- */

static void test_closed_at_every_step(void)
{
    for (size_t whole = 0; whole <= 3; whole++) {
        giver_rig_open(&rig);
        int fd = giver_rig_join(&rig);
        for (size_t i = 0; i < whole; i++) {
            giver_rig_say(&rig, fd, giver_rig_steps[i]);
            (void)giver_rig_hear(fd, giver_rig_replies[i]);
        }
        handover_giver_close(rig.giver);
        rig.giver = NULL;
        giver_rig_turn(&rig);
        CHECK_EQ(rig.breaks, 0);
        if (whole < 3)
            giver_rig_check_ended(&rig, fd);
        else
            giver_rig_leave(&rig, fd);
        giver_rig_close(&rig);
    }
}

static void test_every_allocation_fails(void)
{
    bool over = false;

    giver_rig_open(&rig);
    for (unsigned long n = 1; !over; n++) {
        struct handover_giver *another = NULL;

        mem_fail_at(n);
        enum err rc = handover_giver_open(rig.loop, scratch_folder_path("another.sock"),
                                          rig.events, &rig, &another);
        over = mem_sweep_is_over(n);
        CHECK_EQ(rc, over ? OK : ERR_NOMEM);
        if (another)
            handover_giver_close(another);
        giver_rig_turn(&rig);
    }
    giver_rig_close(&rig);

    over = false;
    for (unsigned long n = 1; !over; n++) {
        giver_rig_open(&rig);
        int fd = giver_rig_connect(&rig);
        CHECK(fd >= 0);
        mem_fail_at(n);
        giver_rig_turn(&rig);
        for (size_t i = 0; i < 3; i++) { /* it may be gone already */
            (void)send(fd, giver_rig_steps[i], strlen(giver_rig_steps[i]), MSG_NOSIGNAL);
            giver_rig_turn(&rig);
        }
        over = mem_sweep_is_over(n);
        CHECK_EQ(rig.serves + rig.breaks, rig.takes);
        CHECK_EQ(rig.serves, over ? 1 : rig.serves);
        giver_rig_leave(&rig, fd);
        CHECK_EQ(rig.serves + rig.breaks, rig.takes);
        giver_rig_close(&rig);
    }
}

CHECK_MAIN(TEST(test_killed_at_every_byte), TEST(test_killed_while_we_release),
           TEST(test_closed_at_every_step), TEST(test_every_allocation_fails))
