/* Every finding of the chain check, from certificates made on the spot: what it says of
 * the chain itself.  (Names, keys and dates: test_tls_chain_rules.c.) */
#include "base/container.h"
#include "base/mem.h"
#include "net/tls/tls_chain_check.h"
#include "tests/unit/check.h"
#include "tests/unit/support/chain_maker.h"
#include "tests/unit/support/scratch_folder.h"

#define CHAIN(...) ((const struct tls_certificate *const[]){__VA_ARGS__, NULL})
#define ANY_HOST   ((const char *const[]){CHAIN_MAKER_HOST, NULL})

static struct chain_maker m;
static struct tls_chain_report report;

static void set_up(void)
{
    (void)scratch_folder_make();
    chain_maker_init(&m);
}

static void tear_down(void)
{
    chain_maker_fini(&m);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static void check_file(const char *file, const struct tls_certificate *ca)
{
    struct tls_chain_input input = {
        .certificate_file = file,
        .hosts = ANY_HOST,
        .now_ms = CHAIN_MAKER_NOW,
    };

    if (ca)
        input.ca_file = chain_maker_file("ca.pem", CHAIN(ca));
    CHECK_EQ(tls_chain_check_run(&input, &report), OK);
}

static void check_chain(const struct tls_certificate *const *chain)
{
    check_file(chain_maker_file("chain.pem", chain), &m.root);
}

/* Exactly this finding, and in it these words. */
static void expect(enum tls_chain_code code, bool is_error, const char *words)
{
    for (size_t i = 0; i < report.findings_len; i++)
        (void)fprintf(stderr, "  %s: %s\n", tls_chain_check_code_text(report.findings[i].code),
                      report.findings[i].text);
    CHECK_EQ(report.findings_len, 1);
    CHECK_EQ(report.findings[0].code, code);
    CHECK_EQ(report.findings[0].is_error, is_error);
    CHECK_EQ(report.is_broken, is_error);
    CHECK(strstr(report.findings[0].text, words));
}

static void test_good_chain(void)
{
    set_up();
    check_chain(CHAIN(&m.leaf, &m.intermediate));
    CHECK_EQ(report.findings_len, 0);
    CHECK(!report.is_broken);
    CHECK_STR(report.subject, CHAIN_MAKER_HOST);
    CHECK_STR(report.issuer, "Test R11");
    CHECK_STR(report.names, "*." CHAIN_MAKER_HOST ", " CHAIN_MAKER_HOST);
    CHECK_EQ(report.not_after_ms, CHAIN_MAKER_NOW + 185 * CHAIN_MAKER_DAY);
    tear_down();
}

static void test_intermediate_missing(void)
{
    set_up();
    check_chain(CHAIN(&m.leaf));
    expect(TLS_CHAIN_INTERMEDIATE_MISSING, true,
           "only the certificate for relay.example.com; that of its issuer 'Test R11' is "
           "missing. Browsers fetch it by themselves, LINE does not");
    CHECK(strstr(report.findings[0].text, "use fullchain.pem"));
    tear_down();
}

static void test_intermediate_in_bundle(void)
{
    set_up();
    check_file(chain_maker_file("chain.pem", CHAIN(&m.leaf)), &m.intermediate);
    CHECK_EQ(report.findings_len, 0);
    tear_down();
}

static void test_order(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();
    struct tls_certificate second, leaf;

    set_up();
    check_chain(CHAIN(&m.intermediate, &m.leaf));
    expect(TLS_CHAIN_LEAF_NOT_FIRST, true, "relay.example.com stands in place 2");
    options.is_ca = true;
    options.subject = "Test E7";
    second = chain_maker_sign(&options, &m.intermediate);
    options = chain_maker_leaf_options();
    leaf = chain_maker_sign(&options, &second);
    check_chain(CHAIN(&leaf, &second, &m.intermediate));
    CHECK_EQ(report.findings_len, 0);
    check_chain(CHAIN(&leaf, &m.intermediate, &second));
    expect(TLS_CHAIN_OUT_OF_ORDER, true, "'Test R11' must come");
    check_chain(CHAIN(&leaf, &m.intermediate));
    CHECK_EQ(report.findings_len, 2);
    CHECK_EQ(report.findings[0].code, TLS_CHAIN_UNRELATED);
    CHECK_EQ(report.findings[1].code, TLS_CHAIN_INTERMEDIATE_MISSING);
    check_chain(CHAIN(&leaf, &second));
    CHECK_EQ(report.findings[0].code, TLS_CHAIN_UNTRUSTED);
    CHECK(strstr(report.findings[0].text, "one more intermediate is missing"));
    tls_certificate_fini(&second);
    tls_certificate_fini(&leaf);
    tear_down();
}

static void test_extras(void)
{
    struct chain_maker other;

    set_up();
    chain_maker_init(&other);
    check_chain(CHAIN(&m.leaf, &m.intermediate, &m.root));
    expect(TLS_CHAIN_ROOT_INCLUDED, false, "the root 'Test Root'");
    check_chain(CHAIN(&m.leaf, &m.intermediate, &other.intermediate));
    expect(TLS_CHAIN_UNRELATED, false, "'Test R11', has nothing to do with");
    check_chain(CHAIN(&m.leaf, &other.root, &m.intermediate));
    expect(TLS_CHAIN_UNRELATED, false, "Certificate 2, 'Test Root', has nothing");
    check_chain(CHAIN(&m.leaf, &m.leaf, &m.intermediate));
    expect(TLS_CHAIN_UNRELATED, false, "Certificate 2, 'relay.example.com', is there twice");
    chain_maker_fini(&other);
    tear_down();
}

static void test_self_signed(void)
{
    struct tls_certificate_options options = chain_maker_leaf_options();
    struct tls_certificate own = chain_maker_sign(&options, NULL);

    set_up();
    check_chain(CHAIN(&own));
    expect(TLS_CHAIN_SELF_SIGNED, true, "self-signed");
    check_file(chain_maker_file("chain.pem", CHAIN(&own)), &own);
    CHECK_EQ(report.findings_len, 0); /* trusted by name: a test of one's own */
    tls_certificate_fini(&own);
    tear_down();
}

static void test_untrusted(void)
{
    struct chain_maker other;

    set_up();
    chain_maker_init(&other);
    check_file(chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate)), &m.leaf);
    expect(TLS_CHAIN_UNTRUSTED, true, "ends at 'Test R11', issued by 'Test Root', which is");
    check_file(chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate, &m.root)),
               &m.leaf);
    CHECK_EQ(report.findings_len, 2);
    CHECK_EQ(report.findings[0].code, TLS_CHAIN_ROOT_INCLUDED);
    CHECK_EQ(report.findings[1].code, TLS_CHAIN_UNTRUSTED);
    CHECK(strstr(report.findings[1].text, "ends in the root 'Test Root', which is not in"));
    /* The same name, another key. */
    check_file(chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate)), &other.root);
    expect(TLS_CHAIN_UNTRUSTED, true, "that CA's key has not signed it");
    /* The system's bundle knows nothing of our root; there may be no bundle at all. */
    check_file(chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate)), NULL);
    CHECK_EQ(report.findings_len, 1);
    CHECK(report.findings[0].code == TLS_CHAIN_UNTRUSTED ||
          report.findings[0].code == TLS_CHAIN_NO_BUNDLE);
    chain_maker_fini(&other);
    tear_down();
}

static void test_ca_as_leaf(void)
{
    set_up();
    check_chain(CHAIN(&m.intermediate));
    CHECK_EQ(report.findings_len, 3);
    CHECK_EQ(report.findings[0].code, TLS_CHAIN_NO_NAMES);
    CHECK_EQ(report.findings[1].code, TLS_CHAIN_CA_AS_LEAF);
    CHECK_EQ(report.findings[2].code, TLS_CHAIN_HOST_NOT_COVERED);
    CHECK(strstr(report.findings[2].text, "only for: no host name"));
    tear_down();
}

static void test_bundle(void)
{
    struct tls_chain_input input = {.hosts = ANY_HOST, .now_ms = CHAIN_MAKER_NOW};

    set_up();
    input.certificate_file = chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate));
    input.ca_file = scratch_folder_path("absent");
    CHECK_EQ(tls_chain_check_run(&input, &report), OK);
    expect(TLS_CHAIN_NO_BUNDLE, true, "was not checked");
    input.ca_file = scratch_folder_write_text("empty", "nothing", 0644);
    CHECK_EQ(tls_chain_check_run(&input, &report), OK);
    expect(TLS_CHAIN_NO_BUNDLE, true, "was not checked");
    tear_down();
}

/* --- the file --- */

static void refuse_text(const char *text, enum tls_chain_code code, const char *words)
{
    check_file(scratch_folder_write_text("x.pem", text, 0644), NULL);
    expect(code, true, words);
    CHECK_STR(report.subject, "");
}

static void test_no_certificate(void)
{
    set_up();
    check_file(scratch_folder_path("absent"), NULL);
    expect(TLS_CHAIN_FILE_UNREADABLE, true, "absent cannot be read: No such file");
    check_file(scratch_folder_path("."), NULL);
    expect(TLS_CHAIN_FILE_UNREADABLE, true, "is not a file");
    refuse_text("", TLS_CHAIN_FILE_UNREADABLE, "is empty");
    refuse_text("hello", TLS_CHAIN_NOT_PEM, "holds no certificate in PEM");
    refuse_text("0\x82\x01", TLS_CHAIN_NOT_PEM, "is binary (DER); convert it: openssl x509");
    refuse_text(m.leaf.key, TLS_CHAIN_NOT_PEM, "are the two files swapped?");
    refuse_text("-----BEGIN CERTIFICATE REQUEST-----\n", TLS_CHAIN_NOT_PEM, "(CSR)");
    refuse_text("-----BEGIN PKCS7-----\n", TLS_CHAIN_NOT_PEM, "openssl pkcs7");
    tear_down();
}

static void test_garbled(void)
{
    char *text;

    set_up();
    text = mem_text(m.leaf.certificate, strlen(m.leaf.certificate));
    CHECK(text);
    text[200] = '!';
    refuse_text(text, TLS_CHAIN_GARBLED, "Certificate 1 in");
    mem_free(text);
    tear_down();
}

/* A file cut at any byte is refused or, inside its last line end, complete. */
static void test_cut_anywhere(void)
{
    size_t whole;

    set_up();
    whole = strlen(m.leaf.certificate);
    for (size_t len = 0; len < whole; len++) {
        const char *file = scratch_folder_write("x.pem", m.leaf.certificate, len, 0644);
        check_file(file, &m.intermediate);
        CHECK_EQ(report.is_broken, len < whole - 1);
    }
    tear_down();
}

static void test_too_many(void)
{
    const struct tls_certificate *chain[TLS_CHAIN_CHECK_MAX + 2] = {&m.leaf, &m.intermediate};

    set_up();
    for (size_t i = 2; i < TLS_CHAIN_CHECK_MAX; i++)
        chain[i] = &m.intermediate;
    check_chain(chain);
    CHECK(!report.is_broken);
    chain[TLS_CHAIN_CHECK_MAX] = &m.intermediate;
    check_chain(chain);
    CHECK(report.is_broken);
    CHECK_EQ(report.findings[0].code, TLS_CHAIN_TOO_LONG);
    tear_down();
}

static void test_names_are_escaped(void)
{
    set_up();
    check_file(scratch_folder_write_text("\x1B[2J", "hello", 0644), NULL);
    CHECK(!strchr(report.findings[0].text, '\x1B'));
    check_file(scratch_folder_path("\x1B]0;"), NULL);
    CHECK(!strchr(report.findings[0].text, '\x1B'));
    tear_down();
}

static void test_codes_have_texts(void)
{
    for (int i = 0; i <= TLS_CHAIN_KEY_MISMATCH; i++)
        for (int j = 0; j <= i; j++)
            CHECK_EQ(strcmp(tls_chain_check_code_text((enum tls_chain_code)i),
                            tls_chain_check_code_text((enum tls_chain_code)j)) == 0,
                     i == j);
}

static void test_allocation_fails(void)
{
    struct tls_chain_input input = {.hosts = ANY_HOST, .now_ms = CHAIN_MAKER_NOW};
    enum err e = ERR_NOMEM;
    unsigned long before;

    set_up();
    input.certificate_file = chain_maker_file("chain.pem", CHAIN(&m.leaf, &m.intermediate));
    input.key_file = scratch_folder_write_text("key.pem", m.leaf.key, 0600);
    input.ca_file = chain_maker_file("ca.pem", CHAIN(&m.root));
    before = mem_live();
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = tls_chain_check_run(&input, &report);
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK_EQ(mem_live(), before);
    }
    CHECK_EQ(report.findings_len, 0);
    tear_down();
}

CHECK_MAIN(TEST(test_good_chain), TEST(test_intermediate_missing),
           TEST(test_intermediate_in_bundle), TEST(test_order), TEST(test_extras),
           TEST(test_self_signed), TEST(test_untrusted), TEST(test_ca_as_leaf),
           TEST(test_bundle), TEST(test_no_certificate), TEST(test_garbled),
           TEST(test_cut_anywhere), TEST(test_too_many), TEST(test_names_are_escaped),
           TEST(test_codes_have_texts), TEST(test_allocation_fails))
