/* Scenarios as their authors write them, and what they are told when they err. */
#include "relay-client/scenario/scenario_file.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <stdio.h>

#define WITH(steps) "{\"scenario\":\"s\",\"steps\":[" steps "]}"

static struct scenario_file f;

static void refuses(const char *text, const char *detail)
{
    CHECK_EQ(scenario_file_parse(&f, span_text(text)), ERR_SYNTAX);
    CHECK_STR(f.detail, detail);
    scenario_file_fini(&f);
}

static void test_all_kinds_of_steps(void)
{
    CHECK_EQ(scenario_file_parse(
                 &f, SPAN(WITH("{\"send\":\"text\",\"text\":\"hi\",\"as\":\"Alice\"},"
                               "{\"expect\":\"reply\",\"messages\":[{\"text\":\"hi\"}],"
                               "\"within\":\"1.5s\",\"note\":\"greets\"},"
                               "{\"tap\":\"Pay\",\"in\":\"Friends\"},"
                               "{\"send\": {\"type\" : \"unfollow\"} },"
                               "{\"expect\":\"nothing\",\"within\":\"300ms\"},"
                               "{\"expect\":\"push\",\"status\":400}"))),
             OK);
    CHECK_STR(f.title, "s");
    CHECK_EQ(f.steps_len, 6);
    CHECK_EQ(f.steps[0].verb, SCENARIO_SEND);
    CHECK_STR(f.steps[0].sample->name, "text");
    CHECK_STR(f.steps[0].text, "hi");
    CHECK_STR(f.steps[0].as, "Alice");
    CHECK_EQ(f.steps[1].within_ms, 1500);
    CHECK_STR(f.steps[1].note, "greets");
    CHECK_STR(f.steps[2].label, "Pay");
    CHECK_STR(f.steps[2].in, "Friends");
    CHECK_STR(f.steps[1].as, "Alice");
    CHECK_STR(f.steps[2].as, "Alice");
    CHECK_STR(f.steps[3].in, "Friends");
    CHECK(span_is(f.steps[3].event, SPAN("{\"type\" : \"unfollow\"}")));
    CHECK_STR(f.steps[4].call, "nothing");
    CHECK_EQ(f.steps[5].status, 400);
    CHECK_EQ(f.steps[5].within_ms, SCENARIO_WITHIN_MS);
    scenario_file_fini(&f);
}

static void test_what_is_no_scenario(void)
{
    refuses("[]", "a scenario is {\"scenario\": \"its name\", \"steps\": [...]}");
    refuses("{\"steps\":[]}", "\"scenario\" must be there: its name");
    refuses("{\"scenario\":\"s\"}", "\"steps\" must be a list of 1 to 1000 steps");
    refuses(WITH(""), "\"steps\" must be a list of 1 to 1000 steps");
    refuses("{\"scenario\":\"s\",\"step\":[]}", "\"step\" is not known here");
    CHECK_EQ(scenario_file_parse(&f, SPAN("{\"scenario\":")), ERR_SYNTAX);
    CHECK(*f.detail);
    scenario_file_fini(&f);
}

static void test_what_is_no_step(void)
{
    refuses(WITH("{}"), "step 1: a step says \"send\", \"tap\" or \"expect\"");
    refuses(WITH("1"), "step 1: a step says \"send\", \"tap\" or \"expect\"");
    refuses(WITH("{\"tap\":\"a\"},{\"send\":\"txt\"}"),
            "step 2: there is no event \"txt\"; `hookline trigger --list` has them all");
    refuses(WITH("{\"send\":1}"), "step 1: \"send\" must be the name of an event, or an event");
    refuses(WITH("{\"send\":\"text\",\"texts\":\"a\"}"), "step 1: \"texts\" is not known here");
    refuses(WITH("{\"send\":\"follow\",\"text\":\"a\"}"),
            "step 1: this event has no text; use \"set\"");
    refuses(WITH("{\"send\":\"text\",\"set\":[]}"),
            "step 1: \"set\" must be an object: {\"message.text\": \"hello\"}");
    refuses(WITH("{\"tap\":\"\"}"), "step 1: \"tap\" must be a text");
    refuses(WITH("{\"expect\":\"answer\"}"),
            "step 1: \"expect\" must be reply, push, multicast, broadcast, narrowcast, any or "
            "nothing");
    refuses(WITH("{\"expect\":\"reply\",\"message\":[]}"),
            "step 1: \"message\" is not known here");
    refuses(WITH("{\"expect\":\"reply\",\"messages\":{\"$x\":1}}"),
            "step 1: \"messages\": the conditions are $contains, $matches, $has, $any and "
            "$not");
    refuses(WITH("{\"expect\":\"nothing\",\"status\":200}"),
            "step 1: nothing has neither \"messages\" nor \"status\"");
}

static void test_limits(void)
{
    static const char *const bad[] = {"0ms", "11min", "-1s", "soon", "2"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[160];
        (void)snprintf(text, sizeof text, WITH("{\"expect\":\"reply\",\"within\":\"%s\"}"),
                       bad[i]);
        refuses(text, "step 1: \"within\" must be a time from 1ms to 10min, like \"2s\"");
    }
    CHECK_EQ(scenario_file_parse(&f, SPAN(WITH("{\"expect\":\"any\",\"within\":\"10min\"}"))),
             OK);
    scenario_file_fini(&f);
    refuses(WITH("{\"expect\":\"any\",\"status\":99}"),
            "step 1: \"status\" must be a status of HTTP");
    refuses(WITH("{\"expect\":\"any\",\"status\":600}"),
            "step 1: \"status\" must be a status of HTTP");
}

/* `len` steps. */
static enum err parse_steps(size_t len)
{
    static char text[64 * 1024];
    size_t at = (size_t)snprintf(text, sizeof text, "{\"scenario\":\"s\",\"steps\":[");

    for (size_t i = 0; i < len; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s{\"tap\":\"a\"}", i ? "," : "");
    (void)snprintf(text + at, sizeof text - at, "]}");
    enum err rc = scenario_file_parse(&f, span_text(text));
    scenario_file_fini(&f);
    return rc;
}

static void test_number_of_steps(void)
{
    CHECK_EQ(parse_steps(SCENARIO_STEPS_MAX - 1), OK);
    CHECK_EQ(parse_steps(SCENARIO_STEPS_MAX), OK);
    CHECK_EQ(parse_steps(SCENARIO_STEPS_MAX + 1), ERR_SYNTAX);
}

static void test_files(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("s.json");
    FILE *file = fopen(path, "w");
    CHECK(file);
    (void)fputs(WITH("{\"tap\":\"a\"}"), file);
    (void)fclose(file);
    CHECK_EQ(scenario_file_read(&f, path), OK);
    CHECK_STR(f.steps[0].label, "a");
    scenario_file_fini(&f);
    CHECK_EQ(scenario_file_read(&f, scratch_folder_path("none.json")), ERR_NOT_FOUND);
    CHECK(strstr(f.detail, "none.json: No such file"));
    scenario_file_fini(&f);
    scratch_folder_remove();
}

static void test_memory(void)
{
    unsigned long n = 1;
    enum err rc;

    do {
        mem_fail_at(n);
        rc = scenario_file_parse(&f, SPAN(WITH("{\"send\":{\"type\":\"follow\"}}")));
        CHECK(rc == OK || rc == ERR_NOMEM);
        scenario_file_fini(&f);
    } while (!mem_sweep_is_over(n++));
    CHECK_EQ(rc, OK);
}

CHECK_MAIN(TEST(test_all_kinds_of_steps), TEST(test_what_is_no_scenario),
           TEST(test_what_is_no_step), TEST(test_limits), TEST(test_number_of_steps),
           TEST(test_files), TEST(test_memory))
