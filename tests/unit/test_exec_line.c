/* Who runs when, and what becomes of processes that nobody wants any more. */
#include "base/mem.h"
#include "relay-client/handler/handler.h"
#include "unit/check.h"
#include "unit/support/handler_rig.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>

static struct handler_rig rig;
static const char *number_file, *log_file; /* in the scratch folder */

/* %s: a file in the scratch folder that gets the shell's number. */
#define SAYS_NUMBER "echo $$ > %s.new; mv %s.new %s; "

static void make_folder(void)
{
    scratch_folder_make();
    number_file = scratch_folder_path("number");
    log_file = scratch_folder_path("log");
}

static off_t size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_size : -1;
}

static void open_exec(const char *command, unsigned processes_max)
{
    struct exec_handler_options options = {
        .command = command, .takes_plain = true, .processes_max = processes_max};
    char detail[256];

    handler_rig_open(&rig, true);
    CHECK_EQ(handler_open_exec(rig.loop, &options, &rig.handler, detail), OK);
}

static const char *with_number(const char *rest)
{
    static char command[1024];
    int len = snprintf(command, sizeof command, SAYS_NUMBER "%s", number_file, number_file,
                       number_file, rest);

    CHECK(len > 0 && (size_t)len < sizeof command);
    return command;
}

static void start(struct handler_call *c, const char *target)
{
    handler_call_init(c, &rig);
    CHECK_EQ(handler_call_send(c, "GET", target, NULL), OK);
}

/* The number of the shell, once it runs; what it said before has been read by then. */
static long wait_for_number(void)
{
    while (size_of(number_file) < 0)
        loop_turn(rig.loop, false);
    loop_turn(rig.loop, false);
    return strtol(scratch_folder_read("number"), NULL, 10);
}

/* Gone, or waiting for a parent that has other things to do. */
static bool is_dead(long number)
{
    char path[64], line[256];

    (void)snprintf(path, sizeof path, "/proc/%ld/stat", number);
    FILE *f = fopen(path, "r");
    if (!f)
        return true;
    bool got = fgets(line, sizeof line, f) != NULL;
    (void)fclose(f);
    return !got || strstr(line, ") Z ");
}

/* Time goes on, and the loop turns, until this process is dead. */
static void wait_for_death(long number)
{
    while (!is_dead(number)) {
        handler_rig_advance(&rig, 1);
        loop_turn(rig.loop, false);
    }
}

/* The same until the handler is closed. */
static void close_all(void)
{
    handler_rig_begin_close(&rig);
    while (!rig.closed) {
        handler_rig_advance(&rig, 1);
        loop_turn(rig.loop, false);
    }
    handler_rig_close(&rig);
    scratch_folder_remove();
}

static void test_at_most_so_many(void)
{
    struct handler_call calls[5];
    char command[512];

    make_folder();
    (void)snprintf(command, sizeof command, "echo x >> %s; exec tail -f /dev/null", log_file);
    open_exec(command, 2);
    for (size_t i = 0; i < 5; i++)
        start(&calls[i], "/");
    while (size_of(log_file) < 4)
        loop_turn(rig.loop, false);
    for (int i = 0; i < 100; i++)
        loop_turn(rig.loop, false);
    CHECK_STR(scratch_folder_read("log"), "x\nx\n");
    handler_call_fini(&calls[0]); /* its place is free when it is gone */
    while (size_of(log_file) < 6) {
        handler_rig_advance(&rig, 1);
        loop_turn(rig.loop, false);
    }
    for (size_t i = 1; i < 5; i++)
        handler_call_fini(&calls[i]);
    close_all();
}

static void test_in_order(void)
{
    struct handler_call calls[8];
    char command[512], target[16];

    make_folder();
    (void)snprintf(command, sizeof command, "echo $QUERY_STRING >> %s", log_file);
    open_exec(command, 1);
    for (unsigned i = 0; i < 8; i++) {
        (void)snprintf(target, sizeof target, "/?%u", i);
        start(&calls[i], target);
    }
    handler_call_fini(&calls[3]); /* leaves the line */
    for (size_t i = 0; i < 8; i++)
        if (i != 3)
            handler_call_wait(&calls[i]);
    CHECK_STR(scratch_folder_read("log"), "0\n1\n2\n4\n5\n6\n7\n");
    for (size_t i = 0; i < 8; i++)
        if (i != 3)
            handler_call_fini(&calls[i]);
    close_all();
}

static void test_hundred_at_once(void)
{
    static struct handler_call calls[100];

    make_folder();
    open_exec("cat", 0);
    for (size_t i = 0; i < 100; i++) {
        handler_call_init(&calls[i], &rig);
        CHECK_EQ(handler_call_webhook(&calls[i], "hello"), OK);
    }
    for (size_t i = 0; i < 100; i++) {
        handler_call_wait(&calls[i]);
        CHECK_EQ(calls[i].status, 200);
        CHECK_STR(handler_call_text(&calls[i]), "hello");
        handler_call_fini(&calls[i]);
    }
    close_all();
}

static void test_line_is_full(void)
{
    struct handler_call *calls = mem_alloc(1000 * sizeof *calls);
    struct handler_call late;

    make_folder();
    open_exec(":", 1);
    for (size_t i = 0; i < 1000; i++)
        start(&calls[i], "/");
    handler_call_init(&late, &rig);
    CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), ERR_BUSY);
    handler_call_wait(&calls[0]); /* one place less is needed */
    CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), OK);
    handler_call_fini(&late);
    for (size_t i = 0; i < 1000; i++)
        handler_call_fini(&calls[i]);
    close_all();
    mem_free(calls);
}

/* --- time --- */

static void test_too_slow(void)
{
    struct handler_call call;

    make_folder();
    open_exec(with_number("tail -f /dev/null"), 1);
    start(&call, "/");
    long number = wait_for_number();
    handler_rig_advance(&rig, 29999);
    loop_turn(rig.loop, false);
    CHECK_EQ(call.events, 0);
    handler_rig_advance(&rig, 1);
    handler_call_wait(&call);
    CHECK_EQ(call.why, ERR_TIMEOUT);
    CHECK(strstr(call.detail, "the command did not end within 30"));
    wait_for_death(number);
    handler_call_fini(&call);
    close_all();
}

static void test_errors_of_a_slow_one(void)
{
    struct handler_call call;
    char command[1024];

    make_folder();
    (void)snprintf(command, sizeof command, "echo reason >&2; %s",
                   with_number("tail -f /dev/null"));
    open_exec(command, 1);
    start(&call, "/");
    (void)wait_for_number();
    handler_rig_advance(&rig, 30000);
    handler_call_wait(&call);
    CHECK(strstr(call.detail, "; its standard error ends with:\nreason"));
    handler_call_fini(&call);
    close_all();
}

/* SIGTERM is not for everybody: SIGKILL after two seconds, and not before. */
static void test_deaf_to_sigterm(void)
{
    struct handler_call call;
    char command[1024];

    make_folder();
    (void)snprintf(command, sizeof command, "trap '' TERM; %s",
                   with_number("exec tail -f /dev/null"));
    open_exec(command, 1);
    start(&call, "/");
    long number = wait_for_number();
    handler_call_fini(&call);
    handler_rig_advance(&rig, 1999);
    for (int i = 0; i < 100; i++)
        loop_turn(rig.loop, false);
    CHECK(!is_dead(number));
    handler_rig_advance(&rig, 1);
    while (!is_dead(number))
        loop_turn(rig.loop, false);
    close_all();
}

/* The shell goes at once, its child does not: it gets its two seconds, and is killed. */
static void test_deaf_child(void)
{
    struct handler_call call;
    char command[1024];

    make_folder();
    (void)snprintf(command, sizeof command,
                   "sh -c 'trap \"\" TERM; echo $$ > %s.new; mv %s.new %s; "
                   "exec tail -f /dev/null'; :",
                   number_file, number_file, number_file);
    open_exec(command, 1);
    start(&call, "/");
    long child = wait_for_number();
    handler_call_fini(&call);
    handler_rig_advance(&rig, 1000);
    for (int i = 0; i < 100; i++)
        loop_turn(rig.loop, false);
    CHECK(!is_dead(child));
    wait_for_death(child);
    close_all();
}

static void test_waited_too_long(void)
{
    struct handler_call running, waiting;

    make_folder();
    open_exec(with_number("tail -f /dev/null"), 1);
    start(&running, "/");
    start(&waiting, "/");
    (void)wait_for_number();
    handler_rig_advance(&rig, 30000);
    handler_call_wait(&waiting);
    CHECK_EQ(waiting.why, ERR_TIMEOUT);
    CHECK(strstr(waiting.detail, "for one of 1 running commands to end"));
    handler_call_wait(&running);
    CHECK_EQ(running.why, ERR_TIMEOUT);
    handler_call_fini(&running);
    handler_call_fini(&waiting);
    close_all();
}

/* --- closing --- */

static void test_close_stops_the_process(void)
{
    struct handler_call call;

    make_folder();
    open_exec(with_number("tail -f /dev/null"), 1);
    start(&call, "/");
    long number = wait_for_number();
    handler_call_fini(&call);
    CHECK_EQ(call.events, 0);
    wait_for_death(number);
    close_all();
}

static void test_handler_closes_first(void)
{
    struct handler_call running, waiting, late;

    make_folder();
    open_exec(with_number("tail -f /dev/null"), 1);
    start(&running, "/");
    start(&waiting, "/");
    long number = wait_for_number();
    handler_rig_begin_close(&rig);
    CHECK_EQ(running.events + waiting.events, 0);
    handler_call_init(&late, &rig);
    CHECK_EQ(handler_call_send(&late, "GET", "/", NULL), ERR_CLOSED);
    handler_call_wait(&running);
    handler_call_wait(&waiting);
    CHECK_EQ(running.why, ERR_CANCELLED);
    CHECK_EQ(waiting.why, ERR_CANCELLED);
    wait_for_death(number);
    for (int i = 0; i < 100; i++)
        loop_turn(rig.loop, false);
    CHECK(!rig.closed); /* the exchanges are still open */
    handler_call_fini(&running);
    handler_call_fini(&waiting);
    handler_call_fini(&late);
    while (!rig.closed) {
        handler_rig_advance(&rig, 1);
        loop_turn(rig.loop, false);
    }
    CHECK(is_dead(number));
    handler_rig_close(&rig);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_at_most_so_many), TEST(test_in_order), TEST(test_hundred_at_once),
           TEST(test_line_is_full), TEST(test_too_slow), TEST(test_errors_of_a_slow_one),
           TEST(test_deaf_to_sigterm), TEST(test_deaf_child), TEST(test_waited_too_long),
           TEST(test_close_stops_the_process), TEST(test_handler_closes_first))
