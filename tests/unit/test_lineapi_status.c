#include "relay-client/lineapi/lineapi_status.h"

#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

static void check(const char *rest)
{
    char want[400];
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    lineapi_status_write(lineapi_rig.lineapi, &w);
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK_EQ(bytes_append(&out, "", 1), OK);
    (void)snprintf(want, sizeof want, "{\"url\":\"%s\",%s}", lineapi_url(lineapi_rig.lineapi),
                   rest);
    CHECK_STR((const char *)bytes_peek(&out), want);
    bytes_fini(&out);
}

static void test_closed(void)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 100);
    json_writer_init(&w, &out);
    lineapi_status_write(NULL, &w);
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK(span_is(bytes_span(&out), SPAN("null")));
    bytes_fini(&out);
}

static void test_auto(void)
{
    char want[300];

    lineapi_rig_open_and_start();
    check("\"mode\":\"auto\",\"configured\":true,\"live_push\":false,\"emulating\":null,"
          "\"emulate_until\":null");
    push_guard_enter(&lineapi_rig.guard);
    check("\"mode\":\"auto\",\"configured\":true,\"live_push\":false,\"emulating\":\"replay\","
          "\"emulate_until\":null");
    push_guard_leave(&lineapi_rig.guard);
    (void)snprintf(want, sizeof want,
                   "\"mode\":\"auto\",\"configured\":true,\"live_push\":false,\"emulating\":"
                   "\"replay\",\"emulate_until\":%" PRIu64,
                   clock_wall_ms(loop_clock(lineapi_rig.journal.loop)) + PUSH_GUARD_AFTER_MS);
    check(want);
    lineapi_rig_advance(PUSH_GUARD_AFTER_MS);
    push_guard_lease(&lineapi_rig.guard, 1, 30000);
    (void)snprintf(want, sizeof want,
                   "\"mode\":\"auto\",\"configured\":true,\"live_push\":false,\"emulating\":"
                   "\"lease\",\"emulate_until\":%" PRIu64,
                   clock_wall_ms(loop_clock(lineapi_rig.journal.loop)) + 30000);
    check(want);
    lineapi_rig_close();
}

static void test_live_push(void)
{
    lineapi_rig_open();
    lineapi_rig.options.live_push = true;
    CHECK_EQ(lineapi_rig_start(), OK);
    push_guard_enter(&lineapi_rig.guard);
    check("\"mode\":\"auto\",\"configured\":true,\"live_push\":true,\"emulating\":null,"
          "\"emulate_until\":null");
    lineapi_rig_close();
}

static void check_mode(enum lineapi_mode mode, bool is_configured, const char *want)
{
    lineapi_rig_open();
    lineapi_rig.options.mode = mode;
    lineapi_rig.options.is_configured = is_configured;
    CHECK_EQ(lineapi_rig_start(), OK);
    push_guard_lease(&lineapi_rig.guard, 1, 5000); /* which says nothing in these */
    check(want);
    lineapi_rig_close();
}

static void test_modes(void)
{
    check_mode(LINEAPI_EMULATE, true,
               "\"mode\":\"emulate\",\"configured\":true,\"live_push\":false,\"emulating\":"
               "\"forced\",\"emulate_until\":null");
    check_mode(LINEAPI_PASS, false,
               "\"mode\":\"pass\",\"configured\":false,\"live_push\":false,\"emulating\":null,"
               "\"emulate_until\":null");
    check_mode(LINEAPI_AUTO, false,
               "\"mode\":\"auto\",\"configured\":false,\"live_push\":false,\"emulating\":"
               "\"not_configured\",\"emulate_until\":null");
}

CHECK_MAIN(TEST(test_closed), TEST(test_auto), TEST(test_live_push), TEST(test_modes))
