#include "relay-client/agent/link_gap.h"

#include "relay-client/journal/journal_gaps.h"
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;
static struct link_gap gap;

struct gaps {
    struct journal_gap list[4];
    size_t len;
};

static bool take_gap(void *owner, const struct journal_gap *g)
{
    struct gaps *all = owner;

    CHECK(all->len < 4);
    all->list[all->len++] = *g;
    return true;
}

static struct gaps read_gaps(void)
{
    struct journal_reader *r = journal_rig_reader();
    struct gaps g = {.len = 0};

    edit_rig_settle(&rig);
    CHECK_EQ(journal_gaps_list(r, 0, UINT64_MAX, take_gap, &g), OK);
    journal_reader_close(r);
    return g;
}

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    gap = (struct link_gap){.journal = rig.journal};
}

static void stop(void)
{
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* From the loss, not from when it was clear that it takes longer. */
static void test_lost(void)
{
    start();
    link_gap_note(&gap, AGENT_CONNECTING, 1000);
    link_gap_note(&gap, AGENT_LINKED, 1500);
    link_gap_note(&gap, AGENT_LINKED, 9000);
    link_gap_note(&gap, AGENT_CONNECTING, 10000);
    CHECK_EQ(read_gaps().len, 0);
    link_gap_note(&gap, AGENT_WAITING, 10500);
    struct gaps g = read_gaps();
    CHECK(g.len == 1 && g.list[0].from_ms == 10000 && g.list[0].to_ms == 0);
    link_gap_note(&gap, AGENT_CONNECTING, 11000);
    link_gap_note(&gap, AGENT_REFUSED, 12000);
    link_gap_note(&gap, AGENT_LINKED, 13000);
    g = read_gaps();
    CHECK(g.len == 1 && g.list[0].from_ms == 10000 && g.list[0].to_ms == 13000);
    link_gap_note(&gap, AGENT_REPLACED, 20000);
    g = read_gaps();
    CHECK(g.len == 2 && g.list[0].from_ms == 20000 && g.list[0].to_ms == 0);
    stop();
}

/* The next link is there at once. */
static void test_handover(void)
{
    start();
    link_gap_note(&gap, AGENT_LINKED, 1000);
    link_gap_note(&gap, AGENT_CONNECTING, 2000);
    link_gap_note(&gap, AGENT_LINKED, 2100);
    CHECK_EQ(read_gaps().len, 0);
    stop();
}

/* Never linked so far. */
static void test_start(void)
{
    start();
    link_gap_note(&gap, AGENT_CONNECTING, 1000);
    link_gap_note(&gap, AGENT_WAITING, 2000);
    struct gaps g = read_gaps();
    CHECK(g.len == 1 && g.list[0].from_ms == 1000);
    stop();
}

CHECK_MAIN(TEST(test_lost), TEST(test_handover), TEST(test_start))
