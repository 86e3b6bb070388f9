#include "relay-client/commands/filter_options.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "tests/unit/check.h"

#include <time.h>

#define NOW_MS 1795289105123u /* 2026-11-21T19:25:05.123Z */

static struct settings settings;
static struct journal_filter filter;
static char detail[FILTER_OPTIONS_DETAIL];

/* As `hookline list` with these arguments; settings stay loaded for what borrows. */
static enum err read_args(const char *const *args, const char *const *environment)
{
    static const char *const none[] = {NULL};
    const struct settings_input input = {
        .table = client_settings,
        .table_len = client_settings_len,
        .command = CLIENT_LIST,
        .args = args,
        .environment = environment ? environment : none,
        .stdin_fd = -1,
    };

    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    CHECK_EQ(settings_load(&settings, &input), OK);
    filter = (struct journal_filter){.limit = 77};
    return filter_options_read(&settings, NOW_MS, &filter, detail);
}

#define READ(...) read_args((const char *const[]){__VA_ARGS__, NULL}, NULL)

static void done(void)
{
    settings_fini(&settings);
    CHECK_EQ(mem_live(), 0);
}

static void test_nothing(void)
{
    static const char *const none[] = {NULL};

    CHECK_EQ(read_args(none, NULL), OK);
    CHECK(!filter_options_is_any(&filter));
    CHECK_EQ(filter.limit, 0);
    done();
}

static void test_everything(void)
{
    CHECK_EQ(READ("--since", "10m", "--until", "5m", "--type", "message.text", "--user", "U1*",
                  "--status", "4xx", "--verdict", "invalid", "--text", "返金", "--tunnel",
                  "mybot", "--webhooks", "--replays", "--failed"),
             OK);
    CHECK_EQ(filter.since_ms, NOW_MS - 600000);
    CHECK_EQ(filter.until_ms, NOW_MS - 300000);
    CHECK_STR(filter.event_type, "message.text");
    CHECK_STR(filter.user, "U1*");
    CHECK_EQ(filter.status_min, 400);
    CHECK_EQ(filter.status_max, 499);
    CHECK(filter.has_verdict);
    CHECK_EQ(filter.verdict, VERDICT_INVALID);
    CHECK_STR(filter.text, "返金");
    CHECK_STR(filter.tunnel, "mybot");
    CHECK(filter.webhooks_only && filter.replays_only && filter.failed_only);
    done();
}

static void test_each_is_any(void)
{
    static const char *const each[][3] = {
        {"--since", "1h"}, {"--until", "1h"},   {"--type", "follow"},
        {"--user", "U1"},  {"--status", "200"}, {"--verdict", "unchecked"},
        {"--text", "x"},   {"--tunnel", "a"},   {"--webhooks"},
        {"--replays"},     {"--failed"},
    };

    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        CHECK_EQ(read_args(each[i], NULL), OK);
        CHECK(filter_options_is_any(&filter));
        done();
    }
}

/* Where this computer links to is not what its user looks for. */
static void test_a_configured_tunnel_is_no_filter(void)
{
    static const char *const environment[] = {"HOOKLINE_TUNNEL=mybot", NULL};
    static const char *const none[] = {NULL};

    CHECK_EQ(read_args(none, environment), OK);
    CHECK(!filter.tunnel);
    done();
}

static void test_until_a_day_is_with_that_day(void)
{
    CHECK_EQ(READ("--since", "2026-11-20", "--until", "2026-11-20"), OK);
    CHECK_EQ(filter.until_ms - filter.since_ms, 24 * 3600 * 1000);
    done();
}

static void check_wrong(const char *key, const char *value, const char *want)
{
    CHECK_EQ(READ(key, value), ERR_USAGE);
    CHECK(strstr(detail, want));
    CHECK_EQ(filter.limit, 77); /* not written */
    done();
}

static void test_what_is_wrong_is_said(void)
{
    check_wrong("--since", "soon", "--since: \"soon\" is not a time: write 10m");
    check_wrong("--until", "2026-02-30", "--until: \"2026-02-30\" is not a time");
    check_wrong("--status", "ok", "--status: \"ok\" is not a status: write 200, 4xx");
    CHECK_EQ(READ("--since", "5m", "--until", "10m"), ERR_USAGE);
    CHECK_STR(detail, "--since is not before --until");
    done();
}

static void check_status(const char *text, unsigned min, unsigned max)
{
    unsigned got_min = 0;
    unsigned got_max = 0;

    CHECK(filter_options_parse_status(span_text(text), &got_min, &got_max));
    CHECK_EQ(got_min, min);
    CHECK_EQ(got_max, max);
}

static void test_status(void)
{
    check_status("200", 200, 200);
    check_status("100", 100, 100);
    check_status("599", 599, 599);
    check_status("4xx", 400, 499);
    check_status("5XX", 500, 599);
    check_status("200-299", 200, 299);
    check_status(">=500", 500, 599);
    check_status(">499", 500, 599);
    check_status("> 499", 500, 599);
    check_status("<=399", 100, 399);
    check_status("<400", 100, 399);
}

static void test_status_that_is_none(void)
{
    static const char *const wrong[] = {
        "",        "20",   "2000", "099", "600", "6xx",   "0xx",  "4x",   "4xxx",  "x00",
        "299-200", "200-", "-200", ">",   ">=",  ">=5xx", "=200", "200 ", "<>200", "200-6xx"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        unsigned min;
        unsigned max;

        CHECK(!filter_options_parse_status(span_text(wrong[i]), &min, &max));
    }
}

CHECK_MAIN(TEST(test_nothing), TEST(test_everything), TEST(test_each_is_any),
           TEST(test_a_configured_tunnel_is_no_filter), TEST(test_until_a_day_is_with_that_day),
           TEST(test_what_is_wrong_is_said), TEST(test_status), TEST(test_status_that_is_none))
