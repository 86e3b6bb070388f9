/* A repair on a disk that refuses, or killed at any moment: one of the two files is in place,
 * and nothing that is good is lost. */
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_sample.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/wait.h>

#define PAGE 4096u
#define GOOD (INBOX_SAMPLE_ALL & ~(1u << 2)) /* number 2 is damaged */

static struct inbox_sample sample;

/* A byte of the body of number 2, and the root of the table of contents. */
static void make(bool is_torn)
{
    size_t at = 0;

    inbox_sample_make(&sample);
    while (memcmp(sample.file + at, "{\"number\":2}", 12) != 0)
        at++;
    sample.file[at + 20] ^= 1;
    if (is_torn)
        sample.file[2 * PAGE + 8] ^= 0x40;
    inbox_sample_write(&sample, sample.len);
}

static void ignore(void *owner, const char *finding)
{
    (void)owner;
    (void)finding;
}

static enum err repair(struct inbox_repair *r)
{
    *r = (struct inbox_repair){.check = {.found = ignore}};
    return inbox_repair_run(r, inbox_rig_path(), clock_system());
}

/* As it was, byte for byte, but for what SQLite does to its log. */
static void check_untouched(void)
{
    uint8_t *now = malloc(sample.len);
    FILE *f = fopen(inbox_rig_path(), "rb");

    CHECK(now && f);
    CHECK_EQ(fread(now, 1, sample.len, f), sample.len);
    CHECK_MEM(now, sample.file, sample.len);
    (void)fclose(f);
    free(now);
}

static void check_repaired(struct inbox_repair *r)
{
    CHECK(r->is_done);
    CHECK_EQ(r->kept, INBOX_SAMPLE_LEN - 2);
    CHECK_EQ(r->aside, 1);
    CHECK_EQ(inbox_sample_left(), GOOD);
    CHECK_EQ(inbox_sample_check(), 0);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM note"), 2);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM tunnel"), 1);
}

static void check_faults(bool is_torn, int error)
{
    struct inbox_repair r;
    long n = 1;

    make(is_torn);
    for (;; n++) {
        inbox_sample_write(&sample, sample.len);
        disk_faults_at(n, DISK_ANY, error, true);
        enum err rc = repair(&r);
        bool has_failed = disk_faults_has_failed();
        disk_faults_at(0, DISK_ANY, 0, false);
        if (!has_failed) {
            CHECK_EQ(rc, OK);
            break;
        }
        if (rc) {
            CHECK(r.detail[0] != '\0');
            check_untouched();
            CHECK(access(scratch_folder_path("inbox.db.repaired"), F_OK) != 0);
            continue;
        }
        check_repaired(&r); /* the last sync of all */
        CHECK_EQ(unlink(r.old_path), 0);
    }
    check_repaired(&r);
    CHECK(n > 10);
    inbox_sample_fini(&sample);
}

static void test_failing_disk(void)
{
    check_faults(false, ENOSPC);
    check_faults(true, EIO);
}

/* Whatever is there then can be repaired, or is so already. */
static void check_killed(bool is_torn)
{
    struct inbox_repair r;
    bool is_finished = false;

    make(is_torn);
    for (long n = 1; !is_finished; n += is_torn ? 3 : 1) { /* both write much the same */
        int status = 0;

        inbox_sample_write(&sample, sample.len);
        pid_t child = fork();
        if (child == 0) {
            disk_faults_at(n, DISK_ANY, DISK_KILL, false);
            _exit(repair(&r) == OK ? 0 : 1);
        }
        CHECK_EQ(waitpid(child, &status, 0), child);
        is_finished = WIFEXITED(status);
        CHECK(is_finished ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
        CHECK_EQ(repair(&r), OK);
        CHECK_EQ(inbox_sample_left(), GOOD);
        CHECK_EQ(inbox_sample_check(), 0);
        if (r.is_done)
            CHECK_EQ(unlink(r.old_path), 0);
    }
    inbox_sample_fini(&sample);
}

static void test_killed(void)
{
    check_killed(false);
    check_killed(true);
}

static void test_out_of_memory(void)
{
    struct inbox_repair r;
    unsigned long n = 0, live = mem_live();

    make(true);
    for (bool is_over = false; !is_over;) {
        inbox_sample_write(&sample, sample.len);
        n += n < 300 ? 1 : 7; /* most are SQLite's, and alike */
        mem_fail_at(n);
        enum err rc = repair(&r);
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
        if (rc)
            check_untouched();
        else
            CHECK_EQ(unlink(r.old_path), 0);
    }
    check_repaired(&r);
    inbox_sample_fini(&sample);
}

/* The log holds what the file does not have yet, and the file's first page is gone, so that
 * SQLite reads neither. */
static void test_log_of_an_unreadable_file(void)
{
    struct inbox_rig rig;
    struct inbox_repair r;

    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    inbox_rig_stop(&rig);
    pid_t child = fork();
    if (child == 0) { /* dies without emptying the log */
        inbox_rig_start(&rig, NULL);
        for (unsigned i = 1; i <= 3; i++)
            (void)inbox_rig_keep(&rig, "mybot", "body");
        _exit(0);
    }
    int status = 1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    FILE *f = fopen(inbox_rig_path(), "r+b");
    static const uint8_t zero[PAGE];
    CHECK(f);
    CHECK_EQ(fwrite(zero, 1, PAGE, f), PAGE);
    CHECK_EQ(fclose(f), 0);
    CHECK_EQ(repair(&r), OK);
    CHECK(r.is_done);
    CHECK_EQ(r.kept, 3);
    inbox_rig_start(&rig, NULL);
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "1 2 3");
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

/* What was removed does not come back because pages of it are still there. */
static void test_what_was_removed_stays_removed(void)
{
    struct inbox_rig rig;
    struct inbox_repair r;
    FILE *f;

    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    static char body[1500];
    memset(body, 'x', sizeof(body) - 1);
    for (unsigned i = 1; i <= 200; i++)
        (void)inbox_rig_keep(&rig, "mybot", body);
    for (unsigned i = 1; i <= 200; i++)
        if (i % 50 != 0)
            CHECK_EQ(inbox_remove(rig.inbox, i, true), OK);
    inbox_rig_stop(&rig);
    f = fopen(inbox_rig_path(), "r+b");
    CHECK(f);
    CHECK_EQ(fseek(f, 2 * PAGE + 2, SEEK_SET), 0); /* any page: it is to be torn */
    CHECK_EQ(fwrite("\xff\xff", 1, 2, f), 2);
    CHECK_EQ(fclose(f), 0);
    CHECK_EQ(repair(&r), OK);
    CHECK(r.is_done && r.check.is_torn);
    inbox_rig_start(&rig, NULL);
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "50 100 150 200");
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void test_refused(void)
{
    struct inbox_repair r;

    (void)inbox_rig_make_folder();
    CHECK_EQ(repair(&r), ERR_NOT_FOUND);
    inbox_sample_fini(&(struct inbox_sample){0});
    inbox_sample_make(&sample);
    inbox_rig_change_file("CREATE TABLE future (x); PRAGMA user_version=9");
    CHECK_EQ(repair(&r), ERR_VERSION);
    CHECK(strstr(r.detail, "another version"));
    inbox_sample_fini(&sample);

    (void)inbox_rig_make_folder(); /* not ours, as far as anybody knows */
    (void)scratch_folder_write_text("inbox.db", "a letter, and no database", 0600);
    CHECK_EQ(repair(&r), ERR_CONFIG);
    CHECK(strstr(r.detail, "nothing shows"));
    CHECK_STR(scratch_folder_read("inbox.db"), "a letter, and no database");
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_failing_disk), TEST(test_killed), TEST(test_out_of_memory),
           TEST(test_log_of_an_unreadable_file), TEST(test_what_was_removed_stays_removed),
           TEST(test_refused))
