/* Dates, names, keys and purposes of a certificate, as the chain check sees them. */
#include "base/container.h"
#include "base/mem.h"
#include "net/tls/tls_chain_check.h"
#include "tests/unit/check.h"
#include "tests/unit/support/chain_maker.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define CHAIN(...) ((const struct tls_certificate *const[]){__VA_ARGS__, NULL})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SECOND     UINT64_C(1000)
#define END        (CHAIN_MAKER_NOW + 185 * CHAIN_MAKER_DAY)
#define BEGINNING  (CHAIN_MAKER_NOW - 180 * CHAIN_MAKER_DAY)

static struct chain_maker m;
static struct tls_chain_input input;
static struct tls_chain_report report;

static void set_up(void)
{
    (void)scratch_folder_make();
    chain_maker_init(&m);
    input = (struct tls_chain_input){
        .certificate_file = chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate)),
        .ca_file = chain_maker_file("ca.pem", CHAIN(&m.root)),
        .now_ms = CHAIN_MAKER_NOW,
    };
}

static void tear_down(void)
{
    chain_maker_fini(&m);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static void run(void)
{
    CHECK_EQ(tls_chain_check_run(&input, &report), OK);
}

/* Found this, and in it these words? */
static bool has(enum tls_chain_code code, const char *words)
{
    for (size_t i = 0; i < report.findings_len; i++)
        if (report.findings[i].code == code && strstr(report.findings[i].text, words))
            return true;
    return false;
}

static void print_findings(void)
{
    for (size_t i = 0; i < report.findings_len; i++)
        (void)fprintf(stderr, "  %s: %s\n", tls_chain_check_code_text(report.findings[i].code),
                      report.findings[i].text);
}

static void expect(enum tls_chain_code code, bool is_error, const char *words)
{
    print_findings();
    CHECK_EQ(report.findings_len, 1);
    CHECK(has(code, words));
    CHECK_EQ(report.is_broken, is_error);
}

static void check_leaf(const struct tls_certificate_options *options)
{
    struct tls_certificate leaf = chain_maker_sign(options, &m.intermediate);

    input.certificate_file = chain_maker_file("chain.pem", CHAIN(&leaf, &m.intermediate));
    run();
    tls_certificate_fini(&leaf);
}

/* --- dates --- */

static void at(uint64_t now_ms)
{
    input.now_ms = now_ms;
    run();
}

static void test_dates(void)
{
    uint64_t soon = END - TLS_CHAIN_CHECK_SOON_DAYS * CHAIN_MAKER_DAY;

    set_up();
    at(soon);
    CHECK_EQ(report.findings_len, 0);
    at(soon + SECOND);
    expect(TLS_CHAIN_EXPIRES_SOON, false, "in 20 days");
    at(END);
    CHECK(has(TLS_CHAIN_EXPIRES_SOON, "in 0 days") && !report.is_broken);
    at(END + SECOND);
    CHECK(has(TLS_CHAIN_EXPIRED, "'relay.example.com' expired on 2027-07-"));
    CHECK(has(TLS_CHAIN_EXPIRED, "'Test R11' expired"));
    CHECK(has(TLS_CHAIN_EXPIRED, "'Test Root' expired"));
    CHECK_EQ(report.findings_len, 3);
    at(BEGINNING);
    CHECK_EQ(report.findings_len, 0);
    at(BEGINNING - SECOND);
    CHECK(has(TLS_CHAIN_NOT_YET_VALID, "'relay.example.com' is not valid before 2026-07-"));
    CHECK(has(TLS_CHAIN_NOT_YET_VALID, "clock right?"));
    at(0);
    CHECK(has(TLS_CHAIN_NOT_YET_VALID, "'relay.example.com'"));
    tear_down();
}

/* Ends of months, leap years and centuries, against a table from elsewhere. */
static void test_calendar(void)
{
    static const uint64_t ends[] = {
        UINT64_C(951782400),  /* 2000-02-29 */
        UINT64_C(951868800),  /* 2000-03-01 */
        UINT64_C(1709164800), /* 2024-02-29 */
        UINT64_C(1740787200), /* 2025-03-01 */
        UINT64_C(1767225599), /* 2025-12-31 23:59:59 */
        UINT64_C(4107542400), /* 2100-03-01 */
        UINT64_C(2524608000), /* 2050-01-01, written another way from here on */
    };
    struct tls_certificate_options options = chain_maker_leaf_options();

    set_up();
    options.not_before_ms = 0;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        options.not_after_ms = ends[i] * 1000;
        check_leaf(&options);
        CHECK_EQ(report.not_after_ms, ends[i] * 1000);
    }
    tear_down();
}

static void test_expired_intermediate(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();
    struct tls_certificate ca, leaf;

    set_up();
    options.is_ca = true;
    options.subject = "Old CA";
    options.not_after_ms = CHAIN_MAKER_NOW - SECOND;
    ca = chain_maker_sign(&options, &m.root);
    options = chain_maker_leaf_options();
    leaf = chain_maker_sign(&options, &ca);
    input.certificate_file = chain_maker_file("chain.pem", CHAIN(&leaf, &ca));
    run();
    expect(TLS_CHAIN_EXPIRED, true, "'Old CA' expired");
    tls_certificate_fini(&ca);
    tls_certificate_fini(&leaf);
    tear_down();
}

/* --- names --- */

static void test_hosts(void)
{
    static const struct {
        const char *host;
        bool covered;
    } hosts[] = {
        {"relay.example.com", true},
        {"RELAY.example.com", true},
        {"mybot.relay.example.com", true},
        {"*.relay.example.com", true},
        {"a.b.relay.example.com", false},
        {"example.com", false},
        {"*.example.com", false},
        {"relay.example.org", false},
        {"xrelay.example.com", false},
        {"192.0.2.7", true},
        {"192.0.2.8", false},
        {"2001:db8::1", false},
        {".relay.example.com", false},
        {"", false},
    };

    set_up();
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        input.hosts = NAMES(hosts[i].host);
        run();
        CHECK_EQ(report.findings_len, !hosts[i].covered);
        CHECK(hosts[i].covered || has(TLS_CHAIN_HOST_NOT_COVERED, hosts[i].host));
        CHECK(hosts[i].covered || has(TLS_CHAIN_HOST_NOT_COVERED,
                                      "only for: *.relay.example.com, relay.example.com."));
    }
    input.hosts = NAMES("a.test", "relay.example.com", "b.test");
    run();
    CHECK_EQ(report.findings_len, 2);
    tear_down();
}

static void test_no_names(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();

    set_up();
    options.names = NULL;
    check_leaf(&options);
    expect(TLS_CHAIN_NO_NAMES, true, "no subject alternative names");
    tear_down();
}

static void test_many_names(void)
{
    static char names[TLS_CERTIFICATE_NAMES_MAX][64];
    const char *list[TLS_CERTIFICATE_NAMES_MAX + 1] = {NULL};
    struct tls_certificate_options options = chain_maker_leaf_options();

    set_up();
    for (size_t i = 0; i < TLS_CERTIFICATE_NAMES_MAX; i++) {
        (void)snprintf(names[i], sizeof names[i], "a-rather-long-name-%zu.relay.example.com",
                       i);
        list[i] = names[i];
    }
    options.names = list;
    input.hosts = NAMES("nowhere.test");
    check_leaf(&options);
    expect(TLS_CHAIN_HOST_NOT_COVERED, true, "a-rather-long-name-31.");
    CHECK(strlen(report.names) < sizeof report.names);
    tear_down();
}

/* --- strength and purpose --- */

static void test_weak_keys(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();

    set_up();
    options.rsa_bits = 1024;
    check_leaf(&options);
    expect(TLS_CHAIN_WEAK_KEY, true, "too weak (RSA, 1024 bits)");
    options.rsa_bits = 2048;
    check_leaf(&options);
    CHECK_EQ(report.findings_len, 0);
    tear_down();
}

static void test_weak_signature(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();

    set_up();
    options.digest = TLS_CERTIFICATE_SHA1;
    check_leaf(&options);
    expect(TLS_CHAIN_WEAK_SIGNATURE, true, "'relay.example.com' is signed with a digest");
    options.digest = TLS_CERTIFICATE_SHA384;
    check_leaf(&options);
    CHECK_EQ(report.findings_len, 0);
    tear_down();
}

static void check_fixture(const char *file)
{
    input.certificate_file = file;
    run();
    print_findings();
    CHECK(report.is_broken);
}

static void test_fixtures(void)
{
    set_up();
    check_fixture(FIXTURES_DIR "/certificates/md5.pem");
    CHECK(has(TLS_CHAIN_WEAK_SIGNATURE, "(such as MD5)"));
    check_fixture(FIXTURES_DIR "/certificates/p224.pem");
    CHECK(has(TLS_CHAIN_WEAK_KEY, "LINE cannot use"));
    check_fixture(FIXTURES_DIR "/certificates/ed25519.pem");
    CHECK(has(TLS_CHAIN_WEAK_KEY, "LINE cannot use") ||
          has(TLS_CHAIN_WEAK_SIGNATURE, "no longer accept"));
    check_fixture(FIXTURES_DIR "/certificates/client.pem");
    CHECK(has(TLS_CHAIN_NOT_FOR_SERVERS, "lacks serverAuth"));
    tear_down();
}

/* --- the key --- */

static void with_key(const char *text, mode_t mode)
{
    input.key_file = scratch_folder_write_text("key.pem", text, mode);
    run();
}

static void test_key(void)
{
    set_up();
    with_key(m.leaf.key, 0600);
    CHECK_EQ(report.findings_len, 0);
    with_key(m.root.key, 0600);
    expect(TLS_CHAIN_KEY_MISMATCH, true,
           "does not belong to the certificate for relay.example.com");
    with_key(m.leaf.key, 0640);
    expect(TLS_CHAIN_KEY_NOT_PRIVATE, true, "chmod 600");
    with_key(m.root.key, 0604); /* both are said */
    CHECK(has(TLS_CHAIN_KEY_NOT_PRIVATE, "chmod 600") && has(TLS_CHAIN_KEY_MISMATCH, ""));
    with_key(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        0600);
    expect(TLS_CHAIN_KEY_ENCRYPTED, true, "openssl pkey -in");
    with_key(m.leaf.certificate, 0600);
    expect(TLS_CHAIN_KEY_UNREADABLE, true, "are the two files swapped?");
    with_key("hello", 0600);
    expect(TLS_CHAIN_KEY_UNREADABLE, true, "holds no private key in PEM");
    with_key("", 0600);
    expect(TLS_CHAIN_KEY_UNREADABLE, true, "is empty");
    input.key_file = scratch_folder_path("absent");
    run();
    expect(TLS_CHAIN_KEY_UNREADABLE, true, "No such file");
    tear_down();
}

/* With the key at hand, the leaf is known even in a file that is upside down. */
static void test_key_finds_leaf(void)
{
    set_up();
    input.certificate_file =
        chain_maker_file("chain.pem", CHAIN(&m.root, &m.intermediate, &m.leaf));
    with_key(m.leaf.key, 0600);
    CHECK(has(TLS_CHAIN_LEAF_NOT_FIRST, "relay.example.com stands in place 3"));
    CHECK_STR(report.subject, CHAIN_MAKER_HOST);
    tear_down();
}

CHECK_MAIN(TEST(test_dates), TEST(test_calendar), TEST(test_expired_intermediate),
           TEST(test_hosts), TEST(test_no_names), TEST(test_many_names), TEST(test_weak_keys),
           TEST(test_weak_signature), TEST(test_fixtures), TEST(test_key),
           TEST(test_key_finds_leaf))
