#ifndef CLIENT_LINEAPI_EMULATOR_IMPL_H
#define CLIENT_LINEAPI_EMULATOR_IMPL_H

#include "relay-client/lineapi/emulate/emulated_rates.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"

/* The inside of an emulated account, for the rooms message, people, content and account; the
 * others have emulator_rooms.h. */

#define EMULATOR_ENDPOINT_SIZE 501u

struct emulator {
    struct emulator_options options; /* a copy; what it points to is borrowed */
    struct emulator_rooms rooms;
    struct emulated_rates rates;
    struct retry_keys *retry_keys; /* owned, as are the next */
    struct sent_counts *sent;
    struct narrowcasts *narrowcasts;
    struct people_store *people;
    struct content_store *contents;
    char endpoint[EMULATOR_ENDPOINT_SIZE]; /* of PUT webhook/endpoint; "": it was not called */
};

#endif
