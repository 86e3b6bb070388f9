#include "relay-client/handler/exec/exec_environment.h"

#include "base/mem.h"
#include "unit/check.h"

#include <unistd.h>

static struct exec_environment environment;
static struct http_head head;
static struct handler_request request;

static void begin(const char *target)
{
    http_head_init_request(&head, SPAN("POST"), span_text(target));
    request = (struct handler_request){.head = &head};
}

static void add(struct span name, struct span value)
{
    CHECK_EQ(http_head_add(&head, name, value), OK);
}

static void make(void)
{
    CHECK_EQ(exec_environment_init(&environment, &request, 12), OK);
}

/* The value, or NULL; it is there at most once. */
static const char *value_of(const char *name)
{
    const char *found = NULL;
    size_t len = strlen(name);

    for (char **at = environment.at; *at; at++) {
        if (strncmp(*at, name, len) != 0 || (*at)[len] != '=')
            continue;
        CHECK(!found);
        found = *at + len + 1;
    }
    return found;
}

static void end(void)
{
    exec_environment_fini(&environment);
    CHECK_EQ(mem_live(), 0);
}

static void test_request(void)
{
    begin("/callback/%41?a=1&b=%20");
    head.authority = SPAN("mybot.example.com");
    add(SPAN("Content-Type"), SPAN("application/json"));
    add(SPAN("Content-Length"), SPAN("999"));
    add(SPAN("X-Line-Signature"), SPAN("abc="));
    make();
    CHECK_STR(value_of("REQUEST_METHOD"), "POST");
    CHECK_STR(value_of("REQUEST_URI"), "/callback/%41?a=1&b=%20");
    CHECK_STR(value_of("PATH_INFO"), "/callback/%41");
    CHECK_STR(value_of("QUERY_STRING"), "a=1&b=%20");
    CHECK_STR(value_of("CONTENT_TYPE"), "application/json");
    CHECK_STR(value_of("CONTENT_LENGTH"), "12"); /* what is really on standard input */
    CHECK_STR(value_of("HTTP_HOST"), "mybot.example.com");
    CHECK_STR(value_of("HTTP_X_LINE_SIGNATURE"), "abc=");
    CHECK(!value_of("HTTP_CONTENT_TYPE"));
    CHECK(!value_of("HTTP_CONTENT_LENGTH"));
    end();
}

static void test_no_query(void)
{
    begin("/");
    make();
    CHECK_STR(value_of("PATH_INFO"), "/");
    CHECK_STR(value_of("QUERY_STRING"), "");
    CHECK(!value_of("CONTENT_TYPE"));
    CHECK(!value_of("HTTP_HOST"));
    end();
}

static void test_own_data(void)
{
    begin("/");
    make();
    CHECK_STR(value_of("HOOKLINE_WEBHOOK"), "0");
    CHECK_STR(value_of("HOOKLINE_VERDICT"), verdict_text(VERDICT_UNCHECKED));
    CHECK(!value_of("HOOKLINE_DELIVERY"));
    CHECK(!value_of("HOOKLINE_REPLAY_OF"));
    end();
    begin("/");
    request.webhook = true;
    request.verdict = VERDICT_VALID;
    request.delivery = "01KAQ0000000000000000000AB";
    request.replay_of = 17;
    make();
    CHECK_STR(value_of("HOOKLINE_WEBHOOK"), "1");
    CHECK_STR(value_of("HOOKLINE_VERDICT"), verdict_text(VERDICT_VALID));
    CHECK_STR(value_of("HOOKLINE_DELIVERY"), "01KAQ0000000000000000000AB");
    CHECK_STR(value_of("HOOKLINE_REPLAY_OF"), "17");
    end();
}

/* A field can neither pass for another one, nor set a variable that means something else. */
static void test_hostile_names(void)
{
    begin("/");
    add(SPAN("x_line_signature"), SPAN("forged"));
    add(SPAN("X-Line-Signature"), SPAN("real"));
    add(SPAN("x-line_signature"), SPAN("forged"));
    add(SPAN("Proxy"), SPAN("http://evil.example"));
    add(SPAN("Host"), SPAN("evil.example"));
    add(SPAN("x!y"), SPAN("1"));
    add(SPAN("x=y"), SPAN("1"));
    add(SPAN("Connection"), SPAN("x-line-signature"));
    add(SPAN("Transfer-Encoding"), SPAN("chunked"));
    make();
    CHECK_STR(value_of("HTTP_X_LINE_SIGNATURE"), "real");
    CHECK(!value_of("HTTP_PROXY"));
    CHECK(!value_of("HTTP_HOST"));
    CHECK(!value_of("HTTP_CONNECTION"));
    CHECK(!value_of("HTTP_TRANSFER_ENCODING"));
    for (char **at = environment.at; *at; at++)
        if (strncmp(*at, "HTTP_", 5) == 0)
            CHECK(strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strcspn(*at, "="));
    end();
}

static void test_repeated_fields(void)
{
    begin("/");
    add(SPAN("X-A"), SPAN("1"));
    add(SPAN("Cookie"), SPAN("a=1"));
    add(SPAN("x-a"), SPAN("2"));
    add(SPAN("cookie"), SPAN("b=2"));
    add(SPAN("X-A"), SPAN(""));
    make();
    CHECK_STR(value_of("HTTP_X_A"), "1, 2, ");
    CHECK_STR(value_of("HTTP_COOKIE"), "a=1; b=2");
    end();
}

static void test_nul(void)
{
    begin("/");
    add(SPAN("X-A"), (struct span){"a\0HOME=/tmp", 11});
    request.delivery = "d";
    make();
    CHECK(!value_of("HTTP_X_A"));
    CHECK(!value_of("HOME") || strcmp(value_of("HOME"), "/tmp") != 0);
    CHECK_STR(value_of("HOOKLINE_DELIVERY"), "d");
    end();
}

static void test_inherited(void)
{
    CHECK_EQ(setenv("HOOKLINE_TOKEN", "secret", 1), 0);
    CHECK_EQ(setenv("HOOKLINE_DELIVERY", "old", 1), 0);
    CHECK_EQ(setenv("HTTP_X_LINE_SIGNATURE", "old", 1), 0);
    CHECK_EQ(setenv("HTTP_PROXY", "http://proxy.example", 1), 0);
    CHECK_EQ(setenv("REQUEST_METHOD", "OLD", 1), 0);
    CHECK_EQ(setenv("LINE_CHANNEL_SECRET", "bot's own", 1), 0);
    begin("/");
    make();
    CHECK(!value_of("HOOKLINE_TOKEN"));
    CHECK(!value_of("HOOKLINE_DELIVERY"));
    CHECK(!value_of("HTTP_X_LINE_SIGNATURE"));
    CHECK_STR(value_of("HTTP_PROXY"), "http://proxy.example");
    CHECK_STR(value_of("REQUEST_METHOD"), "POST");
    CHECK_STR(value_of("LINE_CHANNEL_SECRET"), "bot's own");
    end();
    CHECK_EQ(unsetenv("HTTP_PROXY"), 0);
}

/* As many fields, and as many bytes, as a head may have. */
static void test_largest_head(void)
{
    static char values[HTTP_FIELDS_MAX][8];
    static char target[HTTP_TARGET_MAX];
    static char long_value[HTTP_HEAD_MAX - 2 * 100 * 8];

    memset(target, 'a', sizeof target);
    memset(long_value, 'v', sizeof long_value);
    begin("/");
    target[0] = '/';
    head.target = span_of(target, sizeof target);
    for (size_t i = 0; i < HTTP_FIELDS_MAX; i++) {
        (void)snprintf(values[i], sizeof values[i], "x-%zu", i);
        add(span_text(values[i]),
            i == 50 ? span_of(long_value, sizeof long_value) : span_text(values[i]));
    }
    make();
    CHECK_EQ(strlen(value_of("REQUEST_URI")), sizeof target);
    CHECK_EQ(strlen(value_of("HTTP_X_50")), sizeof long_value);
    CHECK_STR(value_of("HTTP_X_99"), "x-99");
    end();
}

static void test_out_of_memory(void)
{
    unsigned long n = 0;
    enum err rc;

    begin("/a?b=c");
    add(SPAN("X-A"), SPAN("1"));
    do {
        mem_fail_at(++n);
        rc = exec_environment_init(&environment, &request, 1);
        mem_fail_at(0);
        if (rc != OK)
            CHECK_EQ(mem_live(), 0);
    } while (rc != OK);
    CHECK(n > 2);
    end();
}

CHECK_MAIN(TEST(test_request), TEST(test_no_query), TEST(test_own_data),
           TEST(test_hostile_names), TEST(test_repeated_fields), TEST(test_nul),
           TEST(test_inherited), TEST(test_largest_head), TEST(test_out_of_memory))
