#ifndef CLIENT_INSPECTOR_IMPORT_HAR_EXCHANGE_H
#define CLIENT_INSPECTOR_IMPORT_HAR_EXCHANGE_H

#include "codec/ulid.h"
#include "relay-client/inspector/import/har_text.h"
#include "relay-client/journal/journal.h"

/* An entry of a HAR 1.2 as what journal_edit_import takes.  Ours (export/har_entry.h) comes
 * back as it was recorded; of those of browsers and other proxies what they say, and the rest
 * is left empty.
 *
 * Life: har_exchange_read -> har_exchange_fini (always); a read one must not be moved. */

#define HAR_EXCHANGE_ENTRY_MAX ((size_t)16 * 1024 * 1024) /* longer ones are skipped */
#define HAR_EXCHANGE_BODY_MAX  ((size_t)1024 * 1024)      /* kept of each body, as of others */

struct har_exchange {
    struct har_text text; /* owned: what the rest points to */
    struct bytes form;    /* owned: a body made of parameters */
    struct http_head head, answer_head;
    char delivery[ULID_LEN + 1];
    struct journal_request request;
    bool has_answer;
    struct journal_answer answer;
};

/* `entry`: a value of log.entries, checked by json_scan.  ERR_NOT_FOUND: it is no complete HTTP
 * exchange; ERR_NOMEM. */
MUST_CHECK enum err har_exchange_read(struct span entry, struct har_exchange *out);
void har_exchange_fini(struct har_exchange *x);

#endif
