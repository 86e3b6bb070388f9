/* Agents that come through the link gate of a front_rig (front_rig_open_gate). */
#ifndef TESTS_UNIT_SUPPORT_GATE_RIG_H
#define TESTS_UNIT_SUPPORT_GATE_RIG_H

#include "relay-server/links/link_gate.h"
#include "unit/support/front_rig.h"

/* "name: value\n" of a good hello; until the next call. */
const char *gate_rig_hello(const char *token, const char *tunnel);
/* The i-th caller asks for a link on a new connection, with these fields. */
void gate_rig_ask(struct front_rig *rig, size_t i, const char *fields);
void gate_rig_ask_link(struct front_rig *rig, size_t i, const char *token, const char *tunnel);
void gate_rig_check_refused(struct front_rig *rig, size_t i, enum link_refusal why);
/* The i-th caller was welcomed, and is the i-th agent from now on. */
void gate_rig_become_agent(struct front_rig *rig, size_t i);
/* Asks, and must be welcomed. */
void gate_rig_link(struct front_rig *rig, size_t i, const char *token, const char *tunnel);

#endif
