/* One value of an event is set; the rest stays byte for byte. */
#include "relay-client/simulate/event_set.h"

#include "base/container.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

static const struct {
    const char *event, *path, *value, *want; /* NULL: refused */
} cases[] = {
    {"{\"a\":\"x\"}", "a", "5", "{\"a\":\"5\"}"}, /* a text stays one */
    {"{\"a\": 1 }", "a", "5", "{\"a\": 5 }"},
    {"{\"a\":1}", "a", "x y", "{\"a\":\"x y\"}"}, /* no JSON */
    {"{\"a\":1}", "a", "\"5\"", "{\"a\":\"5\"}"},
    {"{}", "a", "true", "{\"a\":true}"},
    {"{ }", "a", "", "{ \"a\":\"\"}"},
    {"{\"a\":{}}", "a.b", "1", "{\"a\":{\"b\":1}}"},
    {"{\"a\":{\"b\":2},\"c\":3}", "a.d", "1", "{\"a\":{\"b\":2,\"d\":1},\"c\":3}"},
    {"{\"c\":3}", "a.b.c", "1", "{\"c\":3,\"a\":{\"b\":{\"c\":1}}}"},
    {"{\"a\":[1,2]}", "a[1]", "9", "{\"a\":[1,9]}"},
    {"{\"a\":[1]}", "a[1]", "9", NULL},
    {"{\"a\":1}", "a.b", "9", NULL},
    {"{\"a\":\"\"}", "a.b", "9", NULL},
    {"{}", "", "1", NULL},
    {"{}", ".", "1", NULL},
    {"{}", "a..b", "1", NULL},
    {"{}", "a-b", "1", NULL},
    {"{}", "a.b.c.d.e.f.g.h", "1",
     "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":1}}}}}}}}"},
    {"{}", "a.b.c.d.e.f.g.h.i", "1", NULL},
    {"[]", "a", "1", NULL},
    {"{", "a", "1", NULL},
};

static enum err set(const char *event, const char *path, const char *value, struct bytes *out)
{
    bytes_init(out, 1000);
    return event_set(span_text(event), NULL, span_text(path), span_text(value), out);
}

static void test_values(void)
{
    struct bytes out;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        enum err rc = set(cases[i].event, cases[i].path, cases[i].value, &out);
        (void)fprintf(stderr, "  %s\n", cases[i].path);
        CHECK_EQ(rc, cases[i].want ? OK : ERR_SYNTAX);
        CHECK(rc != OK || span_is(bytes_span(&out), span_text(cases[i].want)));
        bytes_fini(&out);
    }
}

/* What the table knows for a text is one, whatever it looks like. */
static void test_what_is_a_text(void)
{
    const struct event_template *t = event_template_named(SPAN("text"));
    struct bytes out;

    bytes_init(&out, 1000);
    CHECK_EQ(event_set(SPAN("{\"message\":{}}"), t, SPAN("message.quotedMessageId"),
                       SPAN("123"), &out),
             OK);
    CHECK(span_is(bytes_span(&out), SPAN("{\"message\":{\"quotedMessageId\":\"123\"}}")));
    bytes_fini(&out);
    bytes_init(&out, 1000);
    CHECK_EQ(event_set(SPAN("{\"message\":{}}"), t, SPAN("message.emojis"), SPAN("[]"), &out),
             OK);
    CHECK(span_is(bytes_span(&out), SPAN("{\"message\":{\"emojis\":[]}}")));
    bytes_fini(&out);
}

static void test_memory(void)
{
    bool is_over = false;
    struct bytes out;

    for (unsigned long n = 1; !is_over; n++) {
        mem_fail_at(n);
        enum err rc = set("{\"a\":{}}", "a.b.c", "x", &out);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
        bytes_fini(&out);
    }
}

CHECK_MAIN(TEST(test_values), TEST(test_what_is_a_text), TEST(test_memory))
