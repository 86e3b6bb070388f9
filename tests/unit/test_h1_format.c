#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "codec/h1/h1_codec.h"
#include "unit/support/h1_reparse.h"

static void check_text(struct bytes *b, const char *want)
{
    CHECK_EQ(bytes_append(b, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(b), want);
    bytes_clear(b);
}

static void field(struct http_head *h, const char *name, const char *value)
{
    CHECK_EQ(http_head_add(h, span_text(name), span_text(value)), OK);
}

static void make_request(struct http_head *h)
{
    http_head_init_request(h, SPAN("POST"), SPAN("/callback?x"));
    h->authority = SPAN("127.0.0.1:8000");
    field(h, "X-Line-Signature", "s=");
    field(h, "x_line_signature", "t");
}

static void test_requests(void)
{
    struct bytes b;
    struct http_head h;

    bytes_init(&b, 4096);
    make_request(&h);
    CHECK_EQ(h1_format_head(&b, &h, H1_CHUNKED, true), OK);
    check_text(&b, "POST /callback?x HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n"
                   "X-Line-Signature: s=\r\nx_line_signature: t\r\n"
                   "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n");
    field(&h, "Content-Length", "5");
    CHECK_EQ(h1_format_head(&b, &h, H1_LENGTH, false), OK);
    check_text(&b, "POST /callback?x HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n"
                   "X-Line-Signature: s=\r\nx_line_signature: t\r\nContent-Length: 5\r\n"
                   "Connection: close\r\n\r\n");
    /* One framing, whatever the head says. */
    CHECK_EQ(h1_format_head(&b, &h, H1_CHUNKED, true), OK);
    check_text(&b, "POST /callback?x HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n"
                   "X-Line-Signature: s=\r\nx_line_signature: t\r\n"
                   "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n");
    bytes_fini(&b);
}

static void test_responses(void)
{
    struct bytes b;
    struct http_head h;

    bytes_init(&b, 4096);
    http_head_init_response(&h, 200);
    field(&h, "content-type", "text/plain");
    CHECK_EQ(h1_format_head(&b, &h, H1_CLOSE, false), OK);
    check_text(&b, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nConnection: close\r\n\r\n");
    h.status = 299;
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b,
               "HTTP/1.1 299 \r\ncontent-type: text/plain\r\nConnection: keep-alive\r\n\r\n");
    http_head_init_response(&h, 103);
    field(&h, "Link", "<x>");
    field(&h, "Content-Length", "3");
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
    http_head_init_response(&h, 204);
    field(&h, "content-length", "0");
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b, "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
    bytes_fini(&b);
}

/* A18, A19 */
static void test_hop_by_hop(void)
{
    struct bytes b;
    struct http_head h;

    bytes_init(&b, 4096);
    http_head_init_request(&h, SPAN("GET"), SPAN("/"));
    h.authority = SPAN("a");
    field(&h, "Host", "b");
    field(&h, "Connection", "Upgrade, X-Line-Signature, HTTP2-Settings, close");
    field(&h, "Upgrade", "h2c");
    field(&h, "HTTP2-Settings", "AAMAAABk");
    field(&h, "TE", "trailers");
    field(&h, "Trailer", "x");
    field(&h, "Keep-Alive", "timeout=5");
    field(&h, "Proxy-Connection", "keep-alive");
    field(&h, "Transfer-Encoding", "chunked");
    field(&h, "X-Line-Signature", "s");
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b, "GET / HTTP/1.1\r\nHost: a\r\nX-Line-Signature: s\r\n"
                   "Connection: keep-alive\r\n\r\n");
    bytes_fini(&b);
}

static void test_upgrade_to_the_link(void)
{
    struct bytes b;
    struct http_head h;

    bytes_init(&b, 4096);
    http_head_init_request(&h, SPAN("GET"), SPAN("/.hookline/link"));
    h.authority = SPAN("a");
    field(&h, "connection", "Upgrade");
    field(&h, "upgrade", "hookline/1");
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b, "GET /.hookline/link HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                   "Upgrade: hookline/1\r\n\r\n");
    http_head_init_response(&h, 101);
    field(&h, "connection", "Upgrade");
    field(&h, "upgrade", "hookline/1");
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), OK);
    check_text(&b, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                   "Upgrade: hookline/1\r\n\r\n");
    h.status = 200; /* granted only by 101 */
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, false), OK);
    check_text(&b, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    h.status = 101;
    h.fields_len = 0;
    field(&h, "upgrade", "hookline/1"); /* not nominated */
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, false), OK);
    check_text(&b, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
    bytes_fini(&b);
}

static void check_refused(const struct http_head *h, enum h1_framing framing)
{
    struct bytes b;

    bytes_init(&b, 4096);
    CHECK_EQ(bytes_append(&b, "kept", 4), OK);
    CHECK_EQ(h1_format_head(&b, h, framing, true), ERR_SYNTAX);
    CHECK(span_is(bytes_span(&b), SPAN("kept")));
    bytes_fini(&b);
}

static void check_refused_request(struct span method, struct span authority, struct span target)
{
    struct http_head h;

    http_head_init_request(&h, method, target);
    h.authority = authority;
    check_refused(&h, H1_NO_BODY);
}

static void test_injection(void)
{
    static const struct span lines[][2] = {
        {{"a b", 3}, {"x", 1}},    {{"", 0}, {"x", 1}},          {{"a:", 2}, {"x", 1}},
        {{"a\r\nb", 4}, {"x", 1}}, {{"a", 1}, {"x\r\ny: z", 7}}, {{"a", 1}, {"x\ny", 3}},
        {{"a", 1}, {"x\0y", 3}},   {{"a", 1}, {" x", 2}},        {{"a", 1}, {"x\r", 2}},
        {{"a\0", 2}, {"x", 1}},    {{"a", 1}, {"\x7f", 1}},
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct http_head h;

        http_head_init_response(&h, 200);
        CHECK_EQ(http_head_add(&h, lines[i][0], lines[i][1]), OK);
        check_refused(&h, H1_NO_BODY);
    }
    check_refused_request(SPAN("G ET"), SPAN("a"), SPAN("/"));
    check_refused_request(SPAN(""), SPAN("a"), SPAN("/"));
    check_refused_request(SPAN("GET"), SPAN("a\r\nX: y"), SPAN("/"));
    check_refused_request(SPAN("GET"), SPAN(""), SPAN("/"));
    check_refused_request(SPAN("GET"), SPAN("a"), SPAN("/ HTTP/1.1\r\nX: y"));
    check_refused_request(SPAN("GET"), SPAN("a"), SPAN("http://b/"));
    check_refused_request(SPAN("GET"), SPAN("a"), SPAN("*"));
    check_refused_request(SPAN("GET"), SPAN("a"), SPAN(""));
}

static void test_unsound_lengths(void)
{
    struct http_head h;

    http_head_init_response(&h, 200);
    check_refused(&h, H1_LENGTH); /* no Content-Length */
    field(&h, "Content-Length", "5");
    field(&h, "content-length", "5");
    check_refused(&h, H1_LENGTH);
    http_head_init_response(&h, 200);
    field(&h, "Content-Length", "05");
    check_refused(&h, H1_LENGTH);
    http_head_init_response(&h, 600);
    check_refused(&h, H1_NO_BODY);
    http_head_init_response(&h, 99);
    check_refused(&h, H1_NO_BODY);
}

static void test_framing_choice(void)
{
    struct http_head h;

    http_head_init_response(&h, 200);
    CHECK_EQ(h1_framing_for(&h, true, false), H1_NO_BODY);
    CHECK_EQ(h1_framing_for(&h, false, false), H1_CHUNKED);
    CHECK_EQ(h1_framing_for(&h, false, true), H1_CLOSE);
    field(&h, "Content-Length", "5");
    CHECK_EQ(h1_framing_for(&h, false, true), H1_LENGTH);
    CHECK_EQ(h1_framing_for(&h, true, false), H1_NO_BODY);
}

static void test_chunk_head(void)
{
    char head[H1_CHUNK_HEAD_MAX];

    CHECK_EQ(h1_format_chunk_head(head, 17), 4);
    CHECK_STR(head, "11\r\n");
    CHECK_EQ(h1_format_chunk_head(head, SIZE_MAX), 18);
}

static void test_limit_and_memory(void)
{
    struct bytes b;
    struct http_head h;

    make_request(&h);
    bytes_init(&b, 100);
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), ERR_LIMIT);
    CHECK_EQ(bytes_len(&b), 0);
    bytes_fini(&b);
    bytes_init(&b, 4096);
    mem_fail_at(1);
    CHECK_EQ(h1_format_head(&b, &h, H1_NO_BODY, true), ERR_NOMEM);
    bytes_fini(&b);
}

/* --- what was printed is read as the same --- */

static void on_head(void *owner, const struct http_head *head, bool end)
{
    size_t *heads = owner;

    h1_reparse_check(head, end);
    ++*heads;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_complete(void *owner)
{
    (void)owner;
}

static void check_round_trip(enum h1_role role, const char *text)
{
    static const struct h1_events events = {on_head, on_body, on_complete};
    struct h1_codec c;
    size_t used, heads = 0;

    h1_codec_init(&c, role, &events, &heads);
    CHECK_EQ(h1_codec_feed(&c, (const uint8_t *)text, strlen(text), &used), OK);
    CHECK_EQ(heads, 1);
    h1_codec_fini(&c);
}

static void test_round_trips(void)
{
    check_round_trip(H1_SERVER, "GET / HTTP/1.0\r\nHost:a\r\n\r\n");
    check_round_trip(H1_SERVER, "\r\nPOST http://A:1/x HTTP/1.1\r\nX:  y \t\r\nHost: a:1\r\n"
                                "Content-Length:5\r\nE:\r\nE: \xff\r\n\r\n");
    check_round_trip(H1_SERVER, "PUT /? HTTP/1.1\r\nConnection: close\r\nHost: [::1]\r\n"
                                "Transfer-Encoding: CHUNKED\r\nExpect: 100-continue\r\n\r\n");
    check_round_trip(H1_CLIENT, "HTTP/1.0 200 Fine\r\nContent-Length: 0\r\nA: b\r\n\r\n");
    check_round_trip(H1_CLIENT, "HTTP/1.1 404\r\nTransfer-Encoding: chunked\r\n\r\n");
    check_round_trip(H1_CLIENT, "HTTP/1.1 304 \r\nContent-Length: 7\r\nETag: \"x\"\r\n\r\n");
}

CHECK_MAIN(TEST(test_requests), TEST(test_responses), TEST(test_hop_by_hop),
           TEST(test_upgrade_to_the_link), TEST(test_injection), TEST(test_unsound_lengths),
           TEST(test_framing_choice), TEST(test_chunk_head), TEST(test_limit_and_memory),
           TEST(test_round_trips))
