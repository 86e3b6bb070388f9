#include "base/mem.h"
#include "relay-client/handler/handler.h"
#include "unit/check.h"
#include "unit/support/handler_rig.h"

#include <sys/resource.h>

static struct handler_rig rig;
static struct handler_call call;

static void open_exec(const char *command)
{
    struct exec_handler_options options = {.command = command, .takes_plain = true};
    char detail[256];

    handler_rig_open(&rig, false);
    CHECK_EQ(handler_open_exec(rig.loop, &options, &rig.handler, detail), OK);
    handler_call_init(&call, &rig);
}

static void close_exec(void)
{
    handler_call_fini(&call);
    handler_rig_close(&rig);
}

/* One webhook with this body, until it is answered or aborted. */
static void run(const char *command, const char *body)
{
    open_exec(command);
    CHECK_EQ(handler_call_webhook(&call, body), OK);
    handler_call_wait(&call);
}

static char *make_text(size_t len)
{
    char *text = mem_alloc(len + 1);

    memset(text, 'a', len);
    return text;
}

/* --- what goes in and comes out --- */

static void test_answer(void)
{
    run("cat", "{\"a\":1}");
    CHECK_EQ(call.status, 200);
    CHECK_STR(call.type, "text/plain; charset=utf-8");
    CHECK_STR(handler_call_text(&call), "{\"a\":1}");
    CHECK_STR(handler_name(rig.handler), "exec: cat");
    close_exec();
}

static void test_no_output(void)
{
    run(":", "x");
    CHECK_EQ(call.status, 200);
    CHECK_EQ(call.complete, 1);
    CHECK_STR(handler_call_text(&call), "");
    close_exec();
}

static void test_standard_input_can_be_opened(void)
{
    run("cat /dev/stdin", "hello");
    CHECK_STR(handler_call_text(&call), "hello");
    close_exec();
}

static void test_environment(void)
{
    run("printf '%s %s %s' \"$REQUEST_METHOD\" \"$HTTP_X_LINE_SIGNATURE\" "
        "\"$HOOKLINE_WEBHOOK\"",
        "x");
    CHECK_STR(handler_call_text(&call), "POST c2lnbmF0dXJl 1");
    close_exec();
}

static void test_delivery(void)
{
    struct http_head head;
    char delivery[] = "01KAQ0000000000000000000AB";
    struct handler_request request = {
        .head = &head,
        .end = true,
        .verdict = VERDICT_VALID,
        .delivery = delivery,
        .replay_of = 7,
    };

    open_exec("echo $HOOKLINE_DELIVERY $HOOKLINE_VERDICT $HOOKLINE_REPLAY_OF $QUERY_STRING");
    http_head_init_request(&head, SPAN("GET"), SPAN("/?q"));
    CHECK_EQ(handler_call_start(&call, &request), OK);
    memset(delivery, 'x', sizeof delivery); /* borrowed for the call only */
    memset(&head, 0, sizeof head);
    handler_call_wait(&call);
    CHECK_STR(handler_call_text(&call), "01KAQ0000000000000000000AB valid 7 q\n");
    close_exec();
}

static void test_request_is_no_shell_input(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true};

    open_exec("echo \"$HTTP_X_A\"");
    http_head_init_request(&head, SPAN("GET"), SPAN("/$(echo pwned);`id`"));
    CHECK_EQ(http_head_add(&head, SPAN("x-a"), SPAN("$(echo pwned); `id` \" ' \\")), OK);
    CHECK_EQ(handler_call_start(&call, &request), OK);
    handler_call_wait(&call);
    CHECK_STR(handler_call_text(&call), "$(echo pwned); `id` \" ' \\\n");
    close_exec();
}

static void test_head_request(void)
{
    open_exec("echo hello");
    CHECK_EQ(handler_call_send(&call, "HEAD", "/", NULL), OK);
    handler_call_wait(&call);
    CHECK(strstr(call.head, "content-length: 6\n"));
    CHECK_STR(handler_call_text(&call), "");
    close_exec();
}

/* --- sizes --- */

static void check_body(size_t size, enum err why)
{
    char *body = make_text(size);

    run("wc -c", body);
    CHECK_EQ(call.why, why);
    if (why == OK)
        CHECK_EQ(strtoull(handler_call_text(&call), NULL, 10), size);
    else
        CHECK_STR(call.detail, "a command takes a body of at most 1 MiB");
    close_exec();
    mem_free(body);
}

static void test_body_limit(void)
{
    check_body(1048575, OK);
    check_body(1048576, OK);
    check_body(1048577, ERR_BODY_TOO_LARGE);
}

static void check_output(const char *command, size_t size)
{
    run(command, "x");
    if (size > 0) {
        CHECK_EQ(call.status, 200);
        CHECK_EQ(bytes_len(&call.body), size);
    } else {
        CHECK_EQ(call.why, ERR_BODY_TOO_LARGE);
        CHECK(strstr(call.detail, "more than 1 MiB"));
        CHECK(strstr(call.detail, "its standard error ends with:\nwhy"));
    }
    close_exec();
}

static void test_output_limit(void)
{
    check_output("head -c 1048575 /dev/zero", 1048575);
    check_output("head -c 1048576 /dev/zero", 1048576);
    check_output("echo why >&2; head -c 1048577 /dev/zero", 0);
    check_output("echo why >&2; cat /dev/zero", 0); /* and for ever */
}

static void test_unread_body(void)
{
    char *body = make_text(1048576);

    run("echo done", body);
    CHECK_STR(handler_call_text(&call), "done\n");
    close_exec();
    run("exec <&-; echo done", body);
    CHECK_STR(handler_call_text(&call), "done\n");
    close_exec();
    mem_free(body);
}

static void test_paused_answer(void)
{
    char *body = make_text(1048576);

    open_exec("cat");
    call.hold = true;
    CHECK_EQ(handler_call_webhook(&call, body), OK);
    while (bytes_len(&call.body) == 0)
        loop_turn(rig.loop, true);
    size_t first = bytes_len(&call.body);
    loop_turn(rig.loop, false);
    CHECK_EQ(bytes_len(&call.body), first);
    CHECK_EQ(call.complete, 0);
    exchange_resume(call.x);
    handler_call_wait(&call);
    CHECK_EQ(bytes_len(&call.body), 1048576);
    CHECK_MEM(bytes_peek(&call.body), body, 1048576);
    close_exec();
    mem_free(body);
}

static void test_slow_body(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head};

    open_exec("cat");
    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    CHECK_EQ(handler_call_start(&call, &request), OK);
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(handler_call_body(&call, "abc", 3), OK);
        loop_turn(rig.loop, false);
    }
    CHECK_EQ(handler_call_end(&call), OK);
    handler_call_wait(&call);
    CHECK_STR(handler_call_text(&call), "abcabcabcabcabcabcabcabcabcabc");
    close_exec();
}

/* --- bad ends --- */

static void test_exit_code(void)
{
    run("echo partial; echo 'Traceback:\n  \033[31mline 2' >&2; exit 3", "x");
    CHECK_EQ(call.status, 0);
    CHECK_EQ(call.why, ERR_FAILED);
    CHECK_STR(call.detail,
              "the command failed with exit code 3; its standard error ends with:\n"
              "Traceback:\n  \\x1B[31mline 2");
    close_exec();
    run("exit 1", "x");
    CHECK_EQ(call.why, ERR_FAILED);
    CHECK_STR(call.detail, "the command failed with exit code 1");
    close_exec();
}

static void test_signal(void)
{
    run("kill -9 $$", "x");
    CHECK_EQ(call.why, ERR_FAILED);
    CHECK_STR(call.detail, "the command was ended by signal 9 (Killed)");
    close_exec();
}

static void test_no_such_command(void)
{
    run("hookline-has-no-such-command", "x");
    CHECK_EQ(call.why, ERR_NOT_FOUND);
    CHECK(strstr(call.detail, "there is no such command; its standard error ends with:\n"));
    CHECK(strstr(call.detail, "hookline-has-no-such-command"));
    close_exec();
    run("/etc/passwd", "x");
    CHECK_EQ(call.why, ERR_DENIED);
    close_exec();
}

static void test_empty_command(void)
{
    struct exec_handler_options options = {.command = ""};
    char detail[256];

    handler_rig_open(&rig, false);
    CHECK_EQ(handler_open_exec(rig.loop, &options, &rig.handler, detail), ERR_CONFIG);
    CHECK_STR(detail, "there is no command to run");
    options.command = NULL;
    CHECK_EQ(handler_open_exec(rig.loop, &options, &rig.handler, detail), ERR_CONFIG);
    handler_rig_close(&rig);
}

/* What is kept of `count` bytes and a newline on standard error. */
static void check_errors(size_t count, size_t want)
{
    char command[128];

    (void)snprintf(command, sizeof command,
                   "head -c %zu /dev/zero | tr '\\0' e >&2; echo >&2; exit 1", count);
    run(command, "x");
    const char *errors = strstr(call.detail, "with:\n") + strlen("with:\n");
    CHECK_EQ(strspn(errors, "e"), want);
    close_exec();
}

static void test_end_of_errors(void)
{
    check_errors(2046, 2046);
    check_errors(2047, 2047);
    check_errors(2048, 2047);
    check_errors(100000, 2047);
}

static void test_cut_character(void)
{
    /* 2,049 bytes: the first of them is cut off */
    run("{ printf '\\343\\201\\202'; head -c 2046 /dev/zero | tr '\\0' e; } >&2; exit 1", "x");
    const char *errors = strstr(call.detail, "with:\n") + strlen("with:\n");
    CHECK_EQ(strspn(errors, "e"), 2046);
    close_exec();
}

/* A background process keeps the output open; the answer does not wait for it. */
static void test_left_behind(void)
{
    run("tail -f /dev/null & echo $!", "x");
    CHECK_EQ(call.status, 200);
    char command[64];
    (void)snprintf(command, sizeof command, "kill -9 %ld",
                   strtol(handler_call_text(&call), NULL, 10));
    close_exec();
    run(command, "x"); /* it was left alone: there is somebody to kill */
    CHECK_EQ(call.status, 200);
    close_exec();
}

static void test_cannot_start(void)
{
    struct rlimit old, none;

    open_exec("cat");
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = old.rlim_max};
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    CHECK_EQ(handler_call_webhook(&call, "x"), OK);
    handler_call_wait(&call);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
    CHECK_EQ(call.why, ERR_LIMIT);
    CHECK_STR(call.detail, "the command could not be started: too many open files");
    close_exec();
}

/* --- close and memory --- */

static void test_close_sweep(void)
{
    for (unsigned n = 0; n < 5; n++) {
        open_exec("cat");
        call.close_at = n;
        CHECK_EQ(handler_call_webhook(&call, "hello"), OK);
        for (unsigned i = 0; i < n; i++)
            loop_turn(rig.loop, false);
        if (n > 0)
            handler_call_wait(&call);
        close_exec();
    }
}

static enum err try_once(unsigned long n)
{
    struct exec_handler_options options = {.command = "cat; echo why >&2"};
    char detail[256];

    handler_rig_open(&rig, false);
    handler_call_init(&call, &rig);
    mem_fail_at(n);
    enum err rc = handler_open_exec(rig.loop, &options, &rig.handler, detail);
    if (rc == OK)
        rc = handler_call_webhook(&call, "hello");
    if (rc == OK)
        handler_call_wait(&call);
    mem_fail_at(0);
    if (call.aborted)
        rc = call.why;
    close_exec();
    return rc;
}

/* One failure may do no harm; so many runs in a row without one are untouched. */
static void test_out_of_memory(void)
{
    unsigned long n = 1, good = 0;

    while (good < 15)
        good = try_once(n++) == OK ? good + 1 : 0;
    CHECK(n > 25);
}

CHECK_MAIN(TEST(test_answer), TEST(test_no_output), TEST(test_standard_input_can_be_opened),
           TEST(test_environment), TEST(test_delivery), TEST(test_request_is_no_shell_input),
           TEST(test_head_request), TEST(test_body_limit), TEST(test_output_limit),
           TEST(test_unread_body), TEST(test_paused_answer), TEST(test_slow_body),
           TEST(test_exit_code), TEST(test_signal), TEST(test_no_such_command),
           TEST(test_empty_command), TEST(test_end_of_errors), TEST(test_cut_character),
           TEST(test_left_behind), TEST(test_cannot_start), TEST(test_close_sweep),
           TEST(test_out_of_memory))
