/* A connection whose streams take turns decides late: little waits below it. */
#include "http/h2/h2_conn_impl.h"
#include "unit/check.h"
#include "unit/support/h2_world.h"

#define KEPT_MAX ((size_t)64 * 1024)

static struct h2_world w;

static void open_world(bool takes_turns)
{
    h2_world_init(&w);
    w.client_options.takes_turns = w.server_options.takes_turns = takes_turns;
    CHECK(h2_world_open(&w, 16384));
    h2_world_settle(&w);
}

/* The largest amount that ever waited below the server, while four long answers left. */
static size_t most_that_waited(void)
{
    struct h2_call *calls[4];
    size_t most = 0;

    w.server.answer = (size_t)1024 * 1024;
    for (size_t i = 0; i < 4; i++) {
        calls[i] = h2_world_request(&w, "/long", 0, NULL);
        CHECK(calls[i]);
    }
    while (!calls[0]->is_complete || !calls[1]->is_complete || !calls[2]->is_complete ||
           !calls[3]->is_complete) {
        loop_turn(w.loop, false);
        size_t queued = stream_queued(w.server.conn->stream);
        most = queued > most ? queued : most;
    }
    h2_world_settle(&w);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(calls[i]->received, 1024 * 1024);
    return most;
}

static void test_little_waits_below(void)
{
    open_world(true);
    CHECK(most_that_waited() <= KEPT_MAX);
    h2_world_close(&w);
}

/* On others it is as for any stream. */
static void test_more_waits_without_turns(void)
{
    open_world(false);
    CHECK(most_that_waited() > KEPT_MAX);
    h2_world_close(&w);
}

CHECK_MAIN(TEST(test_little_waits_below), TEST(test_more_waits_without_turns))
