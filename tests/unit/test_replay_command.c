/* `hookline replay` when no agent runs: one of its own, and what the user is told. */
#include "relay-client/commands/commands.h"

#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/call_rig.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>

#define ARGS_MAX 16u

static const char *args[ARGS_MAX];
static size_t args_len;

/* --- the world --- */

static struct journal_request request_of(const char *delivery, struct span body)
{
    struct journal_request r = journal_rig_request(delivery, "");

    r.body = body;
    return r;
}

/* A journal with one webhook in "here". */
static void open_with(const struct journal_request *request)
{
    struct journal_rig rig;
    uint64_t id;

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    call_rig_open();
    journal_rig_start(
        &rig, &(struct journal_options){.path = scratch_folder_path("here/journal.db")});
    CHECK_EQ(journal_rig_record(&rig, request, &id), OK);
    CHECK_EQ(id, 1);
    journal_rig_stop(&rig);
    args_len = 0;
    args[args_len++] = "--data";
    args[args_len++] = scratch_folder_path("here");
    args[args_len++] = "--line-api-addr"; /* the usual one may be in use */
    args[args_len++] = "127.0.0.1:0";
}

static void open_world(void)
{
    struct journal_request r = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAA",
                                                   journal_rig_body("01KEVENT", "hello"));

    open_with(&r);
}

static void add(const char *arg)
{
    CHECK(args_len < ARGS_MAX - 1);
    args[args_len++] = arg;
    args[args_len] = NULL;
}

static int run(void)
{
    call_rig_load(CLIENT_REPLAY, args);
    return (int)replay_command(&call_rig.call);
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part))
        return;
    (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, text);
    abort();
}

/* --- it works --- */

static void test_own_agent(void)
{
    open_world();
    add("1");
    add("--echo");
    CHECK_EQ(run(), COMMAND_OK);
    const char *printed = call_rig_printed();
    says(printed, "1 replayed as 2: 200 in ");
    says(printed, "hookline show 2");
    CHECK_STR(call_rig_said(), "");
    CHECK_EQ(run(), COMMAND_OK); /* and again */
    says(call_rig_printed(), "1 replayed as 3: 200 in ");
    call_rig_close();
}

static void test_json(void)
{
    open_world();
    add("last");
    add("--echo");
    add("--json");
    CHECK_EQ(run(), COMMAND_OK);
    const char *printed = call_rig_printed();
    says(printed, "{\"type\":\"replay\",\"replay_of\":1,\"id\":2,\"status\":200,\"took_us\":");
    call_rig_close();
}

static void test_changed_and_signed_again(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--set=events[0].message.text=bye");
    add("--secret-file");
    add(scratch_folder_write_text("secret", "0123456789abcdef0123456789abcdef", 0600));
    CHECK_EQ(run(), COMMAND_OK);
    says(call_rig_printed(), ": 200 in ");
    call_rig_close();
}

static void test_several(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--times=3");
    CHECK_EQ(run(), COMMAND_OK);
    const char *printed = call_rig_printed();
    says(printed, "1 replayed as 2: 200 in ");
    says(printed, "1 replayed as 4: 200 in ");
    says(printed, "3 sent, 3 answered with 2xx, 0 not.");
    call_rig_close();
}

static void test_fresh(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--fresh");
    add("--secret-file");
    add(scratch_folder_write_text("secret", "0123456789abcdef0123456789abcdef", 0600));
    CHECK_EQ(run(), COMMAND_OK);
    says(call_rig_printed(), ": 200 in ");
    call_rig_close();
}

static void test_unsigned_at_will(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--set=destination=x");
    add("--sign=none");
    CHECK_EQ(run(), COMMAND_OK);
    call_rig_close();
}

static void test_largest_body(void)
{
    static char body[1024 * 1024];

    memset(body, 'x', sizeof body);
    struct journal_request r =
        request_of("01KAAAAAAAAAAAAAAAAAAAAAAA", span_of(body, sizeof body));
    open_with(&r);
    add("1");
    add("--exec=wc -c");
    CHECK_EQ(run(), COMMAND_OK);
    says(call_rig_printed(), ": 200 in ");
    call_rig_close();
}

/* --- what the bot says counts --- */

static void test_bot_fails(void)
{
    open_world();
    add("1");
    add("--exec=echo it is broken >&2; exit 7");
    CHECK_EQ(run(), COMMAND_FAILED);
    const char *printed = call_rig_printed();
    says(printed, "1 replayed as 2: 500 in ");
    says(printed, "it is broken");
    call_rig_close();
}

static void test_nobody_listens(void)
{
    open_world();
    add("1");
    add("--forward=http://127.0.0.1:1/");
    CHECK_EQ(run(), COMMAND_FAILED);
    const char *printed = call_rig_printed();
    says(printed, ": 502 in ");
    says(printed, "127.0.0.1");
    call_rig_close();
}

static void test_unknown_target(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--to=staging");
    CHECK_EQ(run(), COMMAND_FAILED);
    says(call_rig_printed(), "1 replayed: 404 in ");
    call_rig_close();
}

/* --- what cannot be --- */

static void refused(int code, const char *why)
{
    CHECK_EQ(run(), code);
    says(call_rig_said(), why);
    CHECK_STR(call_rig_printed(), "");
    call_rig_close();
}

static void test_nobody_to_answer(void)
{
    open_world();
    add("1");
    refused(COMMAND_USAGE, "no agent runs here");
}

static void test_no_such_exchange(void)
{
    open_world();
    add("99");
    add("--echo");
    refused(COMMAND_FAILED, "there is no exchange 99");
}

static void test_no_journal(void)
{
    open_world();
    args[1] = scratch_folder_path("elsewhere");
    add("1");
    add("--echo");
    refused(COMMAND_FAILED, "there is no journal yet");
}

static void test_body_was_not_kept_whole(void)
{
    struct journal_request r = request_of("01KAAAAAAAAAAAAAAAAAAAAAAA", SPAN("the beginning"));

    r.body_truncated = true;
    open_with(&r);
    add("1");
    add("--echo");
    refused(COMMAND_FAILED, "only the beginning");
}

static void test_no_secret(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--set=destination=x");
    refused(COMMAND_FAILED, "no secret of LINE");
}

static void no_such_events(const char *flag, const char *body, const char *why)
{
    struct journal_request r = request_of("01KAAAAAAAAAAAAAAAAAAAAAAA", span_text(body));

    open_with(&r);
    add("1");
    add("--echo");
    add(flag);
    refused(COMMAND_FAILED, why);
}

static void test_no_such_events(void)
{
    no_such_events("--as-redelivery", "no JSON", "--as-redelivery: the body is not JSON");
    no_such_events("--as-redelivery", "{\"events\":[{}]}", "no event of LINE with a delivery");
    no_such_events("--fresh", "{\"events\":[]}", "--fresh: the body has no event");
    no_such_events("--fresh", "no JSON", "--fresh: the body has no event");
}

static void test_bad_target(void)
{
    open_world();
    add("1");
    add("--echo");
    add("--target=nonsense");
    refused(COMMAND_FAILED, "--target nonsense");
}

static void test_journal_is_busy(void)
{
    struct journal_rig other;

    open_world();
    journal_rig_start(
        &other, &(struct journal_options){.path = scratch_folder_path("here/journal.db")});
    add("1");
    add("--echo");
    CHECK_EQ(run(), COMMAND_FAILED);
    CHECK(*call_rig_said());
    journal_rig_stop(&other);
    CHECK_EQ(run(), COMMAND_OK);
    call_rig_close();
}

CHECK_MAIN(TEST(test_own_agent), TEST(test_json), TEST(test_changed_and_signed_again),
           TEST(test_several), TEST(test_fresh), TEST(test_unsigned_at_will),
           TEST(test_no_such_events), TEST(test_largest_body), TEST(test_bot_fails),
           TEST(test_nobody_listens), TEST(test_unknown_target), TEST(test_nobody_to_answer),
           TEST(test_no_such_exchange), TEST(test_no_journal),
           TEST(test_body_was_not_kept_whole), TEST(test_no_secret), TEST(test_bad_target),
           TEST(test_journal_is_busy))
