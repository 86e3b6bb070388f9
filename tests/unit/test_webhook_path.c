#include "relay-client/agent/webhook_path.h"

#include "check.h"
#include "codec/http/http_head.h"

static void test_ways_to_write_the_same_path(void)
{
    static const char *const same[] = {
        "/callback",      "/callback?a=/b",  "/callback/",    "//callback",    "/Callback",
        "/CALLBACK/",     "/call%62ack",     "/%63allback",   "/callback;v=1", "/callback%2F",
        "/x/../callback", "/./callback/./",  "/%2e/callback", "/../callback",  "/callback%3Bv",
        "\\callback",     "/callback/x/../", "/callback/?",   "/callback;/",
    };

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        (void)fprintf(stderr, "  %s\n", same[i]);
        CHECK(webhook_path_matches("/callback", span_text(same[i])));
        CHECK(webhook_path_matches("/Callback/", span_text(same[i])));
    }
}

static void test_other_paths(void)
{
    static const char *const others[] = {
        "/",
        "",
        "/callbac",
        "/callbackx",
        "/callback/x",
        "/x/callback",
        "/callback/..",
        "/call%6",
        "/callback%00",
        "/callback%252f",
        "?/callback",
    };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)fprintf(stderr, "  %s\n", others[i]);
        CHECK(!webhook_path_matches("/callback", span_text(others[i])));
    }
}

static void test_several_segments(void)
{
    CHECK(webhook_path_matches("/api/line/hook", SPAN("/API//line/./x/../hook/")));
    CHECK(!webhook_path_matches("/api/line/hook", SPAN("/api/line")));
    CHECK(webhook_path_matches("/", SPAN("//")));
}

/* As long as a target may be: nothing is cut off. */
static void test_long_targets(void)
{
    static char target[HTTP_TARGET_MAX];

    memset(target, 'a', sizeof target);
    target[0] = '/';
    CHECK(!webhook_path_matches("/callback", span_of(target, sizeof target)));
    memcpy(target + sizeof target - 12, "/../callback", 12);
    CHECK(webhook_path_matches("/callback", span_of(target, sizeof target)));
    memset(target, '/', sizeof target);
    memcpy(target + sizeof target - 8, "callback", 8);
    CHECK(webhook_path_matches("/callback", span_of(target, sizeof target)));
}

CHECK_MAIN(TEST(test_ways_to_write_the_same_path), TEST(test_other_paths),
           TEST(test_several_segments), TEST(test_long_targets))
