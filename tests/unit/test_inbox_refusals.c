/* Files that cannot be trusted, before and while they are used. */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct inbox_rig rig;
static struct inbox_rig_list list;

/* Closed, with five records. */
static void make(void)
{
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    for (unsigned i = 0; i < 5; i++)
        (void)inbox_rig_keep(&rig, i < 4 ? "mybot" : "other", "body");
    inbox_rig_stop(&rig);
}

static void stop(void)
{
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void change(const char *sql)
{
    make();
    inbox_rig_change_file(sql);
    inbox_rig_start(&rig, NULL);
}

/* ---- damaged records ---- */

/* Found when it is to be sent: the ones before it are given, then those behind. */
static void check_found_in_fetch(const char *sql, const char *reason)
{
    change(sql);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 4);
    inbox_rig_list(&rig, "mybot", false, &list);
    CHECK_EQ(list.rc, ERR_CORRUPT);
    CHECK_EQ(list.len, 2);
    CHECK_EQ(list.records[1].seq, 2);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 3);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").aside, 1);
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "1 2 4");
    CHECK_STR(inbox_detail(rig.inbox), ""); /* the disk is well */
    (void)inbox_rig_keep(&rig, "mybot", "new");
    inbox_rig_list(&rig, "mybot", true, &list);
    CHECK_EQ(list.rc, OK); /* as far as it can be read */
    CHECK_EQ(list.len, 1);
    CHECK_EQ(list.records[0].seq, 3);
    CHECK_STR(list.records[0].reason, reason);
    inbox_rig_stop(&rig);
    inbox_rig_start(&rig, NULL); /* and stays set aside */
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", true), "3");
    stop();
}

static void test_damaged_content(void)
{
    check_found_in_fetch("UPDATE content SET body = CAST('bodY' AS BLOB) WHERE seq = 3",
                         "damaged: the checksum of its content does not fit");
    check_found_in_fetch("UPDATE content SET head = substr(head, 2) WHERE seq = 3",
                         "damaged: the checksum of its content does not fit");
    check_found_in_fetch("DELETE FROM content WHERE seq = 3",
                         "damaged: its content is missing");
}

/* Found at the start already. */
static void check_found_at_start(const char *sql, const char *reason)
{
    change(sql);
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, 4);
    CHECK_EQ(inbox_counts_all(rig.inbox).aside, 1);
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 2 4 5");
    inbox_rig_list(&rig, NULL, true, &list);
    CHECK_EQ(list.len, 1);
    CHECK_EQ(list.records[0].seq, 3);
    CHECK_STR(list.records[0].reason, reason);
    CHECK(inbox_next_seq(rig.inbox) < 2010);
    stop();
}

static void test_damaged_records(void)
{
    const char *reason = "damaged: its checksum does not fit";

    check_found_at_start("UPDATE record SET tunnel = 'mxbot' WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET tunnel = 'no name!' WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET tunnel = '' WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET id = 'short' WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET received_ms = 1 WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET answered = 201 WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET content_len = 1 WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET content_sum = x'00' WHERE seq = 3", reason);
    check_found_at_start("UPDATE record SET sum = zeroblob(32) WHERE seq = 3", reason);
    check_found_at_start("INSERT INTO note VALUES (3, 1, NULL, zeroblob(32))",
                         "damaged: the checksum of the note about it does not fit");
}

/* One whose seq was hit: it is another record now, with nothing in it. */
static void test_damaged_seq(void)
{
    change("UPDATE record SET seq = 1 << 61 WHERE seq = 3");
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 2 4 5");
    CHECK_EQ(inbox_counts_all(rig.inbox).aside, 1);
    CHECK(inbox_next_seq(rig.inbox) < 2010);
    CHECK_EQ(inbox_remove(rig.inbox, (uint64_t)1 << 61, false), OK);
    CHECK_EQ(inbox_counts_all(rig.inbox).aside, 0);
    stop();
}

/* What is set aside for damage can be tried again, and comes back. */
static void test_restoring_what_is_damaged(void)
{
    change("UPDATE content SET body = zeroblob(4) WHERE seq = 3");
    inbox_rig_list(&rig, "mybot", false, &list);
    CHECK_EQ(list.rc, ERR_CORRUPT);
    CHECK_EQ(inbox_restore(rig.inbox, 3), OK);
    inbox_rig_list(&rig, "mybot", false, &list);
    CHECK_EQ(list.rc, ERR_CORRUPT);
    CHECK_EQ(list.len, 2);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").aside, 1);
    stop();
}

/* Somebody has edited the file beneath us. */
static void test_missing_record(void)
{
    make();
    inbox_rig_start(&rig, NULL);
    inbox_rig_change_open_file("DELETE FROM record WHERE seq = 2");
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "1 3 4");
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 3);
    stop();
}

static void test_damaged_tunnels(void)
{
    make();
    inbox_rig_change_file("INSERT INTO tunnel VALUES ('mybot', 'x', 0, 0, 5, zeroblob(32));"
                          "INSERT INTO tunnel VALUES ('bad name', 'x', 0, 0, 5, zeroblob(32));"
                          "INSERT INTO tunnel VALUES ('t', 'x', 9, 9, 5, zeroblob(32))");
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 4);
    CHECK_EQ(inbox_counts_of(rig.inbox, "t").kept, 0);
    stop();
}

/* ---- damaged files ---- */

static void check_refused(enum err want, const char *text)
{
    enum err rc = inbox_rig_try_start(&rig, NULL);

    CHECK_EQ(rc, want);
    if (!strstr(rig.detail, text))
        (void)fprintf(stderr, "%s\n", rig.detail);
    CHECK(strstr(rig.detail, text));
}

static void test_damaged_count(void)
{
    make();
    inbox_rig_change_file("UPDATE mark SET seq = (1 << 62) + 1");
    check_refused(ERR_CORRUPT, "inbox repair");
    inbox_rig_change_file("DELETE FROM mark");
    check_refused(ERR_CORRUPT, "inbox repair");
    inbox_rig_change_file("INSERT INTO mark VALUES (1, 0)"); /* behind what is there */
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_next_seq(rig.inbox), 6);
    stop();
}

static void damage(off_t from, off_t to)
{
    static const char rubbish[512] = {0x55};
    int fd = open(inbox_rig_path(), O_WRONLY | O_CLOEXEC);

    CHECK(fd >= 0);
    for (off_t at = from; at < to; at += (off_t)sizeof(rubbish))
        CHECK_EQ(syscall(SYS_pwrite64, fd, rubbish, sizeof(rubbish), at), sizeof(rubbish));
    CHECK_EQ(close(fd), 0);
}

static void test_damaged_pages(void)
{
    make();
    damage(4096, 8192);
    check_refused(ERR_CORRUPT, "inbox repair");
    CHECK_EQ(scratch_folder_mode("inbox.db"), 0600); /* it is still there */
    CHECK(strstr(rig.detail, "Nothing was changed"));
    scratch_folder_remove();
}

static void test_missing_table(void)
{
    make();
    inbox_rig_change_file("DROP TABLE content");
    check_refused(ERR_CORRUPT, "inbox repair");
    scratch_folder_remove();
}

/* An I/O error makes the relay look again, and find rubbish: everything is refused, until
 * the file is good again. */
static void test_damaged_under_way(void)
{
    make();
    inbox_rig_start(&rig, NULL);
    inbox_rig_pass(&rig, 1000);
    inbox_rig_settle(&rig);
    disk_faults_at(1, DISK_SYNC, EIO, false);
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), "body");
    CHECK_EQ(inbox_rig_put(&rig, &d), ERR_IO);
    disk_faults_at(0, DISK_SYNC, 0, false);
    damage(4096, 12288);
    CHECK_EQ(inbox_rig_put(&rig, &d), ERR_CORRUPT);
    CHECK(strstr(inbox_detail(rig.inbox), "inbox repair"));
    inbox_rig_list(&rig, NULL, false, &list);
    CHECK_EQ(list.rc, ERR_IO); /* no record's fault: none is set aside */
    CHECK_EQ(list.len, 0);
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, 5);
    CHECK_EQ(inbox_counts_all(rig.inbox).aside, 0);
    stop();
}

/* ---- other files ---- */

static void test_foreign_and_newer(void)
{
    make();
    inbox_rig_change_file("PRAGMA user_version=99");
    check_refused(ERR_VERSION, "newer version");
    scratch_folder_remove();

    (void)inbox_rig_make_folder();
    (void)scratch_folder_write_text("inbox.db", "this is a letter to my aunt, and no database",
                                    0600);
    check_refused(ERR_CORRUPT, "not a database");
    CHECK_STR(scratch_folder_read("inbox.db"), "this is a letter to my aunt, and no database");
    scratch_folder_remove();
}

static void test_permissions(void)
{
    make();
    CHECK_EQ(chmod(inbox_rig_path(), 0644), 0);
    check_refused(ERR_DENIED, "chmod 600");
    CHECK_EQ(chmod(inbox_rig_path(), 0600), 0);
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(scratch_folder_mode("inbox.db"), 0600);
    CHECK_EQ(scratch_folder_mode("inbox.db-wal"), 0600);
    stop();
}

CHECK_MAIN(TEST(test_damaged_content), TEST(test_damaged_records), TEST(test_damaged_seq),
           TEST(test_restoring_what_is_damaged), TEST(test_missing_record),
           TEST(test_damaged_tunnels), TEST(test_damaged_count), TEST(test_damaged_pages),
           TEST(test_missing_table), TEST(test_damaged_under_way), TEST(test_foreign_and_newer),
           TEST(test_permissions))
