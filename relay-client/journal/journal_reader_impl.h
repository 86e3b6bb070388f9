#ifndef CLIENT_JOURNAL_JOURNAL_READER_IMPL_H
#define CLIENT_JOURNAL_JOURNAL_READER_IMPL_H

#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* The inside of a reader, for journal_reader*.c only. */

struct journal_reader {
    struct database *db;      /* owned */
    struct statement version; /* PRAGMA data_version */
    uint64_t version_last;
};

#endif
