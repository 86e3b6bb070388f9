/* A LINE API port of this machine, with a journal in the scratch folder; LINE is two stand-ins
 * without TLS that echo what they get.  The clock moves only by hand.  There is one at a time.
 *
 * Life: lineapi_rig_open -> lineapi_rig_add, change options, what LINE says ->
 *       lineapi_rig_start -> lineapi_rig_ask ... -> lineapi_rig_close */
#ifndef TESTS_UNIT_SUPPORT_LINEAPI_RIG_H
#define TESTS_UNIT_SUPPORT_LINEAPI_RIG_H

#include "relay-client/lineapi/lineapi.h"
#include "unit/support/handler_bot.h"
#include "unit/support/line_call_rig.h"
#include "unit/support/loopback.h"

#define LINEAPI_RIG_ARGS 16u
#define LINEAPI_RIG_USER "U11111111111111111111111111111111"
#define LINEAPI_RIG_CHAT "C22222222222222222222222222222222"

struct lineapi_rig {
    struct journal_rig journal; /* and the loop */
    struct handler_bot line, data;
    struct given_events *given;
    struct push_guard guard;
    struct line_mint mint;
    struct settings settings;
    struct secrets secrets;
    struct random_seeded random;
    struct lineapi_options options;
    struct lineapi *lineapi; /* NULL once closed */
    int closed;
    struct public_client client;
    bool has_client;
    char urls[2][64];
    const char *args[LINEAPI_RIG_ARGS];
    size_t args_len;
    unsigned long live;
};

extern struct lineapi_rig lineapi_rig;

/* AUTO, configured. */
void lineapi_rig_open(void);
/* A setting of `hookline up`. */
void lineapi_rig_add(const char *arg);
enum err lineapi_rig_start(void);
/* Both; it must open. */
void lineapi_rig_open_and_start(void);
/* Closes the port alone, and waits for it. */
void lineapi_rig_end(void);
/* Closes what is open; nothing may be left. */
void lineapi_rig_close(void);

/* The bot gets an event with this reply token, of LINEAPI_RIG_USER in their own chat. */
void lineapi_rig_give(uint64_t exchange, enum given_origin origin, const char *token);
/* A new text of our own mint, until the next eighth. */
const char *lineapi_rig_mint(enum line_mint_kind kind);

/* Asks and waits for the whole answer, over a connection that is kept alive if it can be.
 * `fields` NULL: an access token, and application/json if there is a body.  Returns the
 * status; 0: the connection broke. */
unsigned lineapi_rig_ask(const char *method, const char *target, const char *fields,
                         const char *body);
unsigned lineapi_rig_post(const char *target, const char *body);
/* Its two halves. */
void lineapi_rig_send(const struct public_request *request);
unsigned lineapi_rig_receive(void);
/* Of the last answer; NUL-terminated, until the next one. */
const char *lineapi_rig_body(void);
const char *lineapi_rig_field(const char *name);
/* Requests that have reached LINE, at both hosts. */
int lineapi_rig_passed(void);
/* What was recorded of the newest call, once it is on the disk; until the next one. */
struct lineapi_rig_record {
    struct journal_call_row row; /* its spans are gone: */
    char operation[64], target[256], host[64], request_id[80], problem[32], explanation[512];
    size_t request_len, answer_len;
    bool request_truncated, answer_truncated;
    bool has_authorization; /* shown */
};
const struct lineapi_rig_record *lineapi_rig_record(void);
/* How many there are. */
size_t lineapi_rig_records(void);
/* The client leaves, and comes back after so long. */
void lineapi_rig_stay_away(uint64_t ms);
/* Time passes, and what is due is done. */
void lineapi_rig_advance(uint64_t ms);
void lineapi_rig_turn(void);

#endif
