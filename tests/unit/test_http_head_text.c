#include "codec/http/http_head_text.h"

#include "tests/unit/check.h"

static char text[2 * HTTP_HEAD_MAX];

static struct span format(const struct http_head *h)
{
    size_t size = http_head_text_size(h);

    CHECK(size < sizeof(text));
    memset(text, '#', sizeof(text));
    http_head_text_format(h, text);
    CHECK_EQ(text[size], '#');
    return span_of(text, size);
}

static void check_same(const struct http_head *a, const struct http_head *b)
{
    CHECK(span_is(a->method, b->method));
    CHECK(span_is(a->scheme, b->scheme));
    CHECK(span_is(a->authority, b->authority));
    CHECK(span_is(a->target, b->target));
    CHECK_EQ(a->status, b->status);
    CHECK_EQ(a->fields_len, b->fields_len);
    for (size_t i = 0; i < a->fields_len; i++) {
        CHECK(span_is(a->fields[i].name, b->fields[i].name));
        CHECK(span_is(a->fields[i].value, b->fields[i].value));
        CHECK_EQ(a->fields[i].secret, b->fields[i].secret);
    }
}

static void add(struct http_head *h, struct span name, struct span value)
{
    CHECK_EQ(http_head_add(h, name, value), OK);
}

static void test_request(void)
{
    struct http_head h, back;

    http_head_init_request(&h, SPAN("POST"), SPAN("/callback?a=1%20b"));
    h.scheme = SPAN("https");
    h.authority = SPAN("mybot.example:8443");
    add(&h, SPAN("content-type"), SPAN("application/json; charset=utf-8"));
    add(&h, SPAN("x-odd"), SPAN("a: b: c"));
    add(&h, SPAN("x-odd"), SPAN(""));
    add(&h, SPAN("X-Latin"), SPAN("caf\xe9\ttab"));
    add(&h, SPAN("authorization"), SPAN("Bearer 123"));
    h.fields[4].secret = true;
    struct span s = format(&h);
    CHECK(span_is(s, SPAN(":method: POST\n:scheme: https\n:authority: mybot.example:8443\n"
                          ":path: /callback?a=1%20b\n"
                          "content-type: application/json; charset=utf-8\n"
                          "x-odd: a: b: c\nx-odd: \nX-Latin: caf\xe9\ttab\n"
                          " authorization: Bearer 123\n")));
    CHECK_EQ(http_head_text_parse(s, &back), OK);
    check_same(&h, &back);
}

static void test_answer(void)
{
    struct http_head h, back;

    http_head_init_response(&h, 503);
    struct span s = format(&h);
    CHECK(span_is(s, SPAN(":status: 503\n")));
    CHECK_EQ(http_head_text_parse(s, &back), OK);
    check_same(&h, &back);
}

static void test_empty_control_data(void)
{
    struct http_head h, back;

    http_head_init_request(&h, (struct span){0}, (struct span){0});
    CHECK_EQ(http_head_text_parse(format(&h), &back), OK);
    check_same(&h, &back);
}

static void test_field_limit(void)
{
    struct http_head h, back;
    char longer[sizeof(text)];

    http_head_init_response(&h, 200);
    for (unsigned i = 0; i < HTTP_FIELDS_MAX; i++)
        add(&h, SPAN("n"), SPAN("v"));
    struct span s = format(&h);
    CHECK_EQ(http_head_text_parse(s, &back), OK);
    check_same(&h, &back);
    memcpy(longer, s.ptr, s.len);
    memcpy(longer + s.len, "n: v\n", 5);
    CHECK_EQ(http_head_text_parse(span_of(longer, s.len + 5), &back), ERR_CORRUPT);
}

/* A cut text is refused, or at a line's end is a shorter head; never read past. */
static void test_cut_everywhere(void)
{
    static const char whole[] = ":method: GET\n:scheme: https\n:authority: a.example\n"
                                ":path: /\nhost: b\n cookie: c\n";
    struct http_head back;

    for (size_t len = 0; len < sizeof(whole); len++) {
        char *exact = malloc(len + 1); /* so that the sanitizer sees the border */

        CHECK(exact);
        memcpy(exact, whole, len);
        enum err want = len == 0 || whole[len - 1] == '\n' ? OK : ERR_CORRUPT;
        if (len < sizeof(whole) - 1 || whole[len] == '\0')
            CHECK_EQ(http_head_text_parse(span_of(exact, len), &back), want);
        free(exact);
    }
}

static void test_rubbish(void)
{
    static const char *const texts[] = {
        "\n",
        ": \n",
        " : v\n",
        "name\n",
        "name:value\n",
        ":unknown: v\n",
        ":status: 99\n",
        ":status: 1000\n",
        ":status: +20\n",
        ":status: \n",
        "a: b",
        "a: b\n\n",
    };
    struct http_head back;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        CHECK_EQ(http_head_text_parse(span_text(texts[i]), &back), ERR_CORRUPT);
}

CHECK_MAIN(TEST(test_request), TEST(test_answer), TEST(test_empty_control_data),
           TEST(test_field_limit), TEST(test_cut_everywhere), TEST(test_rubbish))
