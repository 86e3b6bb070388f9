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
/* Two texts around `at`, their first difference: `before` as it came, `after` the other. */
void exchange_evidence_json_diff(struct json_writer *w, const char *label, struct span before,
                                 struct span after, size_t at);

#endif
