#ifndef CODEC_URL_H
#define CODEC_URL_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Addresses from options: http and https URLs (RFC 3986), and host[:port].  Strict:
 * userinfo, fragment, white space, non-ASCII and IPv6 zones are refused; path and
 * query stay as they are, percent signs too. */

#define URL_HOST_MAX       253u
#define URL_TEXT_MAX       8192u
#define URL_AUTHORITY_SIZE (URL_HOST_MAX + sizeof("[]:65535"))

struct url {
    bool is_https;
    bool is_ipv6; /* the host is an IPv6 address */
    uint16_t port;
    char host[URL_HOST_MAX + 1]; /* lower case, IPv6 without brackets */
    struct span path;            /* "/" when the URL has none; borrowed from the text */
    struct span query;           /* with its "?", or empty; borrowed */
};

/* `http://host:port/path?query` or `https://...`; the scheme's port by default.
 * ERR_SYNTAX (ERR_LIMIT over URL_TEXT_MAX) with a static sentence for people in
 * *problem (may be NULL). */
MUST_CHECK enum err url_parse(struct span text, struct url *out, const char **problem);

/* `host`, `host:port`, `[::1]:port`; path and query are empty, is_https false. */
MUST_CHECK enum err url_parse_authority(struct span text, uint16_t default_port,
                                        struct url *out, const char **problem);

/* host[:port] as in a Host field: IPv6 in brackets, the scheme's own port left out. */
const char *url_format_authority(const struct url *u, char buf[static URL_AUTHORITY_SIZE]);

/* Is it this machine?  localhost, *.localhost, 127.0.0.0/8, ::1. */
bool url_is_loopback(const struct url *u);

#endif
