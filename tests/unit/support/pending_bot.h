/* A bot that takes webhooks or leaves them, told apart by the last character of their
 * deliveries, behind an agent_rig.
 *
 * Life: pending_bot_open -> ... -> pending_bot_stop -> agent_rig_end */
#ifndef TESTS_UNIT_SUPPORT_PENDING_BOT_H
#define TESTS_UNIT_SUPPORT_PENDING_BOT_H

#include "unit/support/agent_rig.h"

struct pending_bot {
    struct exchange_log log; /* of the last webhook */
    char asked[256];         /* the names of those that the bot was asked for, in order */
    enum err fate[256];      /* by name: how it fails; OK: it does not */
};

extern struct pending_bot pending_bot;

void pending_bot_open(void);
/* The bot is the same again after agent_rig_restart or agent_rig_crash, and there is a link. */
void pending_bot_resume(void);
struct agent_rig_request pending_bot_request(char name);
/* From the relay, until there is a final answer. */
void pending_bot_send(char name);
/* ... which must be this one, and say that the bot gave none. */
void pending_bot_check_unanswered(unsigned status);
/* The bot was asked for these since the last time. */
void pending_bot_check_asked(const char *want);
/* Moves the clock, and waits until nothing is under way. */
void pending_bot_pass(uint64_t ms);
/* What the journal was given is in it. */
void pending_bot_fence(void);
/* Of an exchange in the journal. */
void pending_bot_check_row(uint64_t id, enum journal_outcome outcome, unsigned attempts);
/* The user's word, through journal and queue. */
enum err pending_bot_settle(uint64_t exchange, enum journal_decision decision, uint64_t *count);
void pending_bot_stop(void);
void pending_bot_stop_and_end(void);

#endif
