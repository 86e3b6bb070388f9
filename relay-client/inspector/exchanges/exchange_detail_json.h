#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_DETAIL_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_DETAIL_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/inspector/inspector_route.h"

/* Everything about one exchange: the schema Detail of docs/inspector-api.yaml.  On the
 * reader's thread. */

/* What its parts are made of; all borrowed. */
struct exchange_detail {
    const struct inspector_facts *facts;
    struct journal_reader *reader;
    const struct journal_exchange *exchange;
    const struct journal_row *row; /* of the exchange */
    uint64_t now_ms;
};

/* Writes the object.  ERR_NOT_FOUND, also for one that is deleted; what is wrong with the
 * writer is told by json_writer_end. */
MUST_CHECK enum err exchange_detail_json(struct json_writer *w,
                                         const struct inspector_facts *facts,
                                         struct journal_reader *reader, uint64_t id);

#endif
