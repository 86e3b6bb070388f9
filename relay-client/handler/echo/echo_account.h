#ifndef CLIENT_HANDLER_ECHO_ACCOUNT_H
#define CLIENT_HANDLER_ECHO_ACCOUNT_H

#include "relay-client/handler/echo/echo_call.h"
#include "relay-client/handler/echo/echo_token.h"

/* Who the echo bot can speak as: where it sends what, with which token.
 *
 * Life: echo_account_init_... -> ... -> echo_account_close -> on_closed */

#define ECHO_ACCOUNT_MADE_UP "hookline-echo" /* an access token that only the emulator takes */

struct echo_account {
    const char *name; /* for people: "LINE" */
    bool is_works;    /* it asks to come back later (429), and one does */
    bool is_made_up;  /* emulated whatever happens */
    struct echo_token token;
    const char *token_path;
    struct echo_way auth, api; /* the hosts owned, the port borrowed */
    struct echo_call *issuing; /* owned by who asked for a token; NULL: nobody has */
    unsigned told;             /* the status of which the log knows, 0: none */
    void (*on_closed)(void *owner);
    void *owner;
};

/* By access token, or by channel id and secret, or with a made-up token. */
MUST_CHECK enum err echo_account_init_line(struct echo_account *a,
                                           const struct lineapi_options *options,
                                           struct lineapi *port);
/* The emulated LINE WORKS. */
MUST_CHECK enum err echo_account_init_works(struct echo_account *a, struct lineapi *port);
/* The real one.  `key` is borrowed. */
MUST_CHECK enum err echo_account_init_real_works(struct echo_account *a, struct loop *l,
                                                 const struct settings *settings,
                                                 struct jwt_rsa *key, char detail[static 512]);
/* Are client id, secret, service account and key set?  With only some of them `detail` says
 * what is missing (else ""). */
bool echo_account_has_works(const struct settings *settings, char detail[static 512]);

/* Into the log, once until something works again: what went wrong, and what to do. */
void echo_account_tell(struct echo_account *a, const struct echo_answer *answer, bool is_token);
void echo_account_works(struct echo_account *a);

/* Nothing of it is under way.  on_closed from the loop, or at once if there is nothing to
 * close (false). */
bool echo_account_close(struct echo_account *a, void (*on_closed)(void *owner), void *owner);
void echo_account_fini(struct echo_account *a);

#endif
