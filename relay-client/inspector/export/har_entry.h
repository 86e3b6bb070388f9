#ifndef CLIENT_INSPECTOR_EXPORT_HAR_ENTRY_H
#define CLIENT_INSPECTOR_EXPORT_HAR_ENTRY_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* An exchange as an entry of a HAR 1.2, and the frame of a file of them.  Members of our own
 * begin with "_": in them is what HAR has no place for, so that import/har_exchange.h reads
 * back just what was recorded.  Bytes that are not UTF-8 are Base64 ("encoding"). */

#define HAR_ENTRY_HEAD                                                                         \
    "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Hookline\",\"version\":"            \
    "\"" HOOKLINE_VERSION "\"},\"entries\":["
#define HAR_ENTRY_TAIL "]}}\n"

/* ERR_NOMEM; what else fails is the writer's. */
MUST_CHECK enum err har_entry_write(struct json_writer *w, const struct journal_exchange *x,
                                    bool with_signature);

#endif
