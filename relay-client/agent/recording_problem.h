#ifndef CLIENT_AGENT_RECORDING_PROBLEM_H
#define CLIENT_AGENT_RECORDING_PROBLEM_H

#include "http/problem.h"
#include "relay-client/agent/recording.h"

/* What the one who asked is told when the handler gave no answer. */

/* The problem as that one may read it: `why` names addresses, files and what a command
 * wrote, so only a request from this machine gets it as the detail. */
struct problem recording_problem(const struct recording *r, const struct problem *p,
                                 const char *why);
/* 504, 500 or 502: why the handler gave no answer. */
unsigned recording_problem_status(enum err why);
/* Answers a request that recording_init refused. */
void recording_problem_refuse(struct exchange *server, enum err why);
/* Answers with `p` that the webhook is stored and the handler has not answered it
 * (LINK_FIELD_UNANSWERED), and lets go of the exchange. */
void recording_problem_unanswered(struct exchange *server, const struct problem *p);

#endif
