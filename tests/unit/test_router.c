#include "relay-server/ingress/router.h"

#include "check.h"

static const struct span domain = {"relay.example.com", 17};

static enum err route(const char *authority, const char *target, struct route *out)
{
    static char scratch[ROUTE_SCRATCH];
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), span_text(target));
    head.authority = span_text(authority);
    return router_route(domain, &head, scratch, out);
}

struct route_case {
    const char *authority, *target;
    const char *tunnel; /* NULL: no tunnel is named */
    const char *prefix, *rest;
};

static const struct route_case cases[] = {
    {"mybot.relay.example.com", "/callback", "mybot", "", "/callback"},
    {"mybot.relay.example.com:8443", "/callback?a=%2F", "mybot", "", "/callback?a=%2F"},
    {"MyBot.Relay.Example.COM", "/", "MyBot", "", "/"},
    {"relay.example.com", "/mybot/callback", "mybot", "/mybot", "/callback"},
    {"relay.example.com:443", "/mybot//x/../y%20z", "mybot", "/mybot", "//x/../y%20z"},
    {"relay.example.com", "/mybot", "mybot", "/mybot", "/"},
    {"relay.example.com", "/mybot/", "mybot", "/mybot", "/"},
    {"relay.example.com", "/mybot?x=1", "mybot", "/mybot", "/?x=1"},
    {"relay.example.com", "/", NULL, NULL, NULL},
    {"relay.example.com", "//mybot/callback", NULL, NULL, NULL},
    {"relay.example.com", "/my_bot/callback", NULL, NULL, NULL},
    {"relay.example.com", "/-mybot/callback", NULL, NULL, NULL},
    {"relay.example.com", "/.hookline/link", NULL, NULL, NULL},
    {"relay.example.com", "/my%62ot/callback", NULL, NULL, NULL},
    {"a.b.relay.example.com", "/callback", NULL, NULL, NULL},
    {".relay.example.com", "/callback", NULL, NULL, NULL},
    {"xrelay.example.com", "/mybot/callback", NULL, NULL, NULL},
    {"mybot.relay.example.com.evil.test", "/callback", NULL, NULL, NULL},
    {"example.com", "/mybot/callback", NULL, NULL, NULL},
    {"", "/mybot/callback", NULL, NULL, NULL},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct route_case *c = &cases[i];
        struct route out = {0};
        enum err rc = route(c->authority, c->target, &out);

        (void)fprintf(stderr, "  %s %s\n", c->authority, c->target);
        CHECK_EQ(rc, c->tunnel ? OK : ERR_NOT_FOUND);
        if (!c->tunnel)
            continue;
        CHECK(span_is(out.tunnel, span_text(c->tunnel)));
        CHECK(span_is(out.prefix, span_text(c->prefix)));
        CHECK(span_is(out.target, span_text(c->rest)));
    }
}

static void test_name_of_63_letters_is_the_longest(void)
{
    char target[80];
    struct route out;

    memset(target, 'a', sizeof target);
    target[0] = '/';
    target[64] = '\0';
    CHECK_EQ(route("relay.example.com", target, &out), OK);
    CHECK_EQ(out.tunnel.len, 63);
    target[64] = 'a';
    target[65] = '\0';
    CHECK_EQ(route("relay.example.com", target, &out), ERR_NOT_FOUND);
}

/* The rewritten target must fit although a byte is put before it. */
static void test_longest_target(void)
{
    static char target[HTTP_TARGET_MAX + 2];
    struct route out;

    memset(target, 'q', sizeof target);
    memcpy(target, "/b?", 3);
    target[HTTP_TARGET_MAX] = '\0';
    CHECK_EQ(route("relay.example.com", target, &out), OK);
    CHECK_EQ(out.target.len, HTTP_TARGET_MAX - 1);
    CHECK_MEM(out.target.ptr, "/?qqq", 5);
    target[HTTP_TARGET_MAX] = 'q';
    target[HTTP_TARGET_MAX + 1] = '\0';
    CHECK_EQ(route("relay.example.com", target, &out), ERR_NOT_FOUND);
}

static void test_host_without_port(void)
{
    CHECK(span_is(router_host(SPAN("a.example:8443")), SPAN("a.example")));
    CHECK(span_is(router_host(SPAN("a.example")), SPAN("a.example")));
    CHECK(span_is(router_host(SPAN("[::1]:443")), SPAN("[::1]")));
    CHECK(span_is(router_host(SPAN("host1")), SPAN("host1")));
    CHECK(span_is(router_host(SPAN("")), SPAN("")));
}

CHECK_MAIN(TEST(test_cases), TEST(test_name_of_63_letters_is_the_longest),
           TEST(test_longest_target), TEST(test_host_without_port))
