#ifndef SERVER_PROBLEM_TABLE_H
#define SERVER_PROBLEM_TABLE_H

#include "http/problem.h"

/* What the relay answers by itself, and to whom it is of use: these texts are read
 * by developers in the error tab of LINE's console and in curl. */
extern const struct problem problem_no_such_tunnel;   /* 404 */
extern const struct problem problem_no_agent;         /* 503 */
extern const struct problem problem_wrong_host;       /* 421 */
extern const struct problem problem_method;           /* 405 */
extern const struct problem problem_body_too_large;   /* 413 */
extern const struct problem problem_too_many_bodies;  /* 503 */
extern const struct problem problem_fields_too_large; /* 431 */
extern const struct problem problem_signature_twice;  /* 400 */
extern const struct problem problem_link_busy;        /* 503 */
extern const struct problem problem_not_stored;       /* 503 */
extern const struct problem problem_inbox_full;       /* 503 */
extern const struct problem problem_not_kept;         /* 503 */
extern const struct problem problem_link_broke;       /* 502 */
extern const struct problem problem_bad_answer;       /* 502 */
extern const struct problem problem_no_answer;        /* 504 */
extern const struct problem problem_out_of_memory;    /* 503 */
extern const struct problem problem_shutdown;         /* 503 */
extern const struct problem problem_link_needs_h1;    /* 505 */

#endif
