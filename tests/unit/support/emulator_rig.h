/* An emulated account and the calls to it, without a port.  The clock moves only by hand.
 * There is one at a time.
 *
 * Life: emulator_rig_open -> change options -> emulator_rig_start -> emulator_rig_ask ... ->
 *       emulator_rig_close */
#ifndef TESTS_UNIT_SUPPORT_EMULATOR_RIG_H
#define TESTS_UNIT_SUPPORT_EMULATOR_RIG_H

#include "base/random.h"
#include "relay-client/lineapi/emulate/emulator.h"

#define EMULATOR_RIG_MS     1795325400000u /* 2026-11-22 14:30 in UTC+9 */
#define EMULATOR_RIG_USER   "U11111111111111111111111111111111"
#define EMULATOR_RIG_GROUP  "C22222222222222222222222222222222"
#define EMULATOR_RIG_ROOM   "R33333333333333333333333333333333"
#define EMULATOR_RIG_BOT    "Ub0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"
#define EMULATOR_RIG_TOKEN  "0123456789abcdef0123456789abcdef"
#define EMULATOR_RIG_FIELDS 4u
#define EMULATOR_RIG_KEY    "0b6a1b7e-2f53-4d8e-9a6c-1f0e5d4c3b2a"

struct emulator_rig {
    struct random_seeded random;
    struct clock_fake clock;
    struct line_mint mint;
    struct given_events *given;
    struct secrets secrets;
    struct emulator_options options;
    struct emulator *emulator;
    struct emulated_call call; /* the last one */
    struct lineapi_match match;
    struct http_head head;
    const char *authorization, *content_type; /* NULL: none */
    const char *names[EMULATOR_RIG_FIELDS], *values[EMULATOR_RIG_FIELDS];
    size_t fields_len; /* more fields of the next call */
    uint64_t calls;    /* makes request ids */
    char request_id[40];
    char *body; /* of the last answer, NUL-terminated */
    char text[4096];
    int done;
    unsigned long live;
};

extern struct emulator_rig emulator_rig;

void emulator_rig_open(void);
void emulator_rig_start(void);
void emulator_rig_open_and_start(void);
/* Nothing may be left. */
void emulator_rig_close(void);
void emulator_rig_advance(uint64_t ms);

/* The bot gets this webhook of LINE's now. */
void emulator_rig_webhook(enum given_origin origin, const char *body);
/* A message of EMULATOR_RIG_USER in their own chat. */
void emulator_rig_message(enum given_origin origin, const char *token, const char *message_type,
                          const char *id);
/* One of EMULATOR_RIG_GROUP, of `user`; without a message if the type is another one. */
void emulator_rig_group_event(const char *type, const char *user);
/* A new text of our own mint, until the next eighth. */
const char *emulator_rig_mint(enum line_mint_kind kind);

/* One more field of the next call. */
void emulator_rig_field(const char *name, const char *value);
/* Asks, with an access token, and application/json if there is a body; the answer is JSON or of
 * the type it says.  The status; 0: it will come later. */
unsigned emulator_rig_ask(const char *method, const char *target, const char *body);
unsigned emulator_rig_get(const char *target);
unsigned emulator_rig_post(const char *target, const char *body);
/* ... of a body with any bytes. */
unsigned emulator_rig_ask_span(const char *method, const char *target, struct span body);
/* What the text or number at this path of the answer says, "" if there is none. */
const char *emulator_rig_text(const char *path);
/* Would this request be emulated, whatever else is true? */
bool emulator_rig_knows(const char *method, const char *target, const char *body);

/* An answer of this status: {"message": ...} and nothing else. */
void emulator_rig_check_message(unsigned status, const char *message);
/* 400 with these details alone. */
void emulator_rig_check_detail(const char *property, const char *message);

#endif
