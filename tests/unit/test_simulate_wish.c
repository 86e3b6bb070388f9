/* What the page may ask for when it simulates: read whole, or refused with a reason. */
#include "relay-client/inspector/simulate/simulate_wish.h"

#include "base/container.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

static struct simulate_wish wish;

static enum err read(const char *json)
{
    simulate_wish_fini(&wish);
    return simulate_wish_read(span_text(json), &wish);
}

#define EVENTS "\"events\":[{\"type\":\"follow\"}]"

static void test_the_least(void)
{
    CHECK_EQ(read(" {" EVENTS "} "), OK);
    CHECK_EQ(wish.events_len, 1);
    CHECK(span_is(wish.events[0].text, SPAN("{\"type\":\"follow\"}")));
    CHECK(!wish.is_each && !wish.is_by_relay && !wish.is_duplicate && !wish.is_redelivered);
    CHECK_EQ(wish.order, SIMULATE_LISTED);
    CHECK_EQ(wish.sign, SIMULATE_SIGN_RIGHT);
    CHECK_EQ(wish.times, 1);
    CHECK(!wish.destination);
    simulate_wish_fini(&wish);
}

static const char all[] =
    "{\"events\":[{\"type\":\"follow\"},{}],\"destination\":\"U\\u0031\",\"batch\":\"each\","
    "\"order\":\"shuffled\",\"way\":\"direct\",\"target\":\"other\",\"sign\":\"previous\","
    "\"times\":1000,\"every_ms\":60000,\"drip_ms\":30000,\"redeliver_after_ms\":0,"
    "\"duplicate\":true,\"contents\":{\"1\":{\"type\":\"image\\/png\",\"base64\":\"UE5H\"}},"
    "\"more\":[1]}";

static void test_all_of_it(void)
{
    CHECK_EQ(read(all), OK);
    CHECK_EQ(wish.events_len, 2);
    CHECK_STR(wish.destination, "U1");
    CHECK(wish.is_each && wish.is_duplicate && wish.is_redelivered && !wish.is_by_relay);
    CHECK_EQ(wish.order, SIMULATE_SHUFFLED);
    CHECK(span_is(wish.target, SPAN("other")));
    CHECK_EQ(wish.sign, SIMULATE_SIGN_PREVIOUS);
    CHECK_EQ(wish.times, 1000);
    CHECK_EQ(wish.every_ms, 60000);
    CHECK_EQ(wish.drip_ms, 30000);
    CHECK_EQ(wish.contents[0].type.len, 0);
    CHECK(span_is(wish.contents[1].type, SPAN("image/png")));
    CHECK(span_is(wish.contents[1].bytes, SPAN("PNG")));
    simulate_wish_fini(&wish);
}

static void test_numbers_as_others_write_them(void)
{
    CHECK_EQ(read("{" EVENTS ",\"times\":54.0,\"every_ms\":2.5e2,\"drip_ms\":0e0}"), OK);
    CHECK_EQ(wish.times, 54);
    CHECK_EQ(wish.every_ms, 250);
    CHECK_EQ(read("{" EVENTS ",\"times\":1.5}"), ERR_SYNTAX);
    CHECK_EQ(read("{" EVENTS ",\"times\":1e300}"), ERR_SYNTAX);
    CHECK_EQ(read("{" EVENTS ",\"times\":true}"), ERR_SYNTAX);
    simulate_wish_fini(&wish);
}

static void test_nulls(void)
{
    CHECK_EQ(read("{" EVENTS ",\"target\":null,\"redeliver_after_ms\":null,"
                  "\"way\":\"relay\"}"),
             OK);
    CHECK(wish.is_by_relay && !wish.is_redelivered);
    CHECK_EQ(wish.target.len, 0);
    simulate_wish_fini(&wish);
}

static void test_refused(void)
{
    static const char *const texts[] = {
        "",
        "[]",
        "null",
        "{}",
        "{\"events\":[]}",
        "{\"events\":{}}",
        "{\"events\":[1]}",
        "{" EVENTS ",\"destination\":1}",
        "{" EVENTS ",\"batch\":\"two\"}",
        "{" EVENTS ",\"order\":\"up\"}",
        "{" EVENTS ",\"order\":1}",
        "{" EVENTS ",\"way\":\"air\"}",
        "{" EVENTS ",\"target\":1}",
        "{" EVENTS ",\"sign\":\"\"}",
        "{" EVENTS ",\"times\":0}",
        "{" EVENTS ",\"times\":1001}",
        "{" EVENTS ",\"times\":\"1\"}",
        "{" EVENTS ",\"every_ms\":60001}",
        "{" EVENTS ",\"every_ms\":-1}",
        "{" EVENTS ",\"drip_ms\":30001}",
        "{" EVENTS ",\"redeliver_after_ms\":60001}",
        "{" EVENTS ",\"redeliver_after_ms\":true}",
        "{" EVENTS ",\"duplicate\":1}",
        "{" EVENTS ",\"contents\":[]}",
        "{" EVENTS ",\"contents\":{\"x\":{\"type\":\"a\",\"base64\":\"\"}}}",
        "{" EVENTS ",\"contents\":{\"100\":{\"type\":\"a\",\"base64\":\"\"}}}",
        "{" EVENTS ",\"contents\":{\"0\":1}}",
        "{" EVENTS ",\"contents\":{\"0\":{\"type\":\"\",\"base64\":\"\"}}}",
        "{" EVENTS ",\"contents\":{\"0\":{\"type\":\"a\"}}}",
        "{" EVENTS ",\"contents\":{\"0\":{\"type\":\"a\\r\\nb: c\",\"base64\":\"\"}}}",
        "{" EVENTS ",\"contents\":{\"0\":{\"type\":\"a \",\"base64\":\"\"}}}",
        "{" EVENTS ",\"contents\":{\"0\":{\"type\":\"a\",\"base64\":\"UE5\"}}}",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        CHECK_EQ(read(texts[i]), ERR_SYNTAX);
        CHECK(*wish.detail);
        simulate_wish_fini(&wish);
    }
}

static void test_no_target_by_the_relay(void)
{
    CHECK_EQ(read("{" EVENTS ",\"way\":\"relay\",\"target\":\"other\"}"), ERR_CONFLICT);
    CHECK(*wish.detail);
    simulate_wish_fini(&wish);
}

static void check_events(size_t len, enum err want)
{
    struct bytes json;

    bytes_init(&json, 1000);
    CHECK_EQ(bytes_append_text(&json, "{\"events\":["), OK);
    for (size_t i = 0; i < len; i++)
        CHECK_EQ(bytes_append_text(&json, i > 0 ? ",{}" : "{}"), OK);
    CHECK_EQ(bytes_append(&json, "]}", 3), OK); /* and its NUL */
    CHECK_EQ(read((const char *)bytes_peek(&json)), want);
    bytes_fini(&json);
    simulate_wish_fini(&wish);
}

static void test_how_many_events(void)
{
    check_events(SIMULATE_EVENTS_MAX - 1, OK);
    check_events(SIMULATE_EVENTS_MAX, OK);
    check_events(SIMULATE_EVENTS_MAX + 1, ERR_SYNTAX);
}

static void test_cut_anywhere(void)
{
    for (size_t len = 0; len < sizeof all - 1; len++) {
        char *copy = mem_alloc(len + 1);
        CHECK(copy);
        memcpy(copy, all, len);
        CHECK_EQ(simulate_wish_read(span_of(copy, len), &wish), ERR_SYNTAX);
        simulate_wish_fini(&wish);
        mem_free(copy);
    }
}

static void test_memory(void)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        mem_fail_at(n);
        enum err rc = read(all);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
    }
    simulate_wish_fini(&wish);
}

CHECK_MAIN(TEST(test_the_least), TEST(test_all_of_it), TEST(test_numbers_as_others_write_them),
           TEST(test_nulls), TEST(test_refused), TEST(test_no_target_by_the_relay),
           TEST(test_how_many_events), TEST(test_cut_anywhere), TEST(test_memory))
