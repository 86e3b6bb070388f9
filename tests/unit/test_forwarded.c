#include "relay-server/ingress/forwarded.h"

#include "check.h"

static const struct forwarded_info info = {
    .delivery = "01JD0000000000000000000000",
    .attempt = 1,
    .received_ms = 1764444444123,
};

static struct http_head request(void)
{
    struct http_head h;

    http_head_init_request(&h, SPAN("POST"), SPAN("/mybot/callback"));
    h.scheme = SPAN("https");
    h.authority = SPAN("relay.example.com");
    return h;
}

static const struct route route = {
    .tunnel = {"mybot", 5}, .prefix = {"/mybot", 6}, .target = {"/callback", 9}};

static void add(struct http_head *h, const char *name, const char *value)
{
    CHECK_EQ(http_head_add(h, span_text(name), span_text(value)), OK);
}

/* Both steps; the second one borrows from the first. */
static enum err make(struct forwarded *f, const struct http_head *h, const struct route *to)
{
    static struct http_head head;
    enum err rc = forwarded_init(&head, h, to, "192.0.2.7");

    return rc == OK ? forwarded_stamp(f, &head, &info) : rc;
}

static void check_value(const struct forwarded *f, const char *name, const char *want)
{
    CHECK_EQ(http_head_count(&f->head, name), 1);
    CHECK(span_is(http_head_value(&f->head, name), span_text(want)));
}

static void test_control_data_and_our_fields(void)
{
    struct http_head h = request();
    struct forwarded f;

    CHECK_EQ(make(&f, &h, &route), OK);
    CHECK(span_is(f.head.method, SPAN("POST")));
    CHECK(span_is(f.head.target, SPAN("/callback")));
    CHECK(span_is(f.head.authority, SPAN("relay.example.com")));
    CHECK(span_is(f.head.scheme, SPAN("https")));
    check_value(&f, "x-forwarded-for", "192.0.2.7");
    check_value(&f, "x-forwarded-proto", "https");
    check_value(&f, "x-forwarded-host", "relay.example.com");
    check_value(&f, "x-forwarded-prefix", "/mybot");
    check_value(&f, "hookline-delivery", info.delivery);
    check_value(&f, "hookline-attempt", "1");
    check_value(&f, "hookline-received-ms", "1764444444123");
    CHECK_EQ(f.head.fields_len, 7);
}

static void test_fields_keep_their_order_and_repeats(void)
{
    struct http_head h = request();
    struct forwarded f;

    add(&h, "X-Line-Signature", "abc=");
    add(&h, "cookie", "a=1");
    add(&h, "Cookie", "b=2");
    add(&h, "X_Line_Signature", "not the same name");
    h.fields[1].secret = true;
    CHECK_EQ(make(&f, &h, &route), OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK(span_is(f.head.fields[i].name, h.fields[i].name));
        CHECK(span_is(f.head.fields[i].value, h.fields[i].value));
        CHECK_EQ(f.head.fields[i].secret, h.fields[i].secret);
    }
}

/* Only the relay may say who asked and how (threats D1). */
static void test_forged_fields_are_removed(void)
{
    static const char *const forged[] = {"X-Forwarded-For",
                                         "x-forwarded-proto",
                                         "X-FORWARDED-HOST",
                                         "X-Forwarded-Port",
                                         "Forwarded",
                                         "X-Real-IP",
                                         "Via",
                                         "X-Forwarded-Prefix",
                                         "Hookline-Delivery",
                                         "hookline-replay-of",
                                         "HOOKLINE-ANYTHING"};
    struct http_head h = request();
    struct forwarded f;

    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++)
        add(&h, forged[i], "forged");
    add(&h, "Connection", "keep-alive, X-Line-Signature");
    add(&h, "X-Line-Signature", "kept");
    add(&h, "Keep-Alive", "timeout=5");
    CHECK_EQ(make(&f, &h, &route), OK);
    for (size_t i = 0; i < f.head.fields_len; i++)
        CHECK(!span_is(f.head.fields[i].value, SPAN("forged")));
    check_value(&f, "x-line-signature", "kept");
    CHECK_EQ(http_head_count(&f.head, "connection"), 0);
    CHECK_EQ(http_head_count(&f.head, "keep-alive"), 0);
}

static void test_room_for_our_fields(void)
{
    struct http_head h = request();
    struct forwarded f;

    for (size_t i = 0; i < HTTP_FIELDS_MAX - 7; i++)
        add(&h, "x-filler", "1");
    CHECK_EQ(make(&f, &h, &route), OK);
    add(&h, "x-filler", "1");
    CHECK_EQ(make(&f, &h, &route), ERR_HEADERS_TOO_LARGE);
}

/* --- the stamp --- */

static void stamp(struct forwarded *f, const struct forwarded_info *what)
{
    static struct http_head head;
    struct http_head h = request();

    CHECK_EQ(forwarded_init(&head, &h, &route, "192.0.2.7"), OK);
    CHECK_EQ(http_head_count(&head, "hookline-delivery"), 0);
    CHECK_EQ(forwarded_stamp(f, &head, what), OK);
}

static void test_what_comes_out_of_the_inbox_says_so(void)
{
    struct forwarded_info again = info;
    struct forwarded f;

    again.attempt = 4294967295u;
    again.answered = 200;
    again.kept = UINT64_MAX;
    again.resume = true;
    stamp(&f, &again);
    check_value(&f, "hookline-attempt", "4294967295");
    check_value(&f, "hookline-answered", "200");
    check_value(&f, "hookline-kept", "18446744073709551615");
    check_value(&f, "hookline-resume", "1");
    stamp(&f, &info);
    CHECK_EQ(http_head_count(&f.head, "hookline-answered"), 0);
    CHECK_EQ(http_head_count(&f.head, "hookline-kept"), 0);
    CHECK_EQ(http_head_count(&f.head, "hookline-resume"), 0);
}

/* What has room takes the largest stamp: in fields, and in bytes. */
static void check_has_room(const struct http_head *h, bool want)
{
    struct forwarded_info most = {.delivery = info.delivery,
                                  .attempt = 4294967295u,
                                  .received_ms = UINT64_MAX,
                                  .answered = 4294967295u,
                                  .kept = UINT64_MAX,
                                  .resume = true};
    struct forwarded f;

    CHECK_EQ(forwarded_has_room(h), want);
    if (!want)
        return;
    CHECK_EQ(forwarded_stamp(&f, h, &most), OK);
    CHECK(http_head_size(&f.head) - f.head.target.len <= HTTP_HEAD_MAX);
}

static void test_room_in_fields(void)
{
    struct http_head h = request();

    for (size_t i = 0; i < HTTP_FIELDS_MAX - 6; i++)
        add(&h, "x-filler", "1");
    check_has_room(&h, true);
    add(&h, "x-filler", "1");
    check_has_room(&h, false);
}

static void test_room_in_bytes(void)
{
    static char value[HTTP_HEAD_MAX];
    struct http_head h = request();

    memset(value, 'v', sizeof value);
    add(&h, "x-filler", "");
    h.fields[0].value = span_of(value, HTTP_HEAD_MAX - 256 - h.fields[0].name.len);
    check_has_room(&h, true);
    h.fields[0].value.len++;
    check_has_room(&h, false);
}

CHECK_MAIN(TEST(test_what_comes_out_of_the_inbox_says_so), TEST(test_room_in_fields),
           TEST(test_room_in_bytes), TEST(test_control_data_and_our_fields),
           TEST(test_fields_keep_their_order_and_repeats), TEST(test_forged_fields_are_removed),
           TEST(test_room_for_our_fields))
