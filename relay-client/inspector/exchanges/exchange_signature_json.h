#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_SIGNATURE_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_SIGNATURE_JSON_H

#include "codec/signature/signature_evidence.h"
#include "relay-client/inspector/exchanges/exchange_detail_json.h"

/* Why a signature was not right: evidence of its findings, and the member `tried`. */

/* Checks the recorded bytes again with the secrets of today, if the signature was checked
 * and is not simply right.  `out` is then, and otherwise, for exchange_signature_json_fini.
 * ERR_NOMEM. */
struct exchange_signature {
    bool is_there;
    struct signature_evidence evidence;
};
MUST_CHECK enum err exchange_signature_json_look(const struct exchange_detail *d,
                                                 struct exchange_signature *out);
void exchange_signature_json_fini(struct exchange_signature *s);

void exchange_signature_json_params(struct json_writer *w, const struct exchange_detail *d,
                                    const struct exchange_signature *s);
/* The items of a finding's `evidence`. */
void exchange_signature_json_evidence(struct json_writer *w, const struct exchange_detail *d,
                                      const struct exchange_signature *s);
void exchange_signature_json_tried(struct json_writer *w, const struct exchange_signature *s);

#endif
