#ifndef NET_TLS_DETAIL_H
#define NET_TLS_DETAIL_H

#include "base/err.h"

#include <mbedtls/ssl.h>

/* Why TLS failed, for people.  All texts are static; `code` is mbedTLS'. */

/* `ssl` is the context that failed, before it is used for anything else. */
const char *tls_detail_text(const mbedtls_ssl_context *ssl, int code);

/* ERR_NOMEM or ERR_TLS. */
enum err tls_detail_err(int code);

#endif
