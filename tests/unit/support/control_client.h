/* Who asks the agent of agent_world over its control socket. */
#ifndef TESTS_UNIT_SUPPORT_CONTROL_CLIENT_H
#define TESTS_UNIT_SUPPORT_CONTROL_CLIENT_H

#include "unit/support/agent_world.h"

#define CONTROL_CLIENT_STATUS "GET /.hookline/status HTTP/1.1\r\nHost: localhost\r\n\r\n"

/* Before the first one, and after each agent_world_open. */
void control_client_init(void);
/* Says it, and waits for a whole answer, which is borrowed until the next one. */
const char *control_client_ask(const char *text);
const char *control_client_post(const char *path, const char *body);

/* The answer has this status, and is a problem unless that is 200. */
void control_client_check_status(unsigned status, const char *got);
/* The answer's JSON, which is no problem. */
const char *control_client_body(const char *got);
void control_client_check_count(const char *got, uint64_t want);

#endif
