#ifndef TESTS_UNIT_SUPPORT_QUERY_SAMPLE_H
#define TESTS_UNIT_SUPPORT_QUERY_SAMPLE_H

#include "relay-client/journal/query/journal_query.h"

/* A journal with a dozen exchanges that differ in all that the filter language can ask:
 *
 *     1  "I want a refund: 返金してください" of QUERY_SAMPLE_USER    200 bot, 300 ms, a minute ago
 *     2  "Ｈｅｌｌｏ Straße ｶﾞｷﾞ" in a group                          500 bot, 20 ms
 *     3  image                                                  late, 200 guard, 1.8 s
 *     4  follow, signature invalid                              401 refused
 *     5  join and postback (action=buy), kept for three hours   200 kept, bot 302
 *     6  GET /liff/index.html?x=1 by curl, tunnel "other"       404 bot
 *     7  replay of 1                                            200 bot, 1.5 s
 *     8  "返 50%_off" in a room, running                          nothing yet
 *     9  no events (verify), signature missing                  200 nobody
 *    10  not JSON, yesterday, pinned, with a note, not in the table `search`
 *    11  deleted
 *    12  sticker, redelivered duplicate, --answer=now           200 now
 *
 * Times are of UTC and before QUERY_SAMPLE_NOW_MS. */

#define QUERY_SAMPLE_NOW_MS 1795289105123u /* 2026-11-21T19:25:05.123Z */
#define QUERY_SAMPLE_USER   "U0123456789abcdef0123456789abcdef"
#define QUERY_SAMPLE_LEN    12u

/* In a scratch folder; sets TZ to UTC.  Ends with query_sample_close. */
struct journal_reader *query_sample_open(void);
void query_sample_close(struct journal_reader *r);

/* A query that must parse. */
struct journal_query *query_sample_parse(const char *text);
/* The ids that match, newest first, each with a space; valid until the next call. */
const char *query_sample_ids(struct journal_reader *r, const char *text);

#endif
