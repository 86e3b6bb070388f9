/* What open pages hear of the bot's calls to LINE's API.  A thread-test: the journal and the
 * reader have one each. */
#include "relay-client/inspector/stream/feed_call.h"

#include "unit/check.h"
#include "unit/support/feed_page.h"
#include "unit/support/line_call_rig.h"

#include <stdio.h>

static struct feed_page page;

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static void end(void)
{
    feed_page_close(&page);
    inspector_rig_close();
}

static void record_calls(unsigned count, const char *const *chats, size_t chats_len)
{
    static struct line_call_rig call;

    line_call_rig_init(&call, 0, NULL);
    call.call.chats = chats;
    call.call.chats_len = chats_len;
    for (unsigned i = 0; i < count; i++)
        CHECK_EQ(journal_call_record(inspector_rig.journal.journal, &call.call), OK);
}

static void test_calls(void)
{
    static const char *const one[] = {"U1", "C1"};
    static const char *many[21];

    for (size_t i = 0; i < 21; i++) {
        static char names[21][8];

        (void)snprintf(names[i], sizeof(names[i]), "U%zu", i);
        many[i] = names[i];
    }
    begin();
    record_calls(1, one, 2); /* nobody listens */
    CHECK_EQ(feed_page_open(&page, "?q=is:late", NULL), 200);
    record_calls(1, one, 2);
    feed_page_wait(&page,
                   "event: call\ndata: {\"id\":\"2\",\"exchange\":null,\"chats\":[\"U1\","
                   "\"C1\"]}\n\n",
                   1);
    record_calls(1, many, 20);
    feed_page_wait(&page, "\"U19\"]}", 1);
    record_calls(1, many, 21);
    feed_page_wait(&page, "\"chats\":[\"*\"]}", 1);
    end();
}

/* Too many to tell one by one: everything is to be asked for again, once in a second.  A busy
 * machine may need more than one second for so many. */
static void test_many_calls(void)
{
    static const char *const one[] = {"U1"};

    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    record_calls(600, one, 1);
    feed_page_wait(&page, "event: reset", 1);
    CHECK(feed_page_count(&page, "event: call") >= 50);
    CHECK(feed_page_count(&page, "event: call") < 600);
    end();
}

/* Closed while some are still to be told of. */
static void test_close(void)
{
    static const char *const one[] = {"U1"};

    begin();
    CHECK_EQ(feed_page_open(&page, "", NULL), 200);
    record_calls(60, one, 1);
    feed_page_wait(&page, "event: call", 50);
    inspector_rig_end();
    end();
}

CHECK_MAIN(TEST(test_calls), TEST(test_many_calls), TEST(test_close))
