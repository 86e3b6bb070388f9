#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_EVIDENCE_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_EVIDENCE_JSON_H

#include "codec/json/json_writer.h"

/* Items of a finding's `evidence` (docs/inspector-api.yaml); `label` is one of its codes. */

#define EXCHANGE_EVIDENCE_JSON_TEXT   512u /* bytes shown of a text */
#define EXCHANGE_EVIDENCE_JSON_BEFORE 48u  /* ... and around a place in one */
#define EXCHANGE_EVIDENCE_JSON_BEHIND 96u

void exchange_evidence_json_text(struct json_writer *w, const char *label, struct span text);
/* What stands around text[at], which is `offset`. */
void exchange_evidence_json_place(struct json_writer *w, const char *label, struct span text,
                                  size_t at);
/* What was signed, and what arrived; `at` is the first byte that differs.  Both whole, or what
 * stands around that place when one of them is too long to be shown. */
#define EXCHANGE_EVIDENCE_JSON_WHOLE (64u * 1024u)
void exchange_evidence_json_diff(struct json_writer *w, struct span was_signed,
                                 struct span arrived, size_t at);

#endif
