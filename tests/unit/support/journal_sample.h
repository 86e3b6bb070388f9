#ifndef TESTS_UNIT_SUPPORT_JOURNAL_SAMPLE_H
#define TESTS_UNIT_SUPPORT_JOURNAL_SAMPLE_H

#include "relay-client/journal/journal_reader.h"

/* A journal with ten exchanges that differ in all that can be asked for:
 *
 *     1  d-01  message in Japanese                    200 valid
 *     2  d-02  message, escaped in the body           500 valid
 *     3  d-03  message in Chinese with an emoji       no answer: connection refused
 *     4  d-04  follow by Uaaa                         200 invalid signature
 *     5  d-05  join in group Cggg by Ubbb, and a postback by Uaab     302 unchecked
 *     6  d-06  not a webhook                          200 missing signature
 *     7  d-07  replay of 1                            200 valid
 *     8  d-08  message with the event id of 2         not over
 *     9  d-09  no events, tunnel "other"              200 missing signature
 *    10  d-10  not JSON                               not over
 *
 * They arrived one millisecond after each other, from JOURNAL_RIG_NOW_MS + 1 on. */
void journal_sample_store(void);
/* Checks every field of number 1. */
void journal_sample_check_first(const struct journal_row *row);

#endif
