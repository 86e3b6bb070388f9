#ifndef CLIENT_LINEAPI_LEARN_H
#define CLIENT_LINEAPI_LEARN_H

/* The names that LINE has said: of people and groups, in answers that were passed on, for the
 * pages that show who has written. */

struct lineapi_call;

void lineapi_learn(const struct lineapi_call *c);

#endif
