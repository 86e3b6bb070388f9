#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_PEOPLE_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_PEOPLE_H

#include "codec/line/line_event.h"
#include "relay-client/journal/journal_reader.h"

/* What people and groups are called, as far as the journal knows; the last few are
 * remembered.
 *
 * Life: exchange_people_init -> ...; nothing to free. */

#define EXCHANGE_PEOPLE_MAX 8u

struct exchange_people {
    struct journal_reader *reader; /* borrowed */
    struct {
        char id[64], name[512];
        size_t name_len;
    } list[EXCHANGE_PEOPLE_MAX];
    size_t next;
};

void exchange_people_init(struct exchange_people *p, struct journal_reader *reader);
/* Empty if it is not known; borrowed until the next but EXCHANGE_PEOPLE_MAX - 1. */
struct span exchange_people_name(struct exchange_people *p, struct span id);
/* Of the user, else of the chat. */
struct span exchange_people_of_event(struct exchange_people *p, const struct line_event *event);

#endif
