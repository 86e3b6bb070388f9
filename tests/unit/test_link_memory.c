/* What an idle link costs: not a limit that a test could enforce under sanitizers, but a
 * number to look at.  TLS comes on top of it. */
#include "base/mem.h"
#include "link/link_session.h"
#include "net/pipe_stream.h"
#include "unit/check.h"

#include <unistd.h>

#define LINKS 500

static unsigned closed;

static void on_closed(void *owner)
{
    (void)owner;
    closed++;
}

static void on_goaway(void *owner, bool taken_over)
{
    (void)owner, (void)taken_over;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    (void)owner, (void)why;
    CHECK_STR(detail, NULL); /* must not happen */
}

static const struct link_session_events events = {
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

static size_t resident(void)
{
    long pages[2] = {0};
    FILE *f = fopen("/proc/self/statm", "r");

    if (!f || fscanf(f, "%ld %ld", &pages[0], &pages[1]) != 2)
        pages[1] = 0;
    if (f)
        (void)fclose(f);
    return (size_t)pages[1] * (size_t)sysconf(_SC_PAGESIZE);
}

static void settle(struct loop *loop)
{
    for (int i = 0; i < 200; i++)
        loop_turn(loop, false);
}

/* The mean of both ends of links that have been greeted and measured their round trip. */
static void test_what_an_idle_link_costs(void)
{
    static struct link_session *sessions[2 * LINKS];
    struct clock_fake fake;
    struct loop *loop;
    struct stream *a, *b;

    clock_fake_init(&fake, 1700000000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
    size_t before = resident();
    for (size_t i = 0; i < 2 * LINKS; i += 2) {
        CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
        CHECK_EQ(link_session_open(loop, a, LINK_RELAY, &events, NULL, &sessions[i]), OK);
        CHECK_EQ(link_session_open(loop, b, LINK_AGENT, &events, NULL, &sessions[i + 1]), OK);
    }
    clock_fake_advance(&fake, 1);
    settle(loop);
    fprintf(stderr, "  %zu bytes\n", (resident() - before) / (2 * LINKS));
    for (size_t i = 0; i < 2 * LINKS; i++) {
        CHECK(link_session_rtt_us(sessions[i]) > 0);
        link_session_close(sessions[i]);
    }
    settle(loop);
    CHECK_EQ(closed, 2 * LINKS);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_what_an_idle_link_costs))
