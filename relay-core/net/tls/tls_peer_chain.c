#include "net/tls/tls_peer_chain.h"

#include "base/base64.h"
#include "base/mem.h"
#include "net/tls/tls_stream_impl.h"

#include <mbedtls/x509_crt.h>

static const mbedtls_ssl_context *open_session(const struct stream *s)
{
    const struct tls_session *session = stream_is_open(s) ? tls_stream_session(s) : NULL;

    return session ? &session->ssl : NULL;
}

/* In one line: whoever reads PEM here takes that, too. */
static enum err append_one(struct bytes *out, const mbedtls_x509_buf *der)
{
    size_t size = BASE64_LEN(der->len) + 1;
    char *text = der->len < TLS_PEER_CHAIN_MAX ? mem_alloc(size) : NULL;

    if (!text)
        return der->len < TLS_PEER_CHAIN_MAX ? ERR_NOMEM : ERR_LIMIT;
    enum err rc = base64_format(text, size, der->p, der->len);
    if (rc == OK)
        rc = bytes_append_text(out, "-----BEGIN CERTIFICATE-----\n");
    if (rc == OK)
        rc = bytes_append_text(out, text);
    if (rc == OK)
        rc = bytes_append_text(out, "\n-----END CERTIFICATE-----\n");
    mem_free(text);
    return rc;
}

enum err tls_peer_chain_append(const struct stream *s, struct bytes *out)
{
    const mbedtls_ssl_context *ssl = open_session(s);
    const mbedtls_x509_crt *crt = ssl ? mbedtls_ssl_get_peer_cert(ssl) : NULL;
    enum err rc = OK;

    for (; crt && rc == OK; crt = crt->next)
        rc = append_one(out, &crt->raw);
    return rc;
}

const char *tls_peer_chain_version(const struct stream *s)
{
    const mbedtls_ssl_context *ssl = open_session(s);

    return ssl ? mbedtls_ssl_get_version(ssl) : "";
}
