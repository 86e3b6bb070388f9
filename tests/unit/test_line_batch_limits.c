#include "unit/check.h"

#include "base/mem.h"
#include "codec/line/line_event.h"

#define BODY_MAX ((size_t)4 * 1024 * 1024)

static const char body[] =
    " {\"destination\":\"U0b\",\"events\":[{\"type\":\"message\",\"timestamp\":1700000000123,"
    "\"source\":{\"type\":\"user\",\"userId\":\"U02\"},\"message\":{\"type\":\"sticker\","
    "\"keywords\":[\"a\\u3042\",\"b\"],\"text\":\"c\"}},{\"type\":\"postback\",\"postback\":"
    "{\"data\":\"d\"}}]}\n";

/* Cut at every byte: nothing but the whole is JSON. */
static void test_every_prefix(void)
{
    for (size_t len = 0; len < sizeof(body) - 1; len++) {
        char *cut = malloc(len > 0 ? len : 1);
        struct line_batch batch;

        memcpy(cut, body, len);
        CHECK_EQ(line_batch_parse(&batch, span_of(cut, len)), OK);
        CHECK_EQ(batch.kind, len >= sizeof(body) - 2 ? LINE_BODY_LINE : LINE_BODY_NOT_JSON);
        line_batch_fini(&batch);
        free(cut);
    }
    CHECK_EQ(mem_live(), 0);
}

/* Every byte replaced by every other one: any kind, but never a crash. */
static void test_every_byte_changed(void)
{
    char changed[sizeof(body)];

    for (size_t at = 0; at < sizeof(body) - 1; at++) {
        memcpy(changed, body, sizeof(body));
        for (int c = 0; c < 256; c++) {
            struct line_batch batch;

            changed[at] = (char)c;
            CHECK_EQ(line_batch_parse(&batch, span_of(changed, sizeof(body) - 1)), OK);
            line_batch_fini(&batch);
        }
    }
    CHECK_EQ(mem_live(), 0);
}

/* The n-th allocation fails, for every n. */
static void test_memory_runs_out(void)
{
    enum err e = ERR_NOMEM;
    unsigned long n = 1;

    for (; e != OK; n++) {
        struct line_batch batch;

        mem_fail_at(n);
        e = line_batch_parse(&batch, span_of(body, sizeof(body) - 1));
        CHECK(e == OK || e == ERR_NOMEM);
        mem_fail_at(0);
        line_batch_fini(&batch);
        CHECK_EQ(mem_live(), 0);
    }
    CHECK_EQ(n, 4); /* two allocations, however many events */
}

/* A text message whose body has `len` bytes. */
static char *long_body(size_t len, size_t *text_len)
{
    static const char head[] =
        "{\"destination\":\"U\",\"events\":[{\"type\":\"message\",\"message\":"
        "{\"type\":\"text\",\"text\":\"";
    static const char tail[] = "\"}}]}";
    char *text = malloc(len);

    *text_len = len - (sizeof(head) - 1) - (sizeof(tail) - 1);
    memset(text, 'x', len);
    memcpy(text, head, sizeof(head) - 1);
    memcpy(text + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
    return text;
}

static void check_long_body(size_t len, enum line_body_kind want)
{
    size_t text_len;
    char *text = long_body(len, &text_len);
    struct line_batch batch;

    CHECK_EQ(line_batch_parse(&batch, span_of(text, len)), OK);
    CHECK_EQ(batch.kind, want);
    if (want == LINE_BODY_LINE)
        CHECK_EQ(strlen(batch.events[0].text), text_len);
    else
        CHECK_STR(batch.problem, "the body goes on at byte 4194304");
    line_batch_fini(&batch);
    free(text);
}

static void test_size(void)
{
    check_long_body(BODY_MAX - 1, LINE_BODY_LINE);
    check_long_body(BODY_MAX, LINE_BODY_LINE);
    check_long_body(BODY_MAX + 1, LINE_BODY_NOT_JSON);
    check_long_body((size_t)10 * 1024 * 1024, LINE_BODY_NOT_JSON);
}

/* `depth` levels in all, the events' two included. */
static void check_depth(size_t depth, enum line_body_kind want)
{
    char text[2 * 1000 + 64] = "{\"destination\":\"U\",\"events\":[";
    size_t used = strlen(text);
    struct line_batch batch;

    memset(text + used, '[', depth - 2);
    memset(text + used + depth - 2, ']', depth - 2);
    used += 2 * (depth - 2);
    memcpy(text + used, "]}", 2);
    CHECK_EQ(line_batch_parse(&batch, span_of(text, used + 2)), OK);
    CHECK_EQ(batch.kind, want);
    if (want == LINE_BODY_NOT_JSON)
        CHECK_STR(batch.problem, "too many levels at byte 91");
    line_batch_fini(&batch);
}

static void test_depth(void)
{
    check_depth(63, LINE_BODY_LINE);
    check_depth(64, LINE_BODY_LINE);
    check_depth(65, LINE_BODY_NOT_JSON);
    check_depth(1000, LINE_BODY_NOT_JSON);
}

/* The strings fill the arena to the last byte. */
static void test_densest_body(void)
{
    static const char dense[] =
        "{\"events\":[{\"type\":\"message\",\"source\":{},\"message\":"
        "{\"type\":\"sticker\",\"keywords\":[\"a\",\"b\",\"c\",\"d\"]}}]}";
    struct line_batch batch;

    CHECK_EQ(line_batch_parse(&batch, span_of(dense, sizeof(dense) - 1)), OK);
    CHECK_STR(batch.events[0].text, "a b c d");
    line_batch_fini(&batch);
}

static void test_fini_of_nothing(void)
{
    struct line_batch batch = {0};

    line_batch_fini(&batch);
    line_batch_fini(&batch);
}

CHECK_MAIN(TEST(test_every_prefix), TEST(test_every_byte_changed), TEST(test_memory_runs_out),
           TEST(test_size), TEST(test_depth), TEST(test_densest_body),
           TEST(test_fini_of_nothing))
