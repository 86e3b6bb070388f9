#ifndef CLIENT_JOURNAL_ACCESS_H
#define CLIENT_JOURNAL_ACCESS_H

#include "cli/command.h"
#include "relay-client/journal/journal_reader.h"

/* The journal that a reading command is about: --data, or the usual folder. */
struct journal_access {
    struct journal_reader *reader; /* owned */
    char folder[PATHS_MAX];
    char path[PATHS_MAX];
};

/* Opens it; says why when that fails. */
enum command_exit journal_access_open(const struct command_call *call,
                                      struct journal_access *out);
void journal_access_close(struct journal_access *a);
/* A reading that failed, in a sentence; returns COMMAND_FAILED. */
enum command_exit journal_access_complain(const struct command_call *call, enum err why);
/* ... of journal_reader_get for what the user wrote. */
enum command_exit journal_access_complain_of(const struct command_call *call, const char *id,
                                             enum err why);

#endif
