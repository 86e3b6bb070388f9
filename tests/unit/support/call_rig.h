/* What a command of `hookline` gets: settings from arguments, places in the scratch folder,
 * and streams that the test reads.  There is one at a time.
 *
 * Life: call_rig_open -> call_rig_load -> ... -> call_rig_close */
#ifndef TESTS_UNIT_SUPPORT_CALL_RIG_H
#define TESTS_UNIT_SUPPORT_CALL_RIG_H

#include "cli/command.h"

struct call_rig {
    struct settings settings;
    struct paths paths; /* config.json, "state" and "run" in the scratch folder */
    struct command_call call;
    char *said, *printed; /* on call.err and call.out; see call_rig_said */
    size_t said_len, printed_len;
    const char *environment[8]; /* set it before loading */
    unsigned long live;
};

extern struct call_rig call_rig;

/* Makes the scratch folder. */
void call_rig_open(void);
/* For this command (enum client_command); NULL-terminated.  They must be right. */
void call_rig_load(unsigned command, const char *const *args);
/* What was said since the last call, of standard error and standard output. */
const char *call_rig_said(void);
const char *call_rig_printed(void);
/* Nothing may be left; the folder is removed. */
void call_rig_close(void);

#endif
