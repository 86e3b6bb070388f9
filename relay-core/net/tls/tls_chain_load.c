#include "net/tls/tls_chain_impl.h"

#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "net/tls/tls_pem.h"

#include <mbedtls/error.h>
#include <mbedtls/psa_util.h>
#include <stdio.h>
#include <string.h>

#define BEGIN       "-----BEGIN CERTIFICATE-----"
#define END         "-----END CERTIFICATE-----"
#define SHOWN_SIZE  100u
#define DETAIL_SIZE 256u

static const char *shown(const char *path, char buf[static SHOWN_SIZE])
{
    return text_escape(buf, SHOWN_SIZE, span_text(path));
}

/* Texts of tls_pem.h hold paths as they were given. */
static void add_detail(struct tls_chain *c, enum tls_chain_code code, const char *detail)
{
    char text[2 * DETAIL_SIZE];

    tls_chain_check_add(c, code, true, "%s", text_escape(text, sizeof text, span_text(detail)));
}

/* mbedTLS adds a code of a lower module to its own. */
static bool is_error(int rc, int module_code)
{
    return (-rc & 0xFF80) == -module_code;
}

static bool is_out_of_memory(int rc)
{
    return rc == MBEDTLS_ERR_X509_ALLOC_FAILED || rc == MBEDTLS_ERR_PK_ALLOC_FAILED ||
           is_error(rc, MBEDTLS_ERR_X509_ALLOC_FAILED);
}

/* --- certificates --- */

/* Why there is no certificate in the text. */
static void explain_no_pem(struct tls_chain *c, const char *text)
{
    char path[SHOWN_SIZE];
    const char *what = "holds no certificate in PEM (a text with a line " BEGIN ")";

    if ((uint8_t)text[0] == 0x30)
        what = "is binary (DER); convert it: openssl x509 -inform der -in FILE -out cert.pem";
    else if (strstr(text, "PRIVATE KEY-----"))
        what = "holds a private key and no certificate; are the two files swapped?";
    else if (strstr(text, "CERTIFICATE REQUEST-----"))
        what = "holds a request for a certificate (CSR); give the file that the CA returned";
    else if (strstr(text, "-----BEGIN PKCS7"))
        what = "is PKCS#7; convert it: openssl pkcs7 -print_certs -in FILE -out chain.pem";
    tls_chain_check_add(c, TLS_CHAIN_NOT_PEM, true, "%s %s.",
                        shown(c->input->certificate_file, path), what);
}

static void explain_garbled(struct tls_chain *c, size_t number, int rc)
{
    char path[SHOWN_SIZE], why[96];

    (void)shown(c->input->certificate_file, path);
    if (is_error(rc, MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG)) {
        tls_chain_check_add(c, TLS_CHAIN_WEAK_SIGNATURE, true,
                            "Certificate %zu in %s is signed in a way that TLS clients no "
                            "longer accept (such as MD5). Get a new one, signed with SHA-256.",
                            number, path);
    } else if (is_error(rc, MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE) ||
               is_error(rc, MBEDTLS_ERR_PK_UNKNOWN_PK_ALG)) {
        tls_chain_check_add(c, TLS_CHAIN_WEAK_KEY, true,
                            "Certificate %zu in %s has a kind of key that LINE cannot use. Get "
                            "one for an EC key on P-256 or an RSA key of 2048 bits or more.",
                            number, path);
    } else {
        mbedtls_strerror(rc, why, sizeof why);
        tls_chain_check_add(c, TLS_CHAIN_GARBLED, true,
                            "Certificate %zu in %s cannot be read (%s). Get the file anew from "
                            "the CA, and do not edit it by hand.",
                            number, path, why);
    }
}

/* One certificate with its BEGIN and END lines. */
static enum err parse_one(struct tls_chain *c, struct span pem, size_t number)
{
    char *text = mem_text(pem.ptr, pem.len);
    int rc;

    if (!text)
        return ERR_NOMEM;
    rc = mbedtls_x509_crt_parse(&c->certs[c->certs_len], (const uint8_t *)text, pem.len + 1);
    mem_free(text);
    if (rc == 0) {
        c->certs_len++;
        return OK;
    }
    if (is_out_of_memory(rc))
        return ERR_NOMEM;
    explain_garbled(c, number, rc);
    mbedtls_x509_crt_free(&c->certs[c->certs_len]);
    mbedtls_x509_crt_init(&c->certs[c->certs_len]);
    return OK;
}

static enum err parse_all(struct tls_chain *c, const char *text)
{
    char path[SHOWN_SIZE];
    enum err e = OK;
    size_t number = 0;
    const char *end;

    for (text = strstr(text, BEGIN); text && !e; text = strstr(end, BEGIN)) {
        end = strstr(text, END);
        end = end ? end + sizeof END - 1 : text + strlen(text);
        if (number == TLS_CHAIN_CHECK_MAX) {
            tls_chain_check_add(c, TLS_CHAIN_TOO_LONG, true,
                                "%s holds more than %u certificates. Keep the server's own and "
                                "its intermediates; a bundle of CAs does not belong here.",
                                shown(c->input->certificate_file, path), TLS_CHAIN_CHECK_MAX);
            return OK;
        }
        e = parse_one(c, span_of(text, (size_t)(end - text)), ++number);
    }
    return e;
}

static enum err parse_text(struct tls_chain *c, const char *text)
{
    if (strstr(text, BEGIN))
        return parse_all(c, text);
    explain_no_pem(c, text);
    return OK;
}

enum err tls_chain_load_certificates(struct tls_chain *c)
{
    struct tls_pem_file file = {.path = c->input->certificate_file, .what = "certificate file"};
    char detail[DETAIL_SIZE];
    char *text;

    if (c->input->certificates)
        return parse_text(c, c->input->certificates);
    enum err e = tls_pem_read(&file, &text, detail);
    if (e == ERR_NOMEM)
        return e;
    if (e) {
        add_detail(c, TLS_CHAIN_FILE_UNREADABLE, detail);
        return OK;
    }
    e = parse_text(c, text);
    tls_pem_free(text);
    return e;
}

/* --- the key --- */

/* Says it when others may read the key, and goes on. */
static enum err read_key(struct tls_chain *c, char **out)
{
    struct tls_pem_file file = {
        .path = c->input->key_file, .what = "key file", .is_secret = true};
    char detail[DETAIL_SIZE];
    enum err e = tls_pem_read(&file, out, detail);

    if (e == ERR_DENIED) {
        add_detail(c, TLS_CHAIN_KEY_NOT_PRIVATE, detail);
        file.is_secret = false;
        e = tls_pem_read(&file, out, detail);
    }
    if (e && e != ERR_NOMEM)
        add_detail(c, TLS_CHAIN_KEY_UNREADABLE, detail);
    return e;
}

static void explain_key(struct tls_chain *c, const char *text)
{
    char path[SHOWN_SIZE];

    (void)shown(c->input->key_file, path);
    if (strstr(text, "ENCRYPTED"))
        tls_chain_check_add(c, TLS_CHAIN_KEY_ENCRYPTED, true,
                            "key file %s is encrypted, and nobody is there to type its "
                            "passphrase when the relay starts. Write it without: openssl pkey "
                            "-in KEY -out plain.key && chmod 600 plain.key",
                            path);
    else
        tls_chain_check_add(c, TLS_CHAIN_KEY_UNREADABLE, true, "key file %s %s.", path,
                            strstr(text, BEGIN) && !strstr(text, "PRIVATE KEY-----")
                                ? "holds a certificate; are the two files swapped?"
                                : "holds no private key in PEM (RSA or EC) that can be read");
}

enum err tls_chain_load_key(struct tls_chain *c)
{
    char *text;
    enum err e = read_key(c, &text);
    int rc;

    if (e)
        return e == ERR_NOMEM ? e : OK;
    rc = mbedtls_pk_parse_key(&c->key, (const uint8_t *)text, strlen(text) + 1, NULL, 0,
                              mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    if (is_out_of_memory(rc))
        e = ERR_NOMEM;
    else if (rc != 0)
        explain_key(c, text);
    if (rc != 0) {
        mbedtls_pk_free(&c->key);
        mbedtls_pk_init(&c->key);
    }
    tls_pem_free(text);
    return e;
}
