#ifndef CLIENT_DOCTOR_DOCTOR_IMPL_H
#define CLIENT_DOCTOR_DOCTOR_IMPL_H

/* What the files of the examination share; users include doctor.h only.
 *
 * Each check has a function that starts it.  It ends with doctor_end, at once or later, from
 * the loop; after that it touches nothing any more. */

#include "loop/defer.h"
#include "loop/worker.h"
#include "net/resolve.h"
#include "net/tls/tls_chain_check.h"
#include "net/tls/tls_peer_chain.h"
#include "relay-client/doctor/doctor.h"
#include "relay-client/doctor/doctor_check.h"
#include "relay-client/doctor/doctor_places.h"
#include "relay-client/doctor/doctor_probe.h"

/* Together less than 15 s, on the longest way: name, port, chain, http. */
#define DOCTOR_NAME_MS  3000u
#define DOCTOR_PORT_MS  3000u
#define DOCTOR_TLS_MS   3500u
#define DOCTOR_HTTP_MS  4000u /* LINE waits 2 s; that it was 3 is worth knowing */
#define DOCTOR_LINE_MS  2000u
#define DOCTOR_SLOW_MS  1000u /* of LINE's 2 s: half is gone */
#define DOCTOR_CLOCK_MS 6000u

enum doctor_phase { DOCTOR_PHASE_WAITING, DOCTOR_PHASE_BUSY, DOCTOR_PHASE_OVER };

/* The chain on its way to the worker and back. */
struct doctor_chain {
    struct worker_job job;
    struct tls_chain_report *report, *public_report; /* owned while the job runs */
    struct tls_context *trust; /* owned: who believes only what was checked; or NULL */
    struct bytes pem;
    char detail[256];
    enum err rc;
    bool has_public; /* public_report was made: a CA file was used for `report` */
};

struct doctor_tls {
    unsigned open; /* probes that are under way */
    bool has_12, has_13, has_old;
    char why[384]; /* of the last that failed */
};

struct doctor_bot {
    struct worker_job job;
    struct tls_context *tls; /* owned; NULL: plain, or not made yet */
    char detail[256];
    enum err rc;
    unsigned status;   /* what it answered, 0: nothing */
    size_t other_port; /* of the list of those that are tried */
};

struct doctor {
    struct loop *loop; /* borrowed for ever */
    struct doctor_options options;
    const struct doctor_events *events;
    void *owner;
    struct doctor_check checks[DOCTOR_CHECKS];
    enum doctor_phase phases[DOCTOR_CHECKS];
    uint64_t began_us[DOCTOR_CHECKS];
    struct defer_task task;
    struct worker *worker; /* owned */
    struct list probes;    /* of doctor_probe.h; owned */
    struct resolve *resolve;
    struct tls_context *look; /* owned: sees what is served, and believes all of it */
    struct doctor_places places;
    struct doctor_chain chain;
    struct doctor_tls tls;
    struct doctor_bot bot;
    struct line_client *line; /* owned; NULL: LINE is not asked */
    bool is_stopped;
    bool is_closing;
};

/* A check, its turn; see the table in doctor.c. */
void doctor_relay_name(struct doctor *d);
void doctor_relay_port(struct doctor *d);
void doctor_chain_start(struct doctor *d);
void doctor_tls_start(struct doctor *d);
void doctor_http_start(struct doctor *d);
void doctor_link_start(struct doctor *d);
void doctor_link_inbox(struct doctor *d);
void doctor_clock_start(struct doctor *d);
void doctor_secret_start(struct doctor *d);
void doctor_line_account(struct doctor *d);
void doctor_line_webhook(struct doctor *d);
void doctor_line_test(struct doctor *d);
void doctor_line_redelivery(struct doctor *d);
void doctor_bot_listens(struct doctor *d);
void doctor_ask_answers(struct doctor *d);
void doctor_ask_refuses(struct doctor *d);

/* `code` is static. */
void doctor_end(struct doctor *d, enum doctor_id id, enum doctor_state state, const char *code);
/* It could not even begin. */
void doctor_end_broken(struct doctor *d, enum doctor_id id, enum err why, const char *detail);
/* ... because of what another one found. */
void doctor_end_needing(struct doctor *d, enum doctor_id id, enum doctor_id needed);

static inline struct doctor_check *doctor_of(struct doctor *d, enum doctor_id id)
{
    return &d->checks[id];
}

#endif
