#ifndef SERVER_TOKENS_FILE_H
#define SERVER_TOKENS_FILE_H

#include "relay-server/tokens/token_list.h"

/* tokens.json on the disk.  Readers need no lock, since the file is only ever
 * replaced as a whole; whoever changes it holds the lock from reading to writing. */
#define TOKENS_FILE_MAX (16u * 1024u * 1024u)

/* No file is an empty list.  Errors as tokens_open. */
MUST_CHECK enum err tokens_file_read(const char *file, struct token_list *out,
                                     char detail[static TOKENS_DETAIL_SIZE]);

/* Waits for other commands.  The lock is a file of its own, FILE.lock, that stays. */
struct tokens_file_lock {
    int fd; /* < 0: not held */
};
MUST_CHECK enum err tokens_file_lock(const char *file, struct tokens_file_lock *out,
                                     char detail[static TOKENS_DETAIL_SIZE]);
void tokens_file_unlock(struct tokens_file_lock *lock);

/* The lock must be held. */
MUST_CHECK enum err tokens_file_write(const char *file, const struct token_list *l,
                                      char detail[static TOKENS_DETAIL_SIZE]);

#endif
