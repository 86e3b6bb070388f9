/* A replay of one recorded exchange, which went through a journal: what its request is.
 * There is one at a time.
 *
 * Life: replay_rig_begin -> field, secret -> replay_rig_record -> replay_rig_make ... ->
 *       replay_rig_end */
#ifndef TESTS_UNIT_SUPPORT_REPLAY_RIG_H
#define TESTS_UNIT_SUPPORT_REPLAY_RIG_H

#include "relay-client/replay/replay_request.h"

#define REPLAY_RIG_SECRET "0123456789abcdef0123456789abcdef"

struct replay_rig {
    struct http_head recorded;
    struct journal_exchange *exchange;
    struct secrets secrets;
    struct random_seeded seeded;
    struct line_mint mint;         /* with a key of zeroes */
    struct replay_request request; /* the last one */
};

extern struct replay_rig replay_rig;

void replay_rig_begin(const char *method);
void replay_rig_field(const char *name, const char *value);
void replay_rig_secret(const char *provider, const char *secret);
/* Of that provider, by its own kind of signature ("old"). */
void replay_rig_record_signed(const struct signature_provider *p);
const char *replay_rig_secret_for(const struct signature_provider *p);
void replay_rig_record(const char *body);
/* On the next day; exchange, secrets and random are the rig's. */
enum err replay_rig_make(struct replay_plan plan);
void replay_rig_end(void);

/* It has this field once, or NULL: not at all. */
void replay_rig_check_field(const char *name, const char *want);
enum verdict replay_rig_verdict(void);

#endif
