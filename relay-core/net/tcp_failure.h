#ifndef NET_TCP_FAILURE_H
#define NET_TCP_FAILURE_H

#include "base/err.h"

/* libuv's codes for what becomes of TCP connections, as errors and as words for people. */
struct tcp_failure {
    int code;
    enum err err;
    const char *text; /* "" where the error says it all */
};

/* Never NULL; ERR_IO for codes that have no words here. */
const struct tcp_failure *tcp_failure_of(int code);

#endif
