#ifndef CLIENT_LINEAPI_LINE_MINT_H
#define CLIENT_LINEAPI_LINE_MINT_H

#include "base/random.h"
#include "base/span.h"
#include "codec/ulid.h"

#include <stdbool.h>

/* Ids and tokens in LINE's shapes that every Hookline of this user knows as its own, without
 * having to remember one: a part of each is an HMAC-SHA-256 of the rest, with a key that is
 * kept beside the journal.  So a simulated event is known for what it is after a restart, in
 * another process, and when it has come by way of the relay.
 *
 * Life: line_mint_open -> ... -> line_mint_close (wipes the key) */

struct line_mint {
    uint8_t key[32];
    struct random *random; /* borrowed */
    struct ulid_maker ids;
};

enum line_mint_kind {
    LINE_MINT_USER,         /* "U" and 32 hexadecimal digits */
    LINE_MINT_GROUP,        /* "C" ... */
    LINE_MINT_ROOM,         /* "R" ... */
    LINE_MINT_REPLY_TOKEN,  /* 32 hexadecimal digits */
    LINE_MINT_EVENT_ID,     /* a ULID */
    LINE_MINT_MESSAGE_ID,   /* 18 decimal digits */
    LINE_MINT_QUOTE_TOKEN,  /* base64url */
    LINE_MINT_READ_TOKEN,   /* markAsReadToken, base64url */
    LINE_MINT_ACCESS_TOKEN, /* base64, of the length of LINE's long-lived ones */
    LINE_MINT_RICH_MENU,    /* "richmenu-" and 32 hexadecimal digits */
    LINE_MINT_COUPON,       /* a ULID */
};
#define LINE_MINT_SIZE 192u /* of the longest, with its NUL */

/* Reads the key file (0600), or makes it.  On failure `detail` says what to do. */
MUST_CHECK enum err line_mint_open(struct line_mint *m, const char *key_file,
                                   struct random *random, char detail[static 256]);
void line_mint_close(struct line_mint *m);
/* A new one; `now_ms` is in event ids. */
void line_mint_make(struct line_mint *m, enum line_mint_kind kind, uint64_t now_ms,
                    char out[static LINE_MINT_SIZE]);
/* The same one for the same name: "user Alice" is the same person in every run. */
void line_mint_named(struct line_mint *m, enum line_mint_kind kind, struct span name,
                     char out[static LINE_MINT_SIZE]);
bool line_mint_is_own(const struct line_mint *m, enum line_mint_kind kind, struct span text);

#endif
