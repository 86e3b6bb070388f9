#ifndef CLIENT_JOURNAL_LOOKUP_JOURNAL_DESTINATION_H
#define CLIENT_JOURNAL_LOOKUP_JOURNAL_DESTINATION_H

#include "relay-client/journal/journal_reader.h"

/* The bot that LINE's latest webhook was for: the body's "destination", a user id; "" if there
 * was none with a good signature. */
#define JOURNAL_DESTINATION_SIZE 48u
MUST_CHECK enum err journal_destination(struct journal_reader *r,
                                        char out[static JOURNAL_DESTINATION_SIZE]);

#endif
