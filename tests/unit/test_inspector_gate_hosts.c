/* By which names the inspector may be asked (threats E1, E5): tables of Hosts. */
#include "relay-client/inspector/inspector_gate.h"

#include "base/container.h"
#include "unit/check.h"
#include "unit/support/site_rig.h"

static struct site_rig rig;

/* NULL: it may pass. */
static const char *code_of(const struct http_head *head)
{
    const struct inspector_gate_refusal *why =
        inspector_gate_check(&rig.site, &rig.session, head);

    return why ? why->code : NULL;
}

static void check_host(const char *host, bool may_pass)
{
    struct http_head head = site_rig_head("GET", host, "/");

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

    site_rig_open(&rig, "127.0.0.1:0", 4649);
    check_host("127.0.0.1:4649", true);
    check_host("localhost:4649", true);
    check_host("[::1]:4649", true);
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        check_host(strangers[i], false);
    site_rig_close(&rig);
}

static void test_port_80_may_be_left_out(void)
{
    site_rig_open(&rig, "127.0.0.1:80", 80);
    check_host("127.0.0.1", true);
    check_host("localhost", true);
    check_host("[::1]", true);
    check_host("127.0.0.1:80", true);
    check_host("0.0.0.0", false);
    check_host("evil.test", false);
    site_rig_close(&rig);
}

static void test_host_of_another_address(void)
{
    site_rig_open(&rig, "192.168.1.7:4649", 4649);
    check_host("192.168.1.7:4649", true);
    check_host("127.0.0.1:4649", true);
    check_host("192.168.1.8:4649", false);
    check_host("192.168.1.7", false);
    site_rig_close(&rig);
    site_rig_open(&rig, "[fd00::0:1]:4649", 4649);
    check_host("[fd00::1]:4649", true); /* as browsers write it */
    check_host("[fd00::0:1]:4649", false);
    site_rig_close(&rig);
    site_rig_open(&rig, "127.0.0.9:4649", 4649);
    check_host("127.0.0.9:4649", true);
    site_rig_close(&rig);
}

/* A name can be made to point here, an address cannot. */
static void test_every_address(void)
{
    static const char *const wild[] = {"0.0.0.0:4649", "[::]:4649", ":4649"};

    for (size_t i = 0; i < ARRAY_LEN(wild); i++) {
        site_rig_open(&rig, wild[i], 4649);
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
        site_rig_close(&rig);
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
