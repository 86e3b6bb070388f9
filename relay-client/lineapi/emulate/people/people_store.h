#ifndef CLIENT_LINEAPI_PEOPLE_STORE_H
#define CLIENT_LINEAPI_PEOPLE_STORE_H

#include "base/err.h"
#include "base/span.h"

/* The people, groups and rooms of an emulated account that were put there by name, and the
 * chats that it has left.
 *
 * Life: people_store_new -> people_store_put ... -> people_store_free
 * The newest PEOPLE_MAX, and PEOPLE_LEFT_MAX chats, are known. */
struct people_store;

#define PEOPLE_MAX      4096u
#define PEOPLE_LEFT_MAX 1024u
#define PEOPLE_ID_SIZE  34u   /* "U" and 32 hexadecimal digits, NUL */
#define PEOPLE_TEXT_MAX 2000u /* bytes of a name, an address, a status; longer ones are cut */

/* Texts "" or NULL: none. */
struct person {
    char id[PEOPLE_ID_SIZE];
    const char *name, *language, *picture_url, *status_message;
};

MUST_CHECK enum err people_store_new(struct people_store **out);
void people_store_free(struct people_store *s);

/* Copied; replaces what has this id.  ERR_NOMEM: nothing has changed. */
MUST_CHECK enum err people_store_put(struct people_store *s, const struct person *p);
/* Borrowed until the next put. */
const struct person *people_store_find(const struct people_store *s, struct span id);
/* By age, the oldest first, from 0; NULL behind the last. */
const struct person *people_store_at(const struct people_store *s, size_t index);

void people_store_leave(struct people_store *s, struct span chat, uint64_t now_ms);
/* When, 0: it has not left. */
uint64_t people_store_left_ms(const struct people_store *s, struct span chat);

#endif
