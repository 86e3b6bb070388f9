#ifndef CLIENT_LINEAPI_LINEAPI_H
#define CLIENT_LINEAPI_LINEAPI_H

#include "loop/loop.h"
#include "net/stream.h"
#include "relay-client/journal/journal.h"
#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/lineapi/push_guard.h"
#include "relay-client/secrets.h"

/* The LINE API port, http://127.0.0.1:4650: what a bot's SDK gets as its base URL instead of
 * https://api.line.me and https://api-data.line.me (and LINE WORKS' hosts).  Each call is
 * recorded, tied to the webhook that it answers, and emulated here or passed on to LINE, byte
 * for byte (lineapi_decision.h says which).
 *
 * Life: lineapi_open -> ... -> lineapi_close -> on_closed (freed) */
struct lineapi;

enum lineapi_mode { LINEAPI_AUTO, LINEAPI_EMULATE, LINEAPI_PASS };

struct lineapi_options {
    const char *address; /* "127.0.0.1:4650", port 0: any */
    enum lineapi_mode mode;
    bool is_configured; /* LINE's credentials are: without them nothing is passed on by AUTO */
    bool live_push;     /* the guard is not asked */
    bool is_relaxed;    /* --strict=off: tokens do not expire, no rate limits */
    const char *api_url, *data_url; /* "https://api.line.me", ...; others for tests */
    const char *ca_file;            /* to trust for them; NULL: the system's */
    struct journal *journal;        /* the rest is borrowed until on_closed */
    struct given_events *given;
    struct push_guard *guard;
    struct line_mint *mint;
    const struct settings *settings; /* of the emulated account: channel id, quota, ... */
    const struct secrets *secrets;
    struct random *random;
    /* As in emulator.h; `webhook_url` may change while the port is open. */
    enum err (*test_webhook)(void *owner,
                             void (*done)(void *call, unsigned status, enum err why),
                             void *call);
    void *owner;
    const char *webhook_url;
    char detail[256]; /* out: why it could not be opened, and what to do */
};

/* ERR_CONFLICT: the port is taken; ERR_CONFIG: not an address of this machine alone. */
MUST_CHECK enum err lineapi_open(struct loop *l, struct lineapi_options *options,
                                 struct lineapi **out);
/* Serves the calls of `stream` (HTTP/1) as if they had come to the port: for the echo bot. */
MUST_CHECK enum err lineapi_serve(struct lineapi *a, struct stream *stream);
/* "http://127.0.0.1:4650" */
const char *lineapi_url(const struct lineapi *a);
unsigned lineapi_port(const struct lineapi *a);
const struct lineapi_options *lineapi_options_of(const struct lineapi *a);
/* Where LINE's webhooks of emulated contents, people, ... are kept. */
struct emulator *lineapi_emulator(struct lineapi *a);
/* Cuts every connection. */
void lineapi_close(struct lineapi *a, void (*on_closed)(void *owner), void *owner);

#endif
