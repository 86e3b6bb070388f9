#ifndef CLIENT_INSPECTOR_INSPECTOR_SESSION_H
#define CLIENT_INSPECTOR_INSPECTOR_SESSION_H

#include "base/random.h"
#include "codec/http/http_head.h"

/* The secrets of the inspector: the key of the printed address, the same in every run (a
 * 0600 file beside the journal), the cookie that is made from it, and the token of this run.
 * All comparisons take the same time wherever the difference is.
 *
 * Life: inspector_session_init -> ... -> inspector_session_fini (wipes). */

#define INSPECTOR_SESSION_SECRET 32u /* bytes */
#define INSPECTOR_SESSION_TEXT   43u /* of them, as base64url (RFC 4648 §5) without padding */
#define INSPECTOR_SESSION_TRIES  5u  /* wrong passwords in a minute */

struct inspector_session {
    char key[INSPECTOR_SESSION_TEXT + 1];
    char cookie[INSPECTOR_SESSION_TEXT + 1]; /* the value of it */
    char token[INSPECTOR_SESSION_TEXT + 1];
    char cookie_name[24];                       /* "hookline-4649": cookies do not know ports */
    struct span password;                       /* borrowed; empty: none */
    uint64_t wrong_ms[INSPECTOR_SESSION_TRIES]; /* when; a ring */
    size_t wrong_at;
};

#define INSPECTOR_SESSION_DETAIL 256u

/* Reads the key, or makes one: also when the file is damaged, or was open to others. */
MUST_CHECK enum err inspector_session_init(struct inspector_session *s, const char *key_file,
                                           struct span password, struct random *random,
                                           char detail[static INSPECTOR_SESSION_DETAIL]);
/* The port is known when we listen. */
void inspector_session_set_port(struct inspector_session *s, unsigned port);
void inspector_session_fini(struct inspector_session *s);

/* Of the fields of a request: Authorization: Bearer KEY, the cookie, Hookline-Token. */
bool inspector_session_has_key(const struct inspector_session *s, const struct http_head *head);
bool inspector_session_has_cookie(const struct inspector_session *s,
                                  const struct http_head *head);
bool inspector_session_has_token(const struct inspector_session *s,
                                 const struct http_head *head);
/* What somebody signs in with.  ERR_DENIED: wrong; ERR_BUSY: too many wrong ones, and this
 * one was not looked at. */
bool inspector_session_is_key(const struct inspector_session *s, struct span key);
MUST_CHECK enum err inspector_session_try(struct inspector_session *s, struct span password,
                                          uint64_t now_ms);
/* The value of the field Set-Cookie; the caller wipes it. */
#define INSPECTOR_SESSION_SET_COOKIE 160u
void inspector_session_set_cookie(const struct inspector_session *s,
                                  char out[static INSPECTOR_SESSION_SET_COOKIE]);
/* The value of the next cookie of that name in a Cookie field (RFC 6265 §5.4), or the empty
 * span; `field` is left with what comes after it. */
struct span inspector_session_next_cookie(struct span *field, struct span name);

#endif
