/* The openssl program as a child of the test, on its loop. */
#ifndef TESTS_UNIT_SUPPORT_OPENSSL_PROGRAM_H
#define TESTS_UNIT_SUPPORT_OPENSSL_PROGRAM_H

#include "loop/loop.h"

#include <uv.h>

struct openssl_program {
    struct loop *loop;
    uv_process_t process;
    uv_pipe_t in, out;
    uv_write_t write;
    char input[64];
    char text[65536]; /* standard output and error together; NUL-terminated */
    size_t len;
    int handles; /* not yet closed */
    bool exited;
    int64_t status;
};

/* False, and a line on standard error, when there is no such program. */
bool openssl_program_exists(void);
/* The arguments are one text, divided by spaces. */
void openssl_program_start(struct openssl_program *o, struct loop *l, const char *arguments);
/* To its standard input; one text at a time, at most 63 bytes. */
void openssl_program_say(struct openssl_program *o, const char *text);
/* Turns the loop until it has printed `text`; aborts if it ends before. */
void openssl_program_wait_for(struct openssl_program *o, const char *text);
/* Turns the loop until it has ended by itself. */
void openssl_program_wait(struct openssl_program *o);
/* Ends it, if it has not ended. */
void openssl_program_end(struct openssl_program *o);

#endif
