/* What is made new in the events of a webhook, and that no other byte of it is. */
#include "relay-client/replay/replay_events.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

#include <stdio.h>

#define NOW_MS    1795894305000u
#define NOW       "1795894305000"
#define EVENT_ID  "01KEVENT000000000000000000"
#define TOKEN     "0123456789abcdef0123456789abcdef"
#define BODY_SIZE 4096u

static struct random_seeded seeded;
static struct line_mint mint;
static struct bytes out;
static struct replay_events_count count;

static enum err apply_to(struct span body, bool is_fresh, bool is_redelivery)
{
    const struct replay_events_change change = {
        .is_fresh = is_fresh,
        .is_redelivery = is_redelivery,
        .now_ms = NOW_MS,
        .mint = &mint,
    };

    if (!seeded.base.fill)
        random_seeded_init(&seeded, 7);
    mint.random = &seeded.base;
    bytes_fini(&out);
    bytes_init(&out, BODY_SIZE);
    return replay_events_apply(body, &change, &out, &count);
}

static enum err apply(const char *body, bool is_fresh, bool is_redelivery)
{
    return apply_to(span_text(body), is_fresh, is_redelivery);
}

/* "<ID>" and "<TOKEN>" in `want` are any of their kind; each is different from the last. */
static size_t skip_value(struct span got, size_t at, size_t len, struct span *last)
{
    struct span value = span_slice(got, at, at + len);

    CHECK_EQ(value.len, len);
    CHECK(!span_is(value, *last));
    *last = value;
    return at + len;
}

static void check_text(const char *want)
{
    struct span got = bytes_span(&out), last_id = {0}, last_token = {0};
    size_t at = 0;

    while (*want) {
        if (strncmp(want, "<ID>", 4) == 0) {
            at = skip_value(got, at, ULID_LEN, &last_id);
            CHECK(ulid_is_valid(last_id));
            want += 4;
        } else if (strncmp(want, "<TOKEN>", 7) == 0) {
            at = skip_value(got, at, 32, &last_token);
            CHECK(!span_is(last_token, SPAN(TOKEN)));
            want += 7;
        } else {
            CHECK(at < got.len);
            CHECK_EQ(got.ptr[at], *want);
            at++, want++;
        }
    }
    CHECK_EQ(at, got.len);
}

struct row {
    const char *body, *fresh, *redelivery;
    size_t renewed, marked;
};

/* White space, order, escapes and the form of numbers are the recorded ones. */
static const struct row rows[] = {
    {"{\"events\":[]}", "{\"events\":[]}", "{\"events\":[]}", 0, 0},
    {" \t[ ]\n", " \t[ ]\n", " \t[ ]\n", 0, 0},
    {"7", "7", "7", 0, 0},
    {"{\"events\" : {\"webhookEventId\":\"x\"} }", "{\"events\" : {\"webhookEventId\":\"x\"} }",
     "{\"events\" : {\"webhookEventId\":\"x\"} }", 0, 0},
    {"{\"events\":[7,\"x\",null,[{\"timestamp\":1}],{}]}",
     "{\"events\":[7,\"x\",null,[{\"timestamp\":1}],{}]}",
     "{\"events\":[7,\"x\",null,[{\"timestamp\":1}],{}]}", 0, 0},
    {"{ \"destination\" : \"U\\u0031\",\r\n\"events\":[ {\"timestamp\"  : 1.5e3 "
     ",\"type\":\"m\","
     "\"webhookEventId\":\"" EVENT_ID "\",\n\t\"deliveryContext\":{ \"isRedelivery\" :false },"
     "\"replyToken\": \"" TOKEN "\",\"n\":-0.0} ]}\n",
     "{ \"destination\" : \"U\\u0031\",\r\n\"events\":[ {\"timestamp\"  : " NOW " ,\"type\":"
     "\"m\",\"webhookEventId\":\"<ID>\",\n\t\"deliveryContext\":{ \"isRedelivery\" :false },"
     "\"replyToken\": \"<TOKEN>\",\"n\":-0.0} ]}\n",
     "{ \"destination\" : \"U\\u0031\",\r\n\"events\":[ {\"timestamp\"  : 1.5e3 "
     ",\"type\":\"m\","
     "\"webhookEventId\":\"" EVENT_ID "\",\n\t\"deliveryContext\":{ \"isRedelivery\" :true },"
     "\"replyToken\": \"" TOKEN "\",\"n\":-0.0} ]}\n",
     3, 1},
    /* several events, some without */
    {"{\"events\":[{\"webhookEventId\":\"a\"},{},{\"deliveryContext\":{}},{\"webhookEventId\":"
     "\"b\",\"deliveryContext\":{\"isRedelivery\":true}}]}",
     "{\"events\":[{\"webhookEventId\":\"<ID>\"},{},{\"deliveryContext\":{}},"
     "{\"webhookEventId\":\"<ID>\",\"deliveryContext\":{\"isRedelivery\":true}}]}",
     "{\"events\":[{\"webhookEventId\":\"a\"},{},{\"deliveryContext\":{}},{\"webhookEventId\":"
     "\"b\",\"deliveryContext\":{\"isRedelivery\":true}}]}",
     2, 1},
    /* other types than LINE's, and members of the same name elsewhere, stay */
    {"{\"timestamp\":1,\"events\":[{\"webhookEventId\":5,\"timestamp\":\"1\",\"replyToken\":"
     "null,"
     "\"message\":{\"timestamp\":2,\"replyToken\":\"x\"},\"deliveryContext\":[1]}]}",
     "{\"timestamp\":1,\"events\":[{\"webhookEventId\":5,\"timestamp\":\"1\",\"replyToken\":"
     "null,"
     "\"message\":{\"timestamp\":2,\"replyToken\":\"x\"},\"deliveryContext\":[1]}]}",
     "{\"timestamp\":1,\"events\":[{\"webhookEventId\":5,\"timestamp\":\"1\",\"replyToken\":"
     "null,"
     "\"message\":{\"timestamp\":2,\"replyToken\":\"x\"},\"deliveryContext\":[1]}]}",
     0, 0},
    /* a name with escapes is the same name; said twice, whichever a bot reads is new */
    {"{\"\\u0065vents\":[{\"timest\\u0061mp\":-1,\"timestamp\":2}]}",
     "{\"\\u0065vents\":[{\"timest\\u0061mp\":" NOW ",\"timestamp\":" NOW "}]}",
     "{\"\\u0065vents\":[{\"timest\\u0061mp\":-1,\"timestamp\":2}]}", 2, 0},
};

static void test_table(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_EQ(apply(rows[i].body, true, false), OK);
        check_text(rows[i].fresh);
        CHECK_EQ(count.renewed, rows[i].renewed);
        CHECK_EQ(count.marked, 0);
        CHECK_EQ(apply(rows[i].body, false, true), OK);
        check_text(rows[i].redelivery);
        CHECK_EQ(count.renewed, 0);
        CHECK_EQ(count.marked, rows[i].marked);
        CHECK_EQ(apply(rows[i].body, false, false), OK);
        check_text(rows[i].body);
    }
    bytes_fini(&out);
}

static void test_both(void)
{
    CHECK_EQ(apply("{\"events\":[{\"deliveryContext\":{\"isRedelivery\":0},\"timestamp\":1}]}",
                   true, true),
             OK);
    check_text("{\"events\":[{\"deliveryContext\":{\"isRedelivery\":true},\"timestamp\":" NOW
               "}]}");
    CHECK_EQ(count.renewed, 1);
    CHECK_EQ(count.marked, 1);
    bytes_fini(&out);
}

/* The next time everything is new once more. */
static void test_each_time(void)
{
    static const char body[] = "{\"events\":[{\"webhookEventId\":\"x\",\"replyToken\":\"y\"}]}";
    char first[BODY_SIZE];

    CHECK_EQ(apply(body, true, false), OK);
    size_t len = bytes_len(&out);
    memcpy(first, bytes_peek(&out), len);
    CHECK_EQ(apply(body, true, false), OK);
    CHECK_EQ(bytes_len(&out), len);
    CHECK(memcmp(first, bytes_peek(&out), len) != 0);
    bytes_fini(&out);
}

static void test_not_json(void)
{
    static const char *const bodies[] = {"", "x", "{\"events\":[{]}", "{\"events\":[\xff]}",
                                         "payload=%7B%7D"};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        CHECK_EQ(apply(bodies[i], true, true), ERR_SYNTAX);
    bytes_fini(&out);
}

/* A body that is cut at any byte is none, and nothing is read behind its end. */
static void test_cut(void)
{
    struct span whole = span_text(rows[5].body);

    for (size_t len = 0; len < whole.len - 1; len++) {
        char *copy = mem_text(whole.ptr, len);
        char *exact = mem_alloc(len + !len);

        CHECK(copy && exact);
        memcpy(exact, copy, len);
        CHECK_EQ(apply_to(span_of(exact, len), true, true), ERR_SYNTAX);
        mem_free(exact);
        mem_free(copy);
    }
    bytes_fini(&out);
}

/* A short value becomes a long one: just room enough, and one byte less. */
static void test_limit(void)
{
    static char body[BODY_SIZE + 1];
    static const char event[] = "{\"events\":[{\"replyToken\":\"\"}]}";
    size_t grows = 32, len = BODY_SIZE - grows;

    for (int over = 0; over <= 1; over++) {
        memset(body, ' ', sizeof body);
        memcpy(body, event, sizeof event - 1);
        CHECK_EQ(apply_to(span_of(body, len + (size_t)over), true, false),
                 over ? ERR_LIMIT : OK);
        CHECK(over || bytes_len(&out) == BODY_SIZE);
    }
    bytes_fini(&out);
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        bytes_fini(&out);
        mem_fail_at(n);
        enum err rc = apply(rows[5].body, true, true);
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
    }
    bytes_fini(&out);
}

CHECK_MAIN(TEST(test_table), TEST(test_both), TEST(test_each_time), TEST(test_not_json),
           TEST(test_cut), TEST(test_limit), TEST(test_memory_runs_out))
