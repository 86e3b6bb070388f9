#ifndef SERVER_TOKEN_CHANGE_H
#define SERVER_TOKEN_CHANGE_H

#include "cli/command.h"
#include "relay-server/tokens/tokens_file.h"

/* What the `token` commands share: tokens.json, locked, read, and written back.  All
 * failures have been said on call->err.
 *
 * Life: token_change_begin -> (token_change_save) -> token_change_end, also after a failed
 * begin. */
struct token_change {
    struct command_call *call; /* borrowed */
    char file[PATHS_MAX];
    struct tokens_file_lock lock;
    struct token_list list;
};

MUST_CHECK enum err token_change_begin(struct token_change *c, struct command_call *call);
MUST_CHECK enum err token_change_save(struct token_change *c);
void token_change_end(struct token_change *c);

/* Reads without lock, for commands that only look. */
MUST_CHECK enum err token_change_read(struct command_call *call, struct token_list *out);
/* The token of this id; NULL, and said so, when there is none. */
struct token *token_change_find(struct command_call *call, const struct token_list *l,
                                struct span id);

/* "2026-11-21"; "never" for 0. */
#define TOKEN_CHANGE_DATE_SIZE 32u
const char *token_change_date(uint64_t wall_ms, char buf[static TOKEN_CHANGE_DATE_SIZE]);

#endif
