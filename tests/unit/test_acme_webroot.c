/* Challenge files: which targets name one, which files are read.  A thread-test. */
#include "base/container.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "relay-server/ingress/acme_webroot.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define TOKEN "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"

static struct loop *loop;
static struct worker *worker;
static const char *folder;
static unsigned answers;
static enum err answer;
static char contents[ACME_WEBROOT_FILE_MAX + 1];
static size_t contents_len;

static void on_answer(void *owner, enum err why, struct span text)
{
    CHECK(owner == &answers);
    answers++;
    answer = why;
    CHECK(text.len <= ACME_WEBROOT_FILE_MAX);
    CHECK(why == OK || text.len == 0);
    contents_len = text.len;
    memcpy(contents, text.ptr, text.len);
    contents[text.len] = '\0';
}

static void on_worker_closed(void *owner)
{
    (void)owner;
}

static void set_up(size_t queue_max)
{
    struct worker_options options = {.name = "files", .threads = 1, .queue_max = queue_max};

    folder = scratch_folder_make();
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(worker_open(loop, &options, &worker), OK);
    answers = 0;
}

static void tear_down(void)
{
    worker_close(worker, on_worker_closed, NULL);
    loop_run(loop);
    loop_free(loop);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static enum err start(struct span target, struct acme_webroot_fetch **out)
{
    struct acme_webroot_request request = {
        .worker = worker,
        .folder = folder,
        .target = target,
        .on_answer = on_answer,
        .owner = &answers,
    };

    return acme_webroot_fetch(&request, out);
}

/* The answer to a request for this target, whichever way it comes. */
static enum err fetch(struct span target)
{
    struct acme_webroot_fetch *f;
    unsigned before = answers;
    enum err e = start(target, &f);

    CHECK_EQ(answers, before); /* never from inside the call */
    if (e)
        return e;
    while (answers == before)
        loop_turn(loop, true);
    return answer;
}

static void test_file(void)
{
    set_up(4);
    (void)scratch_folder_write_text(TOKEN, TOKEN ".thumb\n", 0644);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX TOKEN)), OK);
    CHECK_STR(contents, TOKEN ".thumb\n");
    (void)scratch_folder_write_text("empty", "", 0644);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "empty")), OK);
    CHECK_EQ(contents_len, 0);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "absent")), ERR_NOT_FOUND);
    folder = scratch_folder_path("no-such-folder");
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX TOKEN)), ERR_NOT_FOUND);
    tear_down();
}

static void test_targets(void)
{
    static const char *const wrong[] = {
        "/.well-known/acme-challenge/",
        "/.well-known/acme-challenge",
        "/.well-known/acme-challenge/x/",
        "/.well-known/acme-challenge/x?y",
        "/.well-known/acme-challenge/x#y",
        "/.well-known/acme-challenge/..",
        "/.well-known/acme-challenge/.",
        "/.well-known/acme-challenge/../x",
        "/.well-known/acme-challenge/..%2fx",
        "/.well-known/acme-challenge/%78",
        "/.well-known/acme-challenge/x%00",
        "/.well-known/acme-challenge//x",
        "/.well-known/acme-challenge/x.txt",
        "/.well-known/acme-challenge/x\\y",
        "/.well-known/acme-challenge/\xC3\xB6",
        "/.well-known/./acme-challenge/x",
        "/.WELL-KNOWN/acme-challenge/x",
        "//.well-known/acme-challenge/x",
        "http://a/.well-known/acme-challenge/x",
        "x",
        "/",
        "",
    };

    set_up(4);
    (void)scratch_folder_write_text("x", "secret", 0644);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        CHECK_EQ(fetch(span_text(wrong[i])), ERR_NOT_FOUND);
    CHECK_EQ(fetch(span_of("/.well-known/acme-challenge/x\0y", 31)), ERR_NOT_FOUND);
    CHECK_EQ(answers, 0); /* none of them reached the disk */
    CHECK(acme_webroot_is_target(SPAN("/.well-known/acme-challenge/../x")));
    CHECK(!acme_webroot_is_target(SPAN("/.well-known/acme")));
    tear_down();
}

/* Each byte value as a whole token. */
static void test_each_byte(void)
{
    char target[] = ACME_WEBROOT_PREFIX "?";
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    set_up(4);
    for (const char *c = allowed; *c; c++)
        (void)scratch_folder_write((char[]){*c, '\0'}, "x", 1, 0644);
    for (unsigned byte = 0; byte < 256; byte++) {
        bool ok = byte != 0 && strchr(allowed, (char)byte);
        target[sizeof target - 2] = (char)byte;
        CHECK_EQ(fetch(span_of(target, sizeof target - 1)), ok ? OK : ERR_NOT_FOUND);
    }
    tear_down();
}

static void test_token_length(void)
{
    char target[sizeof ACME_WEBROOT_PREFIX + ACME_WEBROOT_TOKEN_MAX + 1] = ACME_WEBROOT_PREFIX;
    size_t prefix = strlen(target);

    set_up(4);
    memset(target + prefix, 'a', ACME_WEBROOT_TOKEN_MAX + 1);
    CHECK_EQ(fetch(span_of(target, prefix + ACME_WEBROOT_TOKEN_MAX + 1)), ERR_NOT_FOUND);
    CHECK_EQ(answers, 0);
    target[prefix + ACME_WEBROOT_TOKEN_MAX] = '\0';
    (void)scratch_folder_write_text(target + prefix, "x", 0644);
    CHECK_EQ(fetch(span_text(target)), OK);
    tear_down();
}

static void test_file_size(void)
{
    static char text[ACME_WEBROOT_FILE_MAX + 1];

    set_up(4);
    memset(text, 'x', sizeof text);
    (void)scratch_folder_write("x", text, ACME_WEBROOT_FILE_MAX, 0644);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "x")), OK);
    CHECK_EQ(contents_len, ACME_WEBROOT_FILE_MAX);
    CHECK_MEM(contents, text, ACME_WEBROOT_FILE_MAX);
    (void)scratch_folder_write("x", text, ACME_WEBROOT_FILE_MAX + 1, 0644);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "x")), ERR_NOT_FOUND);
    tear_down();
}

static void test_no_regular_file(void)
{
    set_up(4);
    (void)scratch_folder_write_text("target", "secret", 0644);
    CHECK_EQ(symlink("target", scratch_folder_path("link")), 0);
    CHECK_EQ(mkfifo(scratch_folder_path("fifo"), 0644), 0);
    CHECK_EQ(mkdir(scratch_folder_path("folder"), 0755), 0);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "link")), ERR_NOT_FOUND);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "fifo")), ERR_NOT_FOUND);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "folder")), ERR_NOT_FOUND);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "target")), OK);
    tear_down();
}

static void test_cancel(void)
{
    struct acme_webroot_fetch *f;

    set_up(4);
    (void)scratch_folder_write_text("x", "x", 0644);
    CHECK_EQ(start(SPAN(ACME_WEBROOT_PREFIX "x"), &f), OK);
    acme_webroot_cancel(f);
    CHECK_EQ(fetch(SPAN(ACME_WEBROOT_PREFIX "x")), OK); /* one thread: it ran before this */
    CHECK_EQ(answers, 1);
    tear_down();
}

static int gate[2];

static void wait_at_gate(struct worker_job *job)
{
    char byte;

    (void)job;
    CHECK_EQ(read(gate[0], &byte, 1), 1);
}

static void past_gate(struct worker_job *job)
{
    (void)job;
}

static void test_busy(void)
{
    struct worker_job blocker = {0};
    struct acme_webroot_fetch *f;
    unsigned accepted = 0;
    enum err e = OK;

    set_up(1);
    CHECK_EQ(pipe(gate), 0);
    CHECK_EQ(worker_submit(worker, &blocker, wait_at_gate, past_gate), OK);
    while (!e) {
        e = start(SPAN(ACME_WEBROOT_PREFIX "x"), &f);
        accepted += !e;
    }
    CHECK_EQ(e, ERR_BUSY);
    CHECK(accepted <= 1);
    CHECK_EQ(write(gate[1], "x", 1), 1);
    while (answers < accepted)
        loop_turn(loop, true);
    tear_down();
    CHECK_EQ(close(gate[0]), 0);
    CHECK_EQ(close(gate[1]), 0);
}

static void test_allocation_fails(void)
{
    enum err e = ERR_NOMEM;

    set_up(4);
    (void)scratch_folder_write_text("x", "x", 0644);
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = fetch(SPAN(ACME_WEBROOT_PREFIX "x"));
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
    }
    tear_down();
}

CHECK_MAIN(TEST(test_file), TEST(test_targets), TEST(test_each_byte), TEST(test_token_length),
           TEST(test_file_size), TEST(test_no_regular_file), TEST(test_cancel), TEST(test_busy),
           TEST(test_allocation_fails))
