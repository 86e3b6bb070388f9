/* What open pages hear: rows, what is gone, how much more there is, and where a page that was
 * away goes on.  A thread-test: the journal and the reader have one each. */
#include "relay-client/inspector/stream/feed_hub.h"

#include "base/container.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/stream/feed_stream.h"
#include "unit/check.h"
#include "unit/support/feed_page.h"
#include "unit/support/mem_sweep.h"

static struct feed_page page, other, extra[FEED_HUB_STREAMS];
static char delivery[32];

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static const char *next_delivery(void)
{
    static unsigned number;

    (void)snprintf(delivery, sizeof delivery, "01KAAAAAAAAAAAAAAAAA%06u", ++number);
    return delivery;
}

static uint64_t store(const char *text)
{
    static unsigned number;
    char event[27];

    (void)snprintf(event, sizeof event, "01KBBBBBBBBBBBBBBBBB%06u", ++number);
    return journal_rig_store(&inspector_rig.journal, next_delivery(),
                             journal_rig_body(event, text));
}

static void answer(uint64_t id, unsigned status)
{
    struct journal_answer a = journal_rig_answer(id);
    struct http_head head;

    http_head_init_response(&head, status);
    a.head = &head;
    a.status = status;
    a.by = JOURNAL_BY_BOT;
    journal_rig_store_answer(&inspector_rig.journal, &a);
}

/* Many at once: one commit, or few. */
static void store_many(unsigned n)
{
    static struct journal_rig_ticket tickets[4000];
    static unsigned number;
    char event[27];

    CHECK(n <= 4000);
    for (unsigned i = 0; i < n; i++) {
        (void)snprintf(event, sizeof event, "01KCCCCCCCCCCCCCCCCC%06u", ++number);
        struct journal_request r =
            journal_rig_request(next_delivery(), journal_rig_body(event, "many"));
        journal_rig_ticket_init(&tickets[i]);
        journal_rig_submit(&inspector_rig.journal, &r, &tickets[i]);
    }
    for (unsigned i = 0; i < n; i++)
        journal_rig_wait(&inspector_rig.journal, &tickets[i]);
}

static const char *row_of(uint64_t id)
{
    static char text[64];

    (void)snprintf(text, sizeof text, "event: row\ndata: {\"id\":\"%llu\"",
                   (unsigned long long)id);
    return text;
}

static void end(void)
{
    feed_page_close(&page);
    inspector_rig_close();
}

/* --- rows --- */

static void test_a_row_and_its_answer(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    feed_page_wait(&page, "retry: 1000\nid: ", 1);
    feed_page_wait(&page, "event: status\n", 1);
    uint64_t id = store("hello");
    feed_page_wait(&page, row_of(id), 1);
    CHECK_EQ(feed_page_count(&page, "hello"), 1);
    answer(id, 200);
    feed_page_wait(&page, row_of(id), 2);
    CHECK_EQ(feed_page_count(&page, "event: gone"), 0);
    CHECK_EQ(feed_page_count(&page, "event: more"), 0);
    end();
}

/* Fifty milliseconds of changes are one batch. */
static void test_changes_are_gathered(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    feed_page_wait(&page, "event: status\n", 1);
    feed_page_clear(&page);
    store_many(20);
    CHECK_EQ(feed_page_count(&page, "event: row"), 0); /* the clock stands still */
    feed_page_wait(&page, "event: row", 20);
    CHECK_EQ(feed_page_count(&page, "event: row"), 20);
    CHECK_EQ(feed_page_count(&page, "\nid: ") + (strncmp(page.text, "id: ", 4) == 0), 1);
    end();
}

static void test_filters(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "?q=bot-status:500", NULL), 200);
    CHECK_EQ(feed_page_open(&other, "?q=-bot-status:500", NULL), 200);
    uint64_t first = store("first"), second = store("second");
    feed_page_wait(&other, row_of(first), 1);
    feed_page_wait(&other, row_of(second), 1);
    CHECK_EQ(feed_page_count(&page, "event: row"), 0);
    answer(second, 500);
    feed_page_wait(&page, row_of(second), 1);
    feed_page_wait(&other, "event: gone\ndata: {\"ids\":[", 1); /* not among these any more */
    CHECK_EQ(feed_page_count(&page, row_of(first)), 0);
    feed_page_close(&other);
    end();
}

static void test_a_bad_filter(void)
{
    begin();
    CHECK_EQ(inspector_rig_get("/api/stream?q=%22open"), 400);
    inspector_rig_check_problem(400, "bad_filter");
    CHECK(strstr(inspector_rig_body(), "\"error\":{\"offset\":") != NULL);
    inspector_rig_close();
}

/* --- too much --- */

static void test_at_and_above_the_limit(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    store_many(FEED_STREAM_ROWS);
    feed_page_wait(&page, "event: row", FEED_STREAM_ROWS);
    CHECK_EQ(feed_page_count(&page, "event: more"), 0);
    store_many(1); /* in the same second: it waits */
    feed_page_wait(&page, "event: row", FEED_STREAM_ROWS + 1);
    inspector_rig_advance(2000);
    feed_page_clear(&page);
    store_many(FEED_STREAM_ROWS + 1);
    feed_page_wait(&page, "event: more\ndata: {\"n\":201}", 1);
    CHECK_EQ(feed_page_count(&page, "event: row"), 0);
    uint64_t id = store("afterwards");
    feed_page_wait(&page, row_of(id), 1);
    end();
}

/* More than the ring holds while the page was busy: still only a number. */
static void test_more_than_the_ring(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    for (int i = 0; i < 3; i++)
        store_many(2000);
    feed_page_wait(&page, "event: more", 1);
    CHECK_EQ(feed_page_count(&page, "event: row"), 0);
    end();
}

/* --- coming back --- */

static void test_resume(void)
{
    char id[64];

    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    uint64_t seen = store("seen");
    feed_page_wait(&page, row_of(seen), 1);
    feed_page_wait(&page, "event: status", 2);
    (void)snprintf(id, sizeof id, "%s", feed_page_last_id(&page));
    feed_page_close(&page);
    uint64_t missed = store("missed");
    CHECK_EQ(feed_page_open(&page, "", id), 200);
    feed_page_wait(&page, row_of(missed), 1);
    CHECK_EQ(feed_page_count(&page, row_of(seen)), 0);
    CHECK_EQ(feed_page_count(&page, "event: reset"), 0);
    feed_page_close(&page);
    char query[100];
    (void)snprintf(query, sizeof query, "?after=%s", id);
    CHECK_EQ(feed_page_open(&page, query, NULL), 200);
    feed_page_wait(&page, row_of(missed), 1);
    end();
}

static void check_reset(const char *id)
{
    begin();
    (void)store("before");
    CHECK_EQ(feed_page_open(&page, "", id), 200);
    feed_page_wait(&page, "event: reset\ndata: {}\n\n", 1);
    uint64_t next = store("next");
    feed_page_wait(&page, row_of(next), 1);
    CHECK_EQ(feed_page_count(&page, "before"), 0);
    end();
}

static void test_reset(void)
{
    check_reset("00000000-1"); /* another run */
    check_reset("nonsense");
    check_reset("-");
    check_reset("00000000-99999999999999999999");
}

static void test_an_id_of_the_future_or_too_old(void)
{
    char id[64], run[16];

    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    feed_page_wait(&page, "id: ", 1);
    (void)snprintf(run, sizeof run, "%.8s", feed_page_last_id(&page));
    feed_page_close(&page);
    (void)snprintf(id, sizeof id, "%s-1", run);
    CHECK_EQ(feed_page_open(&page, "", id), 200);
    feed_page_wait(&page, "event: reset", 1);
    feed_page_close(&page);
    struct inspector *i = inspector_rig.inspector;
    for (unsigned n = 0; n <= FEED_RING_LEN; n++)
        feed_ring_add(&i->feed.ring, 1);
    (void)snprintf(id, sizeof id, "%s-0", run);
    CHECK_EQ(feed_page_open(&page, "", id), 200);
    feed_page_wait(&page, "event: reset", 1);
    end();
}

/* --- pages --- */

static void test_sixteen_pages(void)
{
    begin();
    for (size_t i = 0; i < FEED_HUB_STREAMS; i++)
        CHECK_EQ(feed_page_open(&extra[i], "", NULL), 200);
    CHECK_EQ(inspector_rig_get("/api/stream"), 429);
    inspector_rig_check_problem(429, "too_many");
    uint64_t id = store("to all");
    for (size_t i = 0; i < FEED_HUB_STREAMS; i++)
        feed_page_wait(&extra[i], row_of(id), 1);
    feed_page_close(&extra[0]);
    while (inspector_rig.inspector->feed.streams_len == FEED_HUB_STREAMS)
        loop_turn(inspector_rig.journal.loop, false);
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    for (size_t i = 1; i < FEED_HUB_STREAMS; i++)
        feed_page_close(&extra[i]);
    end();
}

/* What waits for a page that does not read is bounded, and it hears that it missed some. */
static void test_a_page_that_does_not_read(void)
{
    static char big[65536];
    struct inspector *i;

    begin();
    i = inspector_rig.inspector;
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    CHECK_EQ(feed_page_open(&other, "", NULL), 200);
    feed_page_wait(&page, "event: status", 1);
    feed_page_wait(&other, "event: status", 1);
    stream_pause(page.client.peer.stream);
    memset(big, 'x', sizeof big);
    big[0] = '"';
    big[sizeof big - 1] = '"';
    const struct feed_stream *stalled =
        CONTAINER_OF(list_first(&i->feed.streams), struct feed_stream, in_hub);
    for (int n = 0; n < 400 && !stalled->is_stalled; n++) {
        inspector_publish(i, "check", span_of(big, sizeof big));
        CHECK(exchange_queued(stalled->x) <= FEED_STREAM_QUEUE + sizeof big + 100);
        for (int turn = 0; turn < 4; turn++)
            loop_turn(inspector_rig.journal.loop, false);
        other.client.peer.got_len = 0;
    }
    CHECK(stalled->is_stalled);
    size_t queued = exchange_queued(stalled->x);
    for (int n = 0; n < 10; n++)
        inspector_publish(i, "check", span_of(big, sizeof big));
    CHECK(exchange_queued(stalled->x) <= queued);
    feed_page_close(&other);
    stream_resume(page.client.peer.stream);
    while (stalled->is_stalled) {
        loop_turn(inspector_rig.journal.loop, false);
        page.client.peer.got_len = 0;
    }
    while (stalled->has_missed) {
        inspector_rig_advance(10);
        loop_turn(inspector_rig.journal.loop, false);
    }
    while (span_find_span(span_of(page.client.peer.got, page.client.peer.got_len),
                          SPAN("event: reset")) == page.client.peer.got_len)
        loop_turn(inspector_rig.journal.loop, false);
    end();
}

static void test_heartbeat(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    feed_page_wait(&page, "event: status", 1);
    feed_page_clear(&page);
    inspector_rig_advance(FEED_HUB_BEAT_MS / 2);
    for (int i = 0; i < 20; i++)
        loop_turn(inspector_rig.journal.loop, false);
    CHECK_EQ(feed_page_count(&page, ": \n\n"), 0);
    feed_page_wait(&page, ": \n\n", 1);
    inspector_rig_advance(FEED_HUB_BEAT_MS);
    feed_page_wait(&page, ": \n\n", 2);
    end();
}

static void test_publishing(void)
{
    begin();
    CHECK_EQ(feed_page_open(&page, "?q=is:late", NULL), 200);
    inspector_publish(inspector_rig.inspector, "run", SPAN("{\"run\":\"1\"}"));
    feed_page_wait(&page, "event: run\ndata: {\"run\":\"1\"}\n\n", 1);
    end();
}

/* --- what can go wrong --- */

/* Closed at every moment of a batch. */
static void test_close_sweep(void)
{
    for (int turns = 0; turns < 20; turns++) {
        begin();
        CHECK_EQ(feed_page_open(&page, "", NULL), 200);
        (void)store("hello");
        for (int i = 0; i < turns; i++) {
            inspector_rig_advance(20);
            loop_turn(inspector_rig.journal.loop, false);
        }
        if (turns % 2)
            inspector_rig_end();
        end();
    }
}

static bool has_heard_or_gone(void)
{
    return page.client.peer.ended || feed_page_count(&page, "event: ") > 0;
}

static void pass_time(void)
{
    inspector_rig_advance(10);
    loop_turn(inspector_rig.journal.loop, false);
}

/* A failed allocation costs the page its stream or the rows, never the inspector. */
static void test_no_memory(void)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        begin();
        CHECK_EQ(feed_page_open(&page, "", NULL), 200);
        feed_page_wait(&page, "event: status", 1);
        feed_page_clear(&page);
        (void)store("hello");
        mem_fail_at(n);
        for (int i = 0; i < 200 && !has_heard_or_gone(); i++)
            pass_time();
        is_over = mem_sweep_is_over(n) || n > 400; /* SQLite takes many */
        while (!has_heard_or_gone())
            pass_time();
        end();
    }
}

CHECK_MAIN(TEST(test_a_row_and_its_answer), TEST(test_changes_are_gathered), TEST(test_filters),
           TEST(test_a_bad_filter), TEST(test_at_and_above_the_limit),
           TEST(test_more_than_the_ring), TEST(test_resume), TEST(test_reset),
           TEST(test_an_id_of_the_future_or_too_old), TEST(test_sixteen_pages),
           TEST(test_a_page_that_does_not_read), TEST(test_heartbeat), TEST(test_publishing),
           TEST(test_close_sweep), TEST(test_no_memory))
