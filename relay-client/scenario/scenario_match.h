#ifndef CLIENT_SCENARIO_SCENARIO_MATCH_H
#define CLIENT_SCENARIO_SCENARIO_MATCH_H

#include "codec/json/json.h"

/* Is this JSON value what a scenario expects?  Of an object only the named members count, so
 * that an expectation says no more than it means; lists are as long as they say.  An object
 * whose one member begins with "$" is a condition:
 *
 *     {"$contains": "text"}    a string with this in it
 *     {"$matches": "regex"}    a string that fits (POSIX extended, all of it need not)
 *     {"$has": value}          a list or an object with such a value somewhere in it
 *     {"$any": true}           anything that is there
 *     {"$not": value}          anything else, or nothing
 */

#define SCENARIO_MATCH_DEPTH 32u

struct scenario_mismatch {
    char path[160]; /* "messages[0].text" */
    char says[400]; /* what is there and what was wanted; escaped */
};

/* `value` NULL: it is absent.  `out` is written when it does not fit. */
bool scenario_match(const struct json_value *wanted, const struct json_value *value,
                    struct scenario_mismatch *out);
/* Conditions that cannot be: an unknown "$" word, a regular expression that is none.  NULL: all
 * is well, else what is wrong; static. */
const char *scenario_match_problem(const struct json_value *wanted);

#endif
