/* An examination of a relay and a bot on this machine, over real TCP and TLS; the clock moves
 * only by hand.  There is one at a time.  Everything is well unless the test changes it. */
#ifndef TESTS_UNIT_SUPPORT_DOCTOR_RIG_H
#define TESTS_UNIT_SUPPORT_DOCTOR_RIG_H

#include "relay-client/doctor/doctor.h"
#include "unit/support/handler_bot.h"

#define DOCTOR_RIG_SECRET "0123456789abcdef0123456789abcdef"

struct doctor_rig {
    struct clock_fake clock; /* the wall clock begins as the system's */
    struct loop *loop;
    struct handler_bot relay, bot;
    char public_url[256], forward_url[256];
    struct doctor_options options;
    struct agent_status link;
    struct secrets secrets;
    struct random_seeded random;
    unsigned long live;
    /* what the bot says to a webhook with a wrong signature */
    const char *refusal;
    /* called for every event, after it was written down; may be NULL */
    void (*hook)(const struct doctor_check *check);
    /* what came of it */
    struct doctor *doctor; /* NULL: it is done */
    struct doctor_check checks[DOCTOR_CHECKS];
    int told[DOCTOR_CHECKS], events, done;
};

extern struct doctor_rig doctor_rig;

/* The relay shows this chain: PEM files; NULL: one that is good. */
void doctor_rig_open(const struct tls_identity *identity);
/* Closes relay and bot; nothing may be left. */
void doctor_rig_close(void);
enum err doctor_rig_start(void);
/* Turns the loop until it is done. */
void doctor_rig_wait(void);
/* Start and wait. */
void doctor_rig_run(void);
/* One event after another, until `*count` is `want` or more. */
void doctor_rig_wait_for(const int *count, int want);
void doctor_rig_advance(uint64_t ms);

/* What was found; all others passed, or warned of what is the test's own. */
void doctor_rig_expect(enum doctor_id id, enum doctor_state state, const char *code);
/* Only what is unusual about this machine is warned of: addresses and ports. */
void doctor_rig_expect_others_good(enum doctor_id but);
/* NULL: there is none. */
const char *doctor_rig_param(enum doctor_id id, const char *name);
void doctor_rig_has(const char *text, const char *part);

/* The connection with the last request that this relay or bot has read, and its head. */
struct handler_bot_connection *doctor_rig_last(struct handler_bot *bot);
const char *doctor_rig_last_head(struct handler_bot *bot);

/* An answer of the relay or the bot; a new string each time, of a ring of four. */
const char *doctor_rig_answer(unsigned status, const char *fields);

#endif
