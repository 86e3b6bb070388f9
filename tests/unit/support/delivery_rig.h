/* A front_rig with an inbox and the tunnel mybot: what tests of the delivery contract say. */
#ifndef TESTS_UNIT_SUPPORT_DELIVERY_RIG_H
#define TESTS_UNIT_SUPPORT_DELIVERY_RIG_H

#include "relay-server/delivery/delivery.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

extern struct front_rig delivery_rig;

/* Two callers, HTTP/1 and HTTP/2, no agent; the agents that link want this. */
void delivery_rig_open(enum link_answer answer, enum link_offline offline);
void delivery_rig_open_file(const struct inbox_options *options);
void delivery_rig_close(void);
struct tunnel *delivery_rig_tunnel(void);

/* The i-th agent links mybot. */
void delivery_rig_link(size_t i);
/* Its link ends as when its process dies. */
void delivery_rig_kill(size_t i);
/* Nothing is heard of it any more, and nothing it is sent arrives. */
void delivery_rig_silence(size_t i);
/* The agent that linked last but answers nothing by itself from now on: the test does. */
void delivery_rig_hold(size_t i);
struct fake_call *delivery_rig_call(size_t agent, size_t i);
size_t delivery_rig_calls(size_t agent);
/* *stored*; the final answer, which ends the exchange; both, and run. */
void delivery_rig_store(struct fake_call *call);
void delivery_rig_answer(struct fake_call *call, unsigned status, const char *body);
/* The agent's own problem: "hookline-unanswered: 1". */
void delivery_rig_answer_for_bot(struct fake_call *call, unsigned status);

/* The i-th caller sends a webhook. */
void delivery_rig_ask(size_t i, const char *body);
/* A new connection for the i-th caller. */
void delivery_rig_call_anew(size_t i);
void delivery_rig_leave(size_t i);
/* What it has heard: nothing yet; 200 without a body; the bot's answer; a problem. */
void delivery_rig_check_waits(size_t i);
void delivery_rig_check_accepted(size_t i);
void delivery_rig_check_bot(size_t i, unsigned status, const char *body);
void delivery_rig_check_problem(size_t i, const struct problem *want);

uint64_t delivery_rig_kept(void);
uint64_t delivery_rig_aside(void);
uint64_t delivery_rig_delivered(void);
/* The i-th request that the agent got has this body. */
void delivery_rig_check_body(size_t agent, size_t i, const char *body);

#endif
