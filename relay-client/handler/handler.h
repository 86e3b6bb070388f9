#ifndef CLIENT_HANDLER_HANDLER_H
#define CLIENT_HANDLER_HANDLER_H

#include "base/random.h"
#include "codec/signature/signature.h"
#include "http/exchange.h"
#include "loop/loop.h"

/* What receives requests on the laptop: an HTTP address, a command, or the
 * built-in echo bot.  A handler gives out client ends of exchanges, so that the
 * agent treats all three alike.
 *
 * Life: handler_open_... -> handler_request ... -> handler_close -> on_closed (freed),
 *       after the last exchange; those under way are aborted with ERR_CANCELLED.
 * An exchange that cannot reach its handler ends with on_abort: ERR_REFUSED (nobody
 * listens), ERR_TIMEOUT, ERR_EOF (closed without an answer), ERR_PROTOCOL (not HTTP),
 * ERR_TLS, ERR_NOT_FOUND (no such host or command), ERR_DENIED (not executable),
 * ERR_BODY_TOO_LARGE (for or from a command), ERR_FAILED (a command ended badly);
 * `detail` says what happened and what to do, to the person at this machine: it may name
 * addresses and quote the command, so it never goes to who sent the request. */
struct handler;

/* `url` is configuration; no request can change scheme, host or port (threats A15).
 * A webhook goes to the path of the URL if it has one, everything else (and every
 * webhook when the URL ends with the host or a lone "/") to the path it came with; a
 * request keeps its own query unless the URL brings one.  Connections are kept alive and
 * reused; at the limit up to 1,000 requests wait, one more is ERR_BUSY.  ERR_CONFIG with
 * `detail` for a URL that cannot be, https included when there is no trust for it. */
struct forward_handler_options {
    const char *url;
    const char *ca_file;    /* whom https trusts; NULL: the system's bundle */
    bool rewrite_host;      /* Host is the URL's; else the public one */
    uint64_t answer_ms;     /* until the head of the answer, from the last piece of the
                               request that moved; 0 = 30 s */
    size_t connections_max; /* 0 = 100 */
};
MUST_CHECK enum err handler_open_forward(struct loop *l,
                                         const struct forward_handler_options *options,
                                         struct handler **out, char detail[static 256]);

/* One process per webhook: `command` by /bin/sh -c, the body on its standard input,
 * method, path, fields (HTTP_X_LINE_SIGNATURE) and Hookline's own data (HOOKLINE_DELIVERY,
 * HOOKLINE_VERDICT, ...) in its environment: see exec_environment.h.  Exit code 0: 200
 * with standard output as the body; else ERR_FAILED with the exit code and the end of
 * standard error as the detail.  Both bodies are at most 1 MiB.  At most `processes_max`
 * run at a time, up to 1,000 others wait in order (for at most `answer_ms`), one more is
 * ERR_BUSY.
 * Plain requests are answered 404 without a process, for a browser that looks for an icon
 * must not start the bot; unless `takes_plain`, or replayed, which somebody asked for.
 * The process leads a process group; the group is terminated on timeout and when the
 * exchange is closed early.  What it leaves running behind an exit is left alone.
 * SIGPIPE must be ignored (loop/signals.h). */
struct exec_handler_options {
    const char *command;
    bool takes_plain;       /* requests that are no webhooks too */
    uint64_t answer_ms;     /* then SIGTERM, 2 s later SIGKILL; 0 = 30 s */
    unsigned processes_max; /* 0 = 4 */
};
MUST_CHECK enum err handler_open_exec(struct loop *l,
                                      const struct exec_handler_options *options,
                                      struct handler **out, char detail[static 256]);

/* Answers every webhook with 200 and says in a JSON body what it would have replied
 * to LINE or LINE WORKS; anything else with a page that says hello. */
MUST_CHECK enum err handler_open_echo(struct loop *l, struct handler **out);
/* The same, and its replies are really sent: to the LINE API port, as those of any bot, with
 * the credentials of the port's settings; and to LINE WORKS, if they are there (works-...).
 * `port` (may be NULL: then nothing is sent) is borrowed until on_closed.  On failure the loop
 * must run before it is freed. */
struct lineapi;
MUST_CHECK enum err handler_open_echo_bot(struct loop *l, struct lineapi *port,
                                          struct handler **out, char detail[static 512]);

/* What the request is about, beside its head. */
struct handler_request {
    const struct http_head *head;
    bool end;
    bool webhook;
    enum verdict verdict;
    const char *delivery; /* its id, borrowed for the call; NULL: none */
    uint64_t replay_of;   /* 0: not a replay */
};

/* The exchange has no owner yet if `events` is NULL: exchange_own it in this turn.
 * ERR_CLOSED after handler_close, ERR_BUSY, ERR_SYNTAX for a target that cannot be sent. */
MUST_CHECK enum err handler_request(struct handler *h, const struct handler_request *request,
                                    const struct exchange_events *events, void *owner,
                                    struct exchange **out);
/* "http://127.0.0.1:8000/callback", "echo", "exec: python3 bot.py". */
const char *handler_name(const struct handler *h);
void handler_close(struct handler *h, void (*on_closed)(void *owner), void *owner);

#endif
