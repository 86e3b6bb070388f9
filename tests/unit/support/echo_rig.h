/* The echo bot at a LINE API port of lineapi_rig.h, with a stand-in for LINE WORKS.  There is
 * one at a time.
 *
 * Life: echo_rig_open -> lineapi_rig_add, options -> echo_rig_start -> echo_rig_webhook ... ->
 *       echo_rig_close */
#ifndef TESTS_UNIT_SUPPORT_ECHO_RIG_H
#define TESTS_UNIT_SUPPORT_ECHO_RIG_H

#include "unit/support/handler_rig.h"
#include "unit/support/lineapi_rig.h"

#define ECHO_RIG_TOKEN "00112233445566778899aabbccddeeff"

struct echo_rig {
    struct handler_rig handler; /* on the loop of lineapi_rig */
    struct handler_bot works;   /* auth and API */
    char detail[512];
    char texts[8][128]; /* of arguments */
    size_t texts_len;
};

extern struct echo_rig echo_rig;

/* Nothing is configured; LINE's credentials neither. */
void echo_rig_open(void);
/* "--KEY-file" with a file of this secret. */
void echo_rig_add_secret(const char *key, const char *secret);
/* All that LINE WORKS needs. */
void echo_rig_add_works(void);
enum err echo_rig_start(void);
void echo_rig_open_and_start(void);
void echo_rig_close_handler(void);
void echo_rig_close(void);

/* What a stand-in says from now on: "200 OK", JSON. */
void echo_rig_say(struct handler_bot *bot, const char *status, const char *body);

/* A webhook is given and answered with 200; `bot_id` NULL: none. */
struct echo_rig_webhook {
    const char *body, *bot_id;
    enum verdict verdict;
    uint64_t replay_of;
};
void echo_rig_webhook(const struct echo_rig_webhook *webhook);
/* A text of LINE with ECHO_RIG_TOKEN, which the port knows to be of `origin`; unchecked. */
void echo_rig_line(enum given_origin origin);
/* A text of LINE WORKS, of a user or (not NULL) in a channel. */
void echo_rig_works(enum verdict verdict, const char *channel);

/* Turns the loop until a stand-in has had so many requests. */
void echo_rig_wait(const struct handler_bot *bot, int requests);
/* ... until so many calls were recorded; the newest. */
const struct lineapi_rig_record *echo_rig_wait_records(size_t len);

#endif
