/* Names and what kind of address they have.  thread-test */
#include "net/resolve.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

static struct clock_fake fake;
static struct loop *loop;
static struct resolve_answer answer;
static int answers;

static void on_done(void *owner, const struct resolve_answer *a)
{
    CHECK(owner == &answers);
    answer = *a;
    answers++;
}

static void open_loop(void)
{
    answers = 0;
    clock_fake_init(&fake, 1000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
}

static void close_loop(void)
{
    loop_run(loop);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static enum err start(const char *host, struct resolve **out)
{
    const struct resolve_options options = {
        .host = host, .timeout_ms = 3000, .on_done = on_done, .owner = &answers};
    enum err rc = resolve_start(loop, &options, out);

    CHECK_EQ(answers, 0); /* never from inside the call */
    return rc;
}

static void run(const char *host)
{
    struct resolve *r;

    open_loop();
    CHECK_EQ(start(host, &r), OK);
    while (answers == 0)
        loop_turn(loop, true);
    close_loop();
    CHECK_EQ(answers, 1);
}

static void test_reach(void)
{
    static const struct {
        const char *address;
        enum resolve_reach reach;
    } cases[] = {
        {"127.0.0.1", RESOLVE_LOOPBACK},
        {"127.255.0.9", RESOLVE_LOOPBACK},
        {"0.0.0.0", RESOLVE_LOOPBACK},
        {"10.0.0.1", RESOLVE_PRIVATE},
        {"11.0.0.1", RESOLVE_PUBLIC},
        {"172.15.255.255", RESOLVE_PUBLIC},
        {"172.16.0.0", RESOLVE_PRIVATE},
        {"172.31.255.255", RESOLVE_PRIVATE},
        {"172.32.0.0", RESOLVE_PUBLIC},
        {"192.168.1.1", RESOLVE_PRIVATE},
        {"192.169.1.1", RESOLVE_PUBLIC},
        {"169.254.0.1", RESOLVE_PRIVATE},
        {"100.63.255.255", RESOLVE_PUBLIC},
        {"100.64.0.0", RESOLVE_PRIVATE},
        {"100.127.255.255", RESOLVE_PRIVATE},
        {"100.128.0.0", RESOLVE_PUBLIC},
        {"203.0.113.10", RESOLVE_PUBLIC},
        {"::1", RESOLVE_LOOPBACK},
        {"::", RESOLVE_LOOPBACK},
        {"fd00::1", RESOLVE_PRIVATE},
        {"fc00::1", RESOLVE_PRIVATE},
        {"fe80::1", RESOLVE_PRIVATE},
        {"fec0::1", RESOLVE_PUBLIC},
        {"2001:db8::1", RESOLVE_PUBLIC},
        {"::ffff:10.1.2.3", RESOLVE_PRIVATE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run(cases[i].address);
        CHECK_EQ(answer.why, OK);
        CHECK_EQ(answer.len, 1);
        CHECK_EQ(answer.list[0].is_ipv6, strchr(cases[i].address, ':') != NULL);
        if (answer.list[0].reach != cases[i].reach)
            (void)fprintf(stderr, "%s\n", cases[i].address);
        CHECK_EQ(answer.list[0].reach, cases[i].reach);
        CHECK_STR(answer.list[0].text, cases[i].address);
    }
}

static void test_names(void)
{
    run("localhost");
    CHECK_EQ(answer.why, OK);
    CHECK(answer.len >= 1);
    for (size_t i = 0; i < answer.len; i++)
        CHECK_EQ(answer.list[i].reach, RESOLVE_LOOPBACK);
    run("nothing.invalid");
    CHECK(answer.why == ERR_NOT_FOUND || answer.why == ERR_IO); /* no name server */
    CHECK_EQ(answer.len, 0);
}

static void test_impossible_names(void)
{
    static char host[300];
    struct resolve *r;

    open_loop();
    CHECK_EQ(start("", &r), ERR_CONFIG);
    CHECK_EQ(start("a b", &r), ERR_CONFIG);
    CHECK_EQ(start("a\nb", &r), ERR_CONFIG);
    memset(host, 'a', 254);
    CHECK_EQ(start(host, &r), ERR_CONFIG);
    close_loop();
}

/* The answer comes later, to nobody. */
static void test_time_and_cancelling(void)
{
    struct resolve *r;

    open_loop();
    CHECK_EQ(start("localhost", &r), OK);
    clock_fake_advance(&fake, 2999000);
    deadline_run_due(loop);
    CHECK_EQ(answers, 0);
    clock_fake_advance(&fake, 1000);
    deadline_run_due(loop);
    CHECK_EQ(answers, 1);
    CHECK_EQ(answer.why, ERR_TIMEOUT);
    close_loop();
    CHECK_EQ(answers, 1);

    open_loop();
    CHECK_EQ(start("localhost", &r), OK);
    resolve_cancel(r);
    close_loop();
    CHECK_EQ(answers, 0);
}

static void test_memory(void)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct resolve *r;
        open_loop();
        mem_fail_at(n);
        if (start("127.0.0.1", &r) == OK)
            while (answers == 0)
                loop_turn(loop, true);
        is_over = mem_sweep_is_over(n);
        close_loop();
    }
    CHECK_EQ(answer.why, OK);
}

CHECK_MAIN(TEST(test_reach), TEST(test_names), TEST(test_impossible_names),
           TEST(test_time_and_cancelling), TEST(test_memory))
