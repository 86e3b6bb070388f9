/* Any bit of the file may flip, and any part of it may be missing: it is found, what it hit is
 * the only thing that is lost, and nothing is made up. */
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_sample.h"

#define PAGE   4096u
#define SECTOR 512u

static struct inbox_sample sample;

static unsigned missing(uint32_t left)
{
    return (unsigned)__builtin_popcount(INBOX_SAMPLE_ALL & ~left);
}

/* A relay starts, or says why not; what it gives out is good.  True: and it is all. */
static bool check_start(void)
{
    struct inbox_rig rig;
    static struct inbox_rig_list list;
    enum err rc = inbox_rig_try_start(&rig, NULL);

    if (rc) {
        CHECK(rc == ERR_CORRUPT || rc == ERR_CONFIG || rc == ERR_VERSION);
        CHECK(strstr(rig.detail, "inbox repair") || rc != ERR_CORRUPT);
        return false;
    }
    inbox_rig_list(&rig, NULL, false, &list);
    for (size_t i = 0; i < list.len; i++) {
        CHECK_STR(list.records[i].tunnel, "mybot");
        CHECK_EQ(list.records[i].received_ms, INBOX_RIG_NOW_MS + list.records[i].seq);
    }
    inbox_rig_stop(&rig);
    return list.rc == OK && list.len == INBOX_SAMPLE_LEN - 1; /* one is set aside */
}

/* Of a file with findings.  What is left afterwards. */
static uint32_t repair(void)
{
    struct inbox_repair r;

    inbox_sample_repair(&r);
    CHECK(r.is_done);
    uint32_t left = inbox_sample_left();
    CHECK_EQ(r.kept + r.aside, INBOX_SAMPLE_LEN - missing(left));
    CHECK_EQ(inbox_sample_check(), 0);
    return left;
}

/* ---- bits ---- */

static void check_flip(size_t byte, unsigned bit)
{
    inbox_sample_flip(&sample, byte, bit);
    if (inbox_sample_check() == 0) { /* it means nothing */
        CHECK_EQ(inbox_sample_left(), INBOX_SAMPLE_ALL);
        return;
    }
    uint32_t left = repair();
    if (missing(left) > 1)
        (void)fprintf(stderr, "byte %zu of page %zu, bit %u: %x left\n", byte % PAGE,
                      byte / PAGE + 1, bit, left);
    CHECK(missing(left) <= 1);
    inbox_sample_flip(&sample, byte, bit);
    (void)check_start();
}

/* Each byte where pages describe themselves, and samples of the rest. */
static void test_flipped_bits(void)
{
    inbox_sample_make(&sample);
    CHECK_EQ(inbox_sample_left(), INBOX_SAMPLE_ALL);
    CHECK_EQ(inbox_sample_check(), 0);
    for (size_t page = 0; page < sample.len / PAGE; page++) {
        size_t header = page == 0 ? 130 : 24;

        for (size_t at = 0; at < PAGE; at += at < header ? 1 : 151)
            check_flip(page * PAGE + at, (unsigned)(at * 5 + page) % 8);
    }
    inbox_sample_fini(&sample);
}

/* ---- larger pieces ---- */

static void check_piece(size_t from, size_t len, int byte)
{
    uint8_t before[PAGE];

    memcpy(before, sample.file + from, len);
    memset(sample.file + from, byte, len);
    inbox_sample_write(&sample, sample.len);
    (void)check_start();
    inbox_sample_write(&sample, sample.len);
    if (inbox_sample_check() == 0)
        CHECK_EQ(inbox_sample_left(), INBOX_SAMPLE_ALL);
    else
        (void)repair();
    memcpy(sample.file + from, before, len);
}

static void test_lost_sectors(void)
{
    inbox_sample_make(&sample);
    for (size_t at = 0; at < sample.len; at += 3 * SECTOR)
        check_piece(at, SECTOR, at % 2 ? 0xff : 0);
    for (size_t at = 0; at < sample.len; at += PAGE)
        check_piece(at, PAGE, at % (2 * PAGE) ? 0xff : 0);
    inbox_sample_fini(&sample);
}

/* The first page alone is lost: everything else is found without it. */
static void test_lost_first_page(void)
{
    inbox_sample_make(&sample);
    memset(sample.file, 0, PAGE);
    inbox_sample_write(&sample, sample.len);
    CHECK_EQ(inbox_sample_check(), UINT64_MAX);
    CHECK_EQ(repair(), INBOX_SAMPLE_ALL);
    inbox_sample_fini(&sample);
}

static void test_truncated(void)
{
    unsigned lost = INBOX_SAMPLE_LEN;

    inbox_sample_make(&sample);
    for (size_t len = 0; len < sample.len; len += len % PAGE == PAGE - 1 ? 2 : PAGE / 2 - 1) {
        inbox_sample_write(&sample, len);
        bool is_all = check_start();
        inbox_sample_write(&sample, len);
        uint64_t findings = inbox_sample_check();
        uint32_t left = findings ? repair() : inbox_sample_left();
        CHECK(findings > 0 || left == INBOX_SAMPLE_ALL); /* what was cut off means nothing */
        CHECK_EQ(is_all, findings == 0);
        unsigned now = missing(left);
        CHECK(now <= lost); /* the more there is, the more is saved */
        lost = now;
    }
    CHECK(lost <= 1);
    inbox_sample_fini(&sample);
}

CHECK_MAIN(TEST(test_flipped_bits), TEST(test_lost_sectors), TEST(test_lost_first_page),
           TEST(test_truncated))
