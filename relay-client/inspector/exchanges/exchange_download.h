#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_DOWNLOAD_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_DOWNLOAD_H

#include "relay-client/inspector/inspector_route.h"

/* GET /api/exchanges/{id}/{request,response}/{body,raw}: the bytes as they were recorded,
 * never anything that a browser would show; `raw` with the head in front, as HTTP/1.1. */
enum err exchange_download_request_body(struct inspector_reading *r);
enum err exchange_download_request_raw(struct inspector_reading *r);
enum err exchange_download_response_body(struct inspector_reading *r);
enum err exchange_download_response_raw(struct inspector_reading *r);

/* The head, up to and with its empty line: Host and Content-Length are put where they are
 * wanted and not there, chunks are none any more, credentials stay hidden. */
MUST_CHECK enum err exchange_download_head(const struct http_head *head, size_t body_len,
                                           struct bytes *out);

#endif
