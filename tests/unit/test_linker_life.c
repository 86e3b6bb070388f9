/* How links follow each other, and how all of them end. */
#include "unit/check.h"
#include "unit/support/linker_rig.h"
#include "unit/support/mem_sweep.h"

static struct linker_rig rig;

static void open_linked(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_LINKED);
}

static void ask(struct exchange_log *log)
{
    exchange_log_init(log);
    CHECK_EQ(linker_rig_request(&rig, log), OK);
    linker_rig_wait(&rig, &rig.log.completes, 1);
}

static void answer_to(struct exchange_log *log)
{
    exchange_log_answer(&rig.log, 200, "late");
    linker_rig_wait(&rig, &log->completes, 1);
    exchange_log_check(log, "200 content-length=4\nlate");
    exchange_close(rig.log.x);
    exchange_close(log->x);
    linker_rig_wait(&rig, &log->closeds, 1);
    exchange_log_fini(log);
}

/* --- GOAWAY --- */

static void test_old_link_finishes_beside_the_new_one(void)
{
    struct exchange_log log;

    open_linked();
    ask(&log);
    struct fake_relay_link *old = fake_relay_last(rig.relay);
    link_session_shutdown(old->session);
    linker_rig_wait(&rig, &rig.relay->linked, 2);
    linker_rig_await(&rig, AGENT_LINKED);
    CHECK_EQ(rig.statuses, 5);
    CHECK_EQ(rig.status[2].state, AGENT_WAITING);
    CHECK_EQ(rig.status[2].retry_ms, 0);
    CHECK(strstr(rig.status[2].detail, "the relay closed the link"));
    linker_rig_advance(&rig, 1000); /* the second GOAWAY */
    CHECK(old->session && log.x && rig.statuses <= 6);
    answer_to(&log);
    linker_rig_wait(&rig, &old->closed, 1);
    linker_rig_settle(&rig);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_LINKED); /* its end is no loss */
    linker_rig_close(&rig);
}

static void test_old_link_without_requests_ends(void)
{
    open_linked();
    struct fake_relay_link *old = fake_relay_last(rig.relay);
    link_session_shutdown(old->session);
    linker_rig_wait(&rig, &rig.relay->linked, 2);
    linker_rig_await(&rig, AGENT_LINKED);
    while (!old->closed)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(linker_rig_last(&rig)->state, AGENT_LINKED);
    CHECK_EQ(rig.relay->linked, 2);
    linker_rig_close(&rig);
}

/* --- shutdown --- */

static void shut_down(void)
{
    int before = rig.statuses;

    linker_shutdown(rig.linker);
    linker_shutdown(rig.linker);
    CHECK_EQ(rig.closed, 0); /* never from inside the call */
    linker_rig_wait(&rig, &rig.closed, 1);
    CHECK_EQ(rig.statuses, before);
    linker_rig_close(&rig);
}

static void test_shutdown_before_anything(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    CHECK_EQ(linker_rig_start(&rig), OK);
    shut_down();
}

static void test_shutdown_while_connecting(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SILENT);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_wait(&rig, &rig.relay->asked, 1);
    shut_down();
}

static void test_shutdown_while_waiting(void)
{
    linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
    fake_relay_stop_listening(rig.relay);
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_wait(&rig, &rig.statuses, 4);
    shut_down();
}

static void test_shutdown_after_a_refusal(void)
{
    linker_rig_open(&rig, FAKE_RELAY_SAYS);
    fake_relay_say(rig.relay, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    CHECK_EQ(linker_rig_start(&rig), OK);
    linker_rig_await(&rig, AGENT_REFUSED);
    shut_down();
}

/* The relay hears GOAWAY, twice, a second apart. */
static void test_shutdown_while_linked(void)
{
    open_linked();
    linker_shutdown(rig.linker);
    linker_rig_wait(&rig, &fake_relay_last(rig.relay)->goaways, 1);
    while (!rig.closed)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(rig.relay->linked, 1);
    linker_rig_close(&rig);
}

static void test_shutdown_waits_for_requests(void)
{
    struct exchange_log log;

    open_linked();
    ask(&log);
    linker_shutdown(rig.linker);
    for (int i = 0; i < 5; i++)
        linker_rig_advance(&rig, 1000);
    CHECK_EQ(rig.closed, 0);
    answer_to(&log);
    while (!rig.closed)
        linker_rig_advance(&rig, 1000);
    linker_rig_close(&rig);
}

/* A second word is sharper than the first. */
static void test_close_after_shutdown(void)
{
    struct exchange_log log;

    open_linked();
    ask(&log);
    linker_shutdown(rig.linker);
    linker_rig_advance(&rig, 1000);
    linker_close(rig.linker);
    linker_rig_wait(&rig, &rig.log.aborts, 1);
    exchange_close(rig.log.x);
    linker_rig_wait(&rig, &rig.closed, 1);
    linker_rig_wait(&rig, &log.aborts, 1);
    exchange_close(log.x);
    linker_rig_wait(&rig, &log.closeds, 1);
    exchange_log_fini(&log);
    linker_rig_close(&rig);
}

/* --- everything in one life --- */

static bool is_over(void)
{
    return !rig.linker || (rig.close_at && rig.events >= rig.close_at) || rig.statuses >= 12;
}

/* What was lost with a link does not come at all. */
static bool wait_or_over(const int *flag, int count)
{
    for (int i = 0; i < 200 && *flag < count && !is_over(); i++)
        linker_rig_advance(&rig, 200);
    return *flag >= count;
}

/* Link, request, GOAWAY, the next link, its loss. */
static void live(struct exchange_log *log)
{
    if (!wait_or_over(&rig.relay->linked, 1) || linker_rig_request(&rig, log) != OK ||
        !wait_or_over(&rig.requests, 1) || !fake_relay_last(rig.relay)->session)
        return;
    link_session_shutdown(fake_relay_last(rig.relay)->session);
    if (!wait_or_over(&rig.relay->linked, 2) || !fake_relay_last(rig.relay)->session)
        return;
    linker_rig_settle(&rig);
    if (fake_relay_last(rig.relay)->session)
        link_session_close(fake_relay_last(rig.relay)->session);
    (void)wait_or_over(&rig.statuses, 6);
}

static void let_go(struct exchange_log *log)
{
    if (rig.log.x)
        exchange_close(rig.log.x);
    if (log->x)
        exchange_close(log->x);
    while (log->x)
        linker_rig_advance(&rig, 1000);
    exchange_log_fini(log);
}

static void test_close_inside_each_event(void)
{
    for (int shuts = 0; shuts <= 1; shuts++) {
        bool is_untouched = false;

        for (int at = 1; !is_untouched; at++) {
            struct exchange_log log;

            exchange_log_init(&log);
            linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
            rig.close_at = at;
            rig.shuts = shuts;
            CHECK_EQ(linker_rig_start(&rig), OK);
            live(&log);
            is_untouched = rig.events < at;
            let_go(&log);
            while (!is_untouched && !rig.closed)
                linker_rig_advance(&rig, 1000);
            linker_rig_close(&rig);
        }
    }
}

/* The n-th allocation fails, here or at the relay: it goes on trying, and ends well. */
static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n += 1 + n / 100) {
        struct exchange_log log;

        exchange_log_init(&log);
        linker_rig_open(&rig, FAKE_RELAY_ACCEPTS);
        mem_fail_at(n);
        enum err rc = linker_rig_start(&rig);
        CHECK(rc == OK || rc == ERR_NOMEM);
        if (rc == OK)
            live(&log);
        is_untouched = mem_sweep_is_over(n);
        CHECK(!is_untouched || (rig.requests == 1 && rig.relay->linked == 2));
        let_go(&log);
        linker_rig_close(&rig);
    }
}

CHECK_MAIN(TEST(test_old_link_finishes_beside_the_new_one),
           TEST(test_old_link_without_requests_ends), TEST(test_shutdown_before_anything),
           TEST(test_shutdown_while_connecting), TEST(test_shutdown_while_waiting),
           TEST(test_shutdown_after_a_refusal), TEST(test_shutdown_while_linked),
           TEST(test_shutdown_waits_for_requests), TEST(test_close_after_shutdown),
           TEST(test_close_inside_each_event), TEST(test_memory_runs_out))
