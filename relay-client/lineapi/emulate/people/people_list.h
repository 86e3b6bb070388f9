#ifndef CLIENT_LINEAPI_PEOPLE_LIST_H
#define CLIENT_LINEAPI_PEOPLE_LIST_H

#include "relay-client/lineapi/emulate/people/people.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

/* Users, each once, in a stable order.
 *
 * Life: people_list_followers or people_list_members -> people_list_fini */

#define PEOPLE_LIST_MAX 12288u /* all of people_store.h and of given_events.h */

struct people_list {
    size_t len, room;
    enum err failed;             /* while it is filled */
    char (*ids)[PEOPLE_ID_SIZE]; /* owned */
    uint16_t *table;             /* owned; places behind 1, 0: none */
};

/* Everybody who has the account as a friend. */
MUST_CHECK enum err people_list_followers(const struct emulator *e, struct people_list *out);
/* Who was heard of in a group or a room; made up if that is nobody. */
MUST_CHECK enum err people_list_members(const struct emulator *e, struct span chat,
                                        struct people_list *out);
void people_list_fini(struct people_list *l);

#endif
