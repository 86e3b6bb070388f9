#ifndef CLIENT_DOCTOR_CHECKS_DOCTOR_ASK_H
#define CLIENT_DOCTOR_CHECKS_DOCTOR_ASK_H

#include "codec/signature/signature.h"
#include "relay-client/doctor/doctor_impl.h"

/* The webhook of LINE's "Verify" button: no events, but signed. */
/* No bot's id, so that nobody takes it for one of this secret's (agent/secret_bots.h). */
#define DOCTOR_ASK_DESTINATION "Uhooklinedoctor000000000000000000"
#define DOCTOR_ASK_BODY        "{\"destination\":\"%s\",\"events\":[]}"

struct doctor_ask_webhook {
    struct http_head head;
    char body[128];
    char length[24];
    struct signature_fields fields;
};

/* To `authority` and `target`, which are borrowed as long as it is used. */
struct doctor_ask_place {
    bool is_https;
    const char *authority, *target;
};

/* The channel secret that it is signed with; NULL: there is none for LINE. */
const struct signature_secret *doctor_ask_secret(const struct doctor *d);
MUST_CHECK enum err doctor_ask_make(const struct doctor_ask_place *place,
                                    const struct signature_secret *secret,
                                    struct doctor_ask_webhook *out);
/* What LINE's console says of such an answer ("error_status_code"); NULL: nothing. */
const char *doctor_ask_line_reason(const struct doctor_probe_result *r);

#endif
