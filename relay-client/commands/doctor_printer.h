#ifndef CLIENT_COMMANDS_DOCTOR_PRINTER_H
#define CLIENT_COMMANDS_DOCTOR_PRINTER_H

#include "relay-client/doctor/doctor.h"

#include <stdio.h>

/* Shows what `hookline doctor` finds: for people in the order of the table, each as soon as
 * those before it are known; for programs one JSON object a line, as they come. */
struct doctor_printer {
    FILE *out;
    bool is_json, colour;
    size_t columns; /* 0: lines of any length */
    struct doctor_check checks[DOCTOR_CHECKS];
    bool is_known[DOCTOR_CHECKS];
    size_t shown; /* of them, from the first on */
    size_t count[DOCTOR_SKIPPED + 1];
};

void doctor_printer_init(struct doctor_printer *p, FILE *out, bool is_json);
/* The result of a check; what is still running is passed over.  ERR_NOMEM, ERR_LIMIT. */
MUST_CHECK enum err doctor_printer_add(struct doctor_printer *p,
                                       const struct doctor_check *check);
/* The sum of it. */
MUST_CHECK enum err doctor_printer_end(struct doctor_printer *p);

#endif
