/* Thousands of random calls, restarts and full disks, against a model that is an array. */
#include "relay-server/inbox/inbox.h"

#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#define SEQS    60000u /* a restart skips up to a thousand */
#define TUNNELS 3u
#define STEPS   3000u

enum fate { GONE, KEPT, ASIDE };

struct model {
    enum fate fates[SEQS];
    unsigned attempts[SEQS];
    uint64_t next; /* below it every seq was given out */
};

static struct inbox_rig rig;
static struct random_seeded dice;
static struct model model;

static const char *tunnel_of(uint64_t seq)
{
    static const char *const names[TUNNELS] = {"a", "b", "c"};

    return names[seq % TUNNELS];
}

static uint64_t roll(uint64_t below)
{
    return random_below(&dice.base, below);
}

/* One that exists, or 0. */
static uint64_t some(enum fate fate)
{
    uint64_t from = roll(model.next);

    for (uint64_t i = 0; i < model.next; i++)
        if (model.fates[(from + i) % model.next] == fate)
            return (from + i) % model.next;
    return 0;
}

/* ---- steps ---- */

static void put_one(uint64_t seq)
{
    char body[32];

    (void)snprintf(body, sizeof(body), "body %llu", (unsigned long long)seq);
    struct inbox_delivery d = inbox_rig_delivery(seq, body);
    d.tunnel = tunnel_of(seq);
    d.attempts = (unsigned)roll(2);
    enum err rc = inbox_rig_put(&rig, &d);
    CHECK(rc == OK || rc == ERR_NO_SPACE);
    model.fates[seq] = rc == OK ? KEPT : GONE;
    model.attempts[seq] = d.attempts;
}

/* Two, in either order. */
static void step_put(void)
{
    uint64_t first = inbox_next_seq(rig.inbox), second = inbox_next_seq(rig.inbox);

    CHECK(second < SEQS);
    model.next = second + 1;
    bool is_swapped = roll(2);
    put_one(is_swapped ? second : first);
    put_one(is_swapped ? first : second);
}

static void step_remove(void)
{
    uint64_t seq = some(roll(4) ? KEPT : ASIDE);

    CHECK_EQ(inbox_remove(rig.inbox, seq, true), OK);
    model.fates[seq] = GONE;
}

static void step_note(void)
{
    uint64_t seq = some(KEPT);
    bool is_aside = roll(3) == 0;

    if (seq == 0)
        return;
    model.attempts[seq]++;
    CHECK_EQ(inbox_note(rig.inbox, seq, model.attempts[seq], is_aside ? "enough" : NULL), OK);
    model.fates[seq] = is_aside ? ASIDE : KEPT;
}

static void step_restore(void)
{
    uint64_t seq = some(ASIDE);

    CHECK_EQ(inbox_restore(rig.inbox, seq), OK);
    if (seq > 0) {
        model.fates[seq] = KEPT;
        model.attempts[seq] = 0;
    }
}

static void fill_disk(bool is_full)
{
    disk_faults_at(is_full, DISK_WRITE, ENOSPC, true);
}

/* What nobody awaited may be lost with a full disk: it is given time to be made up for. */
static void step_restart(void)
{
    fill_disk(false);
    for (unsigned i = 0; i < 2; i++) {
        inbox_rig_settle(&rig);
        inbox_rig_pass(&rig, 1000);
    }
    inbox_rig_stop(&rig);
    CHECK(inbox_rig_is_intact());
    inbox_rig_start(&rig, NULL);
}

/* ---- comparison ---- */

static uint64_t count(const char *tunnel, enum fate fate)
{
    uint64_t found = 0;

    for (uint64_t seq = 1; seq < model.next; seq++)
        found += model.fates[seq] == fate && (!tunnel || tunnel == tunnel_of(seq));
    return found;
}

static void check_list(const char *tunnel, enum fate fate, uint64_t after)
{
    static struct inbox_rig_list list;
    uint64_t seq = after + 1;
    char body[32];

    list.fetch = (struct inbox_fetch){.tunnel = tunnel,
                                      .after = after,
                                      .aside = fate == ASIDE,
                                      .records_max = 1 + roll(INBOX_RIG_MAX),
                                      .bytes_max = 1u << 20};
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.rc, OK);
    for (size_t i = 0; i < list.len; i++, seq++) {
        while (seq < model.next &&
               (model.fates[seq] != fate || (tunnel && tunnel != tunnel_of(seq))))
            seq++;
        CHECK_EQ(list.records[i].seq, seq);
        CHECK_EQ(list.records[i].attempts, model.attempts[seq]);
        CHECK_STR(list.records[i].tunnel, tunnel_of(seq));
        (void)snprintf(body, sizeof(body), "body %llu", (unsigned long long)seq);
        CHECK_STR(list.records[i].body, body);
    }
    CHECK(list.len == list.fetch.records_max ||
          list.len <= count(tunnel, fate)); /* and none is left out: */
    if (after == 0 && list.len < list.fetch.records_max)
        CHECK_EQ(list.len, count(tunnel, fate));
}

static void check_counts(const char *tunnel)
{
    struct inbox_counts c =
        tunnel ? inbox_counts_of(rig.inbox, tunnel) : inbox_counts_all(rig.inbox);

    CHECK_EQ(c.kept, count(tunnel, KEPT));
    CHECK_EQ(c.aside, count(tunnel, ASIDE));
}

static void compare(void)
{
    const char *tunnel = roll(4) ? tunnel_of(roll(TUNNELS)) : NULL;

    check_counts(tunnel);
    check_list(tunnel, roll(3) ? KEPT : ASIDE, roll(2) ? 0 : roll(model.next));
}

static void step(void)
{
    switch (roll(80)) {
    case 0:
        step_restart();
        break;
    case 1:
        fill_disk(roll(2));
        break;
    case 2:
        inbox_rig_pass(&rig, 1000);
        break;
    default:
        if (roll(3) == 0)
            step_put();
        else if (roll(2))
            step_remove();
        else if (roll(3))
            step_note();
        else
            step_restore();
        break;
    }
}

static void run(uint64_t seed)
{
    random_seeded_init(&dice, seed);
    model = (struct model){.next = 1};
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    for (unsigned i = 0; i < STEPS; i++) {
        step();
        if (i % 4 == 0)
            compare();
    }
    step_restart();
    for (unsigned i = 0; i < 50; i++)
        compare();
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void test_random_calls(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        run(seed);
}

CHECK_MAIN(TEST(test_random_calls))
