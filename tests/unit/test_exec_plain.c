/* --exec and requests that are no webhooks: a browser's favicon, a scanner. */
#include "base/mem.h"
#include "relay-client/handler/handler.h"
#include "unit/check.h"
#include "unit/support/handler_rig.h"
#include "unit/support/mem_sweep.h"

static struct handler_rig rig;
static struct handler_call call;

static enum err open_exec(const struct exec_handler_options *options)
{
    char detail[256];

    handler_rig_open(&rig, false);
    handler_call_init(&call, &rig);
    return handler_open_exec(rig.loop, options, &rig.handler, detail);
}

static void close_exec(void)
{
    handler_call_fini(&call);
    handler_rig_close(&rig);
}

static void check_refused(const char *method, const char *body)
{
    CHECK_EQ(open_exec(&(struct exec_handler_options){.command = "echo it ran"}), OK);
    CHECK_EQ(handler_call_send(&call, method, "/favicon.ico", body), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 404);
    CHECK_STR(call.type, "application/problem+json");
    if (strcmp(method, "HEAD") == 0)
        CHECK_STR(handler_call_text(&call), "");
    else
        CHECK(strstr(handler_call_text(&call), "`hookline up --exec-plain`"));
    close_exec();
}

static void test_refused(void)
{
    size_t size = (size_t)2 * 1024 * 1024;
    char *body = mem_alloc(size + 1);

    memset(body, 'a', size);
    check_refused("GET", NULL);
    check_refused("HEAD", NULL);
    check_refused("POST", "hello");
    check_refused("PUT", body); /* of any size: it is not kept */
    mem_free(body);
}

/* A refusal needs no process, so it waits for none. */
static void test_refused_while_a_command_runs(void)
{
    struct handler_call busy;

    CHECK_EQ(open_exec(&(struct exec_handler_options){.command = "exec tail -f /dev/null",
                                                      .processes_max = 1}),
             OK);
    handler_call_init(&busy, &rig);
    CHECK_EQ(handler_call_webhook(&busy, "x"), OK);
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 404);
    handler_call_fini(&busy);
    close_exec();
}

static void test_if_asked_for(void)
{
    CHECK_EQ(open_exec(&(struct exec_handler_options){
                 .command = "cat; echo \" $HOOKLINE_WEBHOOK\"", .takes_plain = true}),
             OK);
    CHECK_EQ(handler_call_send(&call, "POST", "/form", "a=1"), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK_STR(handler_call_text(&call), "a=1 0\n");
    close_exec();
}

/* Whoever replays one wants it to run. */
static void test_replayed(void)
{
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true, .replay_of = 1};

    CHECK_EQ(open_exec(&(struct exec_handler_options){.command = "echo hello"}), OK);
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    CHECK_EQ(handler_call_start(&call, &request), OK);
    handler_call_wait(&call);
    CHECK_EQ(call.status, 200);
    CHECK_STR(handler_call_text(&call), "hello\n");
    close_exec();
}

static void close_at(unsigned event)
{
    CHECK_EQ(open_exec(&(struct exec_handler_options){.command = "echo it ran"}), OK);
    call.close_at = event;
    CHECK_EQ(handler_call_send(&call, "GET", "/", NULL), OK);
    if (event > 0)
        handler_call_wait(&call);
    close_exec();
}

static void test_close_sweep(void)
{
    for (unsigned event = 0; event < 5; event++)
        close_at(event);
}

static enum err try_with_failure(unsigned long n, bool *is_untouched)
{
    uint8_t *room;

    CHECK_EQ(open_exec(&(struct exec_handler_options){.command = "echo it ran"}), OK);
    CHECK_EQ(bytes_reserve(&call.body, 4096, &room), OK); /* ours is not what is tested */
    mem_fail_at(n);
    enum err rc = handler_call_send(&call, "POST", "/", "hello");
    if (rc == OK)
        handler_call_wait(&call);
    *is_untouched = mem_sweep_is_over(n);
    if (rc == OK && call.aborted)
        rc = call.why;
    CHECK(rc != OK || call.status == 404);
    close_exec();
    return rc;
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        enum err rc = try_with_failure(n, &is_untouched);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK(!is_untouched || rc == OK);
    }
}

CHECK_MAIN(TEST(test_refused), TEST(test_refused_while_a_command_runs), TEST(test_if_asked_for),
           TEST(test_replayed), TEST(test_close_sweep), TEST(test_memory_runs_out))
