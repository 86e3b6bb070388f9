/* What a replay changes in a body, and that it changes nothing else. */
#include "relay-client/replay/replay_body.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "relay-client/replay/replay_request.h"
#include "unit/check.h"
#include "unit/support/call_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <unistd.h>

/* Spacing, order, escapes and a number's form are the recorded ones. */
#define BODY                                                                                   \
    "{ \"destination\":\"Ux\",\n\t\"events\":[{\"type\":\"message\",\"n\":1.0e2,\"message\":"  \
    "{\"text\":\"\\u3053\\ud83c\\udf89\" , \"id\":\"5\"},\"deliveryContext\":"                 \
    "{\"isRedelivery\":false}}] }"

static struct bytes body;

static void open_with(const char *recorded, const char *const *args)
{
    call_rig_open();
    bytes_init(&body, REPLAY_BODY_MAX);
    CHECK_EQ(bytes_append_text(&body, recorded), OK);
    call_rig_load(CLIENT_REPLAY, args);
}

static void close_all(void)
{
    bytes_fini(&body);
    call_rig_close();
}

static void becomes(const char *want)
{
    CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
    CHECK_EQ(bytes_append(&body, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&body), want);
    CHECK_STR(call_rig_said(), "");
    close_all();
}

static void fails(enum err want, const char *says)
{
    CHECK_EQ(replay_body_change(&call_rig.call, &body), want);
    const char *said = call_rig_said();
    if (!strstr(said, says))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", says, said);
    CHECK(strstr(said, says));
    close_all();
}

static void test_nothing_to_change(void)
{
    static const uint8_t odd[] = {0, 0xff, '{', 0x80};

    open_with("", (const char *const[]){"1", NULL});
    CHECK_EQ(bytes_append(&body, odd, sizeof odd), OK);
    CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
    CHECK(span_is(bytes_span(&body), span_of(odd, sizeof odd)));
    close_all();
}

/* --- --set --- */

static void test_set_a_text(void)
{
    open_with(BODY, (const char *const[]){
                        "1", "--set=events[0].message.text=a \"b\" 5 \xe3\x81\x93", NULL});
    becomes("{ \"destination\":\"Ux\",\n\t\"events\":[{\"type\":\"message\",\"n\":1.0e2,"
            "\"message\":{\"text\":\"a \\\"b\\\" 5 \xe3\x81\x93\" , \"id\":\"5\"},"
            "\"deliveryContext\":{\"isRedelivery\":false}}] }");
}

/* A text stays one, whatever it looks like. */
static void test_text_that_looks_like_something_else(void)
{
    static const char *const values[] = {"5", "true", "null", "{}", "[1]", ""};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char arg[64], want[64];
        (void)snprintf(arg, sizeof arg, "--set=a=%s", values[i]);
        (void)snprintf(want, sizeof want, "{\"a\":\"%s\"}", values[i]);
        open_with("{\"a\":\"x\"}", (const char *const[]){"1", arg, NULL});
        becomes(want);
    }
}

static void test_set_other_values(void)
{
    open_with(BODY,
              (const char *const[]){"1", "--set=events[0].n=[1, 2]",
                                    "--set=events[0].deliveryContext.isRedelivery=true", NULL});
    becomes("{ \"destination\":\"Ux\",\n\t\"events\":[{\"type\":\"message\",\"n\":[1, 2],"
            "\"message\":{\"text\":\"\\u3053\\ud83c\\udf89\" , \"id\":\"5\"},"
            "\"deliveryContext\":{\"isRedelivery\":true}}] }");
}

static void test_set_twice_in_order(void)
{
    open_with("{\"a\":\"x\",\"b\":1}",
              (const char *const[]){"1", "--set=a=1", "--set=b={\"c\":\"d\"}", "--set=b.c=a=b",
                                    "--set=a=2", NULL});
    becomes("{\"a\":\"2\",\"b\":{\"c\":\"a=b\"}}");
}

static void test_set_fails(void)
{
    open_with(BODY, (const char *const[]){"1", "--set=events[1].message.text=x", NULL});
    fails(ERR_NOT_FOUND, "the body has no events[1].message.text");
    open_with(BODY, (const char *const[]){"1", "--set=events[0].message.text", NULL});
    fails(ERR_USAGE, "write PATH=VALUE");
    open_with("{\"n\":1}", (const char *const[]){"1", "--set=n=hello", NULL});
    fails(ERR_SYNTAX, "neither for a text nor JSON");
    open_with("{\"n\":1}", (const char *const[]){"1", "--set=n[=2", NULL});
    fails(ERR_SYNTAX, "--set n[");
    open_with("not JSON", (const char *const[]){"1", "--set=a=b", NULL});
    fails(ERR_SYNTAX, "not JSON");
    open_with("", (const char *const[]){"1", "--set=a=b", NULL});
    fails(ERR_SYNTAX, "not JSON");
}

/* --- --body --- */

static void test_body_of_a_file(void)
{
    call_rig_open();
    const char *file = scratch_folder_write("new.json", "a\0b\xff\n", 5, 0644);
    bytes_init(&body, REPLAY_BODY_MAX);
    CHECK_EQ(bytes_append_text(&body, BODY), OK);
    call_rig_load(CLIENT_REPLAY, (const char *const[]){"1", "--body", file, NULL});
    CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
    CHECK(span_is(bytes_span(&body), span_of("a\0b\xff\n", 5)));
    close_all();
}

static void test_no_such_file(void)
{
    open_with(BODY, (const char *const[]){"1", "--body=/nonexistent/x", NULL});
    fails(ERR_IO, "--body /nonexistent/x: No such file");
    open_with(BODY, (const char *const[]){"1", "--body=/tmp", NULL});
    fails(ERR_IO, "--body /tmp");
}

/* From a pipe, in pieces; then changed like any other. */
static void test_body_of_standard_input(void)
{
    int ends[2];

    open_with(BODY, (const char *const[]){"1", "--body=-", "--set=a=2", NULL});
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "{\"a\":1}", 7), 7);
    CHECK_EQ(close(ends[1]), 0);
    call_rig.call.in = ends[0];
    CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
    CHECK(span_is(bytes_span(&body), SPAN("{\"a\":2}")));
    CHECK_EQ(close(ends[0]), 0); /* it was not closed */
    close_all();
}

static void test_sizes(void)
{
    static char content[REPLAY_BODY_MAX + 1];

    memset(content, 'x', sizeof content);
    for (size_t len = REPLAY_BODY_MAX - 1; len <= REPLAY_BODY_MAX + 1; len++) {
        call_rig_open();
        const char *file = scratch_folder_write("large", content, len, 0600);
        bytes_init(&body, REPLAY_BODY_MAX);
        call_rig_load(CLIENT_REPLAY, (const char *const[]){"1", "--body", file, NULL});
        if (len <= REPLAY_BODY_MAX) {
            CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
            CHECK_EQ(bytes_len(&body), len);
            close_all();
        } else {
            fails(ERR_LIMIT, "longer than 1 MiB");
        }
    }
}

/* A value that makes the body too large. */
static void test_set_beyond_the_limit(void)
{
    static char content[REPLAY_BODY_MAX];

    memset(content, ' ', sizeof content);
    memcpy(content, "{\"a\":\"x\"}", 9);
    for (int over = 0; over <= 1; over++) {
        call_rig_open();
        bytes_init(&body, REPLAY_BODY_MAX);
        CHECK_EQ(bytes_append(&body, content, sizeof content), OK);
        call_rig_load(CLIENT_REPLAY,
                      (const char *const[]){"1", over ? "--set=a=yy" : "--set=a=y", NULL});
        if (over) {
            fails(ERR_LIMIT, "--set a");
        } else {
            CHECK_EQ(replay_body_change(&call_rig.call, &body), OK);
            CHECK_EQ(bytes_len(&body), REPLAY_BODY_MAX);
            close_all();
        }
    }
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        open_with(BODY, (const char *const[]){"1", "--set=events[0].message.text=x",
                                              "--set=destination=U1", NULL});
        mem_fail_at(n);
        enum err rc = replay_body_change(&call_rig.call, &body);
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
        CHECK(is_untouched || *call_rig_said());
        close_all();
    }
}

CHECK_MAIN(TEST(test_nothing_to_change), TEST(test_set_a_text),
           TEST(test_text_that_looks_like_something_else), TEST(test_set_other_values),
           TEST(test_set_twice_in_order), TEST(test_set_fails), TEST(test_body_of_a_file),
           TEST(test_no_such_file), TEST(test_body_of_standard_input), TEST(test_sizes),
           TEST(test_set_beyond_the_limit), TEST(test_memory_runs_out))
