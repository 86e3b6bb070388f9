/* What the page may ask of a replay, and what it may not. */
#include "relay-client/inspector/replay/replay_wish.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

#include <stdio.h>
#include <stdlib.h>

static struct replay_wish wish;

static enum err read_json(const char *json)
{
    replay_wish_fini(&wish);
    return replay_wish_read(span_text(json), &wish);
}

static void test_nothing(void)
{
    CHECK_EQ(read_json(" {} "), OK);
    CHECK(!wish.has_body && !wish.has_fields && !wish.is_fresh && !wish.is_redelivery);
    CHECK(!wish.is_by_relay && wish.target.len == 0);
    CHECK_EQ(wish.sign, REPLAY_SIGN_AUTO);
    CHECK_EQ(wish.times, 1);
    CHECK_EQ(wish.every_ms, 0);
    CHECK_EQ(read_json("{\"url\":\"http://127.0.0.1/\",\"forward\":[]}"),
             OK); /* not looked at */
    replay_wish_fini(&wish);
}

static void test_everything(void)
{
    CHECK_EQ(read_json("{\"body\":\"\\u0000\\u3042\\n\",\"headers\":[[\"A\",\"b\\u0000\"],"
                       "[\"c\",null],[\"\",\"\"]],\"sign\":\"wrong\",\"fresh\":true,"
                       "\"redelivery\":true,\"way\":\"direct\",\"target\":\"st\\u0061ging\","
                       "\"times\":1000,\"every_ms\":60000}"),
             OK);
    CHECK(wish.has_body && span_is(wish.body, SPAN("\0\xe3\x81\x82\n")));
    CHECK_EQ(wish.fields_len, 3);
    CHECK(span_is(wish.fields[0].name, SPAN("A")) &&
          span_is(wish.fields[0].value, SPAN("b\0")));
    CHECK(wish.fields[1].secret && wish.fields[1].value.len == 0 && !wish.fields[0].secret);
    CHECK_EQ(wish.sign, REPLAY_SIGN_WRONG);
    CHECK(wish.is_fresh && wish.is_redelivery && !wish.is_by_relay);
    CHECK(span_is(wish.target, SPAN("staging")));
    CHECK_EQ(wish.times, 1000);
    CHECK_EQ(wish.every_ms, 60000);
    CHECK_EQ(read_json("{\"way\":\"relay\",\"target\":null,\"base64\":\"AP8\\/\"}"), OK);
    CHECK(wish.is_by_relay && span_is(wish.body, SPAN("\0\xff?")));
    replay_wish_fini(&wish);
}

static void test_not_understood(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "null",
        "{",
        "{\"times\":0}",
        "{\"times\":1001}",
        "{\"times\":1.0}",
        "{\"times\":\"1\"}",
        "{\"times\":-1}",
        "{\"every_ms\":60001}",
        "{\"every_ms\":1e3}",
        "{\"sign\":\"\"}",
        "{\"sign\":null}",
        "{\"fresh\":1}",
        "{\"fresh\":\"true\"}",
        "{\"redelivery\":null}",
        "{\"way\":\"both\"}",
        "{\"target\":7}",
        "{\"target\":\"a\",\"way\":\"relay\"}",
        "{\"body\":{}}",
        "{\"base64\":\"A\"}",
        "{\"base64\":\"AA==\\n\"}",
        "{\"base64\":[]}",
        "{\"body\":\"\",\"base64\":\"\"}",
        "{\"headers\":\"a: b\"}",
        "{\"headers\":[\"a: b\"]}",
        "{\"headers\":[[]]}",
        "{\"headers\":[[\"a\"]]}",
        "{\"headers\":[[\"a\",1]]}",
        "{\"headers\":[[null,\"a\"]]}",
        "{\"headers\":[[\"a\",\"b\",\"c\"]]}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(read_json(bad[i]), ERR_SYNTAX);
        CHECK(*wish.detail);
    }
    replay_wish_fini(&wish);
}

static void test_fields(void)
{
    char json[4096];

    for (unsigned n = REPLAY_WISH_FIELDS_MAX - 1; n <= REPLAY_WISH_FIELDS_MAX + 1; n++) {
        size_t len = (size_t)snprintf(json, sizeof json, "{\"headers\":[");
        for (unsigned i = 0; i < n; i++)
            len += (size_t)snprintf(json + len, sizeof json - len, "%s[\"a\",\"b\"]",
                                    i > 0 ? "," : "");
        (void)snprintf(json + len, sizeof json - len, "]}");
        CHECK_EQ(read_json(json), n <= REPLAY_WISH_FIELDS_MAX ? OK : ERR_SYNTAX);
    }
    replay_wish_fini(&wish);
}

static void test_sizes(void)
{
    static char json[REPLAY_BODY_MAX + 64];

    for (size_t len = REPLAY_BODY_MAX - 1; len <= REPLAY_BODY_MAX + 1; len++) {
        size_t at = (size_t)snprintf(json, sizeof json, "{\"body\":\"");
        memset(json + at, 'x', len);
        (void)snprintf(json + at + len, sizeof json - at - len, "\"}");
        CHECK_EQ(read_json(json), len <= REPLAY_BODY_MAX ? OK : ERR_LIMIT);
    }
    replay_wish_fini(&wish);
}

static void test_cut(void)
{
    static const char whole[] = "{\"base64\":\"AP8=\",\"headers\":[[\"a\",null],[\"b\","
                                "\"\\ud83d\\ude00\"]],\"times\":12,\"target\":\"x\"}";

    for (size_t len = 0; len < sizeof whole - 1; len++) {
        char *exact = malloc(len + !len);

        memcpy(exact, whole, len);
        replay_wish_fini(&wish);
        CHECK_EQ(replay_wish_read(span_of(exact, len), &wish), ERR_SYNTAX);
        free(exact);
    }
    replay_wish_fini(&wish);
}

static void test_memory_runs_out(void)
{
    mem_fail_at(1);
    CHECK_EQ(read_json("{}"), ERR_NOMEM);
    CHECK(!mem_sweep_is_over(1));
    replay_wish_fini(&wish);
}

CHECK_MAIN(TEST(test_nothing), TEST(test_everything), TEST(test_not_understood),
           TEST(test_fields), TEST(test_sizes), TEST(test_cut), TEST(test_memory_runs_out))
