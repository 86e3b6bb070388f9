#include "net/tls/tls_detail.h"

#include "base/container.h"
#include "net/tls/tls_stream.h"

#include <mbedtls/error.h>
#include <mbedtls/x509.h>
#include <stdbool.h>

struct text_row {
    uint32_t key;
    const char *text;
};

/* The first that applies is told: who it is before whether it is still good. */
static const struct text_row certificate_faults[] = {
    {MBEDTLS_X509_BADCERT_OTHER, "certificate: its public key is not the pinned one"},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, "certificate: it is for another host name"},
    {MBEDTLS_X509_BADCERT_EXPIRED, "certificate: it has expired (or this clock is wrong)"},
    {MBEDTLS_X509_BADCERT_FUTURE, "certificate: it is not valid yet (or this clock is wrong)"},
    {MBEDTLS_X509_BADCERT_BAD_MD, "certificate: signed with a digest that is too weak"},
    {MBEDTLS_X509_BADCERT_BAD_PK, "certificate: its kind of key is not accepted"},
    {MBEDTLS_X509_BADCERT_BAD_KEY, "certificate: its key is too short"},
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED, TLS_STREAM_NOT_TRUSTED},
    {MBEDTLS_X509_BADCERT_KEY_USAGE, "certificate: its key is not meant for this use"},
    {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, "certificate: not made for servers"},
};

static const struct text_row alerts[] = {
    {MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, "the peer found nothing in common (alert 40)"},
    {MBEDTLS_SSL_ALERT_MSG_BAD_CERT, "the peer rejects our certificate: bad (alert 42)"},
    {MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT,
     "the peer rejects our certificate: unsupported (alert 43)"},
    {MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED,
     "the peer rejects our certificate: revoked (alert 44)"},
    {MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED,
     "the peer rejects our certificate: expired (alert 45)"},
    {MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN, "the peer rejects our certificate (alert 46)"},
    {MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA,
     "the peer does not trust who signed our certificate (alert 48)"},
    {MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR, "the peer could not verify our handshake (alert 51)"},
    {MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION, "the peer wants another TLS version (alert 70)"},
    {MBEDTLS_SSL_ALERT_MSG_INSUFFICIENT_SECURITY,
     "the peer wants stronger cryptography (alert 71)"},
    {MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, "the peer had an internal error (alert 80)"},
    {MBEDTLS_SSL_ALERT_MSG_USER_CANCELED, "the peer cancelled (alert 90)"},
    {MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME, "the peer does not serve this name (alert 112)"},
    {MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL,
     "the peer speaks none of our protocols (alert 120)"},
};

struct code_row {
    int code;
    const char *text;
};

static const struct code_row codes[] = {
    {MBEDTLS_ERR_SSL_INVALID_RECORD, "what the peer sent is not TLS"},
    {MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, "no common TLS version (ours: 1.2 and 1.3)"},
    {MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, "no common cipher suite, group or signature"},
    {MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, "no common application protocol (ALPN)"},
    {MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER, "the peer sent an illegal handshake parameter"},
    {MBEDTLS_ERR_SSL_DECODE_ERROR, "the peer sent a malformed handshake message"},
    {MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE, "the peer sent a message out of turn"},
    {MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION, "the peer sent an extension nobody asked for"},
};

static const char *certificate_text(const mbedtls_ssl_context *ssl)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(ssl);

    for (size_t i = 0; i < ARRAY_LEN(certificate_faults); i++)
        if (flags & certificate_faults[i].key)
            return certificate_faults[i].text;
    return "certificate: it cannot be verified";
}

static const char *alert_text(uint8_t alert)
{
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++)
        if (alert == alerts[i].key)
            return alerts[i].text;
    return "the peer gave up with an alert";
}

/* The library has no accessor: the alert is the second byte of the last message. */
static const char *last_alert_text(const mbedtls_ssl_context *ssl)
{
    const uint8_t *message = ssl->MBEDTLS_PRIVATE(in_msg);

    return alert_text(message ? message[1] : 0);
}

/* TLS 1.3 clients that reject a certificate say so before they encrypt, which the
 * library takes for a record that it cannot decrypt.  A forged alert changes
 * nothing but this text. */
static const char *undecipherable_text(const mbedtls_ssl_context *ssl)
{
    const uint8_t *record = ssl->MBEDTLS_PRIVATE(in_hdr);
    bool is_alert =
        record && record[0] == MBEDTLS_SSL_MSG_ALERT && record[3] == 0 && record[4] == 2;

    return is_alert ? alert_text(record[6]) : "a record was damaged on its way";
}

static const char *code_text(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].code == code)
            return codes[i].text;
    const char *text = mbedtls_high_level_strerr(code);
    return text ? text : "TLS failed";
}

const char *tls_detail_text(const mbedtls_ssl_context *ssl, int code)
{
    if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
        return certificate_text(ssl);
    if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE)
        return last_alert_text(ssl);
    if (code == MBEDTLS_ERR_SSL_INVALID_MAC)
        return undecipherable_text(ssl);
    return code_text(code);
}

enum err tls_detail_err(int code)
{
    switch (code) {
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_MPI_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
    case MBEDTLS_ERR_MD_ALLOC_FAILED:
    case MBEDTLS_ERR_CIPHER_ALLOC_FAILED:
        return ERR_NOMEM;
    default:
        return ERR_TLS;
    }
}
