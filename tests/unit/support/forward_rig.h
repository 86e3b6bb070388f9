/* A bot and a handler that forwards to it; the clock stands still. */
#ifndef TESTS_UNIT_SUPPORT_FORWARD_RIG_H
#define TESTS_UNIT_SUPPORT_FORWARD_RIG_H

#include "unit/support/handler_bot.h"
#include "unit/support/handler_rig.h"

struct forward_rig {
    struct handler_rig handler;
    struct handler_bot bot;
};

void forward_rig_open(struct forward_rig *r, enum handler_bot_manner manner,
                      size_t connections_max);
/* The same with other options; their URL is filled in, with this path. */
void forward_rig_open_with(struct forward_rig *r, enum handler_bot_manner manner,
                           struct forward_handler_options *options, const char *path);
/* Calls must be gone; nothing may be left. */
void forward_rig_close(struct forward_rig *r);

/* POST / with this body; it must be taken. */
void forward_rig_start(struct forward_rig *r, struct handler_call *c, const char *body);
/* From request to echo; the exchange is gone then, and its connection idle. */
void forward_rig_round_trip(struct forward_rig *r, const char *body);
/* The bot's 200 without a body. */
void forward_rig_answer(struct handler_bot_connection *c);
/* Turns that do not wait. */
void forward_rig_turn(struct forward_rig *r, int times);
/* `len` bytes and a NUL; mem_free it after forward_rig_close. */
char *forward_rig_text(size_t len);

#endif
