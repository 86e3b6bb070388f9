#ifndef CODEC_HTTP_HEAD_H
#define CODEC_HTTP_HEAD_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

/* The head of an HTTP request or response (RFC 9110), the same for HTTP/1 and
 * HTTP/2: control data and fields in order, repeated ones kept.  A head is a
 * view: its spans point into storage of whoever made it, and "borrowed" means
 * valid during the call.  http_head_copy makes one that lives on. */

#define HTTP_FIELDS_MAX 100u          /* more: ERR_HEADERS_TOO_LARGE (431) */
#define HTTP_HEAD_MAX   (32u * 1024u) /* bytes of names and values (431) */
#define HTTP_TARGET_MAX (8u * 1024u)  /* (414) */

struct http_field {
    struct span name;  /* a token; lower case when it came over HTTP/2 */
    struct span value; /* no CR, LF, NUL; may hold 0x80-0xFF, opaque */
    bool secret;       /* credentials: never into the HPACK table, never shown */
};

struct http_head {
    struct span method;    /* requests; empty in a response */
    struct span scheme;    /* "https" or "http" */
    struct span authority; /* host[:port] as sent: Host or :authority */
    struct span target;    /* origin-form, path and query, raw bytes */
    unsigned status;       /* responses: 100-599; 0 in a request */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t fields_len;
};

void http_head_init_request(struct http_head *h, struct span method, struct span target);
void http_head_init_response(struct http_head *h, unsigned status);
/* Spans are borrowed as long as the head is used; credentials (Authorization,
 * Cookie, Set-Cookie, Proxy-Authorization) are marked secret.
 * ERR_HEADERS_TOO_LARGE beyond HTTP_FIELDS_MAX. */
MUST_CHECK enum err http_head_add(struct http_head *h, struct span name, struct span value);
/* First field of that name (case-insensitive), or NULL. */
const struct http_field *http_head_find(const struct http_head *h, const char *name);
/* Its value, or the empty span. */
struct span http_head_value(const struct http_head *h, const char *name);
size_t http_head_count(const struct http_head *h, const char *name);
void http_head_remove(struct http_head *h, const char *name);
/* All whose names begin so; no case. */
void http_head_remove_prefixed(struct http_head *h, struct span prefix);
/* Is `token` an element of the comma-separated list in these fields?  No case. */
bool http_head_has_token(const struct http_head *h, const char *name, struct span token);
/* Sum of names, values and target. */
size_t http_head_size(const struct http_head *h);

/* The copy's spans point into `storage`, which the caller owns and frees. */
MUST_CHECK enum err http_head_copy(struct http_head *out, const struct http_head *h,
                                   char **storage);

/* Fields that belong to one connection only: removed on the way through (RFC
 * 9110 §7.6.1).  A fixed list.  What Connection names counts only when it is on a
 * second fixed list: a peer that could nominate any field would choose which
 * signature or address the other side does not get to see. */
bool http_field_is_hop_by_hop(const struct http_head *h, const struct http_field *f);

bool http_is_token(struct span s);       /* RFC 9110 §5.6.2, not empty */
bool http_is_field_value(struct span s); /* no CTL but TAB, no outer white space */
bool http_is_target(struct span s);      /* origin-form: starts "/", no SP, CTL, #, 0x80+ */
/* host[:port] with a name of DNS labels (underscores allowed, no trailing dot, ASCII)
 * or a bracketed IPv6 address without zone; port 1-65535. */
bool http_is_authority(struct span s);
/* A plain 0-9 number without leading zeros, < 2^63. */
bool http_parse_content_length(struct span s, uint64_t *out);
/* "OK" for 200; "" when the code has no registered phrase. */
const char *http_status_text(unsigned status);

#endif
