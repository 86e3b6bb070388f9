#ifndef LINK_LINK_HANDSHAKE_H
#define LINK_LINK_HANDSHAKE_H

#include "codec/http/http_head.h"
#include "http/problem.h"

/* The words of the link's beginning (docs/protocol.md), pure:
 *
 *     GET /.hookline/link HTTP/1.1          agent -> relay
 *     Connection: Upgrade
 *     Upgrade: hookline/1
 *     Authorization: Bearer hkl_...
 *     Hookline-Tunnel: mybot
 *     Hookline-Answer: guard
 *     Hookline-Offline: keep
 *
 *     HTTP/1.1 101 Switching Protocols      relay -> agent
 *     Connection: Upgrade
 *     Upgrade: hookline/1
 *     Hookline-Url: https://mybot.relay.example.com
 *     Hookline-Session: 8 random bytes in hex
 *     Hookline-Kept: 12
 *
 * A refusal is an ordinary response with application/problem+json. */

#define LINK_PATH         "/.hookline/link"
#define LINK_PROTOCOL     "hookline/1"
#define LINK_TUNNEL_MAX   63u /* a DNS label: a-z 0-9 -, no dash at the ends */
#define LINK_TOKEN_MAX    128u
#define LINK_URL_MAX      512u
#define LINK_SESSION_SIZE 8u /* bytes */

/* Who answers a webhook, and when (docs/delivery.md).  Not said: the first of each. */
enum link_answer {
    LINK_ANSWER_GUARD, /* the bot, or after 1.5 s the relay */
    LINK_ANSWER_NOW,   /* the relay, as soon as the webhook is stored */
    LINK_ANSWER_BOT,   /* the bot alone, however late */
};
/* What becomes of a webhook while no agent is linked. */
enum link_offline {
    LINK_OFFLINE_KEEP,   /* kept in the inbox, answered 200 */
    LINK_OFFLINE_REFUSE, /* answered 503 */
};
/* "guard", "now", "bot"; "keep", "refuse". */
const char *link_answer_text(enum link_answer a);
const char *link_offline_text(enum link_offline o);
/* False: no such word. */
bool link_answer_parse(struct span text, enum link_answer *out);
bool link_offline_parse(struct span text, enum link_offline *out);

/* What an agent asks for. Spans are borrowed from the head. */
struct link_hello {
    struct span token;
    struct span tunnel;
    struct span agent; /* User-Agent, for the log */
    enum link_answer answer;
    enum link_offline offline;
};

/* What a relay grants. */
struct link_welcome {
    struct span url;
    struct span session;
    struct span kept; /* how many deliveries wait in the inbox, in decimal; empty: none */
};

/* Why a relay says no; each has a status and a text that says what to do. */
enum link_refusal {
    LINK_REFUSE_MALFORMED,   /* 400 */
    LINK_REFUSE_TOKEN,       /* 401 unknown, expired and revoked look the same */
    LINK_REFUSE_TUNNEL,      /* 403 the token is not for this name */
    LINK_REFUSE_NAME_IN_USE, /* 409 linked with another token */
    LINK_REFUSE_VERSION,     /* 426 */
    LINK_REFUSE_TOO_MANY,    /* 429 too many attempts or links */
    LINK_REFUSE_SHUTDOWN,    /* 503 the relay is going down, try again */
};

bool link_tunnel_name_is_valid(struct span name);

/* Fills a request head; its spans borrow from `hello` and `authority`. `scratch`
 * holds "Bearer ..." and must live as long as the head; wipe it afterwards. */
MUST_CHECK enum err link_hello_format(struct http_head *out, const struct link_hello *hello,
                                      struct span authority, char scratch[static 160]);
/* Is this request meant for us (its path is LINK_PATH)?  Then parse it; on failure
 * *refusal says how to answer. */
bool link_hello_is(const struct http_head *head);
MUST_CHECK enum err link_hello_parse(const struct http_head *head, struct link_hello *out,
                                     enum link_refusal *refusal);

MUST_CHECK enum err link_welcome_format(struct http_head *out, const struct link_welcome *w);
/* A 101 that fits, else ERR_PROTOCOL. */
MUST_CHECK enum err link_welcome_parse(const struct http_head *head, struct link_welcome *out);

struct problem link_refusal_problem(enum link_refusal why);

/* Fields that the relay adds to each request on the link. */
/* How all of them begin, later ones too, and nobody else's. */
#define LINK_FIELDS         "hookline-"
#define LINK_FIELD_DELIVERY "hookline-delivery"    /* id, 26 characters (ULID) */
#define LINK_FIELD_ATTEMPT  "hookline-attempt"     /* 1, 2, ... */
#define LINK_FIELD_RECEIVED "hookline-received-ms" /* wall clock of the relay */
/* Only where it applies: */
#define LINK_FIELD_ANSWERED "hookline-answered" /* the status that the sender got: 200 */
#define LINK_FIELD_KEPT     "hookline-kept"     /* how many wait in the inbox behind this one */
#define LINK_FIELD_RESUME   "hookline-resume" /* "1": the first one after a failure, see §5 */
/* In a final response: "1", the handler gave no answer (to an agent's own problem). */
#define LINK_FIELD_UNANSWERED "hookline-unanswered"
/* The agent's word that the journal has the request on disk: an interim response
 * of this status before the final one. */
#define LINK_STATUS_STORED 102u

#endif
