#ifndef HTTP_H2_CONN_FINISH_H
#define HTTP_H2_CONN_FINISH_H

#include "http/h2/h2_conn_impl.h"

/* The last part of a connection: everything is said and must not be lost by closing too
 * early.  What waits in the stream leaves first, however slowly, if only some of it goes
 * within any 10 s (H2_CONN_WRITE_MS); then the peer has a second to close. */

/* Any error: close the stream now. */
MUST_CHECK enum err h2_conn_finish(struct h2_conn *c);

#endif
