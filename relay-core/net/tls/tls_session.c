#include "net/tls/tls_session.h"

#include "base/mem.h"
#include "net/stream_impl.h"
#include "net/tls/tls_detail.h"

#include <string.h>

#define REST_MAX    ((size_t)256 * 1024)
#define FLIGHT_MAX  ((size_t)64 * 1024)
#define RECORD_COST 64u /* more than header, nonce, content type and tag */

/* --- mbedTLS' view of the network: memory --- */

static int bio_recv(void *ctx, unsigned char *buf, size_t len)
{
    struct tls_session *s = ctx;
    size_t rest = bytes_len(&s->rest);

    if (rest + s->input.len == 0)
        return MBEDTLS_ERR_SSL_WANT_READ;
    if (rest > 0) {
        len = len < rest ? len : rest;
        memcpy(buf, bytes_peek(&s->rest), len);
        bytes_consume(&s->rest, len);
    } else {
        len = len < s->input.len ? len : s->input.len;
        memcpy(buf, s->input.ptr, len);
        s->input = span_slice(s->input, len, s->input.len);
    }
    if (s->first_byte == 0)
        s->first_byte = buf[0];
    return (int)len;
}

static int bio_send(void *ctx, const unsigned char *buf, size_t len)
{
    struct tls_session *s = ctx;

    if (s->is_private)
        s->write_error = bytes_append(&s->flight, buf, len);
    else
        s->write_error = stream_write(s->lower, buf, len);
    return s->write_error == OK ? (int)len : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

/* --- input and output --- */

size_t tls_session_input(const struct tls_session *s)
{
    return bytes_len(&s->rest) + s->input.len;
}

enum err tls_session_keep(struct tls_session *s)
{
    enum err e = bytes_append_span(&s->rest, s->input);

    s->input = (struct span){0};
    return e;
}

void tls_session_send_flight(struct tls_session *s)
{
    size_t len = bytes_len(&s->flight);

    s->is_private = false;
    if (len > 0 && s->write_error == OK)
        s->write_error = stream_write(s->lower, bytes_peek(&s->flight), len);
    bytes_fini(&s->flight);
}

/* --- the four operations --- */

int tls_session_handshake(struct tls_session *s)
{
    int rc;

    do
        rc = mbedtls_ssl_handshake(&s->ssl);
    while (rc == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
    return rc;
}

int tls_session_read(struct tls_session *s, uint8_t *out, size_t size)
{
    int rc;

    do
        rc = mbedtls_ssl_read(&s->ssl, out, size);
    while (rc == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
    if (rc == MBEDTLS_ERR_SSL_WANT_READ)
        bytes_release(&s->rest);
    return rc;
}

/* Asked beforehand: a record that was made cannot be taken back. */
static bool fits(const struct tls_session *s, size_t len)
{
    size_t queued = stream_queued(s->lower), max = s->lower->ops->queue_max;
    size_t room = queued < max ? max - queued : 0;

    return len < room && (len / MBEDTLS_SSL_OUT_CONTENT_LEN + 1) * RECORD_COST <= room - len;
}

enum err tls_session_write(struct tls_session *s, const void *data, size_t len)
{
    const uint8_t *p = data;

    if (!fits(s, len))
        return ERR_LIMIT;
    while (len > 0) {
        int rc = mbedtls_ssl_write(&s->ssl, p, len);
        if (rc > 0) {
            p += rc;
            len -= (size_t)rc;
        } else if (rc != MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            if (s->write_error == OK)
                s->write_error = tls_detail_err(rc);
            return s->write_error;
        }
    }
    return OK;
}

void tls_session_goodbye(struct tls_session *s)
{
    (void)mbedtls_ssl_close_notify(&s->ssl);
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* An alert that cannot be sent any more does not hide why it was made. */
static bool is_lost(const struct tls_session *s, int code)
{
    return s->write_error != OK && (code >= 0 || code == MBEDTLS_ERR_SSL_INTERNAL_ERROR ||
                                    code == MBEDTLS_ERR_SSL_WANT_READ);
}

enum err tls_session_err(const struct tls_session *s, int code)
{
    return is_lost(s, code) ? s->write_error : tls_detail_err(code);
}

/* A TLS record begins with 20 .. 24, an HTTP request or answer with a letter. */
const char *tls_session_why(const struct tls_session *s, int code)
{
    if (is_lost(s, code))
        return NULL;
    if (is_letter(s->first_byte))
        return tls_context_is_server(s->context)
                   ? "plain HTTP was sent to the TLS port"
                   : "the peer answers in plain text: this is not a TLS port";
    return tls_detail_text(&s->ssl, code);
}

const char *tls_session_protocol(const struct tls_session *s)
{
    const char *chosen = mbedtls_ssl_get_alpn_protocol(&s->ssl);

    return chosen ? chosen : "";
}

/* --- life --- */

static enum err expect(struct tls_session *s, const char *host)
{
    bool is_address = tls_trust_expect(&s->expectation, tls_context_trust(s->context), host);

    mbedtls_ssl_set_verify(&s->ssl, tls_trust_verify, &s->expectation);
    /* NULL says that we know what we do; without this call every handshake fails. */
    int rc = mbedtls_ssl_set_hostname(&s->ssl, is_address ? NULL : host);
    if (rc == 0)
        return OK;
    return rc == MBEDTLS_ERR_SSL_ALLOC_FAILED ? ERR_NOMEM : ERR_CONFIG;
}

static enum err set_up(struct tls_session *s, const char *hostname)
{
    if (mbedtls_ssl_setup(&s->ssl, tls_context_config(s->context)) != 0)
        return ERR_NOMEM;
    enum err e = hostname ? expect(s, hostname) : OK;
    if (e != OK)
        return e;
    mbedtls_ssl_set_user_data_p(&s->ssl, &s->hello);
    mbedtls_ssl_set_bio(&s->ssl, s, bio_send, bio_recv, NULL);
    return OK;
}

enum err tls_session_init(struct tls_session *s, struct tls_context *context,
                          struct stream *lower, const char *hostname)
{
    s->context = tls_context_get(context);
    s->hello.context = context;
    s->lower = lower;
    bytes_init(&s->rest, REST_MAX);
    bytes_init(&s->flight, FLIGHT_MAX);
    mbedtls_ssl_init(&s->ssl);
    enum err e = set_up(s, hostname);
    if (e != OK)
        tls_session_fini(s);
    return e;
}

void tls_session_fini(struct tls_session *s)
{
    mbedtls_ssl_free(&s->ssl);
    tls_context_put(s->context);
    bytes_fini(&s->rest);
    bytes_fini(&s->flight);
    mem_free(s->hello.server_name);
}
