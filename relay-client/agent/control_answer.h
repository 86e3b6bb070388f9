#ifndef CLIENT_AGENT_CONTROL_ANSWER_H
#define CLIENT_AGENT_CONTROL_ANSWER_H

#include "codec/json/json_writer.h"
#include "http/exchange.h"

/* What is said to who asks the agent (control.h): one JSON object, or a problem.
 *
 * Life: control_answer_begin -> members by `w` -> control_answer_send */
struct control_answer {
    struct json_writer w;
    struct bytes json;
};

void control_answer_begin(struct control_answer *a);
/* Lets go of `x`, broken off when it cannot be answered. */
void control_answer_send(struct control_answer *a, struct exchange *x);
/* Likewise. */
void control_answer_refuse(struct exchange *x, unsigned status, const char *title,
                           const char *detail);

#endif
