#ifndef CLIENT_HANDLER_HANDLER_H
#define CLIENT_HANDLER_HANDLER_H

#include "base/random.h"
#include "codec/signature.h"
#include "http/exchange.h"
#include "loop/loop.h"

/* What receives requests on the laptop: an HTTP address, a command, or the
 * built-in echo bot.  A handler gives out client ends of exchanges, so that the
 * agent treats all three alike.
 *
 * Life: handler_open_... -> handler_request ... -> handler_close -> on_closed (freed),
 *       after the last exchange.
 * An exchange that cannot reach its handler ends with on_abort: ERR_REFUSED (nobody
 * listens), ERR_TIMEOUT, ERR_EOF (closed without an answer), ERR_PROTOCOL (not HTTP),
 * ERR_NOT_FOUND (no such command); `detail` says what happened and what to do. */
struct handler;

/* `url` is configuration; no request can change scheme, host or port (threats A15).
 * A webhook goes to the path of the URL if it has one, everything else (and every
 * webhook when the URL ends with the host) to the path it came with.  Connections are
 * kept alive and reused.  ERR_CONFIG with `detail` for a URL that cannot be, https
 * included when `https` has no trust. */
struct forward_handler_options {
    const char *url;
    bool rewrite_host;       /* Host is the URL's; else the public one */
    uint64_t answer_ms;      /* until the head of the answer; 0 = 30 s */
    size_t connections_max;  /* 0 = 100 */
};
MUST_CHECK enum err handler_open_forward(struct loop *l,
                                         const struct forward_handler_options *options,
                                         struct handler **out, char detail[static 256]);

/* One process per request: `command` by /bin/sh -c, the body on its standard input,
 * method, path, fields (HTTP_X_LINE_SIGNATURE) and Hookline's own data (HOOKLINE_DELIVERY,
 * HOOKLINE_VERDICT, ...) in its environment.  Exit code 0: 200 with standard output as
 * the body; else 500 with the end of standard error recorded.  At most `processes_max`
 * run at a time, the others wait in order. */
struct exec_handler_options {
    const char *command;
    uint64_t answer_ms;     /* then SIGTERM, 2 s later SIGKILL; 0 = 30 s */
    unsigned processes_max; /* 0 = 4 */
};
MUST_CHECK enum err handler_open_exec(struct loop *l, const struct exec_handler_options *options,
                                      struct handler **out, char detail[static 256]);

/* Answers every webhook with 200 and says in a JSON body what it would have replied
 * to LINE or LINE WORKS; anything else with a page that says hello. */
MUST_CHECK enum err handler_open_echo(struct loop *l, struct handler **out);

/* What the request is about, beside its head. */
struct handler_request {
    const struct http_head *head;
    bool end;
    bool webhook;
    enum verdict verdict;
    uint64_t replay_of; /* 0: not a replay */
};

/* The exchange has no owner yet if `events` is NULL: exchange_own it in this turn. */
MUST_CHECK enum err handler_request(struct handler *h, const struct handler_request *request,
                                    const struct exchange_events *events, void *owner,
                                    struct exchange **out);
/* "http://127.0.0.1:8000/callback", "echo", "exec: python3 bot.py". */
const char *handler_name(const struct handler *h);
void handler_close(struct handler *h, void (*on_closed)(void *owner), void *owner);

#endif
