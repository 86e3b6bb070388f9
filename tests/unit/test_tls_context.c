/* Loading certificates, keys and trust: what is refused, and what people are told. */
#include "net/tls/tls_context.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/test_pki.h"

#include <sys/stat.h>
#include <unistd.h>

static char detail[256];

static enum err make_server(const struct tls_identity *identities, size_t len)
{
    struct tls_server_options o = {.identities = identities, .identities_len = len};
    struct tls_context *c = NULL;
    unsigned long live = mem_live();

    enum err e = tls_context_new_server(&o, &c, detail);
    CHECK_EQ(e == OK, c != NULL);
    if (c)
        tls_context_put(c);
    CHECK_EQ(mem_live(), live);
    return e;
}

static enum err make_one(const char *certificate_file, const char *key_file)
{
    struct tls_identity identity = {certificate_file, key_file};

    return make_server(&identity, 1);
}

static enum err make_client(const char *ca_file, const char *pin)
{
    struct tls_client_options o = {.ca_file = ca_file, .pin = pin};
    struct tls_context *c = NULL;
    unsigned long live = mem_live();

    enum err e = tls_context_new_client(&o, &c, detail);
    CHECK_EQ(e == OK, c != NULL);
    if (c)
        tls_context_put(c);
    CHECK_EQ(mem_live(), live);
    return e;
}

static void check_detail(const char *part)
{
    if (!strstr(detail, part))
        CHECK_STR(detail, part);
}

static void test_good_server(void)
{
    struct tls_identity identity = test_pki_localhost();

    CHECK_EQ(make_server(&identity, 1), OK);
    CHECK_STR(detail, "");
}

static void test_how_many_identities(void)
{
    static struct tls_identity many[65];

    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = test_pki_localhost();
    CHECK_EQ(make_server(many, 0), ERR_CONFIG);
    check_detail("needs a certificate");
    CHECK_EQ(make_server(many, 65), ERR_CONFIG);
    check_detail("at most 64");
    CHECK_EQ(make_server(many, 64), OK);
}

static void test_unreadable_files(void)
{
    struct tls_identity good = test_pki_localhost();
    const char *empty = test_pki_write("empty", "");
    const char *folder = test_pki_path(".");

    CHECK_EQ(make_one("/nonexistent/a.pem", good.key_file), ERR_CONFIG);
    CHECK_STR(detail, "certificate file /nonexistent/a.pem cannot be read: "
                      "No such file or directory");
    CHECK_EQ(make_one(good.certificate_file, "/nonexistent/a.key"), ERR_CONFIG);
    check_detail("key file /nonexistent/a.key cannot be read: No such file");
    CHECK_EQ(make_one(empty, good.key_file), ERR_CONFIG);
    check_detail("is empty");
    CHECK_EQ(make_one(good.certificate_file, empty), ERR_CONFIG);
    check_detail("is empty");
    CHECK_EQ(make_one(folder, good.key_file), ERR_CONFIG);
    check_detail("is not a file");
    CHECK_EQ(make_one("/dev/zero", good.key_file), ERR_CONFIG);
    check_detail("is not a file");
}

static void test_large_file(void)
{
    struct tls_identity good = test_pki_localhost();
    const char *path = test_pki_write("large", "x");

    CHECK_EQ(truncate(path, (4 << 20) + 1), 0);
    CHECK_EQ(make_one(path, good.key_file), ERR_CONFIG);
    check_detail("too large");
    CHECK_EQ(truncate(path, 4 << 20), 0);
    CHECK_EQ(make_one(path, good.key_file), ERR_CONFIG);
    check_detail("is not PEM");
}

static void test_key_that_others_may_read(void)
{
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0610, 0601};
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options o = test_pki_options(names);
    struct tls_identity id = test_pki_leaf(&o, NULL);

    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        CHECK_EQ(chmod(id.key_file, modes[i]), 0);
        CHECK_EQ(make_server(&id, 1), ERR_DENIED);
        check_detail("can be read by other users (mode 06");
        check_detail("run: chmod 600 ");
        check_detail(id.key_file);
    }
    CHECK_EQ(chmod(id.key_file, 0400), 0);
    CHECK_EQ(make_server(&id, 1), OK);
}

static void test_files_with_the_wrong_content(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_identity good = test_pki_localhost();
    struct tls_certificate_options o = test_pki_options(names);
    struct tls_identity other = test_pki_leaf(&o, NULL);
    const char *text = test_pki_write("text", "hello\n");
    const char *broken = test_pki_write("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                                  "-----END CERTIFICATE-----\n");

    CHECK_EQ(make_one(text, good.key_file), ERR_CONFIG);
    check_detail("is not PEM");
    CHECK_EQ(make_one(broken, good.key_file), ERR_CONFIG);
    check_detail("holds a certificate that cannot be read");
    CHECK_EQ(make_one(good.key_file, good.key_file), ERR_CONFIG);
    CHECK_EQ(make_one(good.certificate_file, text), ERR_CONFIG);
    check_detail("holds no private key");
    CHECK_EQ(make_one(good.certificate_file, other.key_file), ERR_CONFIG);
    check_detail("does not belong to the first certificate in");
    struct tls_identity two[] = {good, {good.certificate_file, other.key_file}};
    CHECK_EQ(make_server(two, 2), ERR_CONFIG); /* the second counts too */
}

static void test_encrypted_key(void)
{
    struct tls_identity good = test_pki_localhost();
    const char *pkcs8 = test_pki_write("pkcs8", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n"
                                                "-----END ENCRYPTED PRIVATE KEY-----\n");
    const char *old =
        test_pki_write("old", "-----BEGIN RSA PRIVATE KEY-----\n"
                              "Proc-Type: 4,ENCRYPTED\n"
                              "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                              "MIGb\n-----END RSA PRIVATE KEY-----\n");

    CHECK_EQ(make_one(good.certificate_file, pkcs8), ERR_CONFIG);
    check_detail("is encrypted; write it without passphrase: openssl pkey");
    CHECK_EQ(make_one(good.certificate_file, old), ERR_CONFIG);
    check_detail("is encrypted");
}

static void test_trust(void)
{
    struct tls_identity good = test_pki_localhost();
    const char *text = test_pki_write("text", "hello\n");

    CHECK_EQ(make_client(test_pki_ca(), NULL), OK);
    CHECK_EQ(make_client("/nonexistent/ca.pem", NULL), ERR_CONFIG);
    check_detail("CA file /nonexistent/ca.pem cannot be read");
    CHECK_EQ(make_client(text, NULL), ERR_CONFIG);
    check_detail("holds no certificate in PEM");
    CHECK_EQ(make_client(good.key_file, NULL), ERR_CONFIG);
    if (tls_context_system_bundle()) {
        CHECK_EQ(access(tls_context_system_bundle(), R_OK), 0);
        CHECK_EQ(make_client(NULL, NULL), OK);
    } else {
        CHECK_EQ(make_client(NULL, NULL), ERR_CONFIG);
        check_detail("install ca-certificates");
    }
}

static void test_pins(void)
{
    static const char *const bad[] = {
        "",
        "sha256/",
        "sha1/AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",  /* no padding */
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", /* 31 bytes */
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", /* 33 bytes */
        "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ",
        "SHA256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    };
    char pin[TLS_CERTIFICATE_PIN_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK_EQ(make_client(test_pki_ca(), bad[i]), ERR_CONFIG);
        check_detail("not a pin");
    }
    CHECK_EQ(tls_certificate_pin(test_pki_issuer()->certificate, pin), OK);
    CHECK_EQ(make_client(test_pki_ca(), pin), OK);
    CHECK_EQ(make_client(NULL, pin), OK);
    CHECK_EQ(make_client("/nonexistent/ca.pem", pin), ERR_CONFIG);
}

static void test_allocation_failures(void)
{
    struct tls_identity identity = test_pki_localhost();
    unsigned long n;

    for (n = 1; n < 100; n++) {
        mem_fail_at(n);
        enum err e = make_server(&identity, 1);
        mem_fail_at(0);
        if (e == OK)
            break;
        CHECK_EQ(e, ERR_NOMEM);
    }
    CHECK(n > 3);
    for (n = 1; n < 100; n++) {
        mem_fail_at(n);
        enum err e = make_client(test_pki_ca(), NULL);
        mem_fail_at(0);
        if (e == OK)
            break;
        CHECK_EQ(e, ERR_NOMEM);
    }
    CHECK(n > 2);
}

static void test_counting(void)
{
    unsigned long live = mem_live();
    struct tls_context *c = test_pki_client(NULL, NULL);

    CHECK(tls_context_get(c) == c);
    tls_context_put(c);
    CHECK(mem_live() > live);
    tls_context_put(c);
    CHECK_EQ(mem_live(), live);
    tls_context_put(NULL);
}

CHECK_MAIN(TEST(test_good_server), TEST(test_how_many_identities), TEST(test_unreadable_files),
           TEST(test_large_file), TEST(test_key_that_others_may_read),
           TEST(test_files_with_the_wrong_content), TEST(test_encrypted_key), TEST(test_trust),
           TEST(test_pins), TEST(test_allocation_failures), TEST(test_counting))
