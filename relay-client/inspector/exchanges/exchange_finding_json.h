#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_JSON_H

#include "relay-client/inspector/exchanges/exchange_signature_json.h"

/* What was found wrong with an exchange, and what was checked and is good. */

/* "findings": [...], worst first: code, parameters, evidence and remedy of each. */
void exchange_finding_json_member(struct json_writer *w, const struct exchange_detail *d,
                                  const struct exchange_signature *s);
/* "fine": [...]. */
void exchange_finding_json_fine(struct json_writer *w, const struct exchange_detail *d);

#endif
