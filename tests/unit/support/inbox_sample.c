#include "tests/unit/support/inbox_sample.h"

#include "relay-server/inbox/sqlite/inbox_schema_table.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* From a line to three pages. */
static struct span body_of(uint64_t seq)
{
    static char body[16000];
    size_t len = seq % 3 == 0 ? 200 + 1000 * seq : 100 + 10 * seq;

    memset(body, (int)('a' + seq), len);
    (void)snprintf(body, 32, "{\"number\":%llu}", (unsigned long long)seq);
    return span_of(body, len);
}

static void put_all(struct inbox_rig *rig)
{
    const struct inbox_tunnel tunnel = {.name = "mybot", .token_id = "aBcD1234"};

    CHECK_EQ(inbox_remember(rig->inbox, &tunnel), OK);
    for (unsigned i = 1; i <= INBOX_SAMPLE_LEN; i++) {
        struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig->inbox), "");

        d.body = body_of(d.seq);
        CHECK_EQ(inbox_rig_put(rig, &d), OK);
    }
    CHECK_EQ(inbox_note(rig->inbox, 4, 3, "the link ended three times"), OK);
    CHECK_EQ(inbox_note(rig->inbox, 6, 1, NULL), OK);
}

void inbox_sample_make(struct inbox_sample *s)
{
    struct inbox_rig rig;

    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    put_all(&rig);
    inbox_rig_stop(&rig);
    int fd = open(inbox_rig_path(), O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    s->len = (size_t)lseek(fd, 0, SEEK_END);
    s->file = malloc(s->len);
    CHECK(s->file);
    CHECK_EQ(pread(fd, s->file, s->len, 0), s->len);
    CHECK_EQ(close(fd), 0);
}

void inbox_sample_fini(struct inbox_sample *s)
{
    free(s->file);
    scratch_folder_remove();
}

static void remove_log(void)
{
    char name[600];

    (void)snprintf(name, sizeof(name), "%s-wal", inbox_rig_path());
    (void)unlink(name);
    (void)snprintf(name, sizeof(name), "%s-shm", inbox_rig_path());
    (void)unlink(name);
}

void inbox_sample_write(const struct inbox_sample *s, size_t len)
{
    remove_log();
    int fd = open(inbox_rig_path(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, s->file, len), len);
    CHECK_EQ(close(fd), 0);
}

void inbox_sample_flip(const struct inbox_sample *s, size_t byte, unsigned bit)
{
    s->file[byte] ^= (uint8_t)(1u << bit);
    inbox_sample_write(s, s->len);
    s->file[byte] ^= (uint8_t)(1u << bit);
}

/* ---- what is left ---- */

static struct database *open_reader(void)
{
    const struct database_options options = {.path = inbox_rig_path(),
                                             .schema = &inbox_schema,
                                             .clock = clock_system(),
                                             .is_reader = true};
    char detail[DETAIL_MAX];
    struct database *db = NULL;

    return database_open(&options, &db, detail) ? NULL : db;
}

struct looking {
    struct inbox_sqlite_read read;
    uint32_t left;
};

static enum err look_at(void *owner, const struct inbox_found *f)
{
    struct looking *l = owner;
    struct inbox_found whole;
    uint64_t seq = f->row.seq;

    CHECK_EQ(inbox_sqlite_read_one(&l->read, seq, false, &whole), OK);
    CHECK_EQ(whole.damage, INBOX_WHOLE);
    CHECK(seq >= 1 && seq <= INBOX_SAMPLE_LEN);
    CHECK(span_is(whole.row.body, body_of(seq)));
    CHECK(span_is(whole.row.tunnel, SPAN("mybot")));
    CHECK_EQ(whole.row.received_ms, INBOX_RIG_NOW_MS + seq);
    l->left |= 1u << seq;
    inbox_sqlite_read_done(&l->read);
    return OK;
}

uint32_t inbox_sample_left(void)
{
    struct database *db = open_reader();
    struct looking l = {.left = 0};

    CHECK(db);
    CHECK_EQ(inbox_sqlite_read_init(&l.read, db), OK);
    CHECK_EQ(inbox_sqlite_read_records(db, look_at, &l), OK);
    inbox_sqlite_read_fini(&l.read);
    database_close(db);
    return l.left;
}

/* ---- commands ---- */

static void ignore(void *owner, const char *finding)
{
    (void)owner;
    CHECK(finding[0] != '\0');
}

uint64_t inbox_sample_check(void)
{
    struct inbox_sqlite_check check = {.found = ignore};
    struct database *db = open_reader();

    if (!db)
        return UINT64_MAX;
    CHECK_EQ(inbox_sqlite_check_run(&check, db), OK);
    database_close(db);
    return check.findings;
}

void inbox_sample_repair(struct inbox_repair *r)
{
    *r = (struct inbox_repair){.check = {.found = ignore}};
    enum err rc = inbox_repair_run(r, inbox_rig_path(), clock_system());

    if (rc)
        (void)fprintf(stderr, "%s\n", r->detail);
    CHECK_EQ(rc, OK);
    if (r->is_done)
        CHECK_EQ(unlink(r->old_path), 0);
}
