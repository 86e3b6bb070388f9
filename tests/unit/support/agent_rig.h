/* Deliveries as an agent has them: requests come over a link whose other end the test
 * plays, or over a local connection; a journal in the scratch folder, a handler, and a
 * clock that only the test moves.  There is one at a time.
 *
 * Life: agent_rig_open -> ... -> agent_rig_stop -> reading the journal -> agent_rig_end,
 *       or agent_rig_restart or agent_rig_crash, and everything goes on */
#ifndef TESTS_UNIT_SUPPORT_AGENT_RIG_H
#define TESTS_UNIT_SUPPORT_AGENT_RIG_H

#include "http/http_server_conn.h"
#include "link/link_session.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/webhook/intake.h"
#include "relay-client/agent/webhook/pending_queue.h"
#include "relay-client/journal/journal_reader.h"
#include "unit/support/exchange_log.h"
#include "unit/support/handler_bot.h"
#include "unit/support/net_peer.h"
#include "unit/support/spy_handler.h"

#define AGENT_RIG_NOW_MS   1795894305000u
#define AGENT_RIG_SECRET   "0123456789abcdef0123456789abcdef"
#define AGENT_RIG_DELIVERY "01KAAAAAAAAAAAAAAAAAAAAAAA"

/* A summary, copied. */
struct agent_rig_summary {
    uint64_t id, replay_of, duplicate_of, total_us, next_ms;
    bool webhook, is_again;
    enum verdict verdict;
    unsigned status, bot_status, attempts;
    enum journal_answerer by;
    enum journal_outcome outcome;
    size_t events_len;
    char method[16], target[256], error[512], explanation[512];
    char event_type[32], event_text[128], user_id[64];
};

struct agent_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct random_seeded random;
    struct journal *journal; /* NULL once closed */
    struct spy_handler spy;
    struct handler_bot bot;
    struct handler *handler; /* NULL once closed */
    struct signature_secret secret;
    struct agent_options options; /* change it before requests */
    struct agent_context context;
    struct pending_queue queue;
    struct intake intake;               /* of the link */
    struct link_session *relay, *agent; /* the link's ends; NULL once closed */
    struct http_server_conn *local;     /* NULL once closed */
    struct net_peer client;             /* ... its other end, raw */
    bool plain;                         /* requests are no webhooks */
    int summaries, quiet, ready, counts;
    struct agent_rig_summary last; /* summary */
    unsigned long live;
};

extern struct agent_rig agent_rig;

/* With the spy as the handler. */
void agent_rig_open(void);
/* With a bot, and a handler that forwards to its /callback. */
void agent_rig_open_bot(enum handler_bot_manner manner);
/* A link, in pieces of `chunk` bytes; false: no memory. */
bool agent_rig_link(size_t chunk);
/* A local connection. */
bool agent_rig_connect(void);
/* The relay is gone; what it had asked for is still to be closed. */
void agent_rig_cut(void);
/* Closes everything and checks that nothing is left; the journal's file stays. */
void agent_rig_stop(void);
/* As an agent ends and is started again, with a spy that has kept only its `on_request`; or
 * as it dies: what is not in the journal by now never will be. */
void agent_rig_restart(void);
void agent_rig_crash(void);
/* After agent_rig_stop: the second half of agent_rig_restart. */
void agent_rig_start_again(void);
void agent_rig_end(void);

struct agent_rig_request {
    const char *method;   /* NULL: POST */
    const char *target;   /* NULL: /callback */
    const char *delivery; /* NULL: AGENT_RIG_DELIVERY; "": none */
    struct span body;
    bool unsigned_;     /* no X-Line-Signature */
    const char *secret; /* to sign with; NULL: the right one */
    const char *fields[4][2];
};

/* From the relay over the link; `log` is its end.  Whole, with its end. */
enum err agent_rig_send(struct exchange_log *log, const struct agent_rig_request *request);
/* Head only; the test sends the body with exchange_send_body(log->x, ...). */
enum err agent_rig_begin(struct exchange_log *log, const struct agent_rig_request *request);
/* Waits until the answer is complete or the exchange aborted; closes it. */
void agent_rig_finish(struct exchange_log *log);

void agent_rig_wait(const int *flag, int count);
void agent_rig_advance(uint64_t ms);
/* What is under way without waiting. */
void agent_rig_settle(void);
/* Until nothing is under way with journal or handler. */
void agent_rig_quiet(void);
/* Moves the clock until nothing waits for the handler any more. */
void agent_rig_drain(void);

/* The journal's last exchange, after agent_rig_stop or while it is open; to be freed. */
struct journal_exchange *agent_rig_read(const char *id);

#endif
