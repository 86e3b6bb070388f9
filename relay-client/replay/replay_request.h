#ifndef CLIENT_REPLAY_REPLAY_REQUEST_H
#define CLIENT_REPLAY_REPLAY_REQUEST_H

#include "relay-client/journal/journal_reader.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/secrets.h"

/* A replay: what is sent is the recorded request, byte for byte, but for what the plan says.
 * Where it goes is not part of it: to the agent's own handler or one of its named targets, or
 * to the tunnel's public address.  Whoever sends it chooses between these and no others.
 *
 * Life: replay_request_make -> replay_request_fini, for each time it is sent; a made one must
 *       not be moved. */

#define REPLAY_BODY_MAX ((size_t)1024 * 1024) /* as much as an agent takes of a webhook */

enum replay_sign {
    REPLAY_SIGN_AUTO,  /* keep if the body stays as it was, else again */
    REPLAY_SIGN_AGAIN, /* by the secret of the provider that it is signed for */
    REPLAY_SIGN_KEEP,  /* the recorded signature */
    REPLAY_SIGN_WRONG, /* one that looks right: does the bot refuse it? */
    REPLAY_SIGN_NONE,
};
/* "auto", "again", "keep", "wrong", "none". */
bool replay_request_sign_parse(struct span name, enum replay_sign *out);

struct replay_plan {
    const struct journal_exchange *exchange; /* borrowed by the requests, like all spans here */
    struct span body;                        /* to be sent, before events are made new */
    /* Instead of the recorded fields, NULL: those.  A field marked secret has no value here
     * and keeps its recorded one.  What frames a message (Content-Length, ...) and Host are
     * not taken from here. */
    const struct http_field *fields;
    size_t fields_len;
    bool is_fresh, is_redelivery; /* replay_events.h */
    enum replay_sign sign;
    const struct secrets *secrets;
    const char *target; /* of the agent's; NULL: the usual handler */
    /* To the public address, as LINE would: this authority, this before the path, and no
     * marks of ours.  Empty: to the agent itself. */
    struct span public_authority, public_prefix;
    struct line_mint *mint; /* with is_fresh */
    struct random *random;  /* with REPLAY_SIGN_WRONG */
};

struct replay_request {
    struct http_head head; /* borrows from the plan and from below */
    struct span body;
    size_t renewed, marked;    /* values in its events */
    struct bytes changed_body; /* with is_fresh or is_redelivery */
    char *target;              /* owned, with a public prefix */
    char id[24], length[24];
    struct signature_fields signature;
    /* ERR_NOT_FOUND: the secret of this provider would be needed, and is not there. */
    const struct signature_provider *provider;
    char detail[200]; /* after other failures: what is wrong, for people; or "" */
};

/* ERR_NOT_FOUND, see above.  ERR_SYNTAX: a name or a value that no field may have (CR, LF, NUL,
 * ...), or a body that is not JSON and should be a redelivery.  ERR_DENIED: a field that is
 * Hookline's own.  ERR_USAGE: the provider signs an id, and there is none.  ERR_LIMIT: the body
 * becomes too long.  ERR_HEADERS_TOO_LARGE.  Whatever it is, `out` needs fini. */
MUST_CHECK enum err replay_request_make(struct replay_request *out, struct replay_plan *plan,
                                        uint64_t now_ms);
void replay_request_fini(struct replay_request *r);

#endif
