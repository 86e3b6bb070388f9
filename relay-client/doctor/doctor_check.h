#ifndef CLIENT_DOCTOR_DOCTOR_CHECK_H
#define CLIENT_DOCTOR_DOCTOR_CHECK_H

#include "relay-client/doctor/doctor.h"

/* How the result of a check is filled in.  Texts are escaped, and cut where they do not
 * fit; more than DOCTOR_PARAMS_MAX parameters are a mistake. */

void doctor_check_text(struct doctor_check *c, const char *name, const char *text);
void doctor_check_number(struct doctor_check *c, const char *name, int64_t value);
void doctor_check_evidence(struct doctor_check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A command to be typed. */
void doctor_check_command(struct doctor_check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What to do, in words that the reader's side has under this code. */
void doctor_check_advice(struct doctor_check *c, const char *code);

/* NULL: it has no such parameter. */
const char *doctor_check_param(const struct doctor_check *c, const char *name);

#endif
