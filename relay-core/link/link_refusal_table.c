#include "link/link_handshake.h"

static const struct problem malformed = {
    .status = 400,
    .title = "Not a request for a link",
    .detail = "A link begins with GET " LINK_PATH " without a body, one Hookline-Tunnel field "
              "with a name of a-z, 0-9 and inner dashes (at most 63), and one Authorization "
              "field. Let `hookline up` make this request; if it did, a proxy in between "
              "has changed it.",
};

/* Whoever guesses must not learn what became of a token. */
static const struct problem token = {
    .status = 401,
    .title = "Token not accepted",
    .detail = "The relay does not know this token. It may have been revoked or mistyped: "
              "create one with `hookline-relay token create --tunnel mybot` and give it to "
              "`hookline login`.",
};

static const struct problem tunnel = {
    .status = 403,
    .title = "Not your tunnel",
    .detail = "This token is not for the tunnel of that name. Use the name that the token was "
              "created for, or create a token with `hookline-relay token create --tunnel "
              "NAME`.",
};

static const struct problem name_in_use = {
    .status = 409,
    .title = "The tunnel is in use",
    .detail = "Another agent serves this tunnel with another token. Stop that agent, link with "
              "its token to take the tunnel over, or choose another name.",
    .retry_after = "30",
};

static const struct problem version = {
    .status = 426,
    .title = "This address speaks " LINK_PROTOCOL,
    .detail = "Only an agent that asks to upgrade to " LINK_PROTOCOL " can link here. Update "
              "`hookline` and the relay to the same version; if they are, a proxy in between "
              "does not let the Upgrade field pass.",
};

static const struct problem too_many = {
    .status = 429,
    .title = "Too many links or attempts",
    .detail = "There were too many failed attempts from this address, or the token has too "
              "many links already. Wait a minute. If the token may be wrong, give the right "
              "one to `hookline login`; stop agents that are no longer needed.",
    .retry_after = "60",
};

static const struct problem shutting_down = {
    .status = 503,
    .title = "The relay is shutting down",
    .detail = "The relay takes no new links because it is about to stop or restart. The agent "
              "tries again by itself; there is nothing to do.",
    .retry_after = "2",
};

struct problem link_refusal_problem(enum link_refusal why)
{
    switch (why) {
    case LINK_REFUSE_MALFORMED:
        return malformed;
    case LINK_REFUSE_TOKEN:
        return token;
    case LINK_REFUSE_TUNNEL:
        return tunnel;
    case LINK_REFUSE_NAME_IN_USE:
        return name_in_use;
    case LINK_REFUSE_VERSION:
        return version;
    case LINK_REFUSE_TOO_MANY:
        return too_many;
    case LINK_REFUSE_SHUTDOWN:
        return shutting_down;
    }
    return malformed;
}
