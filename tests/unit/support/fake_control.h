/* The control socket of an agent that is none: a thread takes one connection, reads one
 * request, says what it was told to say, and hangs up.
 *
 * Life: fake_control_start -> a command runs -> fake_control_stop */
#ifndef TESTS_UNIT_SUPPORT_FAKE_CONTROL_H
#define TESTS_UNIT_SUPPORT_FAKE_CONTROL_H

/* At PATH; `answer`: the whole of it, borrowed. */
void fake_control_start(const char *path, const char *answer);
/* Waits for its end; the request as it came. */
const char *fake_control_stop(void);

/* Nobody serves it any more, but its file stays: as after a kill. */
void fake_control_abandon(void);

/* HTTP around a JSON text, in a ring of two. */
const char *fake_control_answer(unsigned status, const char *json);

#endif
