#include "net/tls/tls_certificate.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mbedtls/oid.h>
#include <mbedtls/psa_util.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PEM_MAX     8192u
#define SUBJECT_MAX 64u
#define SERIAL_LEN  16u

/* All that mbedTLS borrows until the certificate is written. */
struct draft {
    mbedtls_x509write_cert crt;
    mbedtls_pk_context key, issuer_key;
    mbedtls_x509_crt issuer;
    mbedtls_x509_san_list names[TLS_CERTIFICATE_NAMES_MAX];
    uint8_t addresses[TLS_CERTIFICATE_NAMES_MAX][16];
    uint8_t pem[PEM_MAX];
};

static void draft_init(struct draft *d)
{
    mbedtls_x509write_crt_init(&d->crt);
    mbedtls_pk_init(&d->key);
    mbedtls_pk_init(&d->issuer_key);
    mbedtls_x509_crt_init(&d->issuer);
}

static void draft_free(struct draft *d)
{
    mbedtls_x509write_crt_free(&d->crt);
    mbedtls_pk_free(&d->key);
    mbedtls_pk_free(&d->issuer_key);
    mbedtls_x509_crt_free(&d->issuer);
    mem_wipe(d->pem, sizeof d->pem);
    mem_free(d);
}

/* Every failure below is memory that is out: the options were checked before. */
static enum err from_library(int rc)
{
    return rc == 0 ? OK : ERR_NOMEM;
}

static bool subject_is_plain(const char *subject)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789 .*-_:";
    size_t len = subject ? strlen(subject) : 0;

    return len > 0 && len <= SUBJECT_MAX && strspn(subject, allowed) == len &&
           subject[0] != ' ' && subject[len - 1] != ' ';
}

static bool options_are_valid(const struct tls_certificate_options *o)
{
    size_t names = 0;

    while (o->names && o->names[names]) {
        size_t len = strlen(o->names[names]);
        if (len == 0 || len > 253 || ++names > TLS_CERTIFICATE_NAMES_MAX)
            return false;
    }
    return subject_is_plain(o->subject) && o->not_before_ms < o->not_after_ms &&
           (o->rsa_bits == 0 || (o->rsa_bits >= 1024 && o->rsa_bits <= 4096));
}

static enum err make_key(struct draft *d, unsigned rsa_bits)
{
    mbedtls_pk_type_t type = rsa_bits ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY;
    int rc = mbedtls_pk_setup(&d->key, mbedtls_pk_info_from_type(type));

    if (rc == 0 && rsa_bits)
        rc = mbedtls_rsa_gen_key(mbedtls_pk_rsa(d->key), mbedtls_psa_get_random,
                                 MBEDTLS_PSA_RANDOM_STATE, rsa_bits, 65537);
    else if (rc == 0)
        rc = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(d->key),
                                 mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    return from_library(rc);
}

static enum err load_issuer(struct draft *d, const struct tls_certificate *issuer)
{
    const uint8_t *certificate = (const uint8_t *)issuer->certificate;
    const uint8_t *key = (const uint8_t *)issuer->key;
    int rc = mbedtls_x509_crt_parse(&d->issuer, certificate, strlen(issuer->certificate) + 1);

    if (rc == 0)
        rc = mbedtls_pk_parse_key(&d->issuer_key, key, strlen(issuer->key) + 1, NULL, 0,
                                  mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    return from_library(rc);
}

static enum err set_subject_and_issuer(struct draft *d, const char *subject, bool self_signed)
{
    char name[SUBJECT_MAX + 8];

    (void)snprintf(name, sizeof name, "CN=%s", subject);
    int rc = mbedtls_x509write_crt_set_subject_name(&d->crt, name);
    if (rc == 0 && !self_signed) {
        rc = mbedtls_x509_dn_gets(name, sizeof name, &d->issuer.subject);
        rc = rc > 0 ? 0 : MBEDTLS_ERR_X509_BUFFER_TOO_SMALL;
    }
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_issuer_name(&d->crt, name);
    mbedtls_x509write_crt_set_subject_key(&d->crt, &d->key);
    mbedtls_x509write_crt_set_issuer_key(&d->crt, self_signed ? &d->key : &d->issuer_key);
    return from_library(rc);
}

static void format_time(char out[static 16], uint64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;

    gmtime_r(&seconds, &tm);
    (void)strftime(out, 16, "%Y%m%d%H%M%S", &tm);
}

static enum err set_serial_and_time(struct draft *d, const struct tls_certificate_options *o)
{
    uint8_t serial[SERIAL_LEN];
    char from[16], to[16];
    int rc = mbedtls_psa_get_random(MBEDTLS_PSA_RANDOM_STATE, serial, sizeof serial);

    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* positive, and never short */
    format_time(from, o->not_before_ms);
    format_time(to, o->not_after_ms);
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_serial_raw(&d->crt, serial, sizeof serial);
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_validity(&d->crt, from, to);
    return from_library(rc);
}

static size_t parse_address(const char *name, uint8_t out[static 16])
{
    if (inet_pton(AF_INET, name, out) == 1)
        return 4;
    return inet_pton(AF_INET6, name, out) == 1 ? 16 : 0;
}

static enum err set_names(struct draft *d, const char *const *names)
{
    size_t i = 0;

    for (; names && names[i]; i++) {
        mbedtls_x509_subject_alternative_name *node = &d->names[i].node;
        size_t len = parse_address(names[i], d->addresses[i]);
        mbedtls_x509_buf *value = &node->san.unstructured_name;

        node->type = len > 0 ? MBEDTLS_X509_SAN_IP_ADDRESS : MBEDTLS_X509_SAN_DNS_NAME;
        value->len = len > 0 ? len : strlen(names[i]);
        /* The library takes a pointer to non-const, and only reads. */
        value->p = len > 0 ? d->addresses[i] : (uint8_t *)(uintptr_t)names[i];
        if (i > 0)
            d->names[i - 1].next = &d->names[i];
    }
    if (i == 0)
        return OK;
    return from_library(mbedtls_x509write_crt_set_subject_alternative_name(&d->crt, d->names));
}

static enum err set_server_usage(struct draft *d)
{
    mbedtls_asn1_sequence usage = {.buf = {.tag = MBEDTLS_ASN1_OID}};

    usage.buf.p = (uint8_t *)(uintptr_t)MBEDTLS_OID_SERVER_AUTH;
    usage.buf.len = MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH);
    return from_library(mbedtls_x509write_crt_set_ext_key_usage(&d->crt, &usage));
}

static enum err set_extensions(struct draft *d, const struct tls_certificate_options *o)
{
    unsigned usage = o->is_ca ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
                              : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
    int rc = mbedtls_x509write_crt_set_basic_constraints(&d->crt, o->is_ca, -1);

    if (rc == 0)
        rc = mbedtls_x509write_crt_set_key_usage(&d->crt, usage);
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_subject_key_identifier(&d->crt);
    if (rc == 0)
        rc = mbedtls_x509write_crt_set_authority_key_identifier(&d->crt);
    if (rc != 0)
        return ERR_NOMEM;
    enum err e = o->is_ca ? OK : set_server_usage(d);
    return e == OK ? set_names(d, o->names) : e;
}

static mbedtls_md_type_t digest_of(enum tls_certificate_digest digest)
{
    switch (digest) {
    case TLS_CERTIFICATE_SHA256:
        return MBEDTLS_MD_SHA256;
    case TLS_CERTIFICATE_SHA384:
        return MBEDTLS_MD_SHA384;
    case TLS_CERTIFICATE_SHA1:
        return MBEDTLS_MD_SHA1;
    }
    return MBEDTLS_MD_SHA256;
}

static enum err compose(struct draft *d, const struct tls_certificate_options *o,
                        const struct tls_certificate *issuer)
{
    enum err e = make_key(d, o->rsa_bits);

    if (e == OK && issuer)
        e = load_issuer(d, issuer);
    if (e == OK)
        e = set_subject_and_issuer(d, o->subject, issuer == NULL);
    if (e == OK)
        e = set_serial_and_time(d, o);
    if (e == OK)
        e = set_extensions(d, o);
    mbedtls_x509write_crt_set_md_alg(&d->crt, digest_of(o->digest));
    return e;
}

static char *pem_copy(const struct draft *d)
{
    const char *text = (const char *)d->pem;
    return mem_text(text, strlen(text));
}

static enum err print(struct draft *d, struct tls_certificate *out)
{
    struct tls_certificate c = {0};

    if (mbedtls_x509write_crt_pem(&d->crt, d->pem, sizeof d->pem, mbedtls_psa_get_random,
                                  MBEDTLS_PSA_RANDOM_STATE) == 0)
        c.certificate = pem_copy(d);
    if (mbedtls_pk_write_key_pem(&d->key, d->pem, sizeof d->pem) == 0)
        c.key = pem_copy(d);
    if (!c.certificate || !c.key) {
        tls_certificate_fini(&c);
        return ERR_NOMEM;
    }
    *out = c;
    return OK;
}

enum err tls_certificate_make(const struct tls_certificate_options *options,
                              const struct tls_certificate *issuer, struct tls_certificate *out)
{
    if (!options_are_valid(options))
        return ERR_CONFIG;
    if (psa_crypto_init() != PSA_SUCCESS)
        return ERR_NOMEM;
    struct draft *d = mem_alloc(sizeof *d);
    if (!d)
        return ERR_NOMEM;
    draft_init(d);
    enum err e = compose(d, options, issuer);
    if (e == OK)
        e = print(d, out);
    draft_free(d);
    return e;
}

void tls_certificate_fini(struct tls_certificate *c)
{
    if (c->key)
        mem_wipe(c->key, strlen(c->key));
    mem_free(c->key);
    mem_free(c->certificate);
    *c = (struct tls_certificate){0};
}

static enum err write_all(int fd, const char *text)
{
    size_t len = text ? strlen(text) : 0;

    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno != EINTR)
            return ERR_IO;
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return OK;
}

/* The old file goes first: its mode, and whatever it links to, must not matter. */
static enum err save(const char *path, mode_t mode, const char *first, const char *second)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return ERR_IO;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return ERR_IO;
    enum err e = write_all(fd, first);
    if (e == OK)
        e = write_all(fd, second);
    return close(fd) == 0 ? e : ERR_IO;
}

enum err tls_certificate_save(const struct tls_certificate *c, const char *chain,
                              const char *certificate_file, const char *key_file)
{
    enum err e = save(certificate_file, 0644, c->certificate, chain);

    return e == OK && key_file ? save(key_file, 0600, c->key, NULL) : e;
}

enum err tls_certificate_pin(const char *pem, char out[static TLS_CERTIFICATE_PIN_SIZE])
{
    static const char prefix[] = "sha256/";
    mbedtls_x509_crt crt;
    uint8_t digest[32];
    enum err e = ERR_SYNTAX;

    if (psa_crypto_init() != PSA_SUCCESS)
        return ERR_NOMEM;
    mbedtls_x509_crt_init(&crt);
    if (mbedtls_x509_crt_parse(&crt, (const uint8_t *)pem, strlen(pem) + 1) == 0 &&
        mbedtls_sha256(crt.pk_raw.p, crt.pk_raw.len, digest, 0) == 0) {
        memcpy(out, prefix, sizeof prefix - 1);
        e = base64_format(out + sizeof prefix - 1, TLS_CERTIFICATE_PIN_SIZE - sizeof prefix + 1,
                          digest, sizeof digest);
    }
    mbedtls_x509_crt_free(&crt);
    return e;
}
