#ifndef CLIENT_HANDLER_ECHO_JOB_H
#define CLIENT_HANDLER_ECHO_JOB_H

#include "relay-client/handler/echo/echo_post.h"
#include "relay-client/handler/echo/echo_sender_impl.h"

/* One reply on its way; for the sender only.
 *
 * Life: echo_job_new -> in the queue -> under way -> freed by itself, or echo_job_cut */
struct echo_job;

/* Puts it at the end of the queue.  Errors of echo_post_make. */
MUST_CHECK enum err echo_job_new(struct echo_sender *s, const struct echo_post_source *source);
/* Starts as many of the queue as there is room for. */
void echo_job_start_next(struct echo_sender *s);
/* All of them: those that wait go at once, others when their call has ended. */
void echo_job_cut_all(struct echo_sender *s);

#endif
