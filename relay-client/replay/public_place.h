#ifndef CLIENT_REPLAY_PUBLIC_PLACE_H
#define CLIENT_REPLAY_PUBLIC_PLACE_H

#include "codec/url.h"
#include "net/tls/tls_context.h"

/* The tunnel's public address, as a place to send webhooks to.
 *
 * Life: public_place_init -> public_place_load_trust -> ... -> public_place_fini (also of a
 *       zeroed one) */
struct public_place {
    struct url url;   /* its path is not used */
    char prefix[256]; /* before the path of what is sent */
    char authority[URL_AUTHORITY_SIZE];
    struct tls_context *tls; /* counted */
};

/* ERR_SYNTAX: that is no https address. */
MUST_CHECK enum err public_place_init(struct public_place *p, const char *public_url);
/* Reads whom the link trusts (either may be NULL), from files: not on the loop. */
MUST_CHECK enum err public_place_load_trust(struct public_place *p, const char *ca_file,
                                            const char *pin, char detail[static 256]);
void public_place_fini(struct public_place *p);

#endif
