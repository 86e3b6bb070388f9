#ifndef SERVER_DELIVERY_PROBLEM_H
#define SERVER_DELIVERY_PROBLEM_H

#include "http/problem.h"

/* What a webhook's sender is told when it gets neither the bot's answer nor 200. */

/* It could not even become a delivery. */
const struct problem *delivery_problem_not_begun(enum err why);
/* inbox_put said so, or its ticket; ERR_DENIED: nobody will come for it. */
const struct problem *delivery_problem_not_kept(enum err why);
/* It ended on the link before 102, and may not be kept. */
const struct problem *delivery_problem_not_stored(enum err why);
/* The agent has it, but the answer is lost. */
const struct problem *delivery_problem_no_answer(enum err why);
/* There was an answer, which cannot be passed on. */
bool delivery_problem_is_bad_answer(enum err why);

#endif
