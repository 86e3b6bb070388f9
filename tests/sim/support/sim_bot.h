/* The bot of one simulated agent: a handler in the same process that answers, errs, dawdles
 * or breaks off, as its mood is.  Every call is checked against the ledger. */
#ifndef TESTS_SIM_SUPPORT_SIM_BOT_H
#define TESTS_SIM_SUPPORT_SIM_BOT_H

#include "base/random.h"
#include "relay-client/handler/handler.h"
#include "sim/support/sim_ledger.h"

enum sim_mood { SIM_MOOD_GOOD, SIM_MOOD_BAD, SIM_MOOD_SLOW, SIM_MOOD_ABSENT, SIM_MOODS };

struct sim_bot;

void sim_bot_open(struct loop *l, struct sim_ledger *ledger, struct random *random,
                  struct sim_bot **out);
struct handler *sim_bot_handler(struct sim_bot *b); /* handler_close ends it */
void sim_bot_set_mood(struct sim_bot *b, enum sim_mood mood);
/* The one that has waited longest gets its answer; false: nobody waits. */
bool sim_bot_answer_one(struct sim_bot *b);

#endif
