/* Link and counts in one status: news of the link pass at once, counts once a second. */
#include "relay-client/agent/status_board.h"

#include "base/mem.h"
#include "unit/check.h"

static struct clock_fake clock_;
static struct loop *loop;
static struct agent_context context;
static struct status_board board;
static struct agent_status last;
static char last_url[64], last_detail[600];
static int statuses;

static void on_status(void *owner, const struct agent_status *status)
{
    CHECK(owner == &statuses);
    statuses++;
    last = *status;
    (void)snprintf(last_url, sizeof last_url, "%s", status->url);
    (void)snprintf(last_detail, sizeof last_detail, "%s", status->detail);
}

static const struct agent_events events = {.on_status = on_status};

static void open_board(void)
{
    clock_fake_init(&clock_, 1795894305000u);
    CHECK_EQ(loop_new(&clock_.base, &loop), OK);
    context = (struct agent_context){.loop = loop, .events = &events, .owner = &statuses};
    memset(&board, 0, sizeof board);
    statuses = 0;
    status_board_init(&board, &context);
}

static void close_board(void)
{
    status_board_stop(&board);
    loop_free(loop);
}

static void pass(uint64_t ms)
{
    clock_fake_advance(&clock_, ms * 1000);
    deadline_run_due(loop);
}

static void link_says(enum agent_state state, const char *detail, uint64_t retry_ms)
{
    char url[] = "https://mybot.example", text[600];
    struct agent_status news = {
        .state = state, .url = url, .detail = text, .retry_ms = retry_ms, .attempt = 3};

    (void)snprintf(text, sizeof text, "%s", detail);
    status_board_link(&board, &news);
    memset(url, 'x', sizeof url - 1); /* borrowed for the call only */
    memset(text, 'x', sizeof text);
}

static void count(uint64_t pending)
{
    context.counts.unfinished.pending = pending;
    status_board_counts(&board);
}

static void test_before_the_first_word(void)
{
    open_board();
    struct agent_status now = status_board_now(&board);
    CHECK_EQ(now.state, AGENT_CONNECTING);
    CHECK_STR(now.url, "");
    CHECK_STR(now.detail, "");
    count(5); /* the linker will say something in a moment */
    pass(5000);
    CHECK_EQ(statuses, 0);
    CHECK_EQ(status_board_now(&board).pending, 5);
    close_board();
}

static void test_link_at_once(void)
{
    open_board();
    context.counts.kept = 2;
    context.counts.unfinished.aside = 1;
    link_says(AGENT_LINKED, "", 0);
    link_says(AGENT_WAITING, "lost", 700);
    CHECK_EQ(statuses, 2);
    CHECK_EQ(last.state, AGENT_WAITING);
    CHECK_STR(last_url, "https://mybot.example");
    CHECK_STR(last_detail, "lost");
    CHECK_EQ(last.retry_ms, 700);
    CHECK_EQ(last.kept, 2);
    CHECK_EQ(last.aside, 1);
    CHECK_EQ(last.attempt, 3);
    pass(300);
    CHECK_EQ(status_board_now(&board).retry_ms, 400); /* from then */
    pass(900);
    CHECK_EQ(status_board_now(&board).retry_ms, 0);
    close_board();
}

static void test_counts_once_a_second(void)
{
    open_board();
    link_says(AGENT_LINKED, "", 0);
    for (uint64_t i = 1; i <= 100; i++)
        count(i);
    CHECK_EQ(statuses, 1);
    pass(999);
    CHECK_EQ(statuses, 1);
    pass(1);
    CHECK_EQ(statuses, 2);
    CHECK_EQ(last.pending, 100);
    pass(5000);
    CHECK_EQ(statuses, 2);
    count(101); /* the last one was a while ago: as soon as the loop turns */
    CHECK_EQ(statuses, 2);
    pass(0);
    CHECK_EQ(statuses, 3);
    count(101); /* no news */
    pass(5000);
    CHECK_EQ(statuses, 3);
    close_board();
}

/* What the link says takes them along. */
static void test_link_takes_counts_along(void)
{
    open_board();
    link_says(AGENT_LINKED, "", 0);
    count(7);
    link_says(AGENT_WAITING, "lost", 0);
    CHECK_EQ(last.pending, 7);
    pass(5000);
    CHECK_EQ(statuses, 2);
    close_board();
}

static void test_long_detail(void)
{
    char detail[599];

    open_board();
    memset(detail, 'a', sizeof detail - 1);
    detail[sizeof detail - 1] = '\0';
    link_says(AGENT_WAITING, detail, 0);
    CHECK_EQ(strlen(last_detail), sizeof board.detail - 1);
    close_board();
}

static void test_no_memory(void)
{
    open_board();
    link_says(AGENT_LINKED, "", 0);
    mem_fail_at(1);
    count(7);
    mem_fail_at(0);
    CHECK_EQ(statuses, 2); /* rather now than never */
    close_board();
}

CHECK_MAIN(TEST(test_before_the_first_word), TEST(test_link_at_once),
           TEST(test_counts_once_a_second), TEST(test_link_takes_counts_along),
           TEST(test_long_detail), TEST(test_no_memory))
