#ifndef CLIENT_INSPECTOR_INSPECTOR_ROUTE_H
#define CLIENT_INSPECTOR_INSPECTOR_ROUTE_H

#include "http/exchange.h"
#include "relay-client/inspector/inspector.h"
#include "relay-client/journal/journal_reader.h"

/* A route of the API, and the two ways to answer one.  A request that comes here has passed
 * the gate, its method fits and its body is whole.
 *
 * Reading: on the reader's thread, with the journal; a plain function from parameters to a
 *          reply.  It must touch nothing else than what it is given.
 * Acting:  on the loop, with everything; answers now or later. */

#define INSPECTOR_PARAMS_MAX 16u
/* of requests, unless a route says else */
#define INSPECTOR_BODY_MAX  ((size_t)4 * 1024 * 1024)
#define INSPECTOR_REPLY_MAX ((size_t)64 * 1024 * 1024)

/* Path ("{id}") and query parameters, percent-decoded UTF-8, "+" is a space in the query;
 * owned copies, NUL-terminated. */
struct inspector_params {
    struct {
        const char *name; /* of the pattern, or owned */
        char *value;
    } list[INSPECTOR_PARAMS_MAX];
    size_t len;
};
/* NULL: absent. */
const char *inspector_param(const struct inspector_params *p, const char *name);
/* False: absent or not such a number. */
bool inspector_param_u64(const struct inspector_params *p, const char *name, uint64_t *out);

struct inspector_reply {
    unsigned status;    /* 200 unless set */
    const char *type;   /* "application/json" unless set */
    char file_name[80]; /* not empty: Content-Disposition: attachment (RFC 6266) */
    struct bytes body;  /* initialised, at most INSPECTOR_REPLY_MAX */
    /* Instead of all that: a problem (docs/inspector-api.yaml), if `code` is set. */
    const char *code;  /* static */
    const char *title; /* static */
    char detail[256];
    char allow[32];               /* with 405: the methods that there are (RFC 9110 §15.5.6) */
    struct bytes problem_members; /* further members of it, `,"error":{...}`, or empty */
};
/* Makes it a problem; `detail` says what happened and what to do. */
__attribute__((format(printf, 4, 5))) void
inspector_reply_problem(struct inspector_reply *reply, unsigned status, const char *code,
                        const char *detail, ...);

/* What does not change while the inspector runs. */
struct inspector_facts {
    const struct secrets *secrets;
    const char
        *forward_url; /* where `copy as cURL` sends to; NULL: the handler is no address */
    const struct clock *clock;
};

struct inspector_reading {
    const struct inspector_facts *facts;
    const struct inspector_params *params;
    struct span body;       /* of a POST */
    const char *public_url; /* of the tunnel, or ""; copied when the request came */
    struct journal_reader *reader;
    struct inspector_reply *reply;
};

struct inspector_request; /* one request that is being answered, on the loop */

struct inspector_route {
    const char *method;  /* "GET", "POST", "DELETE" */
    const char *pattern; /* "/api/exchanges/{id}" */
    /* One of the two.  An error becomes a problem (404 for ERR_NOT_FOUND, 503, ...). */
    enum err (*read)(struct inspector_reading *r);
    void (*act)(struct inspector_request *request);
    size_t body_max; /* 0: INSPECTOR_BODY_MAX */
};

/* For acting routes.  Each request is answered once: by inspector_request_reply (takes what
 * is in `reply`), or by taking the exchange over (streams). */
struct inspector *inspector_request_owner(const struct inspector_request *r);
const struct inspector_params *inspector_request_params(const struct inspector_request *r);
struct span inspector_request_body(const struct inspector_request *r);
const struct http_head *inspector_request_head(const struct inspector_request *r);
struct inspector_reply *inspector_request_prepare(struct inspector_request *r);
/* Sends it, or nothing if who asked has gone; frees the request. */
void inspector_request_reply(struct inspector_request *r);
/* Goes on reading: `read` runs on the reader's thread, its reply is the answer. */
void inspector_request_read(struct inspector_request *r,
                            enum err (*read)(struct inspector_reading *reading));
/* The exchange is the caller's from now on, and the request is freed. */
struct exchange *inspector_request_take(struct inspector_request *r);

/* A reading that nobody asked for by HTTP (exports by pieces, the feed).  `run` on the
 * reader's thread, `done` on the loop; embedded, lives until `done`.  ERR_BUSY, ERR_CLOSED. */
struct inspector_job {
    enum err (*run)(struct inspector_job *job, struct journal_reader *reader);
    void (*done)(struct inspector_job *job, enum err rc);
    struct inspector *inspector;
    enum err rc;
    void *internal[8]; /* the reader's own */
};
MUST_CHECK enum err inspector_job_start(struct inspector *i, struct inspector_job *job);

/* What acting routes may use. */
struct loop *inspector_loop(const struct inspector *i);
const struct inspector_options *inspector_options_of(const struct inspector *i);
const struct inspector_facts *inspector_facts_of(const struct inspector *i);
/* Of the tunnel, or "" before the first link. */
const char *inspector_public_url(const struct inspector *i);
/* An event for every open page: `type` static, `json` one JSON text, copied. */
void inspector_publish(struct inspector *i, const char *type, struct span json);
/* The inspector does not close before the release. */
void inspector_hold(struct inspector *i);
void inspector_release(struct inspector *i);
/* True once inspector_close was called: what runs on its own ends. */
bool inspector_is_closing(const struct inspector *i);

/* The routes of each room; tables end with a zeroed row. */
extern const struct inspector_route
    inspector_exchange_routes[]; /* list, detail, downloads, compare */
extern const struct inspector_route inspector_edit_routes[]; /* marks, delete, undo, pending */
extern const struct inspector_route inspector_filter_routes[]; /* suggest, explain */
extern const struct inspector_route inspector_chat_routes[];
extern const struct inspector_route inspector_call_routes[]; /* of the bot to LINE's API */
extern const struct inspector_route inspector_replay_routes[];
extern const struct inspector_route inspector_simulate_routes[]; /* ... and test people */
extern const struct inspector_route inspector_export_routes[];   /* har, curl, export, import */
extern const struct inspector_route inspector_doctor_routes[];
extern const struct inspector_route inspector_status_routes[]; /* session, status, stream */

#endif
