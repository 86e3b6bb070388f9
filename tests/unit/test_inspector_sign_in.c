/* Trading the key or the password for a cookie, and what it is good for.  A thread-test: the
 * journal has one. */
#include "unit/check.h"
#include "unit/support/inspector_rig.h"

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static void test_sign_in(void)
{
    char body[200], cookie[200], fields[600], token[64];

    begin();
    (void)snprintf(body, sizeof body, "{\"key\":\"%s\"}", inspector_rig_key());
    CHECK_EQ(
        inspector_rig_ask("POST", "/api/session", "content-type: application/json\n", body),
        200);
    const char *set = inspector_rig_field("set-cookie");
    CHECK(set != NULL && strstr(set, "; HttpOnly; SameSite=Strict; Path=/") != NULL);
    (void)snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(set, ";"), set);
    CHECK(!strstr(cookie, inspector_rig_key()));
    const char *found = strstr(inspector_rig_body(), "\"token\":\"");
    CHECK(found != NULL);
    (void)snprintf(token, sizeof token, "%.43s", found + 9);

    (void)snprintf(fields, sizeof fields, "cookie: %s\n", cookie);
    CHECK_EQ(inspector_rig_ask("GET", "/api/session", fields, NULL), 200);
    CHECK(strstr(inspector_rig_body(), token) != NULL);
    CHECK(!inspector_rig_field("set-cookie"));
    (void)snprintf(fields, sizeof fields, "cookie: %s\ncontent-type: application/json\n",
                   cookie);
    CHECK_EQ(inspector_rig_ask("POST", "/api/nothing", fields, "{}"), 403);
    inspector_rig_check_problem(403, "bad_token");
    (void)snprintf(fields, sizeof fields,
                   "cookie: %s\ncontent-type: application/json\nhookline-token: %s\n", cookie,
                   token);
    CHECK_EQ(inspector_rig_ask("POST", "/api/nothing", fields, "{}"), 404);
    inspector_rig_close();
}

static void check_sign_in(const char *body, unsigned status, const char *code)
{
    (void)inspector_rig_ask("POST", "/api/session", "content-type: application/json\n", body);
    inspector_rig_check_problem(status, code);
    CHECK(!inspector_rig_field("set-cookie"));
}

static void test_wrong_sign_in(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    inspector_rig.options.password = SPAN("sesame");
    CHECK_EQ(inspector_rig_start(), OK);
    check_sign_in("{\"key\":\"x\"}", 401, "no_session");
    check_sign_in("{}", 401, "no_session");
    check_sign_in("[]", 401, "no_session");
    check_sign_in("{\"key\":", 400, "bad_request");
    check_sign_in("", 400, "bad_request");
    for (int i = 0; i < 5; i++)
        check_sign_in("{\"password\":\"guess\"}", 401, "bad_password");
    check_sign_in("{\"password\":\"sesame\"}", 429, "too_many");
    CHECK_STR(inspector_rig_field("retry-after"), "60");
    inspector_rig_advance(60000);
    CHECK_EQ(inspector_rig_ask("POST", "/api/session", "content-type: application/json\n",
                               "{\"password\":\"sesame\"}"),
             200);
    CHECK(inspector_rig_field("set-cookie") != NULL);
    inspector_rig_close();
}

CHECK_MAIN(TEST(test_sign_in), TEST(test_wrong_sign_in))
