#ifndef TESTS_UNIT_SUPPORT_H1_MUTATIONS_H
#define TESTS_UNIT_SUPPORT_H1_MUTATIONS_H

#include "codec/h1/h1_codec.h"

/* Tables of odd messages, each fed whole and cut at every byte. */
struct h1_mutation {
    const char *text; /* of the part that is odd */
    size_t len;
    enum err want;
};

#define H1_TEXT(s) s, sizeof(s) - 1
#define H1_HOST    "Host: h\r\n"

/* The input is before + text + after.  Accepted, it is one message and what
 * `followers` says; refused, not even the first one may be complete. */
struct h1_mutations {
    enum h1_role role;
    const char *before, *after;
    size_t followers;
    bool eof; /* the connection ends after it */
    const struct h1_mutation *list;
    size_t len;
};

void h1_mutations_check(const struct h1_mutations *m);

#endif
