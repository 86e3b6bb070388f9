/* A relay without ports: public connections and links come over pipes, so that every run of
 * the same test is the same, under a clock that moves when the test says so.
 *
 *     callers ──pipe──▶ http_server_conn ─▶ front_request ─▶ links ──pipe──▶ agents
 *
 * Life: front_rig_open -> ... -> front_rig_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_FRONT_RIG_H
#define TESTS_UNIT_SUPPORT_FRONT_RIG_H

#include "net/fault_stream.h"
#include "relay-server/ingress/front.h"
#include "unit/support/fake_agent.h"
#include "unit/support/public_client.h"
#include "unit/support/rig_disk.h"
#include "unit/support/token_store.h"

#define FRONT_RIG_CALLERS 20u
#define FRONT_RIG_AGENTS  20u
#define FRONT_RIG_DOMAIN  "relay.test"
#define FRONT_RIG_NOW_MS  UINT64_C(1795894305000)

struct front_rig;

struct front_caller {
    struct front_rig *rig;
    struct public_client client;
    struct http_server_conn *conn; /* the relay's end; NULL after on_closed */
    const char *server_name;       /* what SNI said; "" at first */
};

struct front_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct random_seeded random;
    struct relay_state state;
    struct front_caller callers[FRONT_RIG_CALLERS];
    struct fake_agent agents[FRONT_RIG_AGENTS];
    struct fault_plan plans[FRONT_RIG_AGENTS]; /* of each agent's end of its link */
    struct token_store tokens;                 /* front_rig_open_gate */
    struct rig_disk disk;                      /* front_rig_open_inbox */
    char token_id[TUNNEL_ID_MAX];              /* of a live token for mybot */
    bool keeps_files;                          /* after front_rig_close, for the test */
    size_t chunk;                              /* of the pipes to come */
    unsigned empties;                          /* on_empty of the links */
    unsigned long live;
};

/* Keeps nothing of what was in *rig.  There are no tokens. */
void front_rig_open(struct front_rig *rig);
/* With tokens, attempts and a scratch folder: for the link gate. */
void front_rig_open_gate(struct front_rig *rig);
/* And an inbox, with a token for mybot; `options` NULL: in memory, without limits. */
void front_rig_open_inbox(struct front_rig *rig, const struct inbox_options *options);
/* The relay is told what `tokens` has in its file. */
void front_rig_reload_tokens(struct front_rig *rig);
/* Until nothing moves any more, on the disk neither (unless rig->disk.is_held). */
void front_rig_run(struct front_rig *rig);
/* The clock moves in steps of at most a second; what is due happens, and run. */
void front_rig_advance(struct front_rig *rig, uint64_t ms);

/* The i-th public connection, begun; false: memory is out. */
bool front_rig_connect(struct front_rig *rig, size_t i, bool is_h2);
/* And run. */
bool front_rig_call(struct front_rig *rig, size_t i, bool is_h2);
/* The i-th agent links a tunnel, without the gate, and run; false: memory is out. */
bool front_rig_link(struct front_rig *rig, size_t i, const char *tunnel, const char *token);
/* What its agents wanted last; the tunnel comes into being. */
struct tunnel *front_rig_tunnel(struct front_rig *rig, const char *tunnel,
                                enum link_answer answer, enum link_offline offline);
/* The i-th caller's request, and run. */
void front_rig_ask(struct front_rig *rig, size_t i, const struct public_request *request);
/* A webhook for mybot with this body. */
struct public_request front_rig_webhook(const char *body);
/* A plain request for mybot. */
struct public_request front_rig_get(const char *target);
struct public_client *front_rig_client(struct front_rig *rig, size_t i);
/* The answer of the i-th caller has this status. */
void front_rig_check_status(struct front_rig *rig, size_t i, unsigned status);

/* Ends whatever lives, in a fixed order, and run. */
void front_rig_end(struct front_rig *rig);
void front_rig_close(struct front_rig *rig);

#endif
