#include "net/tls/tls_certificate.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/test_pki.h"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <sys/stat.h>

static mbedtls_x509_crt parse(const char *pem)
{
    mbedtls_x509_crt crt;

    mbedtls_x509_crt_init(&crt);
    CHECK_EQ(mbedtls_x509_crt_parse(&crt, (const uint8_t *)pem, strlen(pem) + 1), 0);
    return crt;
}

static struct tls_certificate make(const struct tls_certificate_options *o,
                                   const struct tls_certificate *issuer)
{
    struct tls_certificate c = {0};

    CHECK_EQ(tls_certificate_make(o, issuer, &c), OK);
    return c;
}

/* The chain as PEM against the authority, for `name`; the verdict's flags. */
static uint32_t verify(const char *chain_pem, const char *ca_pem, const char *name)
{
    mbedtls_x509_crt chain = parse(chain_pem), ca = parse(ca_pem);
    uint32_t flags = 0;

    (void)mbedtls_x509_crt_verify(&chain, &ca, NULL, name, &flags, NULL, NULL);
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&ca);
    return flags;
}

static void test_leaf_of_the_authority(void)
{
    static const char *const names[] = {"bot.example.com", "*.relay.example.com", "127.0.0.1",
                                        "::1", NULL};
    struct tls_certificate_options o = test_pki_options(names);
    const char *ca = test_pki_issuer()->certificate;

    for (unsigned rsa = 0; rsa <= 2048; rsa += 2048) {
        o.rsa_bits = rsa;
        struct tls_certificate c = make(&o, test_pki_issuer());
        CHECK_EQ(verify(c.certificate, ca, "bot.example.com"), 0);
        CHECK_EQ(verify(c.certificate, ca, "x.relay.example.com"), 0);
        CHECK_EQ(verify(c.certificate, ca, "127.0.0.1"), 0);
        CHECK_EQ(verify(c.certificate, ca, "::1"), 0);
        CHECK_EQ(verify(c.certificate, ca, "example.com"), MBEDTLS_X509_BADCERT_CN_MISMATCH);
        tls_certificate_fini(&c);
        CHECK(c.certificate == NULL && c.key == NULL);
    }
}

static void test_what_is_in_it(void)
{
    static const char *const names[] = {"bot.example.com", NULL};
    struct tls_certificate_options o = test_pki_options(names);

    o.not_before_ms = 1793491199999; /* 2026-10-31T23:59:59.999Z */
    o.not_after_ms = 2556144000000;  /* 2051-01-01: beyond UTCTime */
    struct tls_certificate c = make(&o, test_pki_issuer());
    mbedtls_x509_crt crt = parse(c.certificate);
    CHECK_EQ(crt.version, 3);
    CHECK_EQ(crt.valid_from.year, 2026);
    CHECK_EQ(crt.valid_from.mon, 10);
    CHECK_EQ(crt.valid_from.sec, 59);
    CHECK_EQ(crt.valid_to.year, 2051);
    CHECK_EQ(mbedtls_x509_crt_get_ca_istrue(&crt), 0);
    CHECK_EQ(mbedtls_x509_crt_check_extended_key_usage(
                 &crt, MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)),
             0);
    CHECK_EQ(mbedtls_x509_crt_check_key_usage(&crt, MBEDTLS_X509_KU_DIGITAL_SIGNATURE), 0);
    CHECK(mbedtls_x509_crt_check_key_usage(&crt, MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0);
    CHECK_EQ(crt.serial.len, 16);
    mbedtls_x509_crt_free(&crt);
    tls_certificate_fini(&c);
}

static void test_intermediate(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options o = test_pki_options(NULL);
    const char *ca = test_pki_issuer()->certificate;
    static char chain[16384];

    o.subject = "test intermediate";
    o.is_ca = true;
    struct tls_certificate middle = make(&o, test_pki_issuer());
    o = test_pki_options(names);
    struct tls_certificate leaf = make(&o, &middle);
    CHECK_EQ(verify(leaf.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_NOT_TRUSTED);
    (void)snprintf(chain, sizeof(chain), "%s%s", leaf.certificate, middle.certificate);
    CHECK_EQ(verify(chain, ca, "localhost"), 0);

    /* Someone who may not sign signs. */
    struct tls_certificate forged = make(&o, &leaf);
    (void)snprintf(chain, sizeof(chain), "%s%s%s", forged.certificate, leaf.certificate,
                   middle.certificate);
    CHECK(verify(chain, ca, "localhost") & MBEDTLS_X509_BADCERT_NOT_TRUSTED);
    tls_certificate_fini(&forged);
    tls_certificate_fini(&leaf);
    tls_certificate_fini(&middle);
}

static void test_faults_on_demand(void)
{
    static const char *const names[] = {"localhost", NULL};
    const struct tls_certificate_options good = test_pki_options(names);
    const char *ca = test_pki_issuer()->certificate;
    struct tls_certificate_options o = good;

    o.not_after_ms = o.not_before_ms + 1000;
    struct tls_certificate c = make(&o, test_pki_issuer());
    CHECK_EQ(verify(c.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_EXPIRED);
    tls_certificate_fini(&c);

    o = good;
    o.not_before_ms = o.not_after_ms - 1000;
    c = make(&o, test_pki_issuer());
    CHECK_EQ(verify(c.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_FUTURE);
    tls_certificate_fini(&c);

    o = good;
    o.digest = TLS_CERTIFICATE_SHA1;
    c = make(&o, test_pki_issuer());
    CHECK_EQ(verify(c.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_BAD_MD);
    tls_certificate_fini(&c);

    o = good;
    o.rsa_bits = 1024;
    c = make(&o, test_pki_issuer());
    CHECK_EQ(verify(c.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_BAD_KEY);
    tls_certificate_fini(&c);

    o = good;
    o.digest = TLS_CERTIFICATE_SHA384;
    c = make(&o, NULL);
    CHECK_EQ(verify(c.certificate, ca, "localhost"), MBEDTLS_X509_BADCERT_NOT_TRUSTED);
    tls_certificate_fini(&c);
}

static void refuse(const struct tls_certificate_options *o)
{
    struct tls_certificate c = {0};

    CHECK_EQ(tls_certificate_make(o, NULL, &c), ERR_CONFIG);
    CHECK(c.certificate == NULL && c.key == NULL);
}

static void test_options_that_cannot_be(void)
{
    static const char *const subjects[] = {
        NULL,  "",     " x",
        "x ",  "a,b",  "a=b",
        "a+b", "a\nb", "a-subject-of-sixty-five-characters-is-one-more-than-X-520-allows-it"};
    static const char *const empty_name[] = {"", NULL};
    static const char *many[TLS_CERTIFICATE_NAMES_MAX + 2];
    const struct tls_certificate_options good = test_pki_options(NULL);
    struct tls_certificate_options o = good;

    for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
        o.subject = subjects[i];
        refuse(&o);
    }
    o = good;
    o.not_after_ms = o.not_before_ms;
    refuse(&o);
    o = good;
    o.rsa_bits = 1023;
    refuse(&o);
    o.rsa_bits = 4097;
    refuse(&o);
    o = good;
    o.names = empty_name;
    refuse(&o);
    for (size_t i = 0; i <= TLS_CERTIFICATE_NAMES_MAX; i++)
        many[i] = "a.example";
    o.names = many;
    refuse(&o);
    many[TLS_CERTIFICATE_NAMES_MAX] = NULL;
    struct tls_certificate c = make(&o, NULL);
    tls_certificate_fini(&c);
}

static void test_allocation_failures(void)
{
    struct tls_certificate_options o = test_pki_options(NULL);
    struct tls_certificate c = {0};
    (void)test_pki_issuer();
    unsigned long live = mem_live();

    for (unsigned long n = 1;; n++) {
        mem_fail_at(n);
        enum err e = tls_certificate_make(&o, NULL, &c);
        mem_fail_at(0);
        if (e == OK)
            break;
        CHECK_EQ(e, ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
    tls_certificate_fini(&c);
    CHECK_EQ(mem_live(), live);
}

static void test_save(void)
{
    const char *certificate_file = test_pki_path("saved.pem");
    const char *key_file = test_pki_write("saved.key", "an old file that everybody may read");
    const struct tls_certificate *c = test_pki_issuer();
    struct stat st;
    static char text[16384];

    CHECK_EQ(chmod(key_file, 0644), 0);
    CHECK_EQ(tls_certificate_save(c, "chain\n", certificate_file, key_file), OK);
    CHECK_EQ(stat(key_file, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(st.st_size, strlen(c->key));
    FILE *file = fopen(certificate_file, "re");
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    CHECK_EQ(fclose(file), 0);
    CHECK_MEM(text, c->certificate, strlen(c->certificate));
    CHECK_STR(text + strlen(c->certificate), "chain\n");
    CHECK_EQ(tls_certificate_save(c, NULL, test_pki_path("no/such/folder"), NULL), ERR_IO);
}

static void test_pin(void)
{
    char a[TLS_CERTIFICATE_PIN_SIZE], b[TLS_CERTIFICATE_PIN_SIZE];
    struct tls_certificate_options o = test_pki_options(NULL);
    struct tls_certificate other = make(&o, NULL);

    CHECK_EQ(tls_certificate_pin(test_pki_issuer()->certificate, a), OK);
    CHECK_EQ(strlen(a), TLS_CERTIFICATE_PIN_SIZE - 1);
    CHECK_MEM(a, "sha256/", 7);
    CHECK_EQ(a[50], '=');
    CHECK_EQ(tls_certificate_pin(other.certificate, b), OK);
    CHECK(strcmp(a, b) != 0);
    CHECK_EQ(tls_certificate_pin("no certificate", b), ERR_SYNTAX);
    tls_certificate_fini(&other);
}

CHECK_MAIN(TEST(test_leaf_of_the_authority), TEST(test_what_is_in_it), TEST(test_intermediate),
           TEST(test_faults_on_demand), TEST(test_options_that_cannot_be),
           TEST(test_allocation_failures), TEST(test_save), TEST(test_pin))
