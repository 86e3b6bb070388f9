/* By which names the inspector may be asked (threats E1, E5): tables of Hosts. */
#include "relay-client/inspector/inspector_gate.h"

#include "base/container.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

static struct inspector_session session;
static struct inspector_gate_site site;

static void begin(const char *address, unsigned port)
{
    struct random_seeded random;
    char detail[INSPECTOR_SESSION_DETAIL] = "";

    random_seeded_init(&random, 3);
    (void)scratch_folder_make();
    CHECK_EQ(inspector_session_init(&session, scratch_folder_path("key"), SPAN("sesame"),
                                    &random.base, detail),
             OK);
    CHECK_EQ(inspector_gate_site_init(&site, address, port), OK);
    inspector_session_set_port(&session, port);
}

static void end(void)
{
    inspector_session_fini(&session);
    scratch_folder_remove();
}

static struct http_head head_of(const char *method, const char *host, const char *target)
{
    struct http_head head;

    http_head_init_request(&head, span_text(method), span_text(target));
    head.authority = span_text(host);
    return head;
}

/* NULL: it may pass. */
static const char *code_of(const struct http_head *head)
{
    const struct inspector_gate_refusal *why = inspector_gate_check(&site, &session, head);

    return why ? why->code : NULL;
}

static void check_host(const char *host, bool may_pass)
{
    struct http_head head = head_of("GET", host, "/");

    if ((code_of(&head) == NULL) != may_pass)
        (void)fprintf(stderr, "Host: %s\n", host);
    CHECK_STR(code_of(&head), may_pass ? NULL : "bad_host");
}

static void test_hosts(void)
{
    static const char *const strangers[] = {
        "evil.test:4649",
        "evil.test",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "127.0.0.1:4648",
        "127.0.0.1:46490",
        "127.0.0.1:04649",
        "0.0.0.0:4649",
        "0:4649",
        "[::]:4649",
        "[::ffff:127.0.0.1]:4649",
        "[::ffff:7f00:1]:4649",
        "[0:0:0:0:0:0:0:1]:4649",
        "2130706433:4649",
        "0x7f000001:4649",
        "0177.0.0.1:4649",
        "127.1:4649",
        "127.0.0.2:4649",
        "localhost.:4649",
        "LOCALHOST:4649",
        "localhost.evil.test:4649",
        "127.0.0.1.evil.test:4649",
        "evil.test:4649:4649",
        "a127.0.0.1:4649",
        ":4649",
        "",
        "192.168.1.7:4649",
        "hookline:4649",
        "127.0.0.1:4649.evil.test",
        "evil.test@127.0.0.1:4649",
        "127.0.0.1 :4649",
    };

    begin("127.0.0.1:0", 4649);
    check_host("127.0.0.1:4649", true);
    check_host("localhost:4649", true);
    check_host("[::1]:4649", true);
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        check_host(strangers[i], false);
    end();
}

static void test_port_80_may_be_left_out(void)
{
    begin("127.0.0.1:80", 80);
    check_host("127.0.0.1", true);
    check_host("localhost", true);
    check_host("[::1]", true);
    check_host("127.0.0.1:80", true);
    check_host("0.0.0.0", false);
    check_host("evil.test", false);
    end();
}

static void test_host_of_another_address(void)
{
    begin("192.168.1.7:4649", 4649);
    check_host("192.168.1.7:4649", true);
    check_host("127.0.0.1:4649", true);
    check_host("192.168.1.8:4649", false);
    check_host("192.168.1.7", false);
    end();
    begin("[fd00::0:1]:4649", 4649);
    check_host("[fd00::1]:4649", true); /* as browsers write it */
    check_host("[fd00::0:1]:4649", false);
    end();
    begin("127.0.0.9:4649", 4649);
    check_host("127.0.0.9:4649", true);
    end();
}

/* A name can be made to point here, an address cannot. */
static void test_every_address(void)
{
    static const char *const wild[] = {"0.0.0.0:4649", "[::]:4649", ":4649"};

    for (size_t i = 0; i < ARRAY_LEN(wild); i++) {
        begin(wild[i], 4649);
        check_host("192.168.1.7:4649", true);
        check_host("[fd00::1]:4649", true);
        check_host("127.0.0.1:4649", true);
        check_host("0.0.0.0:4649", false);
        check_host("[::]:4649", false);
        check_host("[::ffff:127.0.0.1]:4649", false);
        check_host("[::ffff:192.168.1.7]:4649", false);
        check_host("192.168.1.007:4649", false);
        check_host("3232235783:4649", false);
        check_host("evil.test:4649", false);
        end();
    }
}

static void test_addresses(void)
{
    struct inspector_gate_site out;

    CHECK(inspector_gate_is_loopback("127.0.0.1:4649"));
    CHECK(inspector_gate_is_loopback("127.8.9.1:4649"));
    CHECK(inspector_gate_is_loopback("localhost:4649"));
    CHECK(inspector_gate_is_loopback("[::1]:4649"));
    CHECK(!inspector_gate_is_loopback("0.0.0.0:4649"));
    CHECK(!inspector_gate_is_loopback("[::]:4649"));
    CHECK(!inspector_gate_is_loopback(":4649"));
    CHECK(!inspector_gate_is_loopback("128.0.0.1:4649"));
    CHECK(!inspector_gate_is_loopback("[::ffff:127.0.0.1]:4649"));
    CHECK(!inspector_gate_is_loopback("nonsense"));
    CHECK(!inspector_gate_is_loopback(NULL));
    CHECK_EQ(inspector_gate_site_init(&out, "nonsense", 1), ERR_CONFIG);
    CHECK_EQ(inspector_gate_site_init(&out, "nonsense:1", 1), ERR_CONFIG);
    CHECK_EQ(inspector_gate_site_init(
                 &out,
                 "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]:1", 1),
             ERR_CONFIG);
}

CHECK_MAIN(TEST(test_hosts), TEST(test_port_80_may_be_left_out),
           TEST(test_host_of_another_address), TEST(test_every_address), TEST(test_addresses))
