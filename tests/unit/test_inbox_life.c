/* thread-test */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <unistd.h>

static struct inbox_rig rig;

static void start(void)
{
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
}

static void stop(void)
{
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void restart(void)
{
    inbox_rig_stop(&rig);
    CHECK(inbox_rig_is_intact());
    inbox_rig_start(&rig, NULL);
}

/* ---- tunnels ---- */

struct seen {
    char text[1024];
};

static void see(void *owner, const struct inbox_tunnel *t)
{
    struct seen *seen = owner;
    size_t len = strlen(seen->text);

    (void)snprintf(seen->text + len, sizeof(seen->text) - len, "%s:%s:%s:%s:%llu:%llu+%llu ",
                   t->name, t->token_id, link_answer_text(t->answer),
                   link_offline_text(t->offline), (unsigned long long)t->linked_ms,
                   (unsigned long long)t->kept, (unsigned long long)t->aside);
}

static const char *tunnels(void)
{
    static struct seen seen;

    seen.text[0] = '\0';
    inbox_each_tunnel(rig.inbox, see, &seen);
    return seen.text;
}

static void test_tunnels_are_remembered(void)
{
    struct inbox_tunnel t = {.name = "mybot",
                             .token_id = "aBcD1234",
                             .answer = LINK_ANSWER_NOW,
                             .offline = LINK_OFFLINE_REFUSE,
                             .linked_ms = 1000};

    start();
    CHECK_STR(tunnels(), "");
    CHECK_EQ(inbox_remember(rig.inbox, &t), OK);
    t = (struct inbox_tunnel){.name = "second", .token_id = "x", .linked_ms = 2000};
    CHECK_EQ(inbox_remember(rig.inbox, &t), OK);
    t = (struct inbox_tunnel){
        .name = "mybot", .token_id = "y", .answer = LINK_ANSWER_BOT, .linked_ms = 3000};
    CHECK_EQ(inbox_remember(rig.inbox, &t), OK);
    (void)inbox_rig_keep(&rig, "mybot", "body");
    (void)inbox_rig_keep(&rig, "stranger", "body"); /* never linked, as far as we know */
    CHECK_EQ(inbox_note(rig.inbox, 1, 3, "enough"), OK);
    restart();
    CHECK_STR(tunnels(), "second:x:guard:keep:2000:0+0 mybot:y:bot:keep:3000:0+1 "
                         "stranger::guard:keep:0:1+0 ");
    t.token_id = "12345678901234567890123456789012";
    CHECK_EQ(inbox_remember(rig.inbox, &t), ERR_LIMIT);
    t.token_id = "";
    t.name = "a123456789b123456789c123456789d123456789e123456789f123456789g1234";
    CHECK_EQ(inbox_remember(rig.inbox, &t), ERR_LIMIT);
    stop();
}

/* ---- closing ---- */

static void on_closed(void *owner)
{
    *(bool *)owner = true;
}

static void test_close_finishes_what_waits(void)
{
    struct inbox_rig_ticket t[20];
    struct inbox_ticket late = {0};
    struct inbox_fetch fetch = {.records_max = 1};
    const struct inbox_tunnel tunnel = {.name = "mybot", .token_id = ""};
    bool is_closed = false;

    start();
    for (uint64_t i = 0; i < 20; i++) {
        struct inbox_delivery d = inbox_rig_delivery(i + 1, "body");

        inbox_rig_submit(&rig, &d, &t[i]);
    }
    CHECK_EQ(inbox_remove(rig.inbox, 3, true), OK);
    inbox_close(rig.inbox, on_closed, &is_closed);
    inbox_close(rig.inbox, NULL, NULL); /* idempotent */
    struct inbox_delivery d = inbox_rig_delivery(21, "body");
    CHECK_EQ(inbox_put(rig.inbox, &d, &late), ERR_CLOSED);
    CHECK_EQ(inbox_remove(rig.inbox, 1, true), ERR_CLOSED);
    CHECK_EQ(inbox_note(rig.inbox, 1, 1, NULL), ERR_CLOSED);
    CHECK_EQ(inbox_fetch(rig.inbox, &fetch), ERR_CLOSED);
    CHECK_EQ(inbox_remember(rig.inbox, &tunnel), ERR_CLOSED);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 19);
    while (!is_closed)
        loop_turn(rig.loop, true);
    for (unsigned i = 0; i < 20; i++)
        CHECK_EQ(t[i].rc, OK);
    rig.inbox = NULL;
    inbox_rig_stop(&rig);
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 19);
    stop();
}

struct closer {
    struct inbox_ticket ticket;
    struct inbox_fetch fetch;
    bool is_closed;
};

static void close_in_stored(struct inbox_ticket *t, enum err rc)
{
    CHECK_EQ(rc, OK);
    inbox_close(rig.inbox, on_closed, &((struct closer *)t)->is_closed);
}

static void test_close_inside_stored(void)
{
    struct closer c = {.ticket = {close_in_stored}};

    start();
    struct inbox_delivery d = inbox_rig_delivery(1, "body");
    CHECK_EQ(inbox_put(rig.inbox, &d, &c.ticket), OK);
    while (!c.is_closed)
        loop_turn(rig.loop, true);
    rig.inbox = NULL;
    stop();
}

static struct closer fetch_closer;

static void close_in_fetched(struct inbox_fetch *f, enum err rc,
                             const struct inbox_record *records, size_t len)
{
    CHECK_EQ(rc, OK);
    CHECK_EQ(len, 1);
    inbox_close(rig.inbox, on_closed, &fetch_closer.is_closed);
    CHECK(span_is(records[0].delivery.body, SPAN("body"))); /* valid for the call */
    (void)f;
}

static void test_close_inside_fetched(void)
{
    start();
    (void)inbox_rig_keep(&rig, "mybot", "body");
    fetch_closer = (struct closer){.fetch = {.records_max = 5, .fetched = close_in_fetched}};
    CHECK_EQ(inbox_fetch(rig.inbox, &fetch_closer.fetch), OK);
    while (!fetch_closer.is_closed)
        loop_turn(rig.loop, true);
    rig.inbox = NULL;
    stop();
}

static void test_two_relays(void)
{
    struct inbox_rig second;
    char mine[32];

    start();
    CHECK_EQ(inbox_rig_try_start(&second, NULL), ERR_BUSY);
    (void)snprintf(mine, sizeof(mine), "process %ld", (long)getpid());
    CHECK(strstr(second.detail, mine));
    (void)inbox_rig_keep(&rig, "mybot", "body");
    stop();
}

CHECK_MAIN(TEST(test_tunnels_are_remembered), TEST(test_close_finishes_what_waits),
           TEST(test_close_inside_stored), TEST(test_close_inside_fetched),
           TEST(test_two_relays))
