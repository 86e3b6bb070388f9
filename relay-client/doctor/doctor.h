#ifndef CLIENT_DOCTOR_DOCTOR_H
#define CLIENT_DOCTOR_DOCTOR_H

#include "codec/json/json_writer.h"
#include "loop/loop.h"
#include "relay-client/agent/agent.h"
#include "relay-client/line/line_client.h"
#include "relay-client/secrets.h"

/* Looks at everything between LINE and the bot and says what is wrong and how to repair it:
 * for `hookline doctor` and for the page.  Codes and parameters here; doctor_text.h has the
 * sentences for the terminal, the page its own.
 *
 * Life: doctor_start -> on_check ... -> on_done (frees itself) */
struct doctor;

enum doctor_state { DOCTOR_RUNNING, DOCTOR_PASS, DOCTOR_WARN, DOCTOR_FAIL, DOCTOR_SKIPPED };

enum doctor_id { /* in the order in which they are shown; names as in docs/inspector-api.yaml */
                 DOCTOR_RELAY_NAME,
                 DOCTOR_RELAY_PORT,
                 DOCTOR_RELAY_CHAIN,
                 DOCTOR_RELAY_TLS,
                 DOCTOR_RELAY_HTTP,
                 DOCTOR_LINK,
                 DOCTOR_CLOCK,
                 DOCTOR_INBOX,
                 DOCTOR_SECRET,
                 DOCTOR_LINE_ACCOUNT,
                 DOCTOR_LINE_WEBHOOK,
                 DOCTOR_LINE_TEST,
                 DOCTOR_LINE_REDELIVERY,
                 DOCTOR_BOT_LISTENS,
                 DOCTOR_BOT_ANSWERS,
                 DOCTOR_BOT_REFUSES,
};
#define DOCTOR_CHECKS 16u

struct doctor_param {
    const char *name; /* static */
    char text[128];   /* a number if is_number */
    bool is_number;
};
#define DOCTOR_PARAMS_MAX 6u
#define DOCTOR_CHAIN_MAX  6u

struct doctor_certificate {
    char subject[128], issuer[128];
    uint64_t not_after_ms;
    enum { DOCTOR_CERTIFICATE_GOOD, DOCTOR_CERTIFICATE_MISSING, DOCTOR_CERTIFICATE_BAD } state;
};

enum doctor_fix { DOCTOR_FIX_NONE, DOCTOR_FIX_COMMAND, DOCTOR_FIX_TEXT };

struct doctor_check {
    enum doctor_id id;
    enum doctor_state state;
    const char *code; /* what was found: "chain_incomplete"; static, NULL while it runs */
    uint64_t took_us;
    struct doctor_param params[DOCTOR_PARAMS_MAX];
    size_t params_len;
    char evidence[512];
    struct doctor_certificate chain[DOCTOR_CHAIN_MAX];
    size_t chain_len;
    enum doctor_fix fix;
    char fix_value[256]; /* a command, or the code of a text */
};

/* Everything is borrowed until on_done. */
struct doctor_options {
    const char *relay_host; /* NULL: not logged in */
    unsigned relay_port;
    const char *tunnel;
    const char *public_url; /* as the relay said it; "" not known: made from host and tunnel */
    const char *ca_file;    /* or NULL */
    const char *public_ca_file; /* whom LINE believes; NULL: the system's bundle */
    const char *forward_url;    /* of the bot, with its path; NULL: exec or echo, not asked */
    const char *webhook_path;   /* of the public address; NULL: as that of forward_url */
    const struct secrets *secrets; /* NULL: whether there are any is not known */
    /* Whom to ask at LINE as whom; NULL: there are no credentials, and LINE is not asked. */
    const struct line_client_options *line;
    const char *destination; /* of the latest webhook of LINE: its bot; "" or NULL: unknown */
    /* Of the agent that runs; NULL: none does. */
    const struct agent_status *link;
    struct random *random;
};

struct doctor_events {
    /* Twice for each: when it begins, and what came of it; of one that is skipped only the
     * latter.  Borrowed. */
    void (*on_check)(void *owner, const struct doctor_check *check);
    void (*on_done)(void *owner);
};

MUST_CHECK enum err doctor_start(struct loop *l, const struct doctor_options *options,
                                 const struct doctor_events *events, void *owner,
                                 struct doctor **out);
/* No event afterwards but on_done. */
void doctor_stop(struct doctor *d);

const char *doctor_id_text(enum doctor_id id);      /* "relay_name" */
const char *doctor_group_text(enum doctor_id id);   /* "relay", "link", "channel", "bot" */
const char *doctor_state_text(enum doctor_state s); /* "pass" */
/* The schema Check, without `run`: members only. */
void doctor_check_json(struct json_writer *w, const struct doctor_check *check);

#endif
