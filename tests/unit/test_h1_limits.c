/* The parser's limits, each at, below and above: rows A7, A8, A13, A21 of the threat model. */
#include "check.h"
#include "codec/h1/h1_scan.h"
#include "unit/support/h1_record.h"

static const char host[] = "Host: a\r\n";

/* Whole and byte by byte. */
static enum err result_of(struct bytes *input)
{
    struct h1_feeding how = {.role = H1_SERVER, .input = bytes_span(input)};
    struct h1_record whole, pieces;

    h1_record_run(&whole, &how);
    how.step = 1;
    h1_record_run(&pieces, &how);
    CHECK_EQ(whole.result, pieces.result);
    CHECK(span_is(bytes_span(&whole.log), bytes_span(&pieces.log)));
    h1_record_fini(&whole);
    h1_record_fini(&pieces);
    bytes_fini(input);
    return whole.result;
}

static void add(struct bytes *b, const char *text)
{
    CHECK_EQ(bytes_append_text(b, text), OK);
}

static void add_run(struct bytes *b, char c, size_t n)
{
    uint8_t *at;

    CHECK_EQ(bytes_reserve(b, n, &at), OK);
    memset(at, c, n);
    bytes_added(b, n);
}

static enum err result_of_target(size_t len)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "GET /");
    add_run(&b, 'x', len - 1);
    add(&b, " HTTP/1.1\r\n");
    add(&b, host);
    add(&b, "\r\n");
    return result_of(&b);
}

static void test_target_limit(void)
{
    CHECK_EQ(result_of_target(HTTP_TARGET_MAX - 1), OK);
    CHECK_EQ(result_of_target(HTTP_TARGET_MAX), OK);
    CHECK_EQ(result_of_target(HTTP_TARGET_MAX + 1), ERR_URI_TOO_LONG);
    CHECK_EQ(result_of_target(HTTP_TARGET_MAX * 8), ERR_URI_TOO_LONG);
}

static enum err result_of_method(size_t len)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add_run(&b, 'G', len);
    add(&b, " / HTTP/1.1\r\n");
    return result_of(&b);
}

static void test_method_limit(void)
{
    CHECK_EQ(result_of_method(H1_METHOD_MAX), OK); /* the head is not complete */
    CHECK_EQ(result_of_method(H1_METHOD_MAX + 1), ERR_UNSUPPORTED);
    CHECK_EQ(result_of_method(65536), ERR_UNSUPPORTED);
}

/* "Host" and "a" count 5. */
static enum err result_of_head(size_t size)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "GET / HTTP/1.1\r\n");
    add(&b, host);
    add(&b, "X: ");
    add_run(&b, 'y', size - 5 - 1);
    add(&b, "\r\n\r\n");
    return result_of(&b);
}

static void test_head_limit(void)
{
    CHECK_EQ(result_of_head(HTTP_HEAD_MAX - 1), OK);
    CHECK_EQ(result_of_head(HTTP_HEAD_MAX), OK);
    CHECK_EQ(result_of_head(HTTP_HEAD_MAX + 1), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(result_of_head(HTTP_HEAD_MAX * 4), ERR_HEADERS_TOO_LARGE);
}

static enum err result_of_fill(char name, char value, size_t size)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "GET / HTTP/1.1\r\n");
    add(&b, host);
    add_run(&b, name, value ? 1 : size);
    add(&b, ": ");
    if (value)
        add_run(&b, value, size);
    return result_of(&b);
}

static void test_endless_lines(void)
{
    CHECK_EQ(result_of_fill('n', 0, HTTP_HEAD_MAX), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(result_of_fill('n', ' ', HTTP_HEAD_MAX), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(result_of_fill('n', '\t', HTTP_HEAD_MAX), ERR_HEADERS_TOO_LARGE);
}

static enum err result_of_fields(size_t count)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "GET / HTTP/1.1\r\n");
    add(&b, host);
    for (size_t i = 1; i < count; i++)
        add(&b, "X:\r\n");
    add(&b, "\r\n");
    return result_of(&b);
}

static void test_field_limit(void)
{
    CHECK_EQ(result_of_fields(99), OK);
    CHECK_EQ(result_of_fields(100), OK);
    CHECK_EQ(result_of_fields(101), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(result_of_fields(5000), ERR_HEADERS_TOO_LARGE);
}

/* The largest head of all: target, sizes and fields at their limits together. */
static void test_all_limits_together(void)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "GET /");
    add_run(&b, 'x', HTTP_TARGET_MAX - 1);
    add(&b, " HTTP/1.1\r\n");
    add(&b, host);
    for (size_t i = 1; i < 99; i++)
        add(&b, "X: y\r\n");
    add(&b, "Z: ");
    add_run(&b, 'z', HTTP_HEAD_MAX - 5 - 98 * 2 - 1);
    add(&b, "\r\n\r\n");
    CHECK_EQ(result_of(&b), OK);
}

static enum err result_of_chunk_part(const char *before, char fill, size_t len,
                                     const char *after)
{
    struct bytes b;

    bytes_init(&b, 1 << 20);
    add(&b, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n");
    add(&b, host);
    add(&b, "\r\n");
    add(&b, before);
    add_run(&b, fill, len);
    add(&b, after);
    return result_of(&b);
}

/* A7: counted over the whole message, with the CR that ends them. */
static void test_extension_limit(void)
{
    CHECK_EQ(result_of_chunk_part("0;", 'e', 4095, "\r\n\r\n"), OK);
    CHECK_EQ(result_of_chunk_part("0;", 'e', 4096, "\r\n\r\n"), ERR_SYNTAX);
    CHECK_EQ(result_of_chunk_part("0;", 'e', 1000000, ""), ERR_SYNTAX);
    CHECK_EQ(result_of_chunk_part("1;0123456789\r\na\r\n0;", 'e', 4084, "\r\n\r\n"), OK);
    CHECK_EQ(result_of_chunk_part("1;0123456789\r\na\r\n0;", 'e', 4085, "\r\n\r\n"),
             ERR_SYNTAX);
}

static void test_trailer_limit(void)
{
    CHECK_EQ(result_of_chunk_part("0\r\nT: ", 't', 4095, "\r\n\r\n"), OK);
    CHECK_EQ(result_of_chunk_part("0\r\nT: ", 't', 4096, "\r\n\r\n"), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(result_of_chunk_part("0\r\nT: ", 't', 100000, ""), ERR_HEADERS_TOO_LARGE);
}

CHECK_MAIN(TEST(test_target_limit), TEST(test_method_limit), TEST(test_head_limit),
           TEST(test_endless_lines), TEST(test_field_limit), TEST(test_all_limits_together),
           TEST(test_extension_limit), TEST(test_trailer_limit))
