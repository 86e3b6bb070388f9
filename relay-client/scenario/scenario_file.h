#ifndef CLIENT_SCENARIO_SCENARIO_FILE_H
#define CLIENT_SCENARIO_SCENARIO_FILE_H

#include "base/bytes.h"
#include "codec/json/json.h"
#include "relay-client/simulate/event_template.h"

/* A conversation with a bot that is written down, with what the bot is expected to answer:
 * JSON, described in docs/scenarios.md.
 *
 * Life: scenario_file_read | scenario_file_parse -> ... -> scenario_file_fini, also after a
 *       failure */

#define SCENARIO_FILE_MAX      ((size_t)4 * 1024 * 1024)
#define SCENARIO_STEPS_MAX     1000u
#define SCENARIO_WITHIN_MS     5000u /* unless a step says otherwise */
#define SCENARIO_WITHIN_MAX_MS 600000u

enum scenario_verb {
    SCENARIO_SEND,   /* an event */
    SCENARIO_TAP,    /* what a button of the bot's latest messages sends */
    SCENARIO_EXPECT, /* a call of the bot */
};

struct scenario_step {
    enum scenario_verb verb;
    size_t number;    /* from 1 */
    const char *note; /* "note", or NULL; borrowed from the file, like all here */
    const char *as;   /* the name of a test user, maybe of the step before; never NULL */
    const char *in;   /* of a test group, or NULL */
    /* SCENARIO_SEND */
    const struct event_template *sample; /* by its name; NULL: `event` is all there is */
    const char *text;                    /* of its main field, or NULL */
    struct span event;                   /* a piece of one, JSON; empty with `sample` */
    const struct json_value *set;        /* {"path": value}, or NULL */
    /* SCENARIO_TAP: the label of an action */
    const char *label;
    const char *value; /* that is picked, of a date or time; or NULL */
    /* SCENARIO_EXPECT */
    const char *call;                  /* "reply", "push", ..., "nothing" */
    const struct json_value *messages; /* what they must be like (scenario_match.h), or NULL */
    uint64_t status;                   /* of the answer to the bot; 0: any 2xx */
    uint64_t within_ms;
};

struct scenario_file {
    struct bytes text;
    struct json_doc doc;
    const char *title;
    struct scenario_step *steps; /* owned */
    size_t steps_len;
    char detail[300]; /* after a failure: what is wrong, where, and what can be there */
};

/* ERR_SYNTAX, ERR_LIMIT: `detail` says it.  ERR_NOMEM. */
MUST_CHECK enum err scenario_file_parse(struct scenario_file *f, struct span text);
/* Also ERR_NOT_FOUND, ERR_DENIED, ERR_IO. */
MUST_CHECK enum err scenario_file_read(struct scenario_file *f, const char *path);
void scenario_file_fini(struct scenario_file *f);
/* The value of a step's member as it stands in the text. */
struct span scenario_file_raw(const struct scenario_file *f, size_t step, const char *member);

#endif
