#ifndef CLIENT_DOCTOR_DOCTOR_TEXT_H
#define CLIENT_DOCTOR_DOCTOR_TEXT_H

#include "relay-client/doctor/doctor.h"

/* The doctor's findings in English, for the terminal.  The page has its own texts under the
 * same codes (docs/doctor.md lists them). */

#define DOCTOR_TEXT_SIZE 1024u

/* "Certificate chain". */
const char *doctor_text_title(enum doctor_id id);
/* "LINE -> relay". */
const char *doctor_text_group(enum doctor_id id);
/* What was found, and what that means, in whole sentences. */
const char *doctor_text_finding(const struct doctor_check *c,
                                char out[static DOCTOR_TEXT_SIZE]);
/* What to do; "" if there is nothing to do.  Before a command that stands in fix_value. */
const char *doctor_text_fix(const struct doctor_check *c, char out[static DOCTOR_TEXT_SIZE]);

/* A code and its sentences; {name} stands for a parameter. */
struct doctor_text_row {
    const char *code;
    const char *text;
};
extern const struct doctor_text_row doctor_text_findings[], doctor_text_fixes[],
    doctor_text_commands[]; /* by code of the finding; each ends with a zeroed row */

#endif
